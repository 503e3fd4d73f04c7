"""One request and its answer, as values; and what every simulated tracker is to those who look at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

import msgspec


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request. `path` without the query, as it came; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    body: bytes = b""
    base: str = ""
    """The address it was sent to, as `http://127.0.0.1:8080`: answers name their own server."""

    def json(self) -> Any:
        """The decoded body; None where there is none. Raises msgspec.DecodeError."""
        return msgspec.json.decode(self.body) if self.body.strip() else None


class Answered(msgspec.Struct, frozen=True):
    """An answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Broken(msgspec.Struct, frozen=True):
    """No answer: the connection is reset, closed, or nothing ever comes."""

    how: Literal["reset", "close", "hang"]


def answered(status: int, value: Any = None, **headers: str) -> Answered:
    """An answer in JSON; header names with `_` for `-`."""
    body = b"" if value is None else msgspec.json.encode(value)
    named = {name.replace("_", "-").title(): text for name, text in headers.items()}
    return Answered(status, body, {"Content-Type": "application/json"} | named)


@dataclass
class Time:
    """The server's time. `seconds`: since 1970."""

    seconds: Callable[[], float]

    def iso(self, at: float | None = None) -> str:
        """`2026-03-01T12:00:00Z`."""
        moment = datetime.fromtimestamp(self.seconds() if at is None else at, UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as people see it."""

    id: str
    """The immutable id that adapters use."""
    key: str
    title: str
    body: str
    open: bool
    resolution: str | None = None
    """In ticketbot's words: fixed, wont_fix, false_positive, duplicate, accepted; None: as done."""
    labels: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """(`duplicates` or `regression`, the other ticket's id)."""
    priority: str | None = None
    due: str | None = None
    assignee: str | None = None


class Simulated(Protocol):
    """A simulated tracker: it answers requests, and lets people and tests at its tickets directly."""

    def answer(self, asked: Asked) -> Answered:
        """Carry a request out."""

    def refusal(self, status: int, headers: Mapping[str, str]) -> Answered:
        """What this tracker says when it refuses for its rate (429, 403), its credentials (401) or because
        it is down (5xx): its own body, with these headers."""

    def tickets(self) -> list[Seen]:
        """Every ticket, the oldest first; deleted ones left out."""

    def person_makes(self, title: str, body: str) -> str:
        """A ticket that is not ours; its id."""

    def person_closes(self, ticket_id: str, resolution: str | None) -> None:
        """In ticketbot's words; None: as done."""

    def person_reopens(self, ticket_id: str) -> None: ...

    def person_edits(self, ticket_id: str, field: str, value: Any) -> None:
        """title, body, priority, due, assignee, or labels (a list)."""

    def person_comments(self, ticket_id: str, text: str) -> None: ...

    def person_deletes(self, ticket_id: str) -> None: ...
