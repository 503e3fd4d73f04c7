"""ServiceNow over HTTP: one request through pysnow, and many in one through the Batch API.

pysnow carries requests and nothing more: a fresh Resource for each (its parameters leak from one call into
the next), no lazy errors, no OAuth of its own. What it would add to the query is taken out again.
Redirects are followed nowhere: an instance that wants one to log in elsewhere is an error to be told.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec
import pysnow
import requests

from ticketbot.errors import TrackerError
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.outcome import Reply, UnsentError, Verdict, weigh
from ticketbot.trackers.pace import unhurried
from ticketbot.trackers.servicenow.auth import authorisation
from ticketbot.trackers.transport import reply_of, sending
from ticketbot.trackers.wire import Call, Told, Wire, patience

API = "/api/now"
BATCH = f"{API}/v1/batch"
ITEMS = 50
"""Requests in one batch. What does not fit into its 30 seconds comes back unserviced."""
_IDLE = 3
"""Batches in a row that get nowhere."""
_LONGEST_WAIT = 60.0
_JSON = "application/json"
_PARAMETERS = (
    "query limit offset display_value suppress_pagination_header exclude_reference_link view fields"
)
_NONE: dict[str, Any] = dict.fromkeys(f"sysparm_{name}" for name in _PARAMETERS.split())
"""pysnow's defaults, which requests leaves out when they are None."""


class Line:
    """Requests to one instance."""

    def __init__(self, name: str, settings: Mapping[str, Any], clock: Clock) -> None:
        parts = urlsplit(settings["url"])
        self.name, self.url = name, settings["url"].rstrip("/")
        self._timeout = patience(settings)
        self._session = requests.Session()
        auth = authorisation(name, self.url, settings["auth"], clock)
        self._session.auth = auth
        self._client = pysnow.Client(
            host=f"{parts.netloc}{parts.path.rstrip('/')}",
            use_ssl=parts.scheme == "https",
            session=self._session,
        )
        self._clock = clock
        pace = unhurried(clock, {})  # limits are an administrator's rules, and said with 429
        self._wire = Wire(
            name, self.url, self._send, clock, weigh=meaning, pace=pace, renew=auth.renew
        )

    def ask(self, call: Call) -> Reply:
        """Read. Raises TrackerError."""
        return self._wire.ask(call)

    def tell(self, call: Call, *, repeatable: bool = False) -> Told:
        """Write. A token that cannot be had is a refusal: nothing was sent."""
        try:
            return self._wire.tell(call, repeatable=repeatable)
        except TrackerError as error:
            return Told("rejected", reason=error.message)

    def ask_many(self, calls: Sequence[Call]) -> list[Reply]:
        """Read all of them, in as few requests as possible. Raises TrackerError."""
        if len(calls) == 1:
            return [self.ask(calls[0])]
        replies: dict[int, Reply] = {}
        idle = 0
        while left := [n for n in range(len(calls)) if n not in replies][:ITEMS]:
            if idle > _IDLE:
                raise TrackerError(f"{self.name}: the Batch API left requests undone", hint=_LATER)
            before = len(replies)
            answer = self.ask(_batch({n: calls[n] for n in left}))
            for n, reply in self._decoded(answer).items():
                verdict = meaning(reply, self._clock.seconds())
                if n in left and (verdict.kind == "done" or reply.status in calls[n].missing):
                    replies[n] = reply
                elif verdict.kind == "refused":
                    where = f"{calls[n].method} {calls[n].path}"
                    raise TrackerError(f"{self.name}: {where}: {verdict.reason}", hint=_ALONE)
                elif verdict.kind == "wait":
                    self._clock.sleep(min(verdict.seconds or 1.0, _LONGEST_WAIT))
            idle = idle + 1 if len(replies) == before else 0
        return [replies[n] for n in range(len(calls))]

    def tell_many(self, calls: Sequence[Call], *, repeatable: bool = False) -> list[Told]:
        """Write all of them, in as few requests as possible; what was surely not carried out is sent
        again. A lost answer is ambiguous for all that were in it."""
        if len(calls) == 1:
            return [self.tell(calls[0], repeatable=repeatable)]
        told: dict[int, Told] = {}
        idle = 0
        while idle <= _IDLE and (sent := [n for n in range(len(calls)) if n not in told][:ITEMS]):
            before = len(told)
            batch = self.tell(_batch({n: calls[n] for n in sent}), repeatable=repeatable)
            if batch.state != "applied" or batch.reply is None:
                told |= dict.fromkeys(sent, batch)
            else:
                told |= self._told(batch.reply, sent)
            idle = idle + 1 if len(told) == before else 0
        undone = Told("rejected", reason="the Batch API did not get to it")
        return [told.get(n, undone) for n in range(len(calls))]

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def _told(self, answer: Reply, sent: Sequence[int]) -> dict[int, Told]:
        """What came of each item; the unserviced ones, and those to be sent later, are left out."""
        try:
            replies, undone = _serviced(answer), _unserviced(answer)
        except ValueError:
            return dict.fromkeys(sent, Told("ambiguous", reason="the Batch API answered nonsense"))
        told: dict[int, Told] = {}
        wait = 0.0
        for n in sent:
            if n not in replies:
                if n not in undone:
                    told[n] = Told("ambiguous", reason="the Batch API says nothing of it")
                continue
            verdict = meaning(replies[n], self._clock.seconds())
            status = replies[n].status
            if verdict.kind == "wait":
                wait = max(wait, verdict.seconds or 1.0)
            elif verdict.kind == "done":
                told[n] = Told("applied", replies[n], status=status)
            else:
                ambiguous = verdict.kind == "unknown"
                state = Told("ambiguous" if ambiguous else "rejected", replies[n], verdict.reason)
                told[n] = msgspec.structs.replace(state, status=status)
        if wait:
            self._clock.sleep(min(wait, _LONGEST_WAIT))
        return told

    def _decoded(self, answer: Reply) -> dict[int, Reply]:
        try:
            return _serviced(answer)
        except ValueError:
            raise TrackerError(
                f"{self.name}: the Batch API of {self.url} answers nonsense", hint=_LATER
            ) from None

    def _send(self, call: Call) -> Reply:
        if not call.path.startswith(API):
            raise UnsentError(f"no address of the REST API: {call.path}")
        resource = self._client.resource(
            api_path=call.path.removeprefix(API), base_path=API, timeout=self._timeout
        )
        resource.parameters.add_custom(_NONE | dict(call.query))
        with sending():
            # `Response` itself is lazy about errors: what came is in `_response`
            response = resource.request(
                call.method,
                data=_body(call),
                headers=dict(call.headers) or None,
                allow_redirects=False,
            )._response
            return reply_of(response)


_LATER = "Run again; `ticketbot doctor` checks the tracker."
_ALONE = "Check the table and the columns in the configuration, and that the account may read them."


def meaning(reply: Reply, now: float) -> Verdict:
    """What an answer says. Errors are `{"error": {"message", "detail"}, "status": "failure"}`, also
    behind a 200 when a transaction was cancelled half way
    (https://www.servicenow.com/docs, REST API HTTP response codes).
    """
    said = _said(reply)
    verdict = weigh(reply, now, said)
    if verdict.kind == "done" and said:
        return Verdict("unknown", f"{reply.status} {said}")
    reset = reply.headers.get("x-ratelimit-reset", "")
    if verdict.kind == "wait" and verdict.seconds is None and reset.isdecimal():
        return Verdict("wait", verdict.reason, max(0.0, float(reset) - now))
    return verdict


def _said(reply: Reply) -> str:
    if reply.status == 400 and b"header is too large" in reply.body:
        return "Request header is too large"
    value = reply.json_or_none()
    error = value.get("error") if isinstance(value, dict) else None
    if isinstance(error, dict):
        words = (str(error.get(name) or "").strip() for name in ("message", "detail"))
        return ": ".join(word for word in words if word)
    return str(error or "")


def _body(call: Call) -> bytes | None:
    if isinstance(call.json, bytes):
        return call.json
    return None if call.json is None else msgspec.json.encode(call.json)


def address(call: Call) -> str:
    """Path and query, as they go over the wire."""
    query = urlencode(call.query, quote_via=quote)
    return f"{call.path}?{query}" if query else call.path


def _batch(calls: Mapping[int, Call]) -> Call:
    """Each item by its number. https://www.servicenow.com/docs, Batch API."""
    items = []
    for n, call in calls.items():
        named = {"Accept": _JSON, "Content-Type": _JSON} | dict(call.headers)
        item: dict[str, Any] = {
            "id": str(n),
            "method": call.method,
            "url": address(call),
            "headers": [{"name": name, "value": value} for name, value in named.items()],
        }
        body = _body(call)
        if body is not None:
            item["body"] = base64.b64encode(body).decode("ascii")
        items.append(item)
    value = {"batch_request_id": "ticketbot", "rest_requests": items}
    return Call(method="POST", path=BATCH, json=value)


def _serviced(answer: Reply) -> dict[int, Reply]:
    """Number → reply. Raises ValueError."""
    replies: dict[int, Reply] = {}
    for item in _list(answer, "serviced_requests"):
        try:
            headers = {
                str(each["name"]).lower(): str(each["value"]) for each in item.get("headers") or ()
            }
            body = base64.b64decode(item.get("body") or "", validate=False)
            replies[int(item["id"])] = Reply(int(item["status_code"]), headers, body)
        except (KeyError, TypeError, AttributeError, binascii.Error) as error:
            raise ValueError("an item of a batch cannot be read") from error
    return replies


def _unserviced(answer: Reply) -> set[int]:
    """As numbers, or as objects with an id. Raises ValueError."""
    found = _list(answer, "unserviced_requests")
    return {int(each["id"] if isinstance(each, dict) else each) for each in found}


def _list(answer: Reply, name: str) -> list[Any]:
    value = answer.json_or_none()
    found = value.get(name, []) if isinstance(value, dict) else None
    if not isinstance(found, list):
        raise ValueError(f"a batch without {name}")
    return found
