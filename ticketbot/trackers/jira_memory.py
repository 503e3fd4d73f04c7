"""What this process has written to one Jira: an index does not know it yet, and nobody else reads it.

Knows no request; lasts as long as the process.
"""

from __future__ import annotations

from collections.abc import Iterable

from ticketbot.model.ticket import Ticket


class Memory:
    """Own creates, own changes, and what was said."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        """Of own creates."""
        self._made: dict[str, list[str]] = {}
        self._touched: dict[str, float] = {}
        self._said: set[tuple[str, str]] = set()

    def made(self, subject: str, ticket: Ticket) -> None:
        """A ticket that this process created."""
        self._made.setdefault(subject, []).append(ticket.id)
        self.keys.add(ticket.key)

    def of(self, subjects: Iterable[str]) -> list[str]:
        """Ids of own creates for these subjects."""
        return [id_ for subject in subjects for id_ in self._made.get(subject, ())]

    def touched(self, ticket_id: str, at: float) -> None:
        """A write of ours, `at` seconds since 1970."""
        self._touched[ticket_id] = at

    def touched_since(self, at: float) -> list[str]:
        """Ids of what was written since."""
        return [id_ for id_, when in self._touched.items() if when >= at]

    def said(self, ticket_id: str, nonce: str) -> None:
        """A comment that is there."""
        self._said.add((ticket_id, nonce))

    def was_said(self, ticket_id: str, nonce: str) -> bool:
        """Whether it was."""
        return (ticket_id, nonce) in self._said
