"""What this process has written to one Jira: an index does not know it yet, and nobody else reads it.

Knows no request; lasts as long as the process.
"""

from __future__ import annotations

from collections.abc import Iterable

from ticketbot.model.ticket import Ticket

FRESH = 60.0
"""Seconds that a ticket is taken to be as it was made."""


class Memory:
    """Own creates, own changes, and what was said."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        """Of own creates."""
        self._made: dict[str, list[str]] = {}
        self._fresh: dict[str, tuple[float, Ticket]] = {}
        self._touched: dict[str, float] = {}
        self._said: set[tuple[str, str]] = set()

    def made(self, subject: str, ticket: Ticket, at: float) -> None:
        """A ticket that this process created, `at` seconds since 1970."""
        self.touched(ticket.id, at)
        self._made.setdefault(subject, []).append(ticket.id)
        self._fresh[ticket.id] = (at, ticket)
        self.keys.add(ticket.key)

    def fresh(self, ticket_id: str, at: float) -> Ticket | None:
        """An own create as it was read right after it, for as long as that is just now."""
        when, ticket = self._fresh.get(ticket_id, (0.0, None))
        return ticket if at - when <= FRESH else None

    def of(self, subjects: Iterable[str]) -> list[str]:
        """Ids of own creates for these subjects."""
        return [id_ for subject in subjects for id_ in self._made.get(subject, ())]

    def touched(self, ticket_id: str, at: float) -> None:
        """A write of ours, `at` seconds since 1970."""
        self._touched[ticket_id] = at
        self._fresh.pop(ticket_id, None)

    def touched_since(self, at: float) -> list[str]:
        """Ids of what was written since."""
        return [id_ for id_, when in self._touched.items() if when >= at]

    def said(self, ticket_id: str, nonce: str) -> None:
        """A comment that is there."""
        self._said.add((ticket_id, nonce))

    def was_said(self, ticket_id: str, nonce: str) -> bool:
        """Whether it was."""
        return (ticket_id, nonce) in self._said
