"""A tracker whose every call can be told (what was asked, what came of it, how long it took), and whose
words hold no credential: a server's error may repeat the request, token and all.

Changes nothing else of what goes in and comes out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from ticketbot.errors import TrackerError
from ticketbot.model.ticket import Capabilities, Ticket
from ticketbot.telemetry.activity import Request
from ticketbot.trackers.base import Check, Draft, Outcome, Text, Tracker

Tell = Callable[[str, Request], None]


def _unheard(_tracker: str, _request: Request) -> None:
    """Where nobody keeps a record."""


class Watched:
    """Stands for the tracker it is given."""

    def __init__(
        self, tracker: Tracker, clean: Callable[[str], str], tell: Tell = _unheard
    ) -> None:
        """`clean` takes credentials out of a text; `tell` gets the tracker's name and the request."""
        self._tracker, self._clean, self._tell = tracker, clean, tell

    def told(self, tell: Tell) -> Watched:
        """The same, telling."""
        return Watched(self._tracker, self._clean, tell)

    @property
    def name(self) -> str:
        return self._tracker.name

    @property
    def capabilities(self) -> Capabilities:
        return self._tracker.capabilities

    def changed(self, since: str, targets: Sequence[str] = ()) -> tuple[list[Ticket], str]:
        with self._asking(Request("changed")) as request:
            tickets, mark = self._tracker.changed(since, targets)
            request.answered = len(tickets)
        return tickets, mark

    def find(self, subjects: Sequence[str]) -> dict[str, list[Ticket]]:
        with self._asking(Request("find", asked=len(subjects))) as request:
            found = self._tracker.find(subjects)
            request.answered = sum(map(len, found.values()))
        return found

    def read(self, ids: Iterable[str]) -> dict[str, Ticket]:
        wanted = list(ids)
        if not wanted:
            return self._tracker.read(wanted)  # asks nobody
        with self._asking(Request("read", asked=len(wanted))) as request:
            tickets = self._tracker.read(wanted)
            request.answered = len(tickets)
        return tickets

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        nonce = drafts[0].nonce if len(drafts) == 1 else ""
        with self._asking(Request("create", asked=len(drafts), nonce=nonce)) as request:
            outcomes = [self._cleaned(each) for each in self._tracker.create(drafts)]
            _weigh(request, outcomes)
        return outcomes

    def update(self, ticket_id: str, *rest: Any, **more: Any) -> Outcome:
        return self._write("update", ticket_id, rest, more)

    def comment(self, ticket_id: str, *rest: Any, **more: Any) -> Outcome:
        return self._write("comment", ticket_id, rest, more)

    def close(self, ticket_id: str, *rest: Any, **more: Any) -> Outcome:
        return self._write("close", ticket_id, rest, more)

    def reopen(self, ticket_id: str, *rest: Any, **more: Any) -> Outcome:
        return self._write("reopen", ticket_id, rest, more)

    def link(self, ticket_id: str, *rest: Any, **more: Any) -> Outcome:
        return self._write("link", ticket_id, rest, more)

    def search(self, query: str, limit: int = 1000) -> list[Text]:
        with self._asking(Request("search")) as request:
            found = self._tracker.search(query, limit)
            request.answered = len(found)
        return found

    def examine(self) -> list[Check]:
        clean = self._clean
        return [
            msgspec.structs.replace(each, found=clean(each.found))
            for each in self._tracker.examine()
        ]

    def close_connection(self) -> None:
        self._tracker.close_connection()

    def _write(
        self, operation: str, ticket_id: str, rest: Sequence[Any], more: dict[str, Any]
    ) -> Outcome:
        request = Request(operation, ticket=ticket_id, nonce=more.get("nonce", ""))
        with self._asking(request):
            outcome = self._cleaned(getattr(self._tracker, operation)(ticket_id, *rest, **more))
            _weigh(request, [outcome])
        return outcome

    @contextmanager
    def _asking(self, request: Request) -> Iterator[Request]:
        begin = time.monotonic()
        try:
            yield request
        except TrackerError as error:
            error.message = self._clean(error.message)
            error.args = (error.message,)
            request.failed, request.reason = True, error.message
            raise
        finally:
            request.milliseconds = round((time.monotonic() - begin) * 1000)
            self._tell(self.name, request)

    def _cleaned(self, outcome: Outcome) -> Outcome:
        return msgspec.structs.replace(outcome, reason=self._clean(outcome.reason))


def _weigh(request: Request, outcomes: Sequence[Outcome]) -> None:
    states = [outcome.state for outcome in outcomes]
    request.answered = states.count("applied")
    request.rejected = states.count("rejected")
    request.ambiguous = states.count("ambiguous")
    request.reason = next((o.reason for o in outcomes if o.state != "applied" and o.reason), "")
