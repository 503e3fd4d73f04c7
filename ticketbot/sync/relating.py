"""Related flaws of several tools: noticed when one is read; their tickets tied once, when both are there.

It makes no two flaws one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ticketbot.identity.correlate import Placed, related
from ticketbot.ledger.ledger import Ledger
from ticketbot.ledger.relations import Relation
from ticketbot.planning.changes import AnyChange, Create, Link
from ticketbot.planning.markdown import plain
from ticketbot.planning.plan import Plan
from ticketbot.planning.state import FlawRecord, TicketRow
from ticketbot.sync.working import Entry, Working

RELATED = "related"
_NAME = 40
"""Characters of a tool's name in a reason."""


def notice(working: Working, ledger: Ledger, target: str) -> None:
    """What this run has read anew, beside every flaw with an open ticket and what else it has read.

    Two tickets of which nothing is news count as tied: people had them side by side before this ledger
    knew of it, because it was made anew or an earlier version kept it.
    """
    read = [
        Placed(flaw_id, entry.record.flaw.family, entry.features)
        for flaw_id, entry in sorted(working.entries.items())
        if entry.finding is not None and entry.features.cwe
    ]
    if not read:
        return
    known = [Placed(k.id, k.family, k.features) for k in ledger.ticketed(target) if k.features.cwe]
    ticketed = {each.flaw for each in known}
    for pair in related(read, known):
        flaws = {pair.flaw, pair.other}
        entries = [working.entries[flaw] for flaw in flaws if flaw in working.entries]
        if not any(_told(entry.record, pair.flaw, pair.other) for entry in entries):
            mine = {e.record.flaw.id for e in entries if e.record.tickets}
            old = flaws <= ticketed | mine and not any(map(_news, entries))
            tied = working.now if old else None
            working.relations.append(Relation(pair.flaw, pair.other, pair.because, tied))


def _news(entry: Entry) -> bool:
    return entry.features.content != entry.record.flaw.features.content or entry.new


def _told(record: FlawRecord, one: str, other: str) -> bool:
    """Is it known already, or are they one flaw?"""
    pair = {one, other}
    return any(each.flaw in pair for each in record.related) or any(
        {r.flaw, r.other} == pair and r.undone_at is None for r in record.rulings
    )


def links(
    ledger: Ledger,
    target: str,
    trackers: Iterable[str],
    noticed: Iterable[Relation] = (),
) -> list[AnyChange]:
    """Ties of the tickets of related flaws that are both open, in one tracker, and not tied yet. `noticed`:
    relations that the ledger does not know yet."""
    wanted = [*ledger.unlinked(target), *(each for each in noticed if each.linked_at is None)]
    if not wanted:
        return []
    flaws = sorted({flaw for each in wanted for flaw in (each.flaw, each.other)})
    records = {record.flaw.id: record for record in ledger.records_by_id(flaws)}
    here, changes, tied = set(trackers), [], set()
    for each in wanted:
        rows = [_open_row(records, flaw) for flaw in (each.flaw, each.other)]
        if rows[0] is None or rows[1] is None or rows[0].tracker != rows[1].tracker:
            continue
        one, two = sorted((rows[0], rows[1]), key=lambda row: (row.created_at, row.id))
        if one.id != two.id and one.tracker in here and (one.id, two.id) not in tied:
            tied.add((one.id, two.id))
            changes.append(_link(two, one, each, records))
    return changes


def late_links(
    plan: Plan, done: Iterable[AnyChange], ledger: Ledger, trackers: Iterable[str]
) -> list[AnyChange]:
    """Ties of tickets that the plan itself has made."""
    done = list(done)
    if not any(isinstance(change, Create) for change in done):
        return []
    asked = {(c.ticket_id, c.other_id) for c in done if isinstance(c, Link)}
    targets = dict.fromkeys(scan.target for scan in plan.scans)
    found = [link for target in targets for link in links(ledger, target, trackers)]
    return [c for c in found if isinstance(c, Link) and (c.ticket_id, c.other_id) not in asked]


def _open_row(records: Mapping[str, FlawRecord], flaw: str) -> TicketRow | None:
    rows = records[flaw].tickets if flaw in records else ()
    return next((row for row in rows if row.state == "open"), None)


def _link(
    row: TicketRow, other: TicketRow, relation: Relation, records: Mapping[str, FlawRecord]
) -> AnyChange:
    """From the younger ticket to the older one."""
    features = [records[flaw].flaw.features for flaw in (relation.flaw, relation.other)]
    mine, others = features if relation.flaw in row.flaws else reversed(features)
    return Link(
        tracker=row.tracker,
        ticket=row.key,
        ticket_id=row.id,
        subject=row.subject,
        flaws=(relation.flaw, relation.other),
        title=mine.title,
        severity=mine.severity,
        reason=f"related to {other.key} ({plain(others.tool)[:_NAME]}): {relation.because}",
        other_id=other.id,
        relation=RELATED,
    )
