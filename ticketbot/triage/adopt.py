"""Bulk adoption: tickets that a script or people made become ours, so that no sync makes them again.

Plans by the path that a sync plans by (the same flaws, with the same ids) and is carried out by
`sync.apply`. It closes nothing, creates nothing, and writes no word into a ticket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from ticketbot.model.flaw import Decision
from ticketbot.model.ticket import Ticket
from ticketbot.planning.adoption import Orphan, adoption, orphans
from ticketbot.planning.changes import Update
from ticketbot.planning.gate import Item
from ticketbot.planning.plan import Plan, Situation, digest
from ticketbot.planning.routes import route
from ticketbot.sync import Applied, Hands, Job, run
from ticketbot.sync.absorb import absorb, take_in
from ticketbot.sync.gather import gather
from ticketbot.sync.gating import look
from ticketbot.trackers.base import Text, Tracker
from ticketbot.triage.pairing import Left, Pair, Pairing, pair
from ticketbot.triage.pattern import Pattern


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which tickets are looked at, and what in them names a flaw."""

    tracker: str
    pattern: Pattern
    query: str = ""
    """In the tracker's own language; "" = all."""
    closed: bool = False
    """Closed tickets too, with what was decided by closing them."""
    limit: int = 1000


class Adoption(msgspec.Struct, frozen=True, kw_only=True):
    """Which ticket becomes whose; the plan says it to `sync.apply`."""

    pairs: tuple[Pair, ...]
    left: tuple[Left, ...]
    ours: int
    """Tickets that have a marker, or that the ledger knows."""
    closed: int
    """Closed tickets that nobody asked for."""
    cut: bool
    """There are as many tickets as were asked for: perhaps more."""
    plan: Plan


class _Strangers(msgspec.Struct, frozen=True):
    """What the query found, without ours."""

    texts: list[Text]
    found: int


def propose(job: Job, wanted: Wanted) -> Adoption:
    """What would be adopted. Brings `job.ledger` up to date with the trackers: give it a snapshot where
    nothing must be written. Raises TrackerError."""
    tracker, ledger, now = job.trackers[wanted.tracker], job.ledger, job.context.now
    absorb(ledger, job.trackers, now, job.note, job.context.targets)
    strangers = _strangers(job, tracker, wanted)
    made = _proposed(job, wanted, strangers)
    # before a flaw gets a ticket: an index that lags has not told of one that another job made
    subjects = [change.subject for change in made.plan.changes]
    others = tracker.find(subjects) if subjects else {}
    if any(others.values()):
        for tickets in others.values():
            take_in(ledger, tracker.name, tickets, now, job.note)
        made = _proposed(job, wanted, strangers)
    return made


def adopt(job: Job, wanted: Wanted, hands: Hands) -> tuple[Adoption, Applied]:
    """Propose and carry out; where the world moves meanwhile, propose again."""
    made: list[Adoption] = []

    def planned(job: Job) -> Plan:
        made.append(propose(job, wanted))
        return made[-1].plan

    plan, applied = run(job, hands, planned)
    return next(each for each in made if each.plan is plan), applied


def _strangers(job: Job, tracker: Tracker, wanted: Wanted) -> _Strangers:
    """The tickets as they are now: what a search says may be old."""
    found = tracker.search(wanted.query, wanted.limit)
    job.context.say(f"{tracker.name}: {len(found)} tickets found")
    unmarked = {text.ticket.id: text for text in found if text.ticket.marker is None}
    held = job.ledger.tickets(tracker.name, unmarked)
    fresh = tracker.read([id_ for id_ in unmarked if id_ not in held])
    texts = [Text(ticket, unmarked[id_].body) for id_, ticket in fresh.items()]
    return _Strangers([text for text in texts if text.ticket.marker is None], len(found))


def _proposed(job: Job, wanted: Wanted, strangers: _Strangers) -> Adoption:
    """What follows from what is known now."""
    quiet = msgspec.structs.replace(job.context, say=lambda _text: None)  # `gather` says it
    items, situation = look(replace(job, context=quiet)).items, gather(job)
    free = orphans(situation, wanted.tracker)
    chosen = [t for t in strangers.texts if wanted.closed or t.ticket.state == "open"]

    def taken(item: Item, ticket: Ticket) -> str:
        return _taken(item, ticket, free.get(item.flaw), job, wanted.tracker)

    paired = pair(chosen, items, wanted.pattern, taken)
    return Adoption(
        pairs=paired.pairs,
        left=paired.left,
        ours=strangers.found - len(strangers.texts),
        closed=len(strangers.texts) - len(chosen),
        cut=strangers.found >= wanted.limit,
        plan=_plan(paired, free, situation),
    )


def _taken(item: Item, ticket: Ticket, orphan: Orphan | None, job: Job, tracker: str) -> str:
    """Why the flaw cannot have the ticket. Whoever closed a ticket may have closed it for the decision
    that is known already."""
    if orphan is not None and (orphan.live or ticket.state == "closed"):
        return ""
    if item.ticket is not None:
        return f"its flaw has {item.ticket} already"
    if item.baseline:
        return "its flaw is known debt; `ticketbot baseline promote` takes it out"
    if item.decision is not None:
        return f"its flaw is {item.decision.kind.replace('_', ' ')} by decision"
    if item.finding.status == "suppressed":
        return "its flaw is suppressed in the source"
    routed = route(item.features, item.scope, job.settings)
    if routed.tracker is None:
        return f"its flaw gets no ticket: {routed.because}"
    if routed.tracker != tracker:
        return f"its flaw goes to {routed.tracker}" + (routed.name and f" ({routed.name})")
    return "a sync would make no ticket for its flaw now"


def _plan(paired: Pairing, free: Mapping[str, Orphan], situation: Situation) -> Plan:
    """The scans are taken note of as a sync would; what it would do besides is left to it."""
    changes: list[Update] = []
    decided: dict[str, Decision | None] = {}
    for each in paired.pairs:
        subject, by = free[each.item.flaw].subject, situation.circumstances
        change, decision = adoption(subject, each.ticket, situation.drafting, by, each.evidence)
        changes.append(change)
        if decision is not None:
            decided[each.item.flaw] = decision
    effects = situation.effects
    bare = Plan(
        scans=tuple(situation.scans),
        changes=tuple(changes),
        summary={"update": len(changes)},
        bases=tuple(situation.bases),
        effects=msgspec.structs.replace(effects, decided={**effects.decided, **decided}),
        key="",  # nothing is settled by this: the next sync looks at every flaw
    )
    return msgspec.structs.replace(bare, digest=digest(bare), made_at=situation.made_at)
