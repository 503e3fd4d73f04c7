"""Tickets read from ServiceNow: by UUID, by sys_id, by what changed, by a person's query.

The Table API reads the primary database (KB2649787): what was written is seen at once, and nothing found is
nothing there. Times are asked for relative to the instance's own clock: an account has a time zone, and
a stamp in a query may be read in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

from ticketbot.errors import TrackerError
from ticketbot.model.ticket import Marker, Ticket
from ticketbot.planning.assemble import id_order
from ticketbot.trackers.base import Text
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.outcome import Reply
from ticketbot.trackers.pace import Cost
from ticketbot.trackers.servicenow.line import Line
from ticketbot.trackers.servicenow.markers import Markers
from ticketbot.trackers.servicenow.query import (
    SUBJECT,
    SYS_ID,
    Records,
    Row,
    chunks,
    rows_of,
    unordered,
)
from ticketbot.trackers.servicenow.rows import (
    MARK,
    fields,
    is_ours,
    revision_of,
    target_term,
    ticket_of,
)
from ticketbot.trackers.servicenow.table import Columns, Table, as_class
from ticketbot.trackers.wire import Call

OVERLAP = 300
"""Seconds before a mark that are looked at again: stamps are given before transactions are committed, and
clocks differ."""
_MOST_SEEN = 2000


class Mark(msgspec.Struct, frozen=True):
    """How far `changed` has come. `seen`: what will be answered again, and is known."""

    at: float
    seen: dict[str, str] = {}


class Reads:
    """What one table's records say."""

    def __init__(self, line: Line, table: Table, markers: Markers, clock: Clock) -> None:
        self.line, self.table, self.markers, self.clock = line, table, markers, clock
        self.records, self.fields = Records(line), fields(table)

    def tickets(self, rows: Sequence[Row]) -> list[Ticket]:
        """With their markers, which may take further requests."""
        stored = self.markers.of(rows)
        return [self.ticket(row, stored.get(row["sys_id"])) for row in rows]

    def ticket(self, row: Row, stored: Marker | None) -> Ticket:
        """`stored`: its marker as it was written."""
        return ticket_of(row, self.table, self.line.name, self.line.url, stored)

    def writing(self, method: Literal["POST", "PATCH"], path: str, columns: Columns) -> Call:
        """A write that is answered with the row after it."""
        asked = {
            "sysparm_fields": ",".join(dict.fromkeys([*self.fields, *columns])),
            "sysparm_display_value": "false",
            "sysparm_exclude_reference_link": "true",
        }
        cost: Cost = "content" if method == "POST" else "write"
        return Call(method=method, path=path, query=asked, json=columns, cost=cost)

    def find(self, subjects: Sequence[str]) -> dict[str, list[Ticket]]:
        """By the column of the UUID, in the configured table alone: the same UUID in another one may be
        another tracker's."""
        wanted = {subject for subject in subjects if SUBJECT.fullmatch(subject)}
        table = self.table
        rows = self.records.among(table.name, table.id, sorted(wanted), self.fields)
        rows = [row for row in rows if row[table.id] in wanted]
        found: dict[str, list[Ticket]] = {}
        for row, ticket in zip(rows, self.tickets(rows), strict=True):
            found.setdefault(row[table.id], []).append(ticket)
        return {
            subject: sorted(tickets, key=lambda ticket: id_order(ticket.id))
            for subject, tickets in found.items()
        }

    def rows(self, ids: Iterable[str]) -> list[Row]:
        """By sys_id, in whatever class they are now. Raises TrackerError where they are hidden."""
        wanted = sorted({id_ for id_ in ids if SYS_ID.fullmatch(id_)})
        if not wanted:
            return []
        rows = self.records.among(self.table.name, "sys_id", wanted, self.fields)
        missing = sorted(set(wanted) - {row["sys_id"] for row in rows})
        return rows + (self._elsewhere(missing) if missing else [])

    def read(self, ids: Iterable[str]) -> dict[str, Ticket]:
        """Id → ticket now."""
        return {ticket.id: ticket for ticket in self.tickets(self.rows(ids))}

    def _elsewhere(self, missing: list[str]) -> list[Row]:
        """Deleted, reclassified (a task of another class), or hidden from this account: then the count
        in the answer is greater than what it holds."""
        table, records = self.table.name, self.records
        asked = [f"sys_idIN{','.join(part)}" for part in chunks(missing)]
        own = [records.call(table, "", ["sys_id"], 1)]
        own += [records.call(table, query, ["sys_id"]) for query in asked]
        tasks = [
            msgspec.structs.replace(
                records.call("task", query, ["sys_id", "sys_class_name"]), missing=(400, 403, 404)
            )
            for query in asked
        ]
        replies = self.line.ask_many([*own, *tasks])
        visible, same = replies[0], replies[1 : len(own)]
        hidden = any(_counted(each) > len(rows_of(each) or ()) for each in same)
        if hidden or (not rows_of(visible) and _counted(visible) > 0):
            raise TrackerError(
                f"{self.line.name}: the account may not see records of {table} any more",
                hint=f"Give it read access to {table}; `ticketbot doctor` tells more.",
            )
        moved: dict[str, list[str]] = {}
        for row in (row for each in replies[len(own) :] for row in rows_of(each) or ()):
            if row.get("sys_id") in missing and (name := row.get("sys_class_name", "")) != table:
                moved.setdefault(name, []).append(row["sys_id"])
        return self._of_classes(moved)

    def _of_classes(self, moved: Mapping[str, Sequence[str]]) -> list[Row]:
        """Only its own class's table shows all columns of a record."""
        return [
            row
            for name, ids in moved.items()
            for row in self.records.among(name, "sys_id", ids, fields(as_class(self.table, name)))
        ]

    def changed(self, since: str, targets: Sequence[str]) -> tuple[list[Ticket], str]:
        """By the column of the mark, since a time."""
        mark, now = _mark(since), self.clock.seconds()
        if mark is not None and now < mark.at - OVERLAP / 2:
            mark = None  # made by a clock that is ahead of ours: it tells nothing
        prefixes = [f"{MARK}{target_term(target)};" for target in targets] or [MARK]
        query = "^OR".join(f"{self.table.mark}STARTSWITH{prefix}" for prefix in prefixes)
        if mark is not None:
            minutes = math.ceil((max(0.0, now - mark.at) + OVERLAP) / 60)
            query = f"sys_updated_onRELATIVEGE@minute@ago@{minutes}^{query}"
        rows = list(self.records.pages(self.table.name, query, self.fields))
        self._verified(rows, prefixes)
        rows = [row for row in rows if is_ours(row, self.table)]
        known = mark.seen if mark else {}
        fresh = [row for row in rows if known.get(row["sys_id"]) != revision_of(row)]
        stored = self.markers.of(fresh)
        late = {row["sys_id"] for row in fresh} - set(stored)  # their markers are still to come
        seen = {
            row["sys_id"]: revision_of(row)
            for row in rows
            if row["sys_id"] not in late and _seconds(row) > now - OVERLAP - 60
        }
        after = Mark(now, seen if len(seen) <= _MOST_SEEN else {})
        tickets = [self.ticket(row, stored.get(row["sys_id"])) for row in fresh]
        return tickets, msgspec.json.encode(after, order="deterministic").decode()

    def _verified(self, rows: Iterable[Row], prefixes: Sequence[str]) -> None:
        expected = tuple(prefix.lower() for prefix in prefixes)
        if not all(row.get(self.table.mark, "").lower().startswith(expected) for row in rows):
            raise TrackerError(
                f"{self.line.name}: asked for our records, {self.table.name} answers with others:"
                " the instance dropped a term of the query",
                hint=f"Check that {self.table.name} has a column {self.table.mark}.",
            )

    def search(self, query: str, limit: int) -> list[Text]:
        """By an encoded query of a person's; its order does not count."""
        pages = self.records.pages(self.table.name, unordered(query), self.fields, limit)
        rows = list(pages)
        pairs = zip(self.tickets(rows), rows, strict=True)
        return [Text(ticket, row.get(self.table.body, "")) for ticket, row in pairs]


def _mark(since: str) -> Mark | None:
    """None also for a mark that is none of ours: then everything is read."""
    try:
        return msgspec.json.decode(since, type=Mark)
    except msgspec.DecodeError:
        return None


def _counted(reply: Reply) -> int:
    """`X-Total-Count` counts what matches, seen or not."""
    value = reply.headers.get("x-total-count", "")
    return int(value) if value.isdecimal() else 0


def _seconds(row: Row) -> float:
    try:
        moment = datetime.fromisoformat(row.get("sys_updated_on", ""))
    except ValueError:
        return 0.0
    return moment.replace(tzinfo=UTC).timestamp()
