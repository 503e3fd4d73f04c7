"""Known debt: today's findings recorded without tickets, and some of them taken out again.

Goes through `gather` and the ledger's effects, as a sync does, so that flaws, sightings and absences are
the same. Asks no tracker and makes no ticket.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ticketbot.ledger.ledger import Ledger
from ticketbot.model.finding import RANK, Severity
from ticketbot.planning.assemble import routing_scope
from ticketbot.planning.order import parse_time
from ticketbot.planning.plan import PlannedScan
from ticketbot.planning.routes import route
from ticketbot.planning.settings import Settings
from ticketbot.planning.state import FlawRecord
from ticketbot.planning.subjects import Member, binding, present
from ticketbot.sync.gather import gather
from ticketbot.sync.job import Job


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What `baseline set` did."""

    added: tuple[FlawRecord, ...]
    known: int
    """Flaws that were known debt before."""
    ticketed: int
    """Flaws that have or had a ticket, and keep it."""
    decided: int
    scans: tuple[PlannedScan, ...]


class Promoted(msgspec.Struct, frozen=True, kw_only=True):
    """What `baseline promote` took out, the worst first."""

    flaws: tuple[FlawRecord, ...]
    left: int
    """Further ones of that severity, still known debt."""
    unrouted: int
    """Those that no route gives a ticket, and that were not taken for it."""


def record(job: Job, run_id: str) -> Recorded:
    """Record what the reports show as known debt. The run must have been started."""
    ledger, situation = job.ledger, gather(job)
    ledger.apply_effects(situation.effects, run_id, "")
    seen = {
        number
        for scan in situation.effects.scans
        for number in ledger.scope_state(scan.scope).present
    }
    records = ledger.records(sorted(seen))
    ticketed = [r for r in records if r.tickets]
    known = [r for r in records if not r.tickets and r.flaw.baseline]
    rest = [r for r in records if not r.tickets and not r.flaw.baseline]
    added = [r for r in rest if not _decided(r, job.context.now, job.settings)]
    ledger.set_baseline([r.flaw.id for r in added], True)
    return Recorded(
        added=tuple(added),
        known=len(known),
        ticketed=len(ticketed),
        decided=len(rest) - len(added),
        scans=tuple(situation.scans),
    )


def promote(
    ledger: Ledger, target: str, settings: Settings, now: str, severity: Severity, most: int | None
) -> Promoted:
    """Take the worst out of the baseline; the next sync gives them tickets."""
    wanted = [
        record
        for record in ledger.known_debt(target)
        if RANK[record.flaw.features.severity] >= RANK[severity]
        and present(_member(record), settings.lifecycle)
        and not _decided(record, now, settings)
    ]
    routed = [r for r in wanted if _has_route(r, settings)]
    chosen = sorted(routed, key=_worst_first)[:most]
    ledger.set_baseline([r.flaw.id for r in chosen], False)
    return Promoted(
        flaws=tuple(chosen), left=len(routed) - len(chosen), unrouted=len(wanted) - len(routed)
    )


def worst_first(records: Sequence[FlawRecord]) -> list[FlawRecord]:
    """By severity; within one, the oldest first."""
    return sorted(records, key=_worst_first)


def _worst_first(record: FlawRecord) -> tuple[int, str, str]:
    flaw = record.flaw
    return -RANK[flaw.features.severity], flaw.first_seen, flaw.id


def _member(record: FlawRecord) -> Member:
    return Member(record=record, features=record.flaw.features)


def _has_route(record: FlawRecord, settings: Settings) -> bool:
    member = _member(record)
    return route(member.features, routing_scope(member), settings).tracker is not None


def _decided(record: FlawRecord, now: str, settings: Settings) -> bool:
    moment = parse_time(now)
    return moment is not None and binding(_member(record), moment, settings.lifecycle) is not None
