"""A plan, and what became of it, for people.

Changes that are done for one reason stand under it, one line each, so that a reason is said once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from ticketbot.cli.console import Console, shown
from ticketbot.cli.output import Columns, counted, wrapped
from ticketbot.model.flaw import Features
from ticketbot.planning.changes import AnyChange, Leave
from ticketbot.planning.plan import Plan
from ticketbot.sync.apply import Applied, action_of

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
    "unknown": "outcome unknown, the next run looks it up",
    "skipped": "skipped",
}
FEW = 10
"""Changes that are left or held are shown up to this many for each reason, all with --verbose."""


class Line(msgspec.Struct, frozen=True):
    """One change as it is shown, and the heading it stands under."""

    heading: str
    change: AnyChange
    ticket: str
    quiet: bool = False
    """Left or held: many of them are cut short."""


def show(console: Console, plan: Plan, applied: Applied | None) -> None:
    """Every change worth a line, then the numbers. `applied` None: nothing was done yet."""
    groups: dict[str, list[Line]] = {}
    for line in _lines(plan, applied):
        groups.setdefault(line.heading, []).append(line)
    ticket = max((len(line.ticket) for each in groups.values() for line in each), default=0)
    places = _places(plan, [line for each in groups.values() for line in each])
    for heading, lines in groups.items():
        _group(console, heading, lines, ticket, places)
    console.out(console.style(summary(plan, applied), "strong"))


def tell_scans(console: Console, plan: Plan) -> None:
    """What weakens a scan is always told; with --verbose all that is known of it."""
    for scan in plan.scans:
        for reason in scan.reasons:
            console.warn(f"{scan.scope}: {shown(reason)}")
        if console.verbose:
            console.say(
                f"{scan.scope}: {counted(scan.results, 'result')}, {scan.open:,} open, "
                f"{scan.suppressed:,} suppressed, {scan.rejected:,} rejected"
            )


def _places(plan: Plan, lines: Sequence[Line]) -> dict[str, str]:
    """Subject → where it is, for those whose title another subject has too."""
    titles: dict[str, set[str]] = {}
    for line in lines:
        titles.setdefault(line.change.title, set()).add(line.change.subject)
    known = {flaw.id: flaw.features for flaw in plan.effects.flaws} | plan.effects.features
    places: dict[str, str] = {}
    for change in (line.change for line in lines):
        if len(titles[change.title]) > 1 and len(change.flaws) == 1:
            (flaw,) = change.flaws
            places[change.subject] = _place(known[flaw]) if flaw in known else f"flaw {flaw[:8]}"
    return places


def _place(features: Features) -> str:
    line = f":{features.line}" if features.line else ""
    return f"{features.path}{line}" if features.path else features.resource or ""


def _group(
    console: Console, heading: str, lines: Sequence[Line], ticket: int, places: Mapping[str, str]
) -> None:
    """Lines that need their place have it as a last column, of at most a quarter of the width."""
    console.out(console.style(wrapped(heading, console.width, "    ", first=""), "strong"))
    cut = lines[:FEW] if lines[0].quiet and not console.verbose else lines
    most = console.width // 4
    for line in cut:
        place = places.get(line.change.subject, "")
        if len(place) > most:
            place = "…" + place[1 - most :]
        widths = [8, *([ticket] if ticket else []), 0, *([most] if place else [])]
        told = [line.ticket] if ticket else []
        cells = [line.change.severity, *told, line.change.title, *([place] if place else [])]
        columns = Columns(console, widths, indent="  ")
        console.out(columns.line(*cells, styles=[line.change.severity]))
    if len(cut) < len(lines):
        console.out(f"  … and {len(lines) - len(cut):,} more (--verbose shows them)")


def _lines(plan: Plan, applied: Applied | None) -> Iterator[Line]:
    done = {id(each.change): each for each in applied.results} if applied else {}
    for change in plan.changes:
        action, ticket = action_of(change), change.ticket or ""
        if isinstance(change, Leave):
            yield Line(f"left: {change.reason}", change, ticket, quiet=True)
        elif change.held is not None:
            yield Line(f"held back, to {action}: {change.held}", change, ticket, quiet=True)
        elif applied is None:
            yield Line(f"to {action}: {change.reason}", change, ticket)
        elif id(change) not in done:
            yield Line(f"not done yet, to {action}: run again to go on", change, ticket, quiet=True)
    for each in done.values():
        action, ticket = action_of(each.change), each.ticket or each.change.ticket or ""
        if each.outcome == "applied":
            but = f", but {each.note}" if each.note else ""
            yield Line(f"{DONE[action]}: {each.change.reason}{but}", each.change, ticket)
        else:
            heading = f"not {DONE[action]}, {_FAILED[each.outcome]}: {each.note}"
            yield Line(heading, each.change, ticket)


def summary(plan: Plan, applied: Applied | None) -> str:
    """The numbers in one line; `nothing to do` in words."""
    counts = plan.summary
    if applied is None:
        parts = [f"{counts[action]:,} to {action}" for action in DONE if counts.get(action)]
    else:
        parts = _done(plan, applied)
    if counts.get("held"):
        parts.append(f"{counts['held']:,} held back")
    left = f"{counts.get('leave', 0):,} left as they are"
    return f"{', '.join(parts) or 'nothing to do'}, {left}"


def _done(plan: Plan, applied: Applied) -> list[str]:
    count = Counter(
        DONE[action_of(each.change)] if each.outcome == "applied" else _FAILED[each.outcome]
        for each in applied.results
    )
    wanted = {id(c) for c in plan.changes if c.held is None and not isinstance(c, Leave)}
    count["not done yet"] = len(wanted - {id(each.change) for each in applied.results})
    order = (*DONE.values(), *_FAILED.values(), "not done yet")
    return [f"{count[word]:,} {word.partition(',')[0]}" for word in order if count[word]]
