"""A plan carried out: preconditions, effects, then one journaled request after the other.

The only loop that changes anything outside. What it does is decided by the plan; it decides only whether
the world is still the one the plan was made for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from ticketbot.ledger.journal import Intent
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.ticket import Ticket
from ticketbot.planning.changes import (
    AnyChange,
    Close,
    Comment,
    Create,
    Leave,
    Link,
    Reopen,
    Update,
)
from ticketbot.planning.plan import Plan
from ticketbot.planning.rows import row_after
from ticketbot.sync.absorb import mark_key
from ticketbot.sync.converging import converge_created
from ticketbot.sync.moved import moved
from ticketbot.sync.noted import Moved, Note, Planned, unheard
from ticketbot.sync.relating import late_links
from ticketbot.trackers.base import Draft, Outcome, Tracker

Result = Literal["applied", "rejected", "unknown", "skipped"]


class Done(msgspec.Struct, frozen=True):
    """One change and what came of it."""

    change: AnyChange
    outcome: Result
    ticket: str | None = None
    url: str | None = None
    note: str = ""


class Answer(msgspec.Struct, frozen=True):
    """One request with its intent, and what the tracker answered."""

    change: AnyChange
    intent: Intent
    outcome: Outcome

    @property
    def ticket(self) -> Ticket | None:
        """The ticket after it; None unless it was applied for sure."""
        return self.outcome.ticket if self.outcome.state == "applied" else None

    @property
    def result(self) -> Literal["applied", "rejected", "unknown"]:
        """An answer without a ticket is no proof that it was applied."""
        if self.outcome.state == "rejected":
            return "rejected"
        return "applied" if self.ticket is not None else "unknown"

    def done(self) -> Done:
        """The same, for people."""
        ticket, note = self.ticket, self.outcome.reason
        if ticket is None:
            return Done(self.change, self.result, self.change.ticket, None, note)
        return Done(self.change, self.result, ticket.key, ticket.url, note)


@dataclass
class Hands:
    """What carrying out needs. `now` is a clock here: right of the plan, time passes."""

    ledger: Ledger
    trackers: Mapping[str, Tracker]
    run_id: str
    now: Callable[[], str]
    sleep: Callable[[float], None] | None = None
    """Waits so many seconds for an answer that never came, or raises NoTimeError; None: leaves that to the
    next run."""
    out_of_time: Callable[[], bool] = lambda: False
    done: Callable[[Done], None] = lambda _done: None
    note: Note = unheard
    serial: int = 0
    created: dict[str, list[str]] = field(default_factory=dict)
    """Tracker → subjects that got a ticket in this run."""
    failed: set[tuple[str, str]] = field(default_factory=set)
    """(tracker, subject) of changes that are not applied: what comes after them in a plan must wait."""
    undone: Counter[str] = field(default_factory=Counter)
    """Flaw → changes of the plan that are not applied: with the last one it needs no look any more."""


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
        hands.note(Moved(plan, tuple(differences)))
        return Applied(moved=tuple(differences))
    hands.ledger.apply_effects(plan.effects, hands.run_id, plan.key)
    hands.note(Planned(plan))
    todo = [c for c in plan.changes if c.held is None and not isinstance(c, Leave)]
    hands.failed.clear()
    hands.undone = Counter(flaw for change in plan.changes for flaw in change.flaws)
    results: list[Done] = []
    for batch in _batches(todo, hands.trackers):
        if hands.out_of_time():
            return Applied(results=tuple(results), stopped=True)
        for done in _carry_out(batch, plan, hands):
            results.append(done)
            hands.done(done)
    late = late_links(plan, [d.change for d in results], hands.ledger, hands.trackers)
    twins = converge_created(hands.created, hands.trackers, hands.ledger, hands.now(), hands.note)
    more = (*late, *twins)
    hands.undone.update(flaw for change in more for flaw in change.flaws)
    for change in more:
        for done in _carry_out([change], plan, hands):
            results.append(done)
            hands.done(done)
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
    if (tracker.name, batch[0].subject) in hands.failed:  # an update would say what is not so yet
        waits = "what comes before it is not done yet"
        return [Done(c, "skipped", c.ticket, None, waits) for c in batch]
    mark = hands.ledger.mark(mark_key(tracker.name, [scan.target for scan in plan.scans]))
    intents = hands.ledger.journal.open_many([_intent(c, mark, hands) for c in batch])
    mine = [(c, intent) for c, intent in zip(batch, intents, strict=True) if intent is not None]
    outcomes = _request([c for c, _ in mine], [i.nonce for _, i in mine], tracker)
    answers = [
        Answer(c, intent, outcome) for (c, intent), outcome in zip(mine, outcomes, strict=True)
    ]
    results = _finish(answers, tracker, plan, hands)
    hands.failed.update((tracker.name, a.change.subject) for a in answers if a.ticket is None)
    return [results.get(id(c)) or _left(c, tracker.name, hands) for c in batch]


def _left(change: AnyChange, tracker: str, hands: Hands) -> Done:
    """The journal has an intent for the same already: another job's, or one whose outcome is unknown."""
    asked = (change.subject, action_of(change))
    for intent in hands.ledger.journal.pending(tracker):
        if (intent.subject, intent.action) == asked and intent.state == "unknown":
            return Done(change, "unknown", change.ticket, None, intent.note)
    return Done(change, "skipped", change.ticket, None, "another job is doing this")


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
            return tracker.comment(ticket_id, change.comment, marker=change.marker, nonce=nonce)
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
    answers: Sequence[Answer], tracker: Tracker, plan: Plan, hands: Hands
) -> dict[int, Done]:
    """Journal and rows in one transaction; flaws that are dealt with need no look next time."""
    now, ledger = hands.now(), hands.ledger
    made = [a for a in answers if a.ticket is not None]
    known = ledger.tickets(tracker.name, [a.ticket.id for a in made if a.ticket])
    rows = [row_after(a.change, a.ticket, known.get(a.ticket.id), now) for a in made if a.ticket]
    with ledger.transaction():
        for answer in answers:
            ledger.journal.finish(
                answer.intent.id,
                answer.result,
                now=now,
                ticket_id=answer.ticket.id if answer.ticket else None,
                note=answer.outcome.reason,
            )
        ledger.save_tickets(rows)
        hands.undone.subtract(flaw for a in made for flaw in a.change.flaws)
        done = {flaw for a in made for flaw in a.change.flaws if hands.undone[flaw] <= 0}
        ledger.settle(sorted(done), plan.key)
        # what a tracker refuses to tie is told once, and not asked for again
        for answer in answers:
            if isinstance(answer.change, Link) and answer.result != "unknown":
                ledger.linked(answer.change.flaws, now)
    for answer in made:
        _continue(answer, tracker, hands)
    return {id(a.change): a.done() for a in answers}


def _continue(answer: Answer, tracker: Tracker, hands: Hands) -> None:
    """What a new ticket entails: it is looked at for twins, and tied to the one it continues."""
    change, ticket = answer.change, answer.ticket
    if not isinstance(change, Create) or ticket is None:
        return
    hands.created.setdefault(tracker.name, []).append(change.subject)
    if change.regression_of:
        nonce = f"{answer.intent.nonce}-link"
        tracker.link(ticket.id, change.regression_of, "regression", nonce=nonce)
