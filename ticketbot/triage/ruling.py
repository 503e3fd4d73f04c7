"""What follows from rulings in trackers: planned by the path that a sync plans by, from what the ledger then
knows, and carried out by `sync.apply`.

A ruling itself is a fact in the ledger, written first: what is cut off half way the next sync does.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ticketbot.planning.changes import AnyChange, Leave, Update
from ticketbot.planning.drafts import with_written
from ticketbot.planning.plan import Plan, Situation, common_of, digest, plan
from ticketbot.planning.state import Effects
from ticketbot.planning.subjects import Subject
from ticketbot.sync import Applied, Hands, Job, run
from ticketbot.sync.absorb import absorb
from ticketbot.sync.gather import gather
from ticketbot.sync.noted import Ruled
from ticketbot.triage.rulings import Wanted

_SPLIT = "a match was wrong: what it brought is no longer this flaw's, and gets a ticket of its own"
_JOINED = "the match was right after all: what it brought is this flaw's again"


def propose(job: Job, wanted: Wanted) -> Plan:
    """What follows in trackers. Writes the rulings to `job.ledger`: give it a snapshot where nothing must
    be written. Raises TrackerError."""
    absorb(job.ledger, job.trackers, job.context.now, job.note, job.context.targets)
    job.ledger.rule(wanted.rulings)
    situation = gather(job)
    about = [s for s in situation.subjects if _flaws(s) & wanted.flaws]
    flaws = wanted.flaws.union(*map(_flaws, about))
    made = plan(
        msgspec.structs.replace(
            situation,
            subjects=about,
            converging=[c for c in situation.converging if flaws & set(c.flaws)],
            effects=Effects(),
            attention=frozenset(),
            quiet=0,
        )
    )
    said = {change.subject for change in made.changes if not isinstance(change, Leave)}
    told = [c for s in about if s.id not in said for c in _told(s, wanted, situation)]
    changes = (*made.changes, *told)
    summary = made.summary | {"update": made.summary["update"] + len(told)}
    # settled under no key: the next scan looks at every one of these flaws anew
    made = msgspec.structs.replace(made, changes=changes, summary=summary, key="")
    return msgspec.structs.replace(made, digest=digest(made))


def _flaws(subject: Subject) -> frozenset[str]:
    return frozenset(member.record.flaw.id for member in subject.members)


def _told(subject: Subject, wanted: Wanted, situation: Situation) -> Iterator[AnyChange]:
    """A split says itself in the ticket that stays, and in its marker: a ledger that is lost learns it."""
    split = [r for r in wanted.rulings if r.kind == "split" and r.flaw in _flaws(subject)]
    row, ticket = subject.row, subject.ticket
    if not split or row is None or ticket is None or ticket.state != "open":
        return
    reason = _JOINED if split[-1].undone_at else _SPLIT
    live = _flaws(subject)
    draft = with_written(situation.drafting.draft(subject, live), row.written)
    draft = msgspec.structs.replace(draft, digest=row.draft)
    yield Update(**common_of(subject, reason), draft=draft, comment=f"{reason.capitalize()}.")


def carry_out(job: Job, wanted: Wanted, hands: Hands) -> tuple[Plan, Applied]:
    """Write the rulings, and do what follows; where the world moves meanwhile, plan again."""
    made, applied = run(job, hands, lambda again: propose(again, wanted))
    hands.ledger.unsettle(sorted(wanted.flaws))
    for ruling in wanted.rulings:
        flaws = tuple(r.flaw for r in hands.ledger.records_by_id([ruling.flaw, ruling.other]))
        hands.note(Ruled(ruling, flaws))
    return made, applied
