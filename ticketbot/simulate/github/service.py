"""GitHub with one repository, as far as issues go: REST, GraphQL, search, Apps, limits and lags.

Strict: what the real one would refuse, or drop without a word, is refused or dropped here. Addresses of
an Enterprise server (`/api/v3`, `/api/graphql`) work as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

import msgspec

from ticketbot.simulate.exchange import Answered, Asked, Time, answered
from ticketbot.simulate.github.app import App
from ticketbot.simulate.github.desk import Desk
from ticketbot.simulate.github.graphql import Facts, Schema
from ticketbot.simulate.github.limits import Limits, secondary
from ticketbot.simulate.github.rest import Rest
from ticketbot.simulate.github.settings import Settings
from ticketbot.simulate.github.shapes import Shapes, refusal
from ticketbot.simulate.github.store import Store


def make(time: Time, **settings: Any) -> GitHub:
    """A simulated GitHub; settings as in `Settings`."""
    return GitHub(time, Settings(**settings))


class GitHub(Desk):
    """Answers requests; `Desk` is for people and tests."""

    def __init__(self, time: Time, settings: Settings) -> None:
        store = Store(
            time,
            list_lag=settings.list_lag,
            label_lag=settings.label_lag,
            search_lag=settings.search_lag,
        )
        super().__init__(store)
        self.settings, self._time = settings, time
        self.tokens = {settings.token: settings.login}
        """Token → whose it is. Replace one to make it expire."""
        self.app = App(time, settings.app_id, settings.installation, settings.app_token_life)
        self.limits = Limits(
            time,
            settings.hourly,
            settings.content_minute,
            settings.content_hour,
            says=settings.says_retry_after,
        )
        self._shapes: dict[str, Shapes] = {}

    def answer(self, asked: Asked) -> Answered:
        """Carry a request out."""
        token = asked.headers.get("authorization", "").partition(" ")[2]
        path = re.sub(r"^/api(/v3)?(?=/)", "", asked.path)
        if path == self.app.path and asked.method == "POST":
            return self.app.answer(token)
        login = "ticketbot-app[bot]" if self.app.knows(token) else self.tokens.get(token)
        if login is None:
            return self.refusal(401, {})
        if "user-agent" not in asked.headers:
            return answered(403, refusal("Request forbidden by administrative rules.", 403))
        full = None if path == "/rate_limit" else self.limits.count(token)
        answer = full or self._routed(asked, path, login)
        headers = {"Date": formatdate(self._time.seconds(), usegmt=True)}
        headers |= self.limits.headers(token)
        if answer.status == 304:
            self.limits.give_back(token)
        return Answered(answer.status, answer.body, {**answer.headers, **headers})

    def refusal(self, status: int, headers: Mapping[str, str]) -> Answered:
        """GitHub's own words."""
        if status in (403, 429):
            return secondary(headers, status)
        text = {401: "Bad credentials", 503: "Service unavailable"}.get(status, "Server Error")
        answer = answered(status, refusal(text, status))
        return Answered(status, answer.body, {**answer.headers, **headers})

    def _routed(self, asked: Asked, path: str, login: str) -> Answered:
        try:
            body = asked.json()
        except msgspec.DecodeError:
            return answered(400, refusal("Problems parsing JSON", 400))
        if path == "/graphql" and asked.method == "POST":
            return self._schema(asked.base, login).answer(body)
        if path == "/rate_limit":
            return self._rate_limit(asked)
        shapes = self._shaped(asked.base, asked.path.removesuffix(path))
        return Rest(self.settings, self.store, shapes, self._time, self.limits, login).answer(
            asked, path, body
        )

    def _schema(self, base: str, login: str) -> Schema:
        settings = self.settings
        facts = Facts(
            login=login,
            repository=settings.repository,
            id=settings.repository_id,
            visibility=settings.visibility,
            archived=settings.archived,
            issues=settings.issues,
            permission=None if settings.role == "none" else settings.role.upper(),
            visible=settings.role != "none" or settings.visibility == "public",
        )
        return Schema(self.store, facts, base, self._time, aliases=settings.aliases)

    def _rate_limit(self, asked: Asked) -> Answered:
        headers = self.limits.headers(asked.headers.get("authorization", "").partition(" ")[2])
        one = {
            "limit": int(headers["X-RateLimit-Limit"]),
            "remaining": int(headers["X-RateLimit-Remaining"]),
            "reset": int(headers["X-RateLimit-Reset"]),
            "used": int(headers["X-RateLimit-Used"]),
        }
        resources = dict.fromkeys(("core", "search", "graphql"), one)
        return answered(200, {"resources": resources, "rate": one})

    def _shaped(self, site: str, prefix: str) -> Shapes:
        base = site + prefix
        if base not in self._shapes:
            self._shapes[base] = Shapes(site, base, self.settings.repository, self._time)
        return self._shapes[base]
