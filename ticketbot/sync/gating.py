"""What `gate` judges: the flaws that reports show, each with what the ledger knows of it.

Reads as `gather` does, to the same flaws, and writes nothing: give it a snapshot. Asks no tracker.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

import msgspec

from ticketbot.identity.match import NO_RENAMES
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.flaw import Scope
from ticketbot.planning.gate import Item
from ticketbot.planning.state import AppliedScan, FlawNo, FlawRecord
from ticketbot.planning.subjects import Member, binding
from ticketbot.planning.together import of_one_mind, partners, survivor
from ticketbot.readers.report import Report
from ticketbot.sync.branch import DEFAULT, commit_before, expected, on_default
from ticketbot.sync.context import Given
from ticketbot.sync.job import Job
from ticketbot.sync.reading import Known, ScopeReading, applied_scan, read, read_features
from ticketbot.sync.recognise import Pools, Recognised

_CLAIMS = frozenset({"fixed"})
"""What a scan disproves: the flaw is in its report. All other decisions are about flaws that are there."""

Reports = Sequence[tuple[Given, Report]]


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """All that the reports of one call show."""

    items: tuple[Item, ...]
    """Each flaw once, however many results and scopes show it."""
    scans: tuple[AppliedScan, ...]
    unproven: tuple[str, ...] = ()
    """Why the reports prove nothing; empty with `--partial`: somebody knows that already."""
    unknown: tuple[Scope, ...] = ()
    """Scopes of which the ledger knows no scan of the default branch: all they show is new."""
    emptied: tuple[Scope, ...] = ()
    """Scopes whose report is empty, after one that was not."""


def look(job: Job, base: Reports | None = None) -> Sight:
    """Read everything and recognise it. `base`: reports that say what was there before, in place of
    the default branch."""
    context, ledger = job.context, job.ledger
    for old in context.formerly:
        ledger.rename_target(old, context.target)
    pools = Pools(context.target, ledger)
    before = _recognised(base or (), job, pools)
    there = {f.flaw_id for _, found in before for f in found if f.finding.status == "open"}
    shown = _recognised(job.reports, job, pools, None if base is None else there)
    scans = tuple(applied_scan(reading, context) for reading, _ in shown)
    seen = [(scan, f) for scan, (_, found) in zip(scans, shown, strict=True) for f in found]
    return Sight(
        items=_items(seen, job, None if base is None else there),
        scans=scans,
        unproven=() if context.partial else tuple(_unproven(scans, job.reports)),
        unknown=() if base is not None else tuple(s.scope for s in scans if _unseen(s, ledger)),
        emptied=tuple(s.scope for s in scans if not s.results and _expected(s.scope, ledger)),
    )


def _recognised(
    reports: Reports, job: Job, pools: Pools, there: Set[str] | None = None
) -> list[tuple[ScopeReading, list[Recognised]]]:
    """Scope by scope. Every result is built: a gate names what it found. `there`: the flaws that the
    base has; None: those that the ledger expects."""
    context, ledger = job.context, job.ledger
    views = []
    for reading in read(reports, context, lambda _scope: Known({}), job.grounds):
        context.say(f"read {reading.results} results of {reading.scope}")
        pool = pools.of(reading.scope.family)
        state = ledger.scope_state(reading.scope)
        likely, renames = expected(state, ledger), NO_RENAMES
        if there is not None:
            likely = frozenset(flaw.no for flaw in pool.known if flaw.id in there)
        else:
            commit = applied_scan(reading, context).commit
            renames = context.renames(commit_before(state, ledger), commit)
        found = pool.take(reading, likely, context.now, renames).flaws
        for warning in reading.estranged():
            context.warn(warning)
        views.append((reading, found))
    return views


def _expected(scope: Scope, ledger: Ledger) -> frozenset[FlawNo]:
    return expected(ledger.scope_state(scope), ledger)


def _items(
    shown: Sequence[tuple[AppliedScan, Recognised]], job: Job, before: Set[str] | None
) -> tuple[Item, ...]:
    records = _records({found.flaw_id for _, found in shown}, job.ledger)
    one: dict[str, list[FlawRecord]] = {}
    for flaw, record in records.items():
        one.setdefault(survivor(flaw, records), []).append(record)
    items: dict[str, Item] = {}
    for scan, found in shown:
        flaw = survivor(found.flaw_id, records)
        there = items.get(flaw)
        if there is None or there.finding.status != "open":
            ids = {found.flaw_id, *(record.flaw.id for record in one.get(flaw, ()))}
            known = not ids.isdisjoint(before) if before is not None else _on_default(one.get(flaw))
            item = _item(found, scan, records.get(found.flaw_id), not known, job)
            open_tickets = (
                t.key for r in one.get(flaw, ()) for t in r.tickets if t.state == "open"
            )
            items[flaw] = msgspec.structs.replace(item, ticket=next(open_tickets, None))
    return tuple(items.values())


def _records(flaws: Set[str], ledger: Ledger) -> dict[str, FlawRecord]:
    """What the ledger knows of the flaws, and of those that are one with them: a decision about either
    holds for both."""
    told = ledger.records_by_id(flaws)
    told += ledger.records_by_id(partners(told) - flaws)
    members = {r.flaw.id: Member(record=r, features=r.flaw.features) for r in told}
    return {flaw: member.record for flaw, member in of_one_mind(members).items()}


def _item(
    found: Recognised, scan: AppliedScan, record: FlawRecord | None, new: bool, job: Job
) -> Item:
    finding = found.finding
    item = Item(
        flaw=found.flaw_id,
        features=read_features(found.reads[0]),
        scope=scan.scope,
        finding=finding,
        aliases=found.reads[0].aliases,
        new=new,
    )
    if record is None:
        return item
    member = Member(record=record, features=item.features, finding=finding, scan=scan)
    said = binding(member, job.moment, job.settings.lifecycle)
    return msgspec.structs.replace(
        item,
        decision=None if said is None or said.kind in _CLAIMS else said,
        baseline=record.flaw.baseline,
    )


def _on_default(records: Sequence[FlawRecord] | None) -> bool:
    return any(map(on_default, records or ()))


def _unproven(scans: Sequence[AppliedScan], reports: Reports) -> Iterator[str]:
    for scan in scans:
        yield from (f"{scan.scope}: {reason}" for reason in scan.reasons)
    for given, report in reports:
        if not report.scans:
            yield f"{given.source.name} has no run in it: nothing was scanned"


def _unseen(scan: AppliedScan, ledger: Ledger) -> bool:
    default = msgspec.structs.replace(scan.scope, branch=DEFAULT)
    return ledger.scope_state(default).last is None
