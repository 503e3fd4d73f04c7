"""gather → plan → guard → apply → journal: the only place where the parts meet.

`plan` and `sync` share every line up to the plan; a dry run is the same path without the last step.
"""

from __future__ import annotations

from ticketbot.errors import TrackerError
from ticketbot.planning.plan import Plan, plan
from ticketbot.sync.absorb import absorb
from ticketbot.sync.apply import Applied, Done, Hands, apply
from ticketbot.sync.context import Context, Given
from ticketbot.sync.gather import gather
from ticketbot.sync.job import Job

TRIES = 3
"""How often a plan is made afresh when the world moves between planning and applying."""


def make_plan(job: Job) -> Plan:
    """What a sync would do. Brings `job.ledger` up to date with the trackers: give it a snapshot where
    nothing must be written."""
    try:
        absorb(job.ledger, job.trackers, job.context.now, job.note)
    except TrackerError as error:
        if job.context.writes_tickets:
            raise
        job.context.say(f"notice: no tracker is asked on this branch: {error.message}")
    return plan(gather(job))


def run(job: Job, hands: Hands) -> tuple[Plan, Applied]:
    """Plan and apply. Where another job was quicker, plan again on what it left."""
    made = make_plan(job)
    for _ in range(TRIES):
        applied = apply(made, hands)
        if not applied.moved:
            break
        made = make_plan(job)
    return made, applied


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
