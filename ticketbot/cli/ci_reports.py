"""What CI systems show by themselves: GitHub's step summary and annotations, GitLab's Code Quality.

Every text from a report is neutralised first. Writes where the system says, and nothing where none is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ticketbot.cli.finding_forms import where
from ticketbot.errors import UsageError
from ticketbot.model.finding import Finding
from ticketbot.planning.markdown import Markdown, code, inline, link, plain

if TYPE_CHECKING:
    from ticketbot.cli.console import Console
    from ticketbot.planning.gate import Item, Verdict
    from ticketbot.planning.plan import Plan
    from ticketbot.sync.apply import Applied

SUMMARY = "GITHUB_STEP_SUMMARY"
LISTED = 20
"""Rows of a table in the summary: GitHub refuses one of more than 1 MiB, and people read less."""
PER_LEVEL = 10
"""Annotations of one level that GitHub shows for one step."""
_LEVELS = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "notice",
    "info": "notice",
}
_QUALITY = {
    "critical": "blocker",
    "high": "critical",
    "medium": "major",
    "low": "minor",
    "info": "info",
}


def summarise(environ: Mapping[str, str], markdown: str, console: Console) -> None:
    """Append to the step summary where there is one. A failure to write it stops nothing."""
    path = environ.get(SUMMARY)
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8", errors="replace") as file:
            file.write(markdown + "\n")
    except OSError as error:
        console.warn(f"warning: the step summary {path} cannot be written: {error.strerror}")


def written(path: Path, content: bytes) -> None:
    """A file that somebody asked for. Raises UsageError where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}", hint="Name another file."
        ) from error


def of_sync(plan: Plan, applied: Applied, line: str) -> str:
    """The summary of a sync: its numbers, a row for each change, and for what is new on a branch."""
    from ticketbot.planning.changes import Leave
    from ticketbot.sync.apply import action_of
    from ticketbot.sync.branch import REASON

    rows = [
        (
            done.change.severity,
            action_of(done.change) if done.outcome == "applied" else f"not {done.outcome}",
            link(done.ticket or "", done.url) if done.ticket else Markdown(""),
            inline(done.change.title),
        )
        for done in applied.results
    ]
    rows += [
        (change.severity, f"held: {action_of(change)}", Markdown(""), inline(change.title))
        for change in plan.changes
        if change.held
    ]
    rows += [
        (change.severity, "new on this branch", Markdown(""), inline(change.title))
        for change in plan.changes
        if isinstance(change, Leave) and change.reason == REASON
    ]
    weak = [f"- {inline(scan.scope)}: {inline(why)}" for scan in plan.scans for why in scan.reasons]
    held = dict.fromkeys(change.held for change in plan.changes if change.held)
    parts = [f"### ticketbot sync\n\n{inline(line)}"]
    parts += ["\n".join([*weak, *(f"- {inline(each)}" for each in held)])] if weak or held else []
    parts += [_table(("severity", "change", "ticket", "finding"), rows)] if rows else []
    return "\n\n".join(parts) + "\n"


def of_gate(verdict: Verdict, heading: str) -> str:
    """The summary of a gate: its limits, the reasons, and the worst of what it counted."""
    limits = [
        (inline(c.limit.name), c.found, c.limit.max, "**breached**" if c.breached else "")
        for c in verdict.checks
    ]
    items = [
        (item.features.severity, code(where(item.finding)), inline(item.finding.title))
        for item in verdict.breaching or verdict.counted
    ]
    parts = [f"### ticketbot gate: {heading}"]
    parts += ["\n".join(f"- {inline(why)}" for why in verdict.unproven)] if verdict.unproven else []
    parts += [_table(("limit", "found", "allowed", ""), limits)]
    parts += [_table(("severity", "where", "finding"), items)] if items else []
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows[:LISTED]]
    more = len(rows) - LISTED
    return "\n".join(lines) + (f"\n\n… and {more:,} more" if more > 0 else "")


def workflow_commands(findings: Iterable[Finding]) -> Iterator[str]:
    """GitHub's annotations, at most ten of each level, the first ones.

    https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    """
    count: Counter[str] = Counter()
    for finding in findings:
        level = _LEVELS[finding.severity]
        count[level] += 1
        if count[level] <= PER_LEVEL:
            yield _annotation(level, finding)


def _annotation(level: str, finding: Finding) -> str:
    place = finding.locations[0] if finding.locations else None
    told: dict[str, object] = {"title": f"{finding.severity}: {plain(finding.title)}"}
    if place and place.path and not place.path.startswith("/"):
        end = place.end_line if place.end_line and place.end_line != place.line else None
        told |= {"file": place.path, "line": place.line, "endLine": end}
    written = ",".join(f"{name}={_property(str(value))}" for name, value in told.items() if value)
    message = f"{where(finding)}: {plain(finding.message) or plain(finding.title)}"
    return f"::{level} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def code_quality(items: Iterable[Item]) -> bytes:
    """GitLab's Code Quality report. A finding that has no file is said to be in the folder itself.

    https://docs.gitlab.com/ci/testing/code_quality/
    """
    return msgspec.json.format(msgspec.json.encode([_issue(item) for item in items])) + b"\n"


def _issue(item: Item) -> dict[str, Any]:
    finding, features = item.finding, item.features
    place = where(finding)
    path = features.path and re.sub(r"^(?:\./)+", "", features.path)
    inside = f"{place}: " if place and not (path and place.startswith(path)) else ""
    return {
        "description": plain(f"{inside}{finding.title}"),
        "check_name": finding.rule,
        "fingerprint": item.flaw,
        "severity": _QUALITY[finding.severity],
        "location": {"path": path or ".", "lines": {"begin": features.line or 1}},
    }
