"""A tracker that fails when told to: lost answers, refusals, a process killed in the middle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeVar

from ticketbot.errors import TrackerError
from ticketbot.model.ticket import Capabilities, Marker, Resolution, Ticket, TicketDraft
from ticketbot.trackers.base import Check, Draft, Outcome, Text, Tracker

Fault = Literal[
    "lost before", "lost after", "rejected", "killed before", "killed after", "unreachable"
]
"""`lost`: the outcome is ambiguous, and the request was not (before) or was (after) carried out."""

T = TypeVar("T")


class Killed(BaseException):
    """The process is gone."""


class Faulty:
    """`tracker`, but for what `plan(action, calls before this one)` says."""

    def __init__(self, tracker: Tracker, plan: Callable[[str, int], Fault | None]) -> None:
        self._tracker = tracker
        self._plan = plan
        self.calls: list[str] = []

    @property
    def name(self) -> str:
        return self._tracker.name

    @property
    def capabilities(self) -> Capabilities:
        return self._tracker.capabilities

    def _call(self, action: str, carry_out: Callable[[], T], lost: Callable[[str, str], T]) -> T:
        fault = self._plan(action, len(self.calls))
        self.calls.append(action)
        if fault == "killed before":
            raise Killed
        if fault == "unreachable":
            raise TrackerError(f"{self.name} cannot be reached")
        if fault == "lost before":
            return lost("ambiguous", "no answer")
        if fault == "rejected":
            return lost("rejected", "not today")
        answer = carry_out()
        if fault == "killed after":
            raise Killed
        return lost("ambiguous", "no answer") if fault == "lost after" else answer

    def _read(self, action: str, carry_out: Callable[[], T]) -> T:
        def lost(state: str, reason: str) -> T:
            raise TrackerError(f"{self.name}: {reason}")

        return self._call(action, carry_out, lost)

    def _write(self, action: str, carry_out: Callable[[], Outcome]) -> Outcome:
        return self._call(action, carry_out, _outcome)

    def changed(self, since: str, targets: Sequence[str] = ()) -> tuple[list[Ticket], str]:
        return self._read("changed", lambda: self._tracker.changed(since, targets))

    def find(self, subjects: Sequence[str]) -> dict[str, list[Ticket]]:
        return self._read("find", lambda: self._tracker.find(subjects))

    def read(self, ids: Iterable[str]) -> dict[str, Ticket]:
        return self._read("read", lambda: self._tracker.read(ids))

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        def lost(state: str, reason: str) -> list[Outcome]:
            return [_outcome(state, reason) for _ in drafts]

        return self._call("create", lambda: self._tracker.create(drafts), lost)

    def update(
        self,
        ticket_id: str,
        draft: TicketDraft,
        fields: Sequence[str],
        *,
        remove_labels: Sequence[str] = (),
        comment: str | None = None,
        nonce: str,
    ) -> Outcome:
        def carry_out() -> Outcome:
            return self._tracker.update(
                ticket_id, draft, fields, remove_labels=remove_labels, comment=comment, nonce=nonce
            )

        return self._write("update", carry_out)

    def comment(
        self, ticket_id: str, text: str, *, marker: Marker | None = None, nonce: str
    ) -> Outcome:
        return self._write(
            "comment", lambda: self._tracker.comment(ticket_id, text, marker=marker, nonce=nonce)
        )

    def close(
        self,
        ticket_id: str,
        resolution: Resolution,
        *,
        comment: str,
        marker: Marker | None,
        duplicate_of: str | None = None,
        nonce: str,
    ) -> Outcome:
        def carry_out() -> Outcome:
            return self._tracker.close(
                ticket_id,
                resolution,
                comment=comment,
                marker=marker,
                duplicate_of=duplicate_of,
                nonce=nonce,
            )

        return self._write("close", carry_out)

    def reopen(self, ticket_id: str, *, comment: str, marker: Marker | None, nonce: str) -> Outcome:
        def carry_out() -> Outcome:
            return self._tracker.reopen(ticket_id, comment=comment, marker=marker, nonce=nonce)

        return self._write("reopen", carry_out)

    def link(self, ticket_id: str, other_id: str, relation: str, *, nonce: str) -> Outcome:
        def carry_out() -> Outcome:
            return self._tracker.link(ticket_id, other_id, relation, nonce=nonce)

        return self._write("link", carry_out)

    def search(self, query: str, limit: int = 1000) -> list[Text]:
        return self._read("search", lambda: self._tracker.search(query, limit))

    def examine(self) -> list[Check]:
        return self._tracker.examine()

    def close_connection(self) -> None:
        self._tracker.close_connection()


def _outcome(state: str, reason: str) -> Outcome:
    return Outcome("rejected" if state == "rejected" else "ambiguous", reason=reason)
