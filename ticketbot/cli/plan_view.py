"""A plan, and what became of it: for people, and as the JSON of contract.md.

Changes with the same reason stand under it, one line each, so that a reason is said once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from ticketbot.cli.console import Console, shown
from ticketbot.cli.output import Columns, counted, wrapped
from ticketbot.planning.changes import AnyChange, Leave
from ticketbot.planning.plan import Plan
from ticketbot.planning.state import Effects
from ticketbot.sync.apply import Applied, Done, action_of

DONE = {
    "create": "created",
    "update": "updated",
    "comment": "commented",
    "close": "closed",
    "reopen": "reopened",
    "link": "linked",
}
_FAILED = {
    "rejected": "refused",
    "unknown": "outcome unknown (run again, and it is looked up)",
    "skipped": "skipped",
}
FEW = 10
"""Changes that are left or held are shown up to this many for each reason, all with --verbose."""


class Line(msgspec.Struct, frozen=True):
    """One change as it is shown: under which heading, with which first word."""

    heading: str
    word: str
    change: AnyChange
    ticket: str
    quiet: bool = False
    """Left or held: many of them are cut short."""


def show(console: Console, plan: Plan, applied: Applied | None) -> None:
    """Every change worth a line, then the numbers. `applied` None: nothing was done yet."""
    groups: dict[str, list[Line]] = {}
    for line in _lines(plan, applied):
        groups.setdefault(line.heading, []).append(line)
    if not console.quiet or applied is None or _troubled(applied):
        ticket = max((len(line.ticket) for each in groups.values() for line in each), default=0)
        for heading, lines in groups.items():
            _group(console, heading, lines, ticket)
    console.out(summary(plan, applied))


def _group(console: Console, heading: str, lines: Sequence[Line], ticket: int) -> None:
    console.out(console.style(wrapped(heading, console.width, "    ", first=""), "strong"))
    word = max(len(line.word) for line in lines)
    columns = Columns(console, [word, 8, *([ticket] if ticket else []), 0], indent="  ")
    cut = lines[:FEW] if lines[0].quiet and not console.verbose else lines
    for line in cut:
        severity, styles = line.change.severity, ["", line.change.severity]
        cells = [line.word, severity, *([line.ticket] if ticket else []), line.change.title]
        console.out(columns.line(*cells, styles=styles))
    if len(cut) < len(lines):
        console.out(f"  … and {len(lines) - len(cut):,} more (--verbose shows them)")


def _lines(plan: Plan, applied: Applied | None) -> Iterator[Line]:
    done = {id(each.change): each for each in applied.results} if applied else {}
    mine = {id(change) for change in plan.changes}
    extra = [each.change for each in done.values() if id(each.change) not in mine]
    for change in (*plan.changes, *extra):
        action, ticket = action_of(change), change.ticket or ""
        if isinstance(change, Leave):
            yield Line(change.reason, action, change, ticket, quiet=True)
        elif change.held is not None:
            yield Line(f"held back: {change.held}", action, change, ticket, quiet=True)
        elif applied is None:
            yield Line(change.reason, action, change, ticket)
        elif (result := done.get(id(change))) is None:
            yield Line("not done yet: run again to go on", action, change, ticket, quiet=True)
        elif result.outcome == "applied":
            yield Line(change.reason, DONE[action], change, result.ticket or "")
        else:
            heading = f"{_FAILED[result.outcome]}: {result.note}"
            yield Line(heading, action, change, result.ticket or ticket)


def summary(plan: Plan, applied: Applied | None) -> str:
    """The numbers in one line; `nothing to do` in words."""
    counts = plan.summary
    parts = []
    if applied is None:
        parts = [f"{counts[a]:,} to {a}" for a in DONE if counts.get(a)]
    else:
        for action, word in DONE.items():
            number = sum(
                1 for d in applied.results if d.outcome == "applied" and action_of(d.change) == action
            )
            if number:
                parts.append(f"{number:,} {word}")
        for outcome, word in (("rejected", "refused"), ("unknown", "unknown"), ("skipped", "skipped")):
            if number := sum(1 for d in applied.results if d.outcome == outcome):
                parts.append(f"{number:,} {word}")
        if number := _undone(plan, applied):
            parts.append(f"{number:,} not done yet")
    if counts.get("held"):
        parts.append(f"{counts['held']:,} held back")
    left = f"{counts.get('leave', 0):,} unchanged"
    return f"{', '.join(parts)}, {left}" if parts else f"nothing to do, {left}"


def _undone(plan: Plan, applied: Applied) -> int:
    wanted = sum(1 for c in plan.changes if c.held is None and not isinstance(c, Leave))
    mine = {id(change) for change in plan.changes}
    return wanted - sum(1 for d in applied.results if id(d.change) in mine)


def _troubled(applied: Applied) -> bool:
    return any(each.outcome != "applied" for each in applied.results)


def tell_scans(console: Console, plan: Plan) -> None:
    """What weakens a scan is always told; with --verbose all that is known of it."""
    for scan in plan.scans:
        for reason in scan.reasons:
            console.warn(f"{scan.scope}: {shown(reason)}")
        if console.verbose:
            console.warn(
                f"{scan.scope}: {counted(scan.results, 'result')}, {scan.open:,} open, "
                f"{scan.suppressed:,} suppressed, {scan.rejected:,} rejected"
            )


def as_json(plan: Plan, applied: Applied | None) -> bytes:
    """The plan without what only the ledger needs; with `outcome`, `ticket` and `url` where it was applied."""
    bare = msgspec.structs.replace(plan, effects=Effects(), bases=())
    document: dict[str, Any] = msgspec.to_builtins(bare, builtin_types=())
    for key in ("effects", "bases", "key"):
        document.pop(key, None)
    if applied is not None:
        done = {id(each.change): each for each in applied.results}
        for change, written in zip(plan.changes, document["changes"], strict=True):
            written.update(_outcome(done.pop(id(change), None), change))
        document["changes"] += [
            msgspec.to_builtins(each.change) | _outcome(each, each.change) for each in done.values()
        ]
    return msgspec.json.encode(document)


def _outcome(done: Done | None, change: AnyChange) -> dict[str, Any]:
    if done is None:
        return {"outcome": "skipped", "url": None, "note": ""}
    return {"outcome": done.outcome, "ticket": done.ticket, "url": done.url, "note": done.note}
