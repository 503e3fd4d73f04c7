"""What is adopted, what is left and why: for people, and as JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from ticketbot.cli.console import Console, shown
from ticketbot.cli.options import Reading
from ticketbot.cli.output import Columns, counted, wrapped
from ticketbot.cli.sync import Form
from ticketbot.planning.changes import AnyChange
from ticketbot.sync import Applied, Done
from ticketbot.triage.adopt import Adoption
from ticketbot.triage.pairing import Left, Pair, Why, described

FEW = 10
"""Tickets that are left for one cause are shown up to this many, all with --verbose."""

_LEFT: dict[Why, str] = {
    "second": "another ticket is for the same flaw; close one of them as its duplicate",
    "ambiguous": "may be about several flaws; a narrower --match tells them apart",
    "taken": "for a flaw that takes no ticket",
    "duplicate": "closed as duplicates",
    "unknown": "for no flaw in these reports",
    "silent": "name no flaw",
}
"""Why → heading, what wants a person first."""


def told(
    console: Console, made: Adoption, applied: Applied | None, options: Reading, form: Form
) -> int:
    """Show it; the exit code. `applied` None: nothing was done yet."""
    if form is Form.json:
        console.out(as_json(made, applied))
    else:
        show(console, made, applied)
    _tell(console, made, applied)
    console.finish()
    code = _code(applied)
    if code and options.advisory:
        console.warn(f"advisory: this would have been exit code {code}; --advisory makes it 0")
        return 0
    return code


def show(console: Console, made: Adoption, applied: Applied | None) -> None:
    """The tickets in lists, each with what became of it, and the numbers."""
    keys = [p.ticket.key for p in made.pairs] + [left.ticket.key for left in made.left]
    width = max(map(len, keys), default=0)
    done = _by_ticket(applied)
    if made.pairs:
        console.out(console.style("to adopt" if applied is None else "adopted", "strong"))
    for pair in made.pairs:
        _pair(console, pair, width, done.get(pair.ticket.id), applied)
    for why, heading in _LEFT.items():
        _left(console, f"left: {heading}", [each for each in made.left if each.why == why], width)
    console.out(console.style(_summary(made, applied), "strong"))


def _tell(console: Console, made: Adoption, applied: Applied | None) -> None:
    """What must be read besides the result."""
    if made.cut:
        console.warn(
            "there may be more tickets: --limit looks at more, a narrower --query at fewer"
        )
    if applied is None:
        if made.pairs:
            console.say("nothing was written; --yes does it")
        return
    for sentence in applied.moved:
        console.warn(f"moved: {sentence}")
    if applied.moved or applied.stopped:
        why = "the world has moved meanwhile" if applied.moved else "stopped by --max-duration"
        console.warn(f"{why}: run again to go on")


def _code(applied: Applied | None) -> int:
    """The exit code: 3 incomplete, 4 moved."""
    if applied is None:
        return 0
    failed = any(done.outcome in ("rejected", "unknown") for done in applied.results)
    return 3 if failed or applied.stopped else 4 if applied.moved else 0


def as_json(made: Adoption, applied: Applied | None) -> str:
    """`outcome` is null where nothing was done: a dry run, or not reached."""
    done, changes = _by_ticket(applied), {c.ticket_id: c for c in made.plan.changes}
    document = {
        "version": 1,
        "digest": made.plan.digest,
        "adopt": [_as_pair(p, changes[p.ticket.id], done.get(p.ticket.id)) for p in made.pairs],
        "left": [_as_left(left) for left in made.left],
        "summary": _counts(made, applied),
        "more": made.cut,
    }
    return msgspec.json.encode(document).decode()


def _by_ticket(applied: Applied | None) -> dict[str | None, Done]:
    return {done.change.ticket_id: done for done in applied.results} if applied else {}


def _pair(
    console: Console, pair: Pair, width: int, done: Done | None, applied: Applied | None
) -> None:
    columns = Columns(console, [8, width, 0], indent="  ")
    severity = pair.item.features.severity
    console.out(columns.line(severity, pair.ticket.key, pair.ticket.title, styles=[severity]))
    closed = ", closed" if pair.ticket.state == "closed" else ""
    told = [f"is {described(pair.item)}{closed}: {pair.evidence}"]
    if applied is not None and done is None:
        told.append("not done")
    elif done is not None and (done.outcome != "applied" or done.note):
        told.append(f"{done.outcome}: {done.note}" if done.note else done.outcome)
    for line in told:
        console.out(wrapped(line, console.width, " " * 12, first=" " * 10))


def _left(console: Console, heading: str, lefts: list[Left], width: int) -> None:
    if not lefts:
        return
    console.out(console.style(heading, "strong"))
    cut = lefts if console.verbose else lefts[:FEW]
    columns = Columns(console, [width, 0], indent="  ")
    for each in cut:
        console.out(columns.line(each.ticket.key, each.ticket.title))
        if each.why != "silent":
            console.out(wrapped(each.reason, console.width, " " * 6, first=" " * 4))
    if len(cut) < len(lefts):
        console.out(f"  … and {len(lefts) - len(cut):,} more (--verbose shows them)")


def _counts(made: Adoption, applied: Applied | None) -> dict[str, int]:
    count = Counter[str](done.outcome for done in _by_ticket(applied).values())
    return {
        "adopt": len(made.pairs),
        **({} if applied is None else dict(count)),
        "left": len(made.left),
        "ours": made.ours,
        "closed": made.closed,
    }


def _summary(made: Adoption, applied: Applied | None) -> str:
    """The numbers in one line."""
    counts = _counts(made, applied)
    if applied is None:
        parts = [f"{counted(len(made.pairs), 'ticket')} to adopt"]
    else:
        parts = [f"{counted(counts.get('applied', 0), 'ticket')} adopted"]
        parts += [f"{counts[o]:,} {o}" for o in ("rejected", "unknown", "skipped") if counts.get(o)]
    parts.append(f"{len(made.left):,} left")
    if made.ours:
        parts.append(f"{made.ours:,} ours already")
    if made.closed:
        parts.append(f"{made.closed:,} closed (--closed looks at them)")
    return ", ".join(parts)


def _as_pair(pair: Pair, change: AnyChange, done: Done | None) -> dict[str, Any]:
    ticket = pair.ticket
    return {
        "ticket": ticket.key,
        "id": ticket.id,
        "url": ticket.url or None,
        "title": shown(ticket.title),
        "state": ticket.state,
        "resolution": ticket.resolution,
        "flaw": pair.item.flaw,
        "flaw_title": pair.item.features.title,
        "severity": pair.item.features.severity,
        "stage": "adopted",
        "evidence": pair.evidence,
        "reason": change.reason,
        "outcome": done.outcome if done else None,
        "note": done.note if done else "",
    }


def _as_left(left: Left) -> dict[str, Any]:
    return {
        "ticket": left.ticket.key,
        "id": left.ticket.id,
        "url": left.ticket.url or None,
        "title": shown(left.ticket.title),
        "state": left.ticket.state,
        "why": left.why,
        "reason": left.reason,
        "flaws": left.flaws,
    }
