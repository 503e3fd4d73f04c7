"""A simulated JIRA, Cloud or Data Center: what ../shared/design/trackers.md (F) says of the real ones.

Answers what ticketbot asks of a Jira and nothing else: an unknown path is a 404, a request of another
shape a 400, with Jira's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ticketbot.simulate.exchange import Answered, Asked, Time, answered
from ticketbot.simulate.jira.about import About
from ticketbot.simulate.jira.forms import NO_ISSUE, PAYLOAD, refused
from ticketbot.simulate.jira.issue import Issues
from ticketbot.simulate.jira.people import People
from ticketbot.simulate.jira.search import Search
from ticketbot.simulate.jira.site import Settings, Site

_PAGE = b"<html><head><title>%d</title></head><body>Jira is not available</body></html>"


def make(time: Time, **settings: Any) -> Jira:
    """Settings by name, as `search_lag=0`; see `jira_site.Settings`."""
    return Jira(Site(time, Settings(**settings)))


class Jira(People):
    """`exchange.Simulated`."""

    def __init__(self, site: Site) -> None:
        self.site = site
        about, issues, search = About(site), Issues(site, self.comment), Search(site)
        self._routes: list[tuple[str, re.Pattern[str], Callable[..., Answered]]] = [
            (method, re.compile(f"/rest/api/2/{path}"), handle)
            for method, path, handle in (*about.routes(), *search.routes(), *issues.routes())
        ]

    def answer(self, asked: Asked) -> Answered:
        """Carry a request out."""
        tokens = self.site.settings.tokens
        authorised = asked.headers.get("authorization")
        if not authorised or (tokens is not None and authorised not in tokens):
            return self._stranger(asked)
        handlers = [
            (method, handle, found.groups())
            for method, path, handle in self._routes
            if (found := path.fullmatch(asked.path))
        ]
        if not handlers:
            return answered(404, {"message": "null for uri: " + asked.path, "status-code": 404})
        for method, handle, groups in handlers:
            if method == asked.method:
                return self._signed(self._handled(handle, asked, groups))
        return answered(405, {"message": "HTTP 405 Method Not Allowed", "status-code": 405})

    def _signed(self, answer: Answered) -> Answered:
        """Data Center says in each answer whom it takes one for."""
        if self.site.settings.cloud:
            return answer
        who = {"X-AUSERNAME": self.site.settings.users[0][1]}
        return Answered(answer.status, answer.body, {**answer.headers, **who})

    def _stranger(self, asked: Asked) -> Answered:
        if not self.site.settings.anonymous:
            return self.refusal(401, {})
        page = {"issues": [], "isLast": True, "startAt": 0, "maxResults": 50, "total": 0}
        search = asked.path.rpartition("/")[2] in ("search", "jql")
        reply = answered(200, page) if search else refused(404, NO_ISSUE)
        said = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED", "X-AUSERNAME": "anonymous"}
        return Answered(reply.status, reply.body, {**reply.headers, **said})

    def _handled(
        self, handle: Callable[..., Answered], asked: Asked, groups: tuple[str, ...]
    ) -> Answered:
        if asked.method == "GET":
            return handle(asked, *groups)
        if not asked.headers.get("content-type", "").startswith("application/json"):
            return answered(415, {"message": "HTTP 415 Unsupported Media Type"})
        try:
            body = asked.json()
        except msgspec.DecodeError:
            return refused(400, PAYLOAD)
        return handle(asked, body, *groups)

    def refusal(self, status: int, headers: Mapping[str, str]) -> Answered:
        """Jira's words where it refuses for its rate, its credentials, or because it is down."""
        if status == 429:
            text = "The request has been rate-limited. Please try again later."
            reply = answered(429, {"errorMessages": [text], "errors": {}, "status": 429})
            extra = {"RateLimit-Reason": "jira-burst-based"} if self.site.settings.cloud else {}
            return Answered(429, reply.body, {**reply.headers, **extra, **headers})
        if status == 401:
            text = "Client must be authenticated to access this resource."
            reply = answered(401, {"message": text, "status-code": 401})
        elif status in (403, 500):
            text = "Forbidden" if status == 403 else "Internal server error"
            reply = refused(status, text)
        else:
            return Answered(status, _PAGE % status, {"Content-Type": "text/html", **headers})
        return Answered(status, reply.body, {**reply.headers, **headers})
