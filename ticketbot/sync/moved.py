"""Is the world still the one a plan was made for? Reads only; every difference is a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from ticketbot.ledger.ledger import Ledger
from ticketbot.model.ticket import Ticket
from ticketbot.planning.changes import AnyChange, Create, Leave
from ticketbot.planning.plan import Plan
from ticketbot.planning.state import FlawRecord, digest_of
from ticketbot.trackers.base import Tracker


def moved(plan: Plan, ledger: Ledger, trackers: Mapping[str, Tracker]) -> list[str]:
    """What is different now: newer scans; else changed flaws, changed or new tickets, one sentence each.
    Behind a newer scan the rest is only its consequence."""
    return _scans(plan, ledger) or _changes(plan, ledger, trackers)


def _todo(plan: Plan) -> list[AnyChange]:
    return [c for c in plan.changes if c.held is None and not isinstance(c, Leave)]


def _scans(plan: Plan, ledger: Ledger) -> list[str]:
    found = []
    for scan, base in zip(plan.effects.scans, plan.bases, strict=True):
        last = ledger.scope_state(scan.scope).last
        before, now = (base.digest if base else None), (last.digest if last else None)
        if before != now:
            found.append(f"{scan.scope}: another scan was applied since the plan was made")
    return found


def _changes(plan: Plan, ledger: Ledger, trackers: Mapping[str, Tracker]) -> list[str]:
    todo = _todo(plan)
    records = {r.flaw.id: r for r in ledger.records_by_id({f for c in todo for f in c.flaws})}
    found = []
    for name in sorted({str(c.tracker) for c in todo}):
        mine = [c for c in todo if c.tracker == name]
        tickets = trackers[name].read(sorted({c.ticket_id for c in mine if c.ticket_id}))
        subjects = [c.subject for c in mine if isinstance(c, Create)]
        existing = trackers[name].find(subjects) if subjects else {}
        known = ledger.tickets(name, [t.id for each in existing.values() for t in each])
        for change in mine:
            there = [
                t
                for t in existing.get(change.subject, [])
                if t.state == "open" or t.id not in known
            ]
            found += _difference(change, tickets, there) or _flaws(change, records)
    return found


def _flaws(change: AnyChange, records: Mapping[str, FlawRecord]) -> list[str]:
    state = "".join(digest_of(records[f]) for f in change.flaws if f in records)
    now = hashlib.blake2b(state.encode(), digest_size=16).hexdigest() if state else ""
    expected = change.precondition.state
    if expected != now and (expected or isinstance(change, Create)):
        return [f"{change.title}: what the ledger knows of this flaw has changed"]
    return []


def _difference(
    change: AnyChange, tickets: Mapping[str, Ticket], existing: list[Ticket]
) -> list[str]:
    if isinstance(change, Create):
        there = [ticket.key for ticket in existing]
        return [f"{change.title}: {there[0]} has been made for it meanwhile"] if there else []
    ticket = tickets.get(str(change.ticket_id))
    if ticket is None:
        return [f"{change.ticket}: the ticket is not to be found any more"]
    if change.precondition.revision not in (None, ticket.revision):
        return [f"{change.ticket}: the ticket has been changed since the plan was made"]
    return []
