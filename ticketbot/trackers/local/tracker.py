"""The local tracker: tickets in a SQLite file of their own, so that nothing needs an account.

It behaves as the remote ones do: it carries out what it is asked, once for each nonce, and decides
nothing. Two who create a ticket for one subject get two tickets.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.model.ticket import Capabilities, Marker, Resolution, Ticket, TicketDraft
from ticketbot.trackers.base import Check, Draft, Outcome, Text
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.local.desk import Desk, last_change
from ticketbot.trackers.local.file import MINE, select
from ticketbot.trackers.local.rows import (
    ABILITIES,
    EDITABLE,
    edited,
    marked,
    refusal,
    state,
)

BOT = "ticketbot"


def make(name: str, settings: Mapping[str, Any], clock: Clock) -> LocalTracker:
    """From the configuration: `path` (default `.ticketbot/tracker.db`), `project` (default LOC)."""
    path = settings.get("path") or ".ticketbot/tracker.db"
    return LocalTracker(name, path, settings.get("project") or "LOC", now=clock.now)


class LocalTracker(Desk):
    """The Tracker protocol on a local file that several processes may use at once."""

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """Everything; creates share a transaction."""
        return ABILITIES

    def changed(self, since: str, targets: Sequence[str] = ()) -> tuple[list[Ticket], str]:
        """Exact, and of all targets: the mark is the number of the last change in this file."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM tickets WHERE changed > ? AND marker IS NOT NULL"  # noqa: S608
                f" AND {MINE} ORDER BY id",
                (int(since or 0), self._name),
            ).fetchall()
            return [self._ticket(row) for row in rows], str(last_change(connection))

    def find(self, subjects: Sequence[str]) -> dict[str, list[Ticket]]:
        """Reads its own writes."""
        found: dict[str, list[Ticket]] = {}
        with self._file.reading() as connection:
            for row in select(connection, self._name, "subject", subjects):
                found.setdefault(row["subject"], []).append(self._ticket(row))
        return found

    def read(self, ids: Iterable[str]) -> dict[str, Ticket]:
        """Id → ticket now."""
        numbers = [int(id_) for id_ in ids if id_.isdecimal()]
        with self._file.reading() as connection:
            rows = select(connection, self._name, "id", numbers)
            return {str(row["id"]): self._ticket(row) for row in rows}

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """All in one transaction. A nonce that was here before gives the ticket it made."""
        with self._file.writing() as connection:
            return [self._create(connection, wanted.draft, wanted.nonce) for wanted in drafts]

    def _create(self, connection: sqlite3.Connection, draft: TicketDraft, nonce: str) -> Outcome:
        sql = "SELECT tickets.* FROM nonces JOIN tickets ON tickets.id = ticket WHERE nonce = ?"
        if made := connection.execute(sql, (nonce,)).fetchone():
            return Outcome("applied", self._ticket(made))
        if reason := refusal(draft):
            return Outcome("rejected", reason=reason)
        values = {"tracker": self._name, "project": self._project}
        values |= {"subject": draft.subject, "created": self._now()}
        made_id = self._insert(connection, values)
        row = self._row(connection, made_id)
        if row is None:
            raise RuntimeError(f"the ticket {made_id} was written and is not there")
        self._first_time(connection, nonce, row)
        self._note(connection, row, BOT, "create", "")
        new = edited(row["labels"], draft, (*EDITABLE, "labels"), ()) | {"changed_by": BOT}
        self._write(connection, row, new, touch=True)
        return Outcome("applied", self._ticket(self._row(connection, made_id)))

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
        """Writes what differs, and says the comment."""
        if reason := refusal(draft):
            return Outcome("rejected", reason=reason)

        def values(row: sqlite3.Row) -> dict[str, Any]:
            return edited(row["labels"], draft, fields, remove_labels)

        return self._change(ticket_id, values, BOT, nonce=nonce, comment=comment)

    def comment(
        self, ticket_id: str, text: str, *, marker: Marker | None = None, nonce: str
    ) -> Outcome:
        """Says it once for each nonce."""
        return self._change(ticket_id, lambda row: marked(marker), BOT, nonce=nonce, comment=text)

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
        """A closed one stays as it is. `duplicate_of` links as well."""

        def values(row: sqlite3.Row) -> dict[str, Any] | None:
            if row["state"] == "closed":
                return None
            return state("closed", resolution, BOT) | marked(marker)

        link = (duplicate_of, "duplicates") if duplicate_of else None
        return self._change(ticket_id, values, BOT, nonce=nonce, comment=comment, link=link)

    def reopen(self, ticket_id: str, *, comment: str, marker: Marker | None, nonce: str) -> Outcome:
        """An open one stays as it is."""

        def values(row: sqlite3.Row) -> dict[str, Any] | None:
            if row["state"] == "open":
                return None
            return state("open", None, BOT) | marked(marker)

        return self._change(ticket_id, values, BOT, nonce=nonce, comment=comment)

    def link(self, ticket_id: str, other_id: str, relation: str, *, nonce: str) -> Outcome:
        """Once for each pair and relation."""
        link = (other_id, relation)
        return self._change(ticket_id, lambda row: {}, BOT, nonce=nonce, link=link)

    def search(self, query: str, limit: int = 1000) -> list[Text]:
        """Tickets whose title or text holds the words of the query as they stand."""
        with self._file.reading() as connection:
            sql = f"SELECT * FROM tickets WHERE {MINE} AND instr(title || body, ?) ORDER BY id LIMIT ?"  # noqa: S608
            rows = connection.execute(sql, (self._name, query, limit)).fetchall()
            return [Text(self._ticket(row), row["body"]) for row in rows]

    def examine(self) -> list[Check]:
        """Whether the file can be read."""
        try:
            count = len(self.all())
        except TrackerError as error:
            return [Check("file", "wrong", error.message, error.hint)]
        return [Check("file", "ok", f"{self._file.path} can be used: {count} tickets")]

    def close_connection(self) -> None:
        """Closes the file."""
        self._file.close()
