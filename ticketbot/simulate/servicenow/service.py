"""A simulated ServiceNow instance: Table, Attachment, Batch and Import Set APIs, and OAuth tokens.

As strict as the documentation says, and as silent where the real one is: unknown columns and query terms are
dropped, texts are cut. State is in memory; time is the caller's.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import msgspec

from ticketbot.simulate.exchange import Answered, Asked, Time, answered
from ticketbot.simulate.servicenow.access import Access
from ticketbot.simulate.servicenow.files import Files
from ticketbot.simulate.servicenow.imports import Imports
from ticketbot.simulate.servicenow.people import People
from ticketbot.simulate.servicenow.settings import Settings, failure
from ticketbot.simulate.servicenow.store import Store
from ticketbot.simulate.servicenow.tables import Tables

_PAGE = b"<html><head><title>Service unavailable</title></head><body>proxy</body></html>"
_HTML = {"Content-Type": "text/html"}


def make(time: Time, **settings: Any) -> Instance:
    """An instance with one user, `bot` with the password `secret`; see `Settings`."""
    return Instance(time, Settings(**settings))


class Instance(People):
    """Answers requests; people's doings are `People`'s."""

    def __init__(self, time: Time, settings: Settings) -> None:
        self.time, self.settings = time, settings
        self.store = Store(time, settings.columns)
        self.access = Access(time, settings)
        self.tables = Tables(self.store, settings)
        self.files = Files(self.store, settings)
        self.imports = Imports(self.tables, settings)
        super().__init__(self.store, self.tables)

    def answer(self, asked: Asked) -> Answered:
        """One request, as an instance answers it."""
        target = len(asked.path) + sum(len(quote(f"{k}={v}")) + 1 for k, v in asked.query.items())
        if target > self.settings.header_limit:
            return Answered(400, b"<h1>Bad Message 400</h1>Request header is too large", _HTML)
        if self.settings.hibernating:
            return Answered(200, b"<html><title>Instance Hibernating page</title></html>", _HTML)
        if asked.path == "/oauth_token.do":
            return self.access.token(asked)
        if refused := self.access.refused(asked):
            return refused
        return self._routed(asked, self.access.user(asked))

    def refusal(self, status: int, headers: Mapping[str, str]) -> Answered:
        """In JSON where the instance itself speaks, in HTML where something before it does."""
        if status >= 500:
            return Answered(status, _PAGE, {**_HTML, **headers})
        words = {
            401: ("User Not Authenticated", "Required to provide Auth information"),
            403: ("Insufficient rights to query records", "ACL restricts the record retrieval"),
            429: (
                "Rate limit exceeded",
                "The number of requests per hour is over the rule's limit",
            ),
        }
        answer = failure(status, *words.get(status, ("Refused", "")))
        return Answered(status, answer.body, {**answer.headers, **headers})

    def _routed(self, asked: Asked, user: str) -> Answered:
        parts = asked.path.strip("/").split("/")
        if len(parts) > 2 and parts[2] in ("v1", "v2"):
            parts.pop(2)
        match parts:
            case ["api", "now", "table", table, *rest] if len(rest) <= 1:
                return self.tables.answer(asked, table, rest[0] if rest else "", user)
            case ["api", "now", "attachment", *rest] if len(rest) <= 2:
                return self.files.answer(asked, rest, user)
            case ["api", "now", "import", staging] if asked.method == "POST":
                return self.imports.answer(asked, staging, user)
            case ["api", "now", "batch"] if asked.method == "POST":
                return self._batch(asked, user)
        return failure(400, f"Requested URI does not represent any resource: {asked.path}")

    def _batch(self, asked: Asked, user: str) -> Answered:
        """One after the other until the time is up; the rest is given back, not carried out."""
        try:
            batch = msgspec.json.decode(asked.body)
            items = [_item(each, asked) for each in batch["rest_requests"]]
        except (msgspec.DecodeError, binascii.Error, KeyError, TypeError, ValueError):
            return failure(400, "Exception while reading request", "expected rest_requests")
        serviced: list[dict[str, Any]] = []
        undone: list[str] = []
        spent = 0.0
        for name, request in items:
            spent += (
                self.settings.read_seconds
                if request.method == "GET"
                else (self.settings.write_seconds)
            )
            if spent > self.settings.batch_seconds or len(request.body) > 5_000_000:
                undone.append(name)
                continue
            answer = self._routed(request, user)
            named = [{"name": key, "value": value} for key, value in answer.headers.items()]
            item = {"id": name, "status_code": answer.status, "status_text": str(answer.status)}
            body = base64.b64encode(answer.body).decode()
            serviced.append(item | {"headers": named, "body": body, "execution_time": 5})
        value = {"batch_request_id": str(batch.get("batch_request_id", ""))}
        return answered(200, value | {"serviced_requests": serviced, "unserviced_requests": undone})


def _item(value: dict[str, Any], around: Asked) -> tuple[str, Asked]:
    """Raises KeyError, TypeError, ValueError for what is no request."""
    parts = urlsplit(value["url"])
    if not value["url"].startswith("/api/") or not isinstance(value["id"], str):
        raise ValueError("expected a relative address and a text for an id")
    given = {each["name"].lower(): each["value"] for each in value.get("headers", [])}
    return value["id"], Asked(
        method=value["method"],
        path=parts.path,
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        headers=given,
        body=base64.b64decode(value.get("body", ""), validate=True),
        base=around.base,
    )
