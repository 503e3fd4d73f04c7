"""A gate's verdict for people, as JSON, and as SARIF."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from ticketbot.cli.console import Console, shown
from ticketbot.cli.finding_forms import where
from ticketbot.cli.output import Columns, counted
from ticketbot.cli.sarif_form import Row, Run, log
from ticketbot.planning.gate import Item, Mode, Verdict, why_not
from ticketbot.sync.gating import Sight

WORST = 5
"""Findings that are named; all with --verbose."""
_COUNTED: dict[Mode, tuple[str, str]] = {
    "new": ("new ", ""),
    "open": ("open ", ""),
    "all": ("open ", ", decided ones and known debt included"),
}


def heading(verdict: Verdict) -> str:
    """The verdict in one line."""
    before, after = _COUNTED[verdict.mode]
    said = counted(len(verdict.counted), f"{before}finding") + after
    breached = [check for check in verdict.checks if check.breached]
    if breached:
        over = (f"{c.found:,} {c.limit.name} ({c.limit.max:,} allowed)" for c in breached)
        return f"failed: {said}; {', '.join(over)}"
    if verdict.unproven:
        return f"failed: a scan is not complete, and proves nothing; {said}"
    return f"passed: {said}"


def tell(console: Console, verdict: Verdict, sight: Sight) -> None:
    """What weakens the verdict."""
    for reason in verdict.unproven:
        console.warn(f"not complete: {reason}")
    if verdict.unproven:
        console.warn(
            "an incomplete scan cannot show that something is not there: scan again, "
            "or say with --partial that you know"
        )
    if verdict.mode == "new":
        for scope in sight.unknown:
            console.warn(
                f"warning: the ledger knows no scan of {scope.family} on the default branch of "
                f"{scope.target}: all it found counts as new; sync there first, restore the "
                "ledger from the cache, or name the earlier report with --base"
            )
    for scope in sight.emptied:
        console.warn(f"warning: the report of {scope} is empty, after one that was not")


def show(console: Console, verdict: Verdict) -> None:
    """The verdict, the worst findings, the limits with their numbers, and what does not count."""
    console.out(console.style(heading(verdict), "strong"))
    items = verdict.breaching or verdict.counted
    columns = Columns(console, [8, max(24, console.width * 2 // 5), 0], indent="  ")
    listed = items if console.verbose else items[:WORST]
    for item in listed:
        cells = (item.features.severity, where(item.finding), item.finding.title)
        console.out(columns.line(*cells, styles=[item.features.severity]))
    if len(items) > len(listed):
        console.out(f"  … and {len(items) - len(listed):,} more (--verbose shows them)")
    _limits(console, verdict)
    left = [f"{number:,} {why}" for why, number in verdict.left_out.items()]
    if left:
        console.out(f"not counted: {', '.join(left)}")


def _limits(console: Console, verdict: Verdict) -> None:
    wide = max([len("limit"), *(len(shown(check.limit.name)) for check in verdict.checks)])
    columns = Columns(console, [min(wide, console.width // 2), 7, 7, 0], indent="  ")
    console.out(columns.line("limit", "  found", "allowed", "", styles=["strong"] * 3))
    for check in verdict.checks:
        numbers = f"{check.found:>7,}", f"{check.limit.max:>7,}"
        word = "breached" if check.breached else ""
        console.out(columns.line(check.limit.name, *numbers, word))


def as_json(verdict: Verdict, sight: Sight) -> str:
    """All that was counted, worst first, and everything that decided."""
    breaching = {item.flaw for item in verdict.breaching}
    document = {
        "version": 1,
        "passed": verdict.passed,
        "counts": verdict.mode,
        "thresholds": [
            {
                "name": check.limit.name,
                "found": check.found,
                "allowed": check.limit.max,
                "breached": check.breached,
            }
            for check in verdict.checks
        ],
        "incomplete": list(verdict.unproven),
        "left_out": verdict.left_out,
        "scans": [
            {
                "tool": scan.tool,
                "target": scan.scope.target,
                "scope": str(scan.scope),
                "complete": scan.complete,
                "results": scan.results,
            }
            for scan in sight.scans
        ],
        "findings": [_finding(item, item.flaw in breaching) for item in verdict.counted],
    }
    return msgspec.json.encode(document).decode()


def _finding(item: Item, breaches: bool) -> dict[str, Any]:
    features = item.features
    return {
        "flaw": item.flaw,
        "severity": features.severity,
        "kind": features.kind,
        "tool": features.tool,
        "rule": features.rule,
        "title": item.finding.title,
        "where": where(item.finding),
        "path": features.path,
        "line": features.line,
        "operation": features.operation,
        "new": item.new,
        "ticket": item.ticket,
        "breaches": breaches,
    }


def as_sarif(verdict: Verdict, sight: Sight) -> bytes:
    """Every finding the gate looked at: new or not, and suppressed where it was decided."""
    rows = [(item, "") for item in verdict.counted]
    rows += [(item, _excuse(item)) for item, _ in verdict.excused]
    return log(
        Run(
            tool=scan.tool,
            version=scan.version,
            part=scan.scope.part,
            incomplete=scan.reasons,
            rows=list(_rows((i, e) for i, e in rows if i.scope == scan.scope)),
        )
        for scan in sight.scans
    )


def _excuse(item: Item) -> str:
    """A decision or known debt; what is merely known before is no suppression."""
    return why_not(item, "open")


def _rows(items: Iterable[tuple[Item, str]]) -> Iterable[Row]:
    for item, excuse in items:
        yield Row(
            finding=item.finding,
            aliases=item.aliases,
            flaw=item.flaw,
            state="new" if item.new else "unchanged",
            excuse=excuse,
        )
