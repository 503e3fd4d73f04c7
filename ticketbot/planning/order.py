"""In what order scans of one scope count, and what a scan's absences are worth.

Refuses to guess: what cannot be compared is taken in the order of arrival.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

import msgspec

from ticketbot.planning.state import AppliedScan, ScopeState

Ancestry = Callable[[str, str], Literal["older", "newer", "same", "unknown"]]
"""`ancestry(a, b)`: is commit a older than b? From git where it is at hand."""


class Standing(msgspec.Struct, frozen=True):
    """What one scan may do: move the lifecycle at all, and count absences. `reasons` say why not."""

    counts: bool
    absences: bool
    again: bool = False
    """The very scan that was applied last."""
    reasons: tuple[str, ...] = ()


def standing(
    scan: AppliedScan, state: ScopeState, ancestry: Ancestry, *, partial: str, accept_empty: bool
) -> Standing:
    """Weigh a scan against what its scope has seen before. `partial`: why it did not look everywhere."""
    late = _late(scan, state, ancestry)
    if late:
        return Standing(counts=False, absences=False, reasons=(late,))
    withheld = _withheld(scan, state, partial=partial, accept_empty=accept_empty)
    if state.last is not None and scan.digest == state.last.digest:
        vouched_for = not withheld and not state.last.complete  # --accept-empty, at the second try
        return Standing(counts=True, absences=vouched_for, again=True, reasons=withheld)
    return Standing(counts=True, absences=not withheld, reasons=withheld)


def _late(scan: AppliedScan, state: ScopeState, ancestry: Ancestry) -> str:
    """Why the scan is older than the last one applied; empty when it is not."""
    last = state.last
    if last is None:
        return ""
    again = scan.digest == last.digest
    if scan.digest in state.applied and not again and not _another_commit(scan, state):
        return (
            "this report was applied before, and a newer scan since then: nothing is changed by it"
        )
    if scan.commit and last.commit and scan.commit != last.commit:
        relation = ancestry(scan.commit, last.commit)
        if relation == "older":
            return (
                f"commit {scan.commit[:12]} is older than {last.commit[:12]}, which was scanned "
                "before: an old scan changes no ticket"
            )
        if relation == "newer":
            return ""
    mine, theirs = parse_time(scan.ended or scan.started), parse_time(last.ended or last.started)
    if mine and theirs and mine < theirs and not again:
        return (
            f"the scan ended at {mine:%Y-%m-%d %H:%M} UTC, before the last one applied "
            f"({theirs:%Y-%m-%d %H:%M} UTC): an old scan changes no ticket"
        )
    return ""


def _another_commit(scan: AppliedScan, state: ScopeState) -> bool:
    """Does a report that was applied before speak of another commit now? A revert brings back the same
    findings, to the byte."""
    before = state.commits.get(scan.digest)
    return bool(scan.commit and before and scan.commit != before)


def _withheld(
    scan: AppliedScan, state: ScopeState, *, partial: str, accept_empty: bool
) -> tuple[str, ...]:
    """Why this scan closes nothing; empty when its absences count."""
    reasons = list(scan.reasons)
    if partial:
        reasons.append(partial)
    known = len(state.present)
    if scan.results == 0 and known and not accept_empty:
        reasons.append(
            f"the report is empty, after one with {known} flaw{'s' if known > 1 else ''}: "
            "if they are really all fixed, say so with --accept-empty"
        )
    return tuple(reasons)


def parse_time(text: str | None) -> datetime | None:
    """ISO 8601 → aware UTC datetime; None where it cannot be read."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def seconds_between(earlier: str | None, later: str | None) -> float | None:
    """Seconds from one ISO 8601 time to another; None where one is unknown."""
    a, b = parse_time(earlier), parse_time(later)
    return (b - a).total_seconds() if a and b else None
