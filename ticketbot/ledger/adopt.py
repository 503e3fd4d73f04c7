"""Learns from the markers of tickets, and rebuilds a ledger from them.

Nothing that the ledger knows is overwritten: a marker is written only together with another update
of its ticket, so it may be older.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable

from sqlalchemy import Connection

from ticketbot.ledger import tickets as ticket_rows
from ticketbot.ledger.dialect import chunked
from ticketbot.ledger.export import FlawLine, write
from ticketbot.ledger.load import load
from ticketbot.ledger.merge import Merge
from ticketbot.ledger.rulings import put_rulings
from ticketbot.ledger.upkeep import forget_everything
from ticketbot.model.finding import RANK
from ticketbot.model.flaw import Flaw
from ticketbot.model.ticket import MarkedFlaw, Marker, Ticket
from ticketbot.planning.state import TicketRow


def adopt(connection: Connection, found: Iterable[Ticket]) -> list[TicketRow]:
    """Learn flaws, aliases, sightings, decisions and tickets.

    Gives the rows of those with a marker.
    """
    marked = sorted(((t, t.marker) for t in found if t.marker), key=lambda pair: _order(pair[0]))
    merge = Merge(connection, newer=False)
    for chunk in chunked(marked):
        # One flaw may be in the markers of several tickets: each adds what it knows, one by one.
        rest = [_line(flaw) for _, marker in chunk for flaw in marker.flaws]
        while rest:
            first = {line.flaw.id: line for line in reversed(rest)}
            merge.flaws(list(first.values()))
            rest = [line for line in rest if line is not first[line.flaw.id]]
        merge.tickets([_row(ticket, marker) for ticket, marker in chunk])
    said = {r.id + (r.undone_at or ""): r for _, m in marked for f in m.flaws for r in f.rulings}
    put_rulings(connection, said.values())
    rows: list[TicketRow] = []
    for tracker in dict.fromkeys(ticket.tracker for ticket, _ in marked):
        ids = (ticket.id for ticket, _ in marked if ticket.tracker == tracker)
        rows += ticket_rows.by(connection, tracker, "id", ids)
    return rows


def rebuild(connection: Connection, found: Iterable[Ticket]) -> dict[str, int]:
    """Forget all but scans and the flaws that no ticket has, adopt the tickets, take those back."""
    with tempfile.SpooledTemporaryFile(max_size=16_000_000) as kept:
        write(connection, kept, unticketed=True)
        forget_everything(connection)
        rows = adopt(connection, found)
        kept.seek(0)
        counts = load(connection, kept, newer=False)
    return {"tickets": len(rows), "kept": counts.get("flaw", 0)}


def _order(ticket: Ticket) -> tuple[str, int, str]:
    return ticket.tracker, int(ticket.id) if ticket.id.isdecimal() else 0, ticket.id


def _line(marked: MarkedFlaw) -> FlawLine:
    flaw = Flaw(
        id=marked.id,
        target=marked.target,
        family=marked.family,
        birth=marked.birth,
        n=marked.n,
        first_seen=marked.first_seen,
        features=marked.features,
    )
    return FlawLine(
        flaw=flaw,
        aliases=tuple((alias, "marker") for alias in (*marked.aliases, marked.birth)),
        sightings=marked.sightings,
        decisions=((marked.decision, None),) if marked.decision else (),
    )


def _row(ticket: Ticket, marker: Marker) -> TicketRow:
    """What the ticket itself tells.

    What the marker says is closed and the ticket does not, a person opened again.
    """
    gone = [f.id for f in marker.flaws if f.sightings and all(s.absences for s in f.sightings)]
    return TicketRow(
        tracker=ticket.tracker,
        id=ticket.id,
        key=ticket.key,
        url=ticket.url,
        subject=marker.subject,
        group=marker.group,
        flaws=tuple(flaw.id for flaw in marker.flaws),
        struck=tuple(gone) if marker.group else (),
        state=ticket.state,
        closed=marker.closed if ticket.state == "closed" else None,
        closed_at=ticket.updated if ticket.state == "closed" else None,
        revision=ticket.revision,
        kept_open=ticket.state == "open" and marker.closed == "fixed",
        asked=marker.asked,
        draft=marker.draft,
        due=ticket.due,
        written=marker.written,
        severity=marker.severity
        or max((f.features.severity for f in marker.flaws), key=RANK.__getitem__, default=""),
    )
