"""What people do with the local tracker, and the one way in which a ticket changes.

Every change counts up the ticket's revision and the file's change number, and leaves a line of
history.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.model.ticket import Resolution, Ticket
from ticketbot.trackers.base import Outcome
from ticketbot.trackers.local.file import MINE, LocalFile, select
from ticketbot.trackers.local.rows import EDITABLE, Note, encoded, state, ticket_of

Values = Callable[[sqlite3.Row], dict[str, Any] | None]
"""Row → what to write; None: leave the ticket and say nothing."""


class Desk:
    """One tracker's tickets LOC-1, LOC-2, … in a file. `now` gives ISO 8601 in UTC. Raises TrackerError."""

    def __init__(
        self, name: str, path: str | Path, project: str = "LOC", *, now: Callable[[], str]
    ) -> None:
        self._name = name
        self._project = project
        self._now = now
        self._file = LocalFile(Path(path))

    def all(self) -> list[Ticket]:
        """Every ticket, lowest id first."""
        with self._file.reading() as connection:
            sql = f"SELECT * FROM tickets WHERE {MINE} ORDER BY id"  # noqa: S608
            rows = connection.execute(sql, (self._name,))
            return [self._ticket(row) for row in rows]

    def body(self, ticket_id: str) -> str:
        """The ticket's text; "" where there is no such ticket."""
        with self._file.reading() as connection:
            row = self._row(connection, ticket_id)
            return row["body"] if row else ""

    def comments(self, ticket_id: str) -> list[Note]:
        """What was said, oldest first."""
        return [note for note in self._notes(ticket_id) if note.what == "comment"]

    def history(self, ticket_id: str) -> list[Note]:
        """What was done, oldest first."""
        return [note for note in self._notes(ticket_id) if note.what != "comment"]

    def links(self, ticket_id: str) -> list[tuple[str, str]]:
        """(relation, the other ticket's id)."""
        sql = "SELECT relation, other FROM links WHERE ticket = ? ORDER BY relation, other"
        with self._file.reading() as connection:
            return [
                (relation, str(other)) for relation, other in connection.execute(sql, (ticket_id,))
            ]

    def person_opens(self, title: str, body: str, who: str, labels: Sequence[str] = ()) -> Ticket:
        """A person, or a script of theirs, makes a ticket: it has no marker."""
        values = {
            "tracker": self._name,
            "project": self._project,
            "title": title,
            "body": body,
            "labels": encoded(list(labels)),
            "created": self._now(),
        }
        with self._file.writing() as connection:
            row = self._row(connection, self._insert(connection, values))
            if row is None:
                raise RuntimeError(f"the ticket {title!r} was written and is not there")
            self._note(connection, row, who, "create", "")
            self._write(connection, row, {"changed_by": who}, touch=True)
            return self._ticket(self._row(connection, str(row["id"])))

    def _insert(self, connection: sqlite3.Connection, values: Mapping[str, str]) -> str:
        """A new row, open, with what is not given empty; its id."""
        empty = dict.fromkeys(("subject", "title", "body", "updated", "severity", "fields"), "")
        row = {**empty, "state": "open", "labels": "[]", "revision": 0, "changed": 0, **values}
        sql = (
            f"INSERT INTO tickets ({', '.join(row)})"  # noqa: S608
            f" VALUES ({', '.join('?' * len(row))})"
        )
        return str(connection.execute(sql, tuple(row.values())).lastrowid)

    def person_closes(self, ticket_id: str, resolution: Resolution | None, who: str) -> None:
        """A person closes it; without a resolution as done."""
        self._by_person(ticket_id, who, lambda row: state("closed", resolution, who))

    def person_reopens(self, ticket_id: str, who: str) -> None:
        """A person opens it again."""
        self._by_person(ticket_id, who, lambda row: state("open", None, who))

    def person_edits(self, ticket_id: str, field: str, value: Any, who: str) -> None:
        """A person writes a field: title, body, priority, due, assignee, or labels (a sequence)."""
        if field not in (*EDITABLE, "labels"):
            raise ValueError(f"a ticket has no field {field}")
        new = encoded(list(value)) if field == "labels" else value
        self._by_person(ticket_id, who, lambda row: {field: new})

    def person_comments(self, ticket_id: str, text: str, who: str) -> None:
        """A person says something."""
        self._by_person(ticket_id, who, lambda row: {}, comment=text)

    def _by_person(self, ticket_id: str, who: str, values: Values, comment: str = "") -> None:
        outcome = self._change(ticket_id, values, who, comment=comment or None)
        if outcome.state != "applied":
            raise TrackerError(f"{self._name}: {outcome.reason}")

    def _change(
        self,
        ticket_id: str,
        values: Values,
        who: str,
        *,
        nonce: str | None = None,
        comment: str | None = None,
        link: tuple[str, str] | None = None,
    ) -> Outcome:
        """Carry out one request about one ticket; a nonce that was here before changes nothing."""
        with self._file.writing() as connection:
            row = self._row(connection, ticket_id)
            if row is None:
                return Outcome("rejected", reason=f"there is no ticket with id {ticket_id}")
            if link and self._row(connection, link[0]) is None:
                return Outcome("rejected", reason=f"there is no ticket with id {link[0]}")
            new = values(row)
            if new is not None and (nonce is None or self._first_time(connection, nonce, row)):
                linked = self._link(connection, row, link) if link else False
                if comment:
                    self._note(connection, row, who, "comment", comment)
                for name in (*EDITABLE, "labels", "state"):
                    if name in new and new[name] != row[name]:
                        text = "" if name == "body" else str(new[name] or "")
                        self._note(connection, row, who, name, text)
                self._write(connection, row, new, touch=linked or bool(comment))
            return Outcome("applied", self._ticket(self._row(connection, ticket_id)))

    def _write(
        self,
        connection: sqlite3.Connection,
        row: sqlite3.Row,
        values: dict[str, Any],
        *,
        touch: bool,
    ) -> None:
        changed = {name: value for name, value in values.items() if row[name] != value}
        if not changed and not touch:
            return
        changed["updated"] = self._now()
        changed["revision"] = row["revision"] + 1
        changed["changed"] = last_change(connection) + 1
        columns = ", ".join(f"{name} = ?" for name in changed)
        sql = f"UPDATE tickets SET {columns} WHERE id = ?"  # noqa: S608
        connection.execute(sql, (*changed.values(), row["id"]))

    def _link(
        self, connection: sqlite3.Connection, row: sqlite3.Row, link: tuple[str, str]
    ) -> bool:
        sql = "INSERT OR IGNORE INTO links VALUES (?, ?, ?)"
        return connection.execute(sql, (row["id"], *link)).rowcount > 0

    def _first_time(self, connection: sqlite3.Connection, nonce: str, row: sqlite3.Row) -> bool:
        sql = "INSERT OR IGNORE INTO nonces VALUES (?, ?)"
        return connection.execute(sql, (nonce, row["id"])).rowcount > 0

    def _note(
        self, connection: sqlite3.Connection, row: sqlite3.Row, who: str, what: str, text: str
    ) -> None:
        sql = "INSERT INTO notes (ticket, at, who, what, text) VALUES (?, ?, ?, ?, ?)"
        connection.execute(sql, (row["id"], self._now(), who, what, text))

    def _notes(self, ticket_id: str) -> list[Note]:
        sql = "SELECT at, who, what, text FROM notes WHERE ticket = ? ORDER BY no"
        with self._file.reading() as connection:
            return [Note(*row) for row in connection.execute(sql, (ticket_id,))]

    def _row(self, connection: sqlite3.Connection, ticket_id: str) -> sqlite3.Row | None:
        return (
            next(select(connection, self._name, "id", [int(ticket_id)]), None)
            if ticket_id.isdecimal()
            else None
        )

    def _ticket(self, row: Any) -> Ticket:
        return ticket_of(row, self._name)


def last_change(connection: sqlite3.Connection) -> int:
    """The number of the last change in this file; 0 before the first."""
    return int(connection.execute("SELECT max(changed) FROM tickets").fetchone()[0] or 0)
