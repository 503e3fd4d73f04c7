"""What the trackers say since the last run: unfinished intents resolved, unknown tickets taken in from
their markers, people's decisions noticed.

The same step rebuilds a lost ledger: with no mark, every ticket of ours is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from ticketbot.ledger.journal import Intent
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.flaw import Decision
from ticketbot.model.ticket import Ticket
from ticketbot.planning.observe import observe
from ticketbot.planning.state import FlawRecord, TicketRow
from ticketbot.planning.subjects import position
from ticketbot.sync.noted import Note, Noticed, Resolved, unheard
from ticketbot.trackers.base import Tracker


def absorb(ledger: Ledger, trackers: Mapping[str, Tracker], now: str, note: Note = unheard) -> int:
    """Bring the ledger up to date with every tracker. Gives the number of tickets looked at."""
    looked_at = 0
    for name, tracker in sorted(trackers.items()):
        tickets, mark = tracker.changed(ledger.mark(name))
        with ledger.transaction():
            take_in(ledger, name, tickets, now, note)
            ledger.set_mark(name, mark)
        resolve(ledger, tracker, now, note)
        looked_at += len(tickets)
    return looked_at


def take_in(
    ledger: Ledger, tracker: str, tickets: Iterable[Ticket], now: str, note: Note = unheard
) -> None:
    """Make the ledger know what these tickets say, decisions included."""
    found = list(tickets)
    rows = ledger.tickets(tracker, [ticket.id for ticket in found])
    # a person may have cut the marker out of a ticket that is known: it is still ours
    ours = [ticket for ticket in found if ticket.marker is not None or ticket.id in rows]
    unknown = [ticket for ticket in ours if ticket.id not in rows]
    rewritten = [
        t for t in ours if t.id in rows and t.marker and t.marker.draft != rows[t.id].draft
    ]
    if rewritten:
        ledger.adopt_all(rewritten)  # members that another job has found
    for row in ledger.adopt_all(unknown) if unknown else ():
        # as if it had been open: then a person's closing is noticed as one
        rows[row.id] = msgspec.structs.replace(row, state="open", closed=None)
    for ticket in ours:
        _observe(ledger, rows[ticket.id], ticket, now, note)


def _observe(ledger: Ledger, row: TicketRow, ticket: Ticket, now: str, note: Note) -> None:
    seen = observe(row, ticket)
    if seen.row != row:
        ledger.save_tickets([seen.row])
    if seen.decision is None and not seen.lifted:
        return
    records = ledger.records_by_id(row.flaws)
    said = seen.decision
    if said is not None:
        said = msgspec.structs.replace(said, commit=_position(ledger, records) or None)
    decided = [record for record in records if not _already(record.decision, said)]
    for record in decided:
        ledger.decide(record.flaw.id, said, now)
    if decided:
        flaws = tuple(record.flaw for record in decided)
        note(Noticed(row.tracker, row.key, flaws, said))
    ledger.unsettle([record.flaw.id for record in records])


def _already(known: Decision | None, said: Decision | None) -> bool:
    """A marker may carry the decision that the ticket's state shows again, in more words."""
    if known is None or said is None:
        return False
    return known.kind == said.kind and known.made_at >= said.made_at


def _position(ledger: Ledger, records: Iterable[FlawRecord]) -> str:
    """Where the newest scan stood that could have seen a member; "" when none is known any more."""
    scopes = {sighting.scope for record in records for sighting in record.sightings}
    last = [scan for scope in scopes if (scan := ledger.scope_state(scope).last) is not None]
    newest = max(
        last, key=lambda scan: (scan.ended or scan.started or "", scan.digest), default=None
    )
    return position(newest) if newest else ""


def resolve(ledger: Ledger, tracker: Tracker, now: str, note: Note = unheard) -> None:
    """Find out what became of requests whose answer never came; planning then starts from the facts."""
    pending = ledger.journal.pending(tracker.name)
    if not pending:
        return
    creates = [intent for intent in pending if intent.action == "create"]
    found = tracker.find([intent.subject for intent in creates]) if creates else {}
    for intent in creates:
        made = [t for t in found.get(intent.subject, ()) if t.state == "open"]
        take_in(ledger, tracker.name, made, now, note)
        why = "found by its marker" if made else "not found by its marker"
        _finish(ledger, intent, made[0].id if made else None, why, now, note)
    others = [intent for intent in pending if intent.action != "create"]
    ids = sorted({intent.ticket_id for intent in others if intent.ticket_id})
    tickets = tracker.read(ids) if ids else {}
    take_in(ledger, tracker.name, tickets.values(), now, note)
    for intent in others:
        why = "the run ended before the answer; planned afresh"
        _finish(ledger, intent, None, why, now, note)


def _finish(
    ledger: Ledger, intent: Intent, ticket_id: str | None, why: str, now: str, note: Note
) -> None:
    state: Literal["applied", "rejected"] = "applied" if ticket_id is not None else "rejected"
    ledger.journal.finish(intent.id, state, now=now, ticket_id=ticket_id, note=why)
    note(Resolved(intent, state, why))
