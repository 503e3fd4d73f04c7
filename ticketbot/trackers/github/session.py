"""GitHub's line: PyGithub's requester, its credentials, and what GitHub's answers mean.

Of PyGithub only what sends is used. Its retries and pauses are off (they sent creates again whose answer
was lost), and it follows no redirect: a transferred issue would be changed in somebody else's repository.
"""

from __future__ import annotations

import logging
from collections.abc import ItemsView, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from github.Auth import Auth
from github.Requester import (
    HTTPRequestsConnectionClass,
    HTTPSRequestsConnectionClass,
    Requester,
    RequestsResponse,
)

from ticketbot.trackers import outcome
from ticketbot.trackers.credentials import Credential
from ticketbot.trackers.outcome import Reply, Verdict
from ticketbot.trackers.transport import sending
from ticketbot.trackers.wire import TIMEOUT, Call

LIMITS = ((75, 60.0), (480, 3600.0))
"""Writes in seconds: a little below the 80 a minute and 500 an hour of content that GitHub allows
(https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api)."""
_PATIENCE = 60.0
"""Seconds to wait where a limit is hit and GitHub does not say for how long (same page)."""
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_LIMITED = ("rate limit", "abuse detection")


class _Answer(RequestsResponse):
    """The requester follows a 301, whatever the method, when it sees where to: so it does not see it."""

    def read(self) -> str:
        """JSON is UTF-8; requests would guess where the server does not say so."""
        return str(self.response.content, "utf-8", "replace")

    def getheaders(self) -> ItemsView[str, str]:
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.status == 301:
            headers["moved-to"] = headers.pop("location", "")
        return headers.items()


class _Http(HTTPRequestsConnectionClass):
    def getresponse(self) -> RequestsResponse:
        return _Answer(super().getresponse().response)


class _Https(HTTPSRequestsConnectionClass):
    def getresponse(self) -> RequestsResponse:
        return _Answer(super().getresponse().response)


class Bearer(Auth):
    """The credential as it is now, with each request; PyGithub masks it where it logs."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential

    @property
    def token_type(self) -> str:
        return "Bearer"

    @property
    def token(self) -> str:
        return self._credential.value()


class Session:
    """One server, one identity. `url`: of the REST API."""

    def __init__(self, url: str, auth: Auth, timeout: tuple[float, float] = TIMEOUT) -> None:
        # at DEBUG it logs whole answers, installation tokens included
        logging.getLogger("github.Requester").setLevel(logging.WARNING)
        parts = urlsplit(url)
        kind = _Https if parts.scheme == "https" else _Http
        # requests takes (connect, read); PyGithub passes it through, and says int
        self._connection = kind(str(parts.hostname), parts.port, timeout=timeout)  # type: ignore[arg-type]  # see above
        self._requester = Requester(
            auth=auth,
            base_url=url.rstrip("/"),
            timeout=int(timeout[1]),
            user_agent="ticketbot",
            per_page=100,
            verify=True,
            retry=None,
            pool_size=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
        )

    def send(self, call: Call) -> Reply:
        """Once. Raises UnsentError, LostError; TrackerError where no token can be fetched."""
        path = self._requester.graphql_url if call.path == GRAPHQL else call.path
        with sending():
            status, headers, text = self._requester.requestJson(
                call.method,
                path,
                parameters=dict(call.query),
                headers={**_HEADERS, **call.headers},
                input=call.json,
                cnx=self._connection,
            )
        headers = dict(headers)
        if "moved-to" in headers:
            headers["location"] = headers.pop("moved-to")
        return Reply(status, headers, text.encode("utf-8", "surrogatepass"))

    def close(self) -> None:
        """Give back the connections."""
        self._connection.close()
        self._requester.close()


GRAPHQL = "/graphql"
"""Stands for the GraphQL address, which an Enterprise server has elsewhere than below the REST one."""


def weigh(reply: Reply, now: float) -> Verdict:
    """GitHub's words for errors, and its limits: a 403 that says so, and a 200 of GraphQL's."""
    value = reply.json_or_none() if reply.status >= 400 else None
    said = words(value)
    limited = reply.status == 403 and (
        "retry-after" in reply.headers
        or reply.headers.get("x-ratelimit-remaining") == "0"
        or any(each in said.lower() for each in _LIMITED)
    )
    if reply.status == 200 and b"RATE_LIMITED" in reply.body:
        limited = any(each.get("type") == "RATE_LIMITED" for each in errors(reply.json_or_none()))
        said = "the GraphQL limit is used up" if limited else ""
    verdict = outcome.weigh(reply, now, said, limited=limited)
    if verdict.kind == "wait" and verdict.seconds is None:
        return msgspec.structs.replace(verdict, seconds=_PATIENCE)
    return verdict


def errors(value: Any) -> list[dict[str, Any]]:
    """The `errors` of an answer, REST or GraphQL, as far as they have a shape."""
    found = value.get("errors") if isinstance(value, Mapping) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def words(value: Any) -> str:
    """`Validation Failed: body is too long (maximum is 65536 characters)`."""
    if not isinstance(value, Mapping):
        return ""
    more = [
        str(each.get("message") or f"{each.get('field', '')} {each.get('code', '')}".strip())
        for each in errors(value)
    ]
    return ": ".join(part for part in (str(value.get("message") or ""), "; ".join(more)) if part)


def refused_fields(reply: Reply | None) -> set[str]:
    """The fields that a 422 names."""
    if reply is None or reply.status != 422:
        return set()
    return {str(each.get("field")) for each in errors(reply.json_or_none()) if each.get("field")}
