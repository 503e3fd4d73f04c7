"""Requests to one Jira, through the session of the `jira` package: what is sent, with which credentials,
and what an answer means there.

The package's own requests are not used: they send again what may have been carried out, ask for more than
they were told to, and send nulls where the API wants none (../shared/design/trackers.md, tables 1 and 3).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import msgspec
import requests
from jira import JIRA

from ticketbot.errors import TrackerError
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.jira.auth import authentication
from ticketbot.trackers.outcome import Reply, UnsentError, Verdict, weigh
from ticketbot.trackers.pace import Cost, unhurried
from ticketbot.trackers.transport import reply_of, sending
from ticketbot.trackers.wire import Call, Told, Wire, patience

RATES: dict[Cost, Sequence[tuple[int, float]]] = {
    "read": [(50, 1.0)],
    "write": [(25, 1.0)],
    "content": [(10, 1.0)],
}
"""Below Cloud's bursts (https://developer.atlassian.com/cloud/jira/platform/rate-limiting/); firewalls
before it have refused quicker creates."""
_CLOUD = (".atlassian.net", ".jira.com", "api.atlassian.com", ".jira-dev.com")


class Line:
    """One Jira. Paths are below `/rest/api/2/`: both deployments speak version 2, whose texts are wiki
    markup (https://developer.atlassian.com/cloud/jira/platform/rest/v2/intro/)."""

    def __init__(self, name: str, settings: Mapping[str, Any], clock: Clock) -> None:
        self.name, self.url, self.clock = name, str(settings["url"]).rstrip("/"), clock
        self.links = str(settings.get("link_url") or self.url).rstrip("/")
        self._timeout = patience(settings)
        self._client = JIRA(
            options={"server": self.url},
            get_server_info=False,
            max_retries=0,
            timeout=self._timeout,
            logging=False,
        )
        auth, self._credential = authentication(name, settings["auth"], clock)
        self._session: requests.Session = self._client._session
        self._session.auth = auth
        self._cloud = _configured(settings.get("deployment"), self.url)
        self.headers: Mapping[str, str] = {}
        """Of the last answer."""
        self._account = ""
        self._wire = Wire(
            name,
            self.url,
            self._send,
            clock,
            weigh=meaning,
            pace=unhurried(clock, RATES),
            renew=self._renew,
        )

    @property
    def cloud(self) -> bool:
        """Cloud, or Data Center. Asks the server once, where the configuration does not say."""
        if self._cloud is None:
            info = self.ask("serverInfo")
            self._cloud = isinstance(info, dict) and info.get("deploymentType") == "Cloud"
        return self._cloud

    @property
    def account(self) -> str:
        """The user name on Data Center, which says it in most answers."""
        if not self._account:
            me = self.ask("myself")
            self._account = str(me.get("name") or "") if isinstance(me, dict) else ""
        return self._account

    def known_as(self, cloud: bool | None) -> None:
        """What an earlier run was told."""
        if self._cloud is None:
            self._cloud = cloud

    def ask(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        json: Any = None,
        missing: Collection[int] = (),
    ) -> Any:
        """What a read gives, decoded; a read with `json` is a POST. None for a status in `missing`."""
        method: Literal["GET", "POST"] = "GET" if json is None else "POST"
        call = Call(method=method, path=path, query=query or {}, json=json, missing=missing)
        reply = self._wire.ask(call)
        if _is_anonymous(reply) and self._renew():
            reply = self._wire.ask(call)
        if _is_anonymous(reply):
            raise TrackerError(
                f"{self.name}: {urlsplit(self.url).netloc} answers as if nobody had logged in",
                hint="Check the tracker's auth: the token has ended, or is another site's.",
            )
        return None if reply.status in missing else reply.json_or_none()

    def tell(
        self,
        method: Literal["POST", "PUT"],
        path: str,
        json: Any,
        *,
        cost: Cost = "write",
        repeatable: bool = False,
    ) -> Told:
        """Write."""
        return self._wire.tell(
            Call(method=method, path=path, json=json, cost=cost), repeatable=repeatable
        )

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def _renew(self) -> bool:
        try:
            return self._credential.renew()
        except TrackerError:  # no token was to be had
            return False

    def _send(self, call: Call) -> Reply:
        try:
            with sending():
                reply = reply_of(self._response(call))
        except TrackerError as error:  # no token was to be had
            raise UnsentError(error.message) from None
        self.headers = reply.headers
        self._account = unquote(reply.headers.get("x-ausername", "")) or self._account
        return reply

    def _response(self, call: Call) -> requests.Response:
        # `Session.request` of the package raises for every status, after reading error texts in ways that
        # fail where a body is a list; only its session, as it is configured, is wanted here.
        return requests.Session.request(
            self._session,
            call.method,
            f"{self.url}/rest/api/2/{call.path}",
            params=dict(call.query),
            data=None if call.json is None else msgspec.json.encode(call.json),
            headers=dict(call.headers),
            timeout=self._timeout,
            allow_redirects=False,
        )


def _is_anonymous(reply: Reply) -> bool:
    """Some answer a bad token as they answer nobody: a search then finds nothing, and proves nothing
    (X-Seraph-LoginReason and X-AUSERNAME say so)."""
    reason = reply.headers.get("x-seraph-loginreason", "")
    return "AUTHENTICATED_FAILED" in reason or reply.headers.get("x-ausername") == "anonymous"


def _configured(deployment: str | None, url: str) -> bool | None:
    if deployment:
        return deployment == "cloud"
    return True if str(urlsplit(url).hostname).endswith(_CLOUD) else None


def meaning(reply: Reply, now: float) -> Verdict:
    """What Jira says in an answer."""
    verdict = weigh(reply, now, said=words(reply))
    if verdict.kind == "wait" and verdict.seconds is None:
        return msgspec.structs.replace(verdict, seconds=_reset(reply.headers, now))
    return verdict


def words(reply: Reply) -> str:
    """The error texts of an answer, as `Summary is required. · priority: …`."""
    general, fields = complaints(reply)
    said = [*general, *(f"{field}: {text}" for field, text in fields.items())]
    if reason := reply.headers.get("ratelimit-reason"):
        said.append(reason)
    if reply.headers.get("x-authentication-denied-reason"):
        said.append("log in with a browser once: Jira wants a CAPTCHA solved after failed log-ins")
    return " · ".join(said)


def complaints(reply: Reply) -> tuple[list[str], dict[str, str]]:
    """(`errorMessages`, `errors` by field) of an answer."""
    body = reply.json_or_none() if reply.status >= 400 else None
    return complaints_of(body)


def complaints_of(body: Any) -> tuple[list[str], dict[str, str]]:
    """The same of a decoded body; nothing where it is of another shape."""
    if not isinstance(body, dict):
        return [], {}
    general = body.get("errorMessages") or [body["message"]] if "message" in body else []
    general = body.get("errorMessages") or general
    fields = body.get("errors")
    return (
        [str(text) for text in general] if isinstance(general, list) else [str(general)],
        {str(k): str(v) for k, v in fields.items()} if isinstance(fields, dict) else {},
    )


def _reset(headers: Mapping[str, str], now: float) -> float | None:
    """Cloud's X-RateLimit-Reset is a moment in ISO 8601, to the minute."""
    try:
        moment = datetime.fromisoformat(headers.get("x-ratelimit-reset", ""))
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - now) if moment.tzinfo else None
