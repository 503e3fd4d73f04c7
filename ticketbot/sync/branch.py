"""What a change branch brings: flaws that the default branch does not have. For the reader; no ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ticketbot.ledger.ledger import Ledger
from ticketbot.planning.changes import Leave
from ticketbot.sync.recognise import Recognised

REASON = "new on this branch; tickets are made from the default branch"


class Seen(Protocol):
    """What is needed of one scope's view."""

    @property
    def recognised(self) -> Sequence[Recognised]: ...


def new_on_branch(views: Sequence[Seen], ledger: Ledger) -> list[Leave]:
    """One entry for each flaw, the same one seen by two scopes told once."""
    found = {item.flaw_id: item for view in views for item in view.recognised}
    known = ledger.records_by_id([i for i, item in found.items() if item.minted is None])
    there = {
        record.flaw.id
        for record in known
        if any(s.scope.branch == "default" and s.absences == 0 for s in record.sightings)
    }
    return [
        Leave(
            tracker=None,
            subject=flaw_id,
            flaws=(flaw_id,),
            title=item.finding.title,
            severity=item.finding.severity,
            reason=REASON,
        )
        for flaw_id, item in found.items()
        if flaw_id not in there and item.finding.status == "open"
    ]
