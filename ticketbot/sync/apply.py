"""A plan carried out: preconditions, effects, then one journaled request after the other.

The only loop that changes anything outside. What it does is decided by the plan; it decides only whether
the world is still the one the plan was made for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from ticketbot.ledger.journal import Intent
from ticketbot.ledger.ledger import Ledger
from ticketbot.planning.changes import AnyChange, Close, Comment, Create, Leave, Link, Reopen, Update
from ticketbot.planning.plan import Plan
from ticketbot.planning.rows import row_after
from ticketbot.sync.absorb import take_in
from ticketbot.sync.converging import converge_created
from ticketbot.sync.moved import moved
from ticketbot.trackers.base import Draft, Outcome, Tracker

Result = Literal["applied", "rejected", "unknown", "skipped"]


class Done(msgspec.Struct, frozen=True):
    """One change and what came of it."""

    change: AnyChange
    outcome: Result
    ticket: str | None = None
    url: str | None = None
    note: str = ""


@dataclass
class Hands:
    """What carrying out needs. `now` is a clock here: right of the plan, time passes."""

    ledger: Ledger
    trackers: Mapping[str, Tracker]
    run_id: str
    now: Callable[[], str]
    out_of_time: Callable[[], bool] = lambda: False
    done: Callable[[Done], None] = lambda _done: None
    serial: int = 0
    created: dict[str, list[str]] = field(default_factory=dict)
    """Tracker → subjects that got a ticket in this run."""


class Applied(msgspec.Struct, frozen=True):
    """What became of a plan. `moved`: why nothing was done at all."""

    results: tuple[Done, ...] = ()
    moved: tuple[str, ...] = ()
    stopped: bool = False
    """True where --max-duration ended it; the next run goes on."""


def apply(plan: Plan, hands: Hands) -> Applied:
    """Check every precondition, write the effects, then make the changes that are not held."""
    differences = moved(plan, hands.ledger, hands.trackers)
    if differences:
        return Applied(moved=tuple(differences))
    hands.ledger.apply_effects(plan.effects, hands.run_id, plan.key)
    todo = [c for c in plan.changes if c.held is None and not isinstance(c, Leave)]
    results: list[Done] = []
    for batch in _batches(todo, hands.trackers):
        if hands.out_of_time():
            return Applied(results=tuple(results), stopped=True)
        for done in _carry_out(batch, plan, hands):
            results.append(done)
            hands.done(done)
    for change in converge_created(hands.created, hands.trackers, hands.ledger, hands.now()):
        results += _carry_out([change], plan, hands)
    return Applied(results=tuple(results))


def _batches(
    changes: Sequence[AnyChange], trackers: Mapping[str, Tracker]
) -> list[list[AnyChange]]:
    """Creates that follow each other in one tracker go together, as many as it takes; the rest alone."""
    batches: list[list[AnyChange]] = []
    for change in changes:
        last = batches[-1] if batches else None
        if (
            last
            and isinstance(change, Create)
            and isinstance(last[0], Create)
            and change.tracker == last[0].tracker
            and len(last) < trackers[str(change.tracker)].capabilities.bulk_create
        ):
            last.append(change)
        else:
            batches.append([change])
    return batches


def _carry_out(batch: Sequence[AnyChange], plan: Plan, hands: Hands) -> list[Done]:
    """Intents first, then the requests, then what came of them."""
    tracker = hands.trackers[str(batch[0].tracker)]
    mark = hands.ledger.mark(tracker.name)
    intents = hands.ledger.journal.open_many([_intent(c, mark, hands) for c in batch])
    mine = [(c, intent) for c, intent in zip(batch, intents, strict=True) if intent is not None]
    outcomes = _request([c for c, _ in mine], [i.nonce for _, i in mine], tracker)
    results = {
        id(c): _finish(c, intent, outcome, plan, hands)
        for (c, intent), outcome in zip(mine, outcomes, strict=True)
    }
    busy = "another job is doing this"
    return [results.get(id(c)) or Done(c, "skipped", c.ticket, None, busy) for c in batch]


def _intent(change: AnyChange, mark: str, hands: Hands) -> Intent:
    hands.serial += 1
    return Intent(
        id=f"{hands.run_id}-{hands.serial:06}",
        run=hands.run_id,
        tracker=str(change.tracker),
        subject=change.subject,
        action=action_of(change),
        nonce=f"{hands.run_id}-{hands.serial:06}",
        high_water_mark=mark,
        sent_at=hands.now(),
        ticket_id=change.ticket_id,
        reason=change.reason,
        flaws=change.flaws,
    )


def action_of(change: AnyChange) -> str:
    """The change's name in plans and in the journal."""
    return type(change).__name__.lower()


def _request(
    changes: Sequence[AnyChange], nonces: Sequence[str], tracker: Tracker
) -> list[Outcome]:
    if not changes:
        return []
    creates = [
        Draft(c.draft, nonce)
        for c, nonce in zip(changes, nonces, strict=True)
        if isinstance(c, Create) and c.draft is not None
    ]
    if creates:
        return tracker.create(creates)
    return [_one(c, nonce, tracker) for c, nonce in zip(changes, nonces, strict=True)]


def _one(change: AnyChange, nonce: str, tracker: Tracker) -> Outcome:
    """The one place where a change becomes a call."""
    ticket_id = str(change.ticket_id)
    match change:
        case Update(draft=draft) if draft is not None:
            return tracker.update(
                ticket_id,
                draft,
                change.fields,
                remove_labels=change.remove_labels,
                comment=change.comment,
                nonce=nonce,
            )
        case Comment():
            return tracker.comment(ticket_id, change.comment, nonce=nonce)
        case Close():
            return tracker.close(
                ticket_id,
                change.resolution,
                comment=change.comment,
                marker=change.marker,
                duplicate_of=change.duplicate_of,
                nonce=nonce,
            )
        case Reopen():
            return tracker.reopen(
                ticket_id, comment=change.comment, marker=change.marker, nonce=nonce
            )
        case Link():
            return tracker.link(ticket_id, change.other_id, change.relation, nonce=nonce)
    raise TypeError(f"not a change that is carried out: {change!r}")


def _finish(
    change: AnyChange, intent: Intent, outcome: Outcome, plan: Plan, hands: Hands
) -> Done:
    """Journal and row in one transaction; a flaw that is dealt with needs no look next time."""
    now, journal = hands.now(), hands.ledger.journal
    ticket = outcome.ticket
    if outcome.state != "applied" or ticket is None:
        state: Literal["rejected", "unknown"] = (
            "rejected" if outcome.state == "rejected" else "unknown"
        )
        journal.finish(intent.id, state, now=now, note=outcome.reason)
        return Done(change, state, change.ticket, None, outcome.reason)
    known = hands.ledger.tickets(ticket.tracker, [ticket.id]).get(ticket.id)
    row = row_after(change, ticket, known, now)
    with hands.ledger.transaction():
        journal.finish(intent.id, "applied", now=now, ticket_id=ticket.id, rows=[row])
        hands.ledger.settle(change.flaws, plan.key)
    if isinstance(change, Create):
        hands.created.setdefault(ticket.tracker, []).append(change.subject)
        if change.regression_of:
            hands.trackers[ticket.tracker].link(
                ticket.id, change.regression_of, "regression", nonce=f"{intent.nonce}-link"
            )
    return Done(change, "applied", ticket.key, ticket.url)


__all__ = ["Applied", "Done", "Hands", "apply", "take_in"]
