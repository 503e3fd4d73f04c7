"""What the trackers say since the last run: unfinished intents resolved, unknown tickets taken in from
their markers, people's decisions noticed.

The same step rebuilds a lost ledger: with no mark, every ticket of ours is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from ticketbot.ledger.journal import Intent
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.flaw import Decision
from ticketbot.model.ticket import Ticket
from ticketbot.planning.observe import observe
from ticketbot.planning.order import parse_time
from ticketbot.planning.state import FlawRecord, TicketRow
from ticketbot.planning.subjects import position
from ticketbot.sync.noted import Note, Noticed, Resolved, unheard
from ticketbot.trackers.base import Tracker

UNSETTLED = "no answer came, and it may still be carried out: looked for again by the next run"


def absorb(
    ledger: Ledger,
    trackers: Mapping[str, Tracker],
    now: str,
    note: Note = unheard,
    targets: Sequence[str] = (),
) -> int:
    """Bring the ledger up to date with every tracker, about these targets (none named: all). Gives the
    number of tickets looked at."""
    looked_at = 0
    for name, tracker in sorted(trackers.items()):
        key = mark_key(name, targets)
        tickets, mark = tracker.changed(ledger.mark(key), targets)
        with ledger.transaction():
            take_in(ledger, name, tickets, now, note)
            ledger.set_mark(key, mark)
        resolve(ledger, tracker, now, note)
        looked_at += len(tickets)
    return looked_at


def learn(
    ledger: Ledger, tracker: Tracker, subjects: Sequence[str], now: str, note: Note = unheard
) -> None:
    """Take in the tickets that are there for these subjects: an index that lags does not tell of them as
    changed, and planning afresh would plan the same again."""
    for tickets in tracker.find(subjects).values():
        take_in(ledger, tracker.name, tickets, now, note)


def mark_key(tracker: str, targets: Sequence[str]) -> str:
    """One target's run does not read the others' changes, so each has a mark of its own."""
    return " ".join((tracker, *targets[:1]))


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
    adopted = ledger.adopt_all(unknown) if unknown else []
    ledger.unsettle(sorted({flaw for row in adopted for flaw in row.flaws}))  # it may be a twin
    for row in adopted:
        # as if it had been open: then a person's closing is noticed as one
        rows[row.id] = msgspec.structs.replace(row, state="open", closed=None)
    for ticket in ours:
        _observe(ledger, rows[ticket.id], ticket, now, note)


def _observe(ledger: Ledger, row: TicketRow, ticket: Ticket, now: str, note: Note) -> None:
    seen = observe(row, ticket)
    if (
        seen.decision is not None
        and seen.decision.kind == "duplicate"
        and _twin(ledger, row, ticket)
    ):
        # whoever closed it as a duplicate said something of this ticket, and nothing of its flaws
        kept = msgspec.structs.replace(seen.row, closed="duplicate")
        seen = msgspec.structs.replace(seen, row=kept, decision=None)
    if seen.row != row:
        ledger.save_tickets([seen.row])
    if (seen.row.state, seen.row.closed) != (row.state, row.closed):
        ledger.unsettle(row.flaws)  # another job closed it, say: here its flaws may still be there
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


def _twin(ledger: Ledger, row: TicketRow, ticket: Ticket) -> bool:
    """Was another ticket open for each of its flaws when it was closed?"""
    records = ledger.records_by_id(row.flaws)
    return bool(records) and all(
        any(_open_then(other, ticket) for other in record.tickets if other.id != row.id)
        for record in records
    )


def _open_then(other: TicketRow, ticket: Ticket) -> bool:
    """Open still, or closed as fixed by us, and not before the ticket was."""
    if other.state == "open":
        return True
    theirs, its = parse_time(other.closed_at), parse_time(ticket.updated)
    return other.closed == "fixed" and theirs is not None and its is not None and theirs >= its


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
    creates = [intent for intent in pending if intent.action == "create"]
    if creates:
        _resolve_creates(ledger, tracker, creates, now, note)
    others = [intent for intent in pending if intent.action != "create"]
    if others:
        _resolve_others(ledger, tracker, others, now, note)


def _resolve_creates(
    ledger: Ledger, tracker: Tracker, creates: Sequence[Intent], now: str, note: Note
) -> None:
    """A ticket that is there now and was not known before is what came of it, whoever closed it since.
    None: the server may still be at it, until the tracker's requests are over for sure."""
    found = tracker.find([intent.subject for intent in creates])
    known = ledger.tickets(tracker.name, [t.id for each in found.values() for t in each])
    for intent in creates:
        tickets = found.get(intent.subject, [])
        made = [t for t in tickets if t.state == "open" or t.id not in known]
        if made:
            take_in(ledger, tracker.name, made, now, note)
            _finish(ledger, intent, made[0].id, "found by its marker", now, note)
        elif seconds_left(intent, tracker, now) <= 0:
            _finish(ledger, intent, None, "not found by its marker", now, note)
        else:
            ledger.journal.finish(intent.id, "unknown", now=now, note=UNSETTLED)


def _resolve_others(
    ledger: Ledger, tracker: Tracker, others: Sequence[Intent], now: str, note: Note
) -> None:
    """What the tickets say now is what counts; the rest is planned afresh."""
    ids = sorted({intent.ticket_id for intent in others if intent.ticket_id})
    tickets = tracker.read(ids) if ids else {}
    closing = {intent.ticket_id for intent in others if intent.action == "close"}
    for ticket in tickets.values():
        if ticket.id in closing and ticket.marker and ticket.resolution in ("fixed", "duplicate"):
            # killed between closing it and saying so in the marker: it was ours
            marker = msgspec.structs.replace(ticket.marker, closed=ticket.resolution)
            tickets[ticket.id] = msgspec.structs.replace(ticket, marker=marker)
    take_in(ledger, tracker.name, tickets.values(), now, note)
    for intent in others:
        why = "the run ended before the answer; planned afresh"
        _finish(ledger, intent, None, why, now, note)


def seconds_left(intent: Intent, tracker: Tracker, now: str) -> float:
    """How long the request may still be on its way."""
    sent, moment = parse_time(intent.sent_at), parse_time(now)
    if sent is None or moment is None:
        return 0.0
    return tracker.capabilities.settle - (moment - sent).total_seconds()


def _finish(
    ledger: Ledger, intent: Intent, ticket_id: str | None, why: str, now: str, note: Note
) -> None:
    state: Literal["applied", "rejected"] = "applied" if ticket_id is not None else "rejected"
    ledger.journal.finish(intent.id, state, now=now, ticket_id=ticket_id, note=why)
    note(Resolved(intent, state, why))
