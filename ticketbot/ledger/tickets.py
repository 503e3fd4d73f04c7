"""Ticket rows: reading and saving them with their members.

The tracker's word on a ticket is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, select

from ticketbot.ledger.dialect import chunked, put
from ticketbot.ledger.tables import flaws, members, tickets
from ticketbot.planning.state import TicketRow

COPIED = tuple(
    name for name in TicketRow.__struct_fields__ if name in tickets.c and name != "written"
)
KEPT = tuple(c.name for c in tickets.c if c.name not in ("no", "tracker", "id"))


def where(connection: Connection, *conditions: ColumnElement[bool]) -> dict[int, TicketRow]:
    """Row number → ticket, oldest first, for tickets that meet the conditions (at most a chunk's
    worth).
    """
    order = (tickets.c.created_at, tickets.c.no)
    rows = connection.execute(select(tickets).where(*conditions).order_by(*order)).mappings().all()
    names: dict[int, list[tuple[str, bool]]] = {}
    for chunk in chunked([row["no"] for row in rows]):
        found = (
            select(members.c.ticket, flaws.c.id, members.c.struck)
            .join(flaws, flaws.c.no == members.c.flaw)
            .where(members.c.ticket.in_(chunk))
            .order_by(members.c.ticket, members.c.place)
        )
        for no, flaw, struck in connection.execute(found):
            names.setdefault(no, []).append((flaw, struck))
    return {row["no"]: _ticket(row, names.get(row["no"], [])) for row in rows}


def _ticket(row: Any, names: Sequence[tuple[str, bool]]) -> TicketRow:
    return TicketRow(
        **{name: row[name] for name in COPIED},
        group=row["group_key"],
        flaws=tuple(flaw for flaw, _ in names),
        struck=tuple(flaw for flaw, struck in names if struck),
        written=msgspec.json.decode(row["written"]),
    )


def by(connection: Connection, tracker: str, column: str, values: Iterable[str]) -> list[TicketRow]:
    """The tracker's tickets whose `column` is one of `values`."""
    found: list[TicketRow] = []
    for chunk in chunked(dict.fromkeys(values)):
        conditions = (tickets.c.tracker == tracker, tickets.c[column].in_(chunk))
        found += where(connection, *conditions).values()
    return found


def of_flaws(connection: Connection, nos: Sequence[int]) -> dict[int, list[TicketRow]]:
    """Flaw → every ticket it ever had, oldest first, for one chunk of flaws."""
    pairs = connection.execute(
        select(members.c.flaw, members.c.ticket).where(members.c.flaw.in_(nos))
    ).all()
    rows: dict[int, TicketRow] = {}
    for chunk in chunked(dict.fromkeys(ticket for _, ticket in pairs)):
        rows |= where(connection, tickets.c.no.in_(chunk))
    held: dict[int, list[int]] = {}
    for flaw, ticket in pairs:
        held.setdefault(flaw, []).append(ticket)
    return {
        flaw: [rows[no] for no in sorted(nos, key=lambda no: (rows[no].created_at, no))]
        for flaw, nos in held.items()
    }


def save(connection: Connection, rows: Iterable[TicketRow], nos: dict[str, int]) -> None:
    """Write tickets and their members as they are now.

    `nos` has the number of every member's flaw.
    """
    for chunk in chunked({(row.tracker, row.id): row for row in rows}.values()):
        values = [_values(row) for row in chunk]
        put(connection, tickets, values, key=("tracker", "id"), replace=KEPT)
        numbers = _numbers(connection, chunk)
        connection.execute(delete(members).where(members.c.ticket.in_(numbers.values())))
        joined = [
            {
                "ticket": numbers[row.tracker, row.id],
                "flaw": nos[flaw],
                "place": place,
                "struck": flaw in row.struck,
            }
            for row in chunk
            for place, flaw in enumerate(dict.fromkeys(row.flaws))
        ]
        if joined:
            connection.execute(members.insert(), joined)


def _values(row: TicketRow) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(row, name) for name in COPIED}
    values["group_key"] = row.group
    values["written"] = msgspec.json.encode(row.written).decode()
    return values


def _numbers(connection: Connection, rows: Sequence[TicketRow]) -> dict[tuple[str, str], int]:
    found = select(tickets.c.tracker, tickets.c.id, tickets.c.no).where(
        tickets.c.id.in_([row.id for row in rows]),
        tickets.c.tracker.in_({row.tracker for row in rows}),
    )
    return {(tracker, id_): no for tracker, id_, no in connection.execute(found)}
