"""gather → plan → guard → apply → journal: the only place where the parts meet.

`plan` and `sync` share every line up to the plan; a dry run is the same path without the last step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec

from ticketbot.errors import TrackerError
from ticketbot.planning.changes import Create
from ticketbot.planning.plan import Plan, plan
from ticketbot.sync.absorb import absorb, learn
from ticketbot.sync.apply import Applied, Done, Hands, apply
from ticketbot.sync.context import Context, Given
from ticketbot.sync.gather import gather
from ticketbot.sync.job import Job
from ticketbot.sync.settling import settled

TRIES = 3
"""How often a plan is made afresh when the world moves between planning and applying."""


def make_plan(job: Job) -> Plan:
    """What a sync would do. Brings `job.ledger` up to date with the trackers: give it a snapshot where
    nothing must be written."""
    try:
        absorb(job.ledger, job.trackers, job.context.now, job.note, job.context.targets)
    except TrackerError as error:
        if job.context.writes_tickets:
            raise
        job.context.say(f"notice: no tracker is asked on this branch: {error.message}")
    return plan(gather(job))


def run(job: Job, hands: Hands, planned: Callable[[Job], Plan] = make_plan) -> tuple[Plan, Applied]:
    """Plan and apply. Where another job was quicker, plan again on what it left."""
    made = planned(job)
    applied = apply(made, hands)
    for _ in range(TRIES - 1):
        if not applied.moved:
            break
        _learn(made, hands)
        made = planned(_later(job, hands))
        applied = apply(made, hands)

    def again() -> Applied:
        return apply(planned(_later(job, hands)), hands)

    return made, settled(applied, hands, job.context.say, again)


def _learn(made: Plan, hands: Hands) -> None:
    """What was to be created may have been made by another job."""
    wanted: dict[str, list[str]] = {}
    for change in made.changes:
        if isinstance(change, Create) and change.held is None:
            wanted.setdefault(str(change.tracker), []).append(change.subject)
    for name, subjects in sorted(wanted.items()):
        learn(hands.ledger, hands.trackers[name], subjects, hands.now(), hands.note)


def _later(job: Job, hands: Hands) -> Job:
    """The same job, now."""
    now = hands.now()
    context = msgspec.structs.replace(job.context, now=now)
    return replace(job, context=context, drafting=msgspec.structs.replace(job.drafting, now=now))


__all__ = [
    "Applied",
    "Context",
    "Done",
    "Given",
    "Hands",
    "Job",
    "Plan",
    "apply",
    "make_plan",
    "run",
]
