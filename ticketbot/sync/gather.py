"""Reports, ledger and trackers → the situation that a plan is made from. Writes nothing but what the
trackers already say (`absorb`), and that only to the ledger it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from ticketbot.identity.still_there import Code
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.flaw import Features
from ticketbot.planning.coverage import coverage_of
from ticketbot.planning.lifecycle import Circumstances
from ticketbot.planning.order import Standing, standing
from ticketbot.planning.plan import PlannedScan, Situation
from ticketbot.planning.state import AppliedScan, FlawNo, ScopeState
from ticketbot.planning.together import partners
from ticketbot.sync import merging, relating
from ticketbot.sync.branch import commit_before, expected, new_on_branch
from ticketbot.sync.housing import closing, converging, subjects_of, superseding
from ticketbot.sync.job import Job
from ticketbot.sync.noted import Unread
from ticketbot.sync.reading import Known, ScopeReading, applied_scan, read
from ticketbot.sync.recognise import Pools, Recognised, Taken
from ticketbot.sync.second_look import doubtful, look_again
from ticketbot.sync.silence import Silence
from ticketbot.sync.working import Working


@dataclass(frozen=True)
class ScopeView:
    """One scope's scan, weighed, and its findings recognised."""

    reading: ScopeReading
    scan: AppliedScan
    state: ScopeState
    standing: Standing
    taken: Taken
    """Its flaws, recognised."""

    @property
    def recognised(self) -> list[Recognised]:
        """The flaws that it shows."""
        return self.taken.flaws


def gather(job: Job) -> Situation:
    """Everything up to the decisions."""
    context, ledger = job.context, job.ledger
    for old in context.formerly:
        ledger.rename_target(old, context.target)
    views = _views(job)
    working = Working(context.now)
    code = Code(job.grounds.sources) if job.grounds.sources is not None else None
    for view in views:
        if view.standing.counts and context.writes_tickets:
            _take(working, view, ledger, code)
    lookat = _attention(working, views, job) if context.writes_tickets else set()
    merging.rule(working, [pair for view in views for pair in view.taken.merged])
    if context.writes_tickets:
        relating.notice(working, ledger, context.target)
    decided = working.decide()
    members = {i: m for i, m in working.members().items() if i in lookat}
    found = subjects_of(members, job)
    return Situation(
        made_at=context.now,
        settings=job.settings,
        circumstances=_circumstances(views, job),
        permissions=context.permissions,
        drafting=job.drafting,
        scans=[_planned(view) for view in views],
        subjects=found,
        converging=[
            *converging(members, job),
            *superseding(found, job),
            *relating.links(ledger, context.target, job.trackers, working.relations),
        ],
        notes=[] if context.writes_tickets else new_on_branch(views, ledger),
        closing=closing(found, ledger),
        effects=working.effects(decided),
        bases=[v.state.last for v in views if v.standing.counts and context.writes_tickets],
        attention=frozenset(lookat),
        quiet=len(_quiet(views) - working.numbers()),
    )


def _views(job: Job) -> list[ScopeView]:
    """Read all reports, and recognise their findings scope by scope."""
    context, ledger = job.context, job.ledger
    pending = frozenset(ledger.unsettled(context.target, job.settings.key, context.now))
    readings = read(
        job.reports, context, lambda scope: Known(ledger.known_results(scope), pending), job.grounds
    )
    pools = Pools(context.target, ledger)
    _second_look(readings, job, pools)
    views = []
    for reading in readings:
        context.say(
            f"read {reading.results} results of {reading.scope}"
            + (f", {len(reading.built)} of them new or changed" if reading.claimed else "")
        )
        if reading.rejected:
            job.note(Unread(reading.scope, tuple(reading.rejected)))
        scan = applied_scan(reading, context)
        state = ledger.scope_state(reading.scope)
        verdict = standing(
            scan,
            state,
            context.ancestry,
            partial=context.partly,
            accept_empty=context.accept_empty,
        )
        counted_before = verdict.again and state.last is not None and state.last.complete
        counted = verdict.absences or counted_before
        scan = msgspec.structs.replace(scan, complete=counted, reasons=verdict.reasons)
        taken = Taken([])
        if reading.telling and verdict.counts:
            renames = context.renames(commit_before(state, ledger), scan.commit)
            taken = pools.of(reading.scope.family).take(
                reading, expected(state, ledger), context.now, renames
            )
            taken = msgspec.structs.replace(taken, flaws=_by_their_ids(taken.flaws, ledger))
        for warning in reading.estranged():
            context.warn(warning)
        views.append(ScopeView(reading, scan, state, verdict, taken))
    return views


def _second_look(readings: Sequence[ScopeReading], job: Job, pools: Pools) -> None:
    """Where a report changed, what stayed the same in it only by its line number is matched as well."""
    wanted = {
        reading.scope: doubtful(reading, pools.of(reading.scope.family).known)
        for reading in readings
        if reading.claimed and reading.built
    }
    if any(wanted.values()):
        by_scope = {reading.scope: reading for reading in readings}
        look_again(job.reports, job.context, by_scope, wanted)


def _by_their_ids(found: list[Recognised], ledger: Ledger) -> list[Recognised]:
    """A ticket that was made and whose marker was lost still tells its flaw's UUID: what is minted with the
    same one is that flaw."""
    minted = [item.flaw_id for item in found if item.minted is not None]
    known = {record.flaw.id for record in ledger.records_by_id(minted)}
    return [
        msgspec.structs.replace(item, minted=None, stage="the same UUID")
        if item.minted is not None and item.flaw_id in known
        else item
        for item in found
    ]


def _take(working: Working, view: ScopeView, ledger: Ledger, code: Code | None) -> None:
    """One scope's scan into the entries: present, back, missed."""
    index, scan = len(working.scans), view.scan
    working.scans.append(scan)
    matched = [item.flaw_id for item in view.recognised if item.minted is None]
    working.load(ledger.records_by_id([i for i in matched if i not in working.entries]))
    for item in view.recognised:
        working.saw(index, scan, item)
    seen_here = set(view.reading.claimed)
    for item in view.recognised:
        number = working.entries[item.flaw_id].record.no
        if number is not None:
            seen_here.add(number)
    working.results += [(index, digest.hex(), "") for digest in view.reading.no_flaw]
    if view.standing.absences:
        working.stale += [(index, digest.hex()) for digest in view.reading.unseen]
        lost = (view.state.present | view.state.absent) - seen_here
        returned = view.reading.claimed - view.state.present
        working.load(ledger.records(sorted(lost | returned)))
        silence = _silence(working, view, ledger, code)
        for flaw_id in _ids(working, lost):
            working.missed_by(index, scan, flaw_id, silence)
        for flaw_id in _ids(working, returned):
            working.present(index, scan, flaw_id)


def _silence(working: Working, view: ScopeView, ledger: Ledger, code: Code | None) -> Silence:
    """What the scan does not show, weighed against what it looked for and what is in the code."""
    scope, claimed = view.scan.scope, view.reading.claimed

    def shown() -> Iterator[Features]:
        yield from (working.entries[item.flaw_id].features for item in view.recognised)
        known = ledger.candidates(scope.target, scope.family, ()) if claimed else []
        yield from (flaw.features for flaw in known if flaw.no in claimed)

    return Silence(
        family=scope.family,
        coverage=coverage_of(view.reading.scans),
        code=code,
        possible=view.taken.possible,
        minted=[item.minted for item in view.recognised if item.minted is not None],
        shown=shown,
    )


def _quiet(views: Sequence[ScopeView]) -> set[FlawNo]:
    """Flaws that nothing new is known of: seen unchanged, or not seen by a scan that may not say so."""
    seen: set[FlawNo] = set()
    for view in views:
        seen |= view.reading.claimed
        if not view.standing.absences:
            seen |= view.state.present
    return seen


def _ids(working: Working, numbers: Iterable[FlawNo]) -> list[str]:
    wanted = set(numbers)
    return sorted(i for i, e in working.entries.items() if e.record.no in wanted)


def _attention(working: Working, views: Sequence[ScopeView], job: Job) -> set[str]:
    """Load every other flaw that something may have to be done about, co-members of tickets too."""
    ledger, context = job.ledger, job.context
    numbers = ledger.unsettled(context.target, job.settings.key, context.now)
    for view in views:
        numbers |= view.state.absent
    working.load(ledger.records(sorted(numbers - working.numbers())))
    looked_at = set(working.entries)
    working.load(ledger.records_by_id(i for v in views for pair in v.taken.merged for i in pair))
    _load_comembers(working, ledger)
    return looked_at | set(working.entries)


def _load_comembers(working: Working, ledger: Ledger) -> None:
    """Flaws that share a ticket with one here, or are one with it."""
    found: set[str] = set(working.entries)
    while found:
        records = [working.entries[flaw].record for flaw in found if flaw in working.entries]
        others = {flaw for record in records for row in record.tickets for flaw in row.flaws}
        found = (others | partners(records)) - set(working.entries)
        working.load(ledger.records_by_id(sorted(found)))
        found &= set(working.entries)


def _circumstances(views: Sequence[ScopeView], job: Job) -> Circumstances:
    withheld = {v.reading.scope: v.standing.reasons[0] for v in views if v.standing.reasons}
    return Circumstances(now=job.moment, policy=job.settings.lifecycle, withheld=withheld)


def _planned(view: ScopeView) -> PlannedScan:
    reading, scan = view.reading, view.scan
    return PlannedScan(
        tool=scan.tool,
        target=scan.scope.target,
        scope=str(scan.scope),
        complete=not view.standing.reasons,
        reasons=view.standing.reasons,
        results=reading.results,
        open=reading.statuses["open"],
        rejected=len(reading.rejected),
        suppressed=reading.statuses["suppressed"],
    )
