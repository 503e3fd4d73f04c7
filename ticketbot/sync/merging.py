"""Known flaws that turn out to be one, by what identifies them: ruled so by correlation, unless a person
has ruled otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from ticketbot.model.flaw import Ruling
from ticketbot.planning.assemble import id_order
from ticketbot.planning.state import FlawRecord
from ticketbot.planning.together import survivor
from ticketbot.sync.working import Working

BECAUSE = "one finding carries what identifies either of them"


def rule(working: Working, pairs: Iterable[tuple[str, str]]) -> None:
    """Write a ruling for each pair that is not one already. The entries must be loaded."""
    for pair in sorted({tuple(sorted(pair)) for pair in pairs}):
        records = working.records()
        if not all(flaw in records for flaw in pair):
            continue
        first, second = sorted((records[flaw] for flaw in pair), key=_older)
        one, other = (survivor(r.flaw.id, records) for r in (first, second))
        if one == other or _ruled_apart(first, second):
            continue
        working.rule(
            Ruling(
                kind="merge",
                flaw=one,
                other=other,
                made_at=working.now,
                source="correlation",
                reason=BECAUSE,
            )
        )


def _older(record: FlawRecord) -> tuple[bool, tuple[int, str], str, str]:
    """Whoever looks finds the same survivor: the one with the open ticket that was made first."""
    tickets = sorted(id_order(row.id) for row in record.tickets if row.state == "open")
    first = tickets[0] if tickets else (0, "")
    return not tickets, first, record.flaw.first_seen, record.flaw.id


def _ruled_apart(one: FlawRecord, other: FlawRecord) -> bool:
    """Was it ruled that they are one, and taken back?"""
    return any(
        r.undone_at is not None and {r.flaw, r.other} == {one.flaw.id, other.flaw.id}
        for r in one.rulings
    )
