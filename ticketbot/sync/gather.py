"""Reports, ledger and trackers → the situation that a plan is made from. Writes nothing but what the
trackers already say (`absorb`), and that only to the ledger it is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ticketbot.identity.recipes import SourceLines
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.flaw import Scope
from ticketbot.model.ticket import Ticket
from ticketbot.planning.assemble import Home, group_subject, home, joinable, subjects
from ticketbot.planning.changes import AnyChange, Leave
from ticketbot.planning.converge import converge
from ticketbot.planning.drafts import Drafting
from ticketbot.planning.guard import Closing
from ticketbot.planning.lifecycle import Circumstances
from ticketbot.planning.order import Standing, parse_time, standing
from ticketbot.planning.plan import PlannedScan, Situation
from ticketbot.planning.settings import Settings
from ticketbot.planning.state import AppliedScan, FlawNo, ScopeState, TicketRow
from ticketbot.planning.subjects import Member, Subject
from ticketbot.readers.report import Report
from ticketbot.sync.context import Context, Given
from ticketbot.sync.reading import Known, ScopeReading, applied_scan, read
from ticketbot.sync.recognise import Pool, Recognised
from ticketbot.sync.working import Working
from ticketbot.trackers.base import Tracker


@dataclass(frozen=True)
class Job:
    """One run: what is read, with what, against what."""

    context: Context
    settings: Settings
    reports: Sequence[tuple[Given, Report]]
    ledger: Ledger
    trackers: Mapping[str, Tracker]
    drafting: Drafting
    lines: SourceLines | None = None


@dataclass(frozen=True)
class ScopeView:
    """One scope's scan, weighed, and its findings recognised."""

    reading: ScopeReading
    scan: AppliedScan
    state: ScopeState
    standing: Standing
    recognised: list[Recognised]


def gather(job: Job) -> Situation:
    """Everything up to the decisions."""
    context, ledger = job.context, job.ledger
    for old in context.formerly:
        ledger.rename_target(old, context.target)
    views = _views(job)
    working = Working(context.now)
    for view in views:
        if view.standing.counts and context.writes_tickets:
            _take(working, view, ledger)
    lookat = _attention(working, views, job) if context.writes_tickets else set()
    decided = working.decide()
    members = {i: m for i, m in working.members().items() if i in lookat}
    found = _subjects(members, job)
    return Situation(
        made_at=context.now,
        settings=job.settings,
        circumstances=_circumstances(views, job),
        permissions=context.permissions,
        drafting=job.drafting,
        scans=[_planned(view) for view in views],
        subjects=found,
        converging=_converging(members, job),
        notes=[] if context.writes_tickets else _new_on_branch(views),
        closing=_closing(found, ledger),
        effects=working.effects(decided),
        bases=[v.state.last for v in views if v.standing.counts and context.writes_tickets],
        attention=frozenset(lookat),
        quiet=sum(len(v.reading.claimed) for v in views),
    )


def _views(job: Job) -> list[ScopeView]:
    """Read all reports, and recognise their findings scope by scope."""
    context, ledger = job.context, job.ledger
    pending = frozenset(ledger.unsettled(context.target, job.settings.key, context.now))
    readings = read(
        job.reports, context, lambda scope: Known(ledger.known_results(scope), pending), job.lines
    )
    pools: dict[str, Pool] = {}
    views = []
    for reading in readings:
        context.say(
            f"read {reading.results} results of {reading.scope}"
            + (f", {len(reading.found)} of them new or changed" if reading.claimed else "")
        )
        scan = applied_scan(reading, context)
        state = ledger.scope_state(reading.scope)
        verdict = standing(
            scan, state, context.ancestry, partial=context.partial, accept_empty=context.accept_empty
        )
        recognised: list[Recognised] = []
        if reading.found and verdict.counts:
            family = reading.scope.family
            if family not in pools:
                known = ledger.candidates(context.target, family, ())
                pools[family] = Pool(context.target, family, known, ledger.births)
            recognised = pools[family].take(reading, state.present, context.now)
        views.append(ScopeView(reading, scan, state, verdict, recognised))
    return views


def _take(working: Working, view: ScopeView, ledger: Ledger) -> None:
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
        for flaw_id in _ids(working, lost):
            working.absent(index, scan, flaw_id)
        for flaw_id in _ids(working, returned):
            working.present(index, scan, flaw_id)


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
    _load_comembers(working, ledger)
    return looked_at | set(working.entries)


def _load_comembers(working: Working, ledger: Ledger) -> None:
    others = {
        flaw
        for entry in working.entries.values()
        for row in entry.record.tickets
        for flaw in row.flaws
    }
    working.load(ledger.records_by_id(sorted(others - set(working.entries))))


def _subjects(members: Mapping[str, Member], job: Job) -> list[Subject]:
    """Which flaws share which ticket, with the tickets as they are now."""
    now = parse_time(job.context.now)
    assert now is not None  # made by the caller's clock
    homes = [home(members[flaw_id], job.settings, now) for flaw_id in sorted(members)]
    groups: dict[tuple[str, str, str, str], tuple[str, TicketRow | None]] = {}
    wanted = {key for h in homes if (key := h.group_key()) is not None}
    n = 0
    while wanted:
        for key in sorted(wanted):
            subject = group_subject(key, n)
            rows = job.ledger.tickets_by_subject(key[0], [subject]).get(subject, [])
            row = next((r for r in rows if r.state == "open"), rows[-1] if rows else None)
            if joinable(row, now, job.settings):
                groups[key] = (subject, row)
        wanted -= set(groups)
        n += 1
    homes += _already_there(homes, groups, job, members)
    return subjects(homes, groups, _tickets(homes, groups, job))


def _already_there(
    homes: Sequence[Home],
    groups: Mapping[tuple[str, str, str, str], tuple[str, TicketRow | None]],
    job: Job,
    members: Mapping[str, Member],
) -> list[Home]:
    """The members that a joined group ticket has already."""
    now = parse_time(job.context.now)
    assert now is not None
    absent = {
        flaw for _, row in groups.values() if row for flaw in row.flaws if flaw not in members
    }
    working = Working(job.context.now)
    working.load(job.ledger.records_by_id(sorted(absent)))
    return [home(member, job.settings, now) for member in working.members().values()]


def _tickets(
    homes: Sequence[Home],
    groups: Mapping[tuple[str, str, str, str], tuple[str, TicketRow | None]],
    job: Job,
) -> dict[tuple[str, str], Ticket]:
    rows = [h.row for h in homes if h.row] + [row for _, row in groups.values() if row]
    by_tracker: dict[str, set[str]] = {}
    for row in rows:
        by_tracker.setdefault(row.tracker, set()).add(row.id)
    return {
        (name, ticket_id): ticket
        for name, ids in sorted(by_tracker.items())
        if name in job.trackers
        for ticket_id, ticket in job.trackers[name].read(sorted(ids)).items()
    }


def _circumstances(views: Sequence[ScopeView], job: Job) -> Circumstances:
    now = parse_time(job.context.now)
    assert now is not None
    withheld = {v.reading.scope: v.standing.reasons[0] for v in views if v.standing.reasons}
    return Circumstances(now=now, policy=job.settings.lifecycle, withheld=withheld)


def _converging(members: Mapping[str, Member], job: Job) -> list[AnyChange]:
    open_rows: dict[tuple[str, str], dict[str, TicketRow]] = {}
    for member in members.values():
        for row in member.record.tickets:
            if row.state == "open" and row.tracker in job.trackers:
                open_rows.setdefault((row.tracker, row.subject), {})[row.id] = row
    changes: list[AnyChange] = []
    for (tracker, _), rows in sorted(open_rows.items()):
        if len(rows) > 1:
            tickets = job.trackers[tracker].read(sorted(rows))
            changes += converge(list(tickets.values()))
    return changes


def _closing(found: Sequence[Subject], ledger: Ledger) -> dict[str, list[Closing]]:
    """For subjects with an open ticket: the scopes that saw them, with their open tickets."""
    scopes: dict[Scope, int] = {}
    result: dict[str, list[Closing]] = {}
    for subject in found:
        if subject.row is None or subject.row.state != "open":
            continue
        for scope in sorted({s.scope for m in subject.members for s in m.record.sightings}):
            if scope not in scopes:
                scopes[scope] = ledger.open_tickets(scope)
            result.setdefault(subject.id, []).append(Closing(scope, scopes[scope]))
    return result


def _planned(view: ScopeView) -> PlannedScan:
    reading, scan = view.reading, view.scan
    return PlannedScan(
        tool=scan.tool,
        target=scan.scope.target,
        scope=str(scan.scope),
        complete=scan.complete,
        reasons=view.standing.reasons,
        results=reading.results,
        open=reading.statuses["open"],
        rejected=len(reading.rejected),
        suppressed=reading.statuses["suppressed"],
    )


def _new_on_branch(views: Sequence[ScopeView]) -> list[Leave]:
    """On a change branch: what is new against the default branch, for the reader; no ticket."""
    return [
        Leave(
            tracker=None,
            subject=item.flaw_id,
            flaws=(item.flaw_id,),
            title=item.finding.title,
            severity=item.finding.severity,
            reason="new on this branch; tickets are made from the default branch",
        )
        for view in views
        for item in view.recognised
        if item.minted is not None
    ]

