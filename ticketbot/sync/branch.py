"""What a change branch brings: flaws that the default branch does not have. For the reader; no ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from ticketbot.ledger.ledger import Ledger
from ticketbot.planning.changes import Leave
from ticketbot.planning.state import FlawNo, FlawRecord, ScopeState
from ticketbot.sync.recognise import Recognised

DEFAULT = "default"
"""The branch class that the others are compared with."""
REASON = "new on this branch; tickets are made from the default branch"


def on_default(record: FlawRecord) -> bool:
    """Does the default branch have the flaw?"""
    return any(s.scope.branch == DEFAULT and s.absences == 0 for s in record.sightings)


def expected(state: ScopeState, ledger: Ledger) -> frozenset[FlawNo]:
    """The flaws that a scan of the scope is likely to show: those it showed last; on a change branch
    those of the default branch too, so that of two look-alikes the one that is gone is not taken."""
    if state.scope.branch != "change":
        return state.present
    default = msgspec.structs.replace(state.scope, branch=DEFAULT)
    return state.present | ledger.scope_state(default).present


def commit_before(state: ScopeState, ledger: Ledger) -> str | None:
    """The commit of the last scan that those flaws were seen by; None where nothing is known of it."""
    last = state.last
    if last is None and state.scope.branch == "change":
        last = ledger.scope_state(msgspec.structs.replace(state.scope, branch=DEFAULT)).last
    return last.commit if last else None


class Seen(Protocol):
    """What is needed of one scope's view."""

    @property
    def recognised(self) -> Sequence[Recognised]: ...


def new_on_branch(views: Sequence[Seen], ledger: Ledger) -> list[Leave]:
    """One entry for each flaw, the same one seen by two scopes told once."""
    found = {item.flaw_id: item for view in views for item in view.recognised}
    known = ledger.records_by_id([i for i, item in found.items() if item.minted is None])
    there = {record.flaw.id for record in known if on_default(record)}
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
