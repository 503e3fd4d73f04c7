"""`ticketbot diff`: two reports of one tool against each other; what persists, what is new, what is gone."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from ticketbot.cli.options import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ticketbot.cli.console import Console
    from ticketbot.cli.opening import Opened, Readers
    from ticketbot.identity.ingredients import Grounds
    from ticketbot.identity.match import Candidate
    from ticketbot.model.finding import Finding, Request, Scan


class Form(StrEnum):
    """What `--format` knows."""

    table = "table"
    json = "json"


def diff(
    old: Annotated[str, Argument(metavar="OLD", help="The earlier report.")],
    new: Annotated[str, Argument(metavar="NEW", help="The later report of the same tool.")],
    options: Reading,
    old_source_root: Annotated[
        Path | None,
        Option(
            "--old-source-root",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="The checkout that OLD is of; without it OLD is read without sources.",
        ),
    ] = None,
    form: Annotated[Form, Option("--format", help="How the result is written.")] = Form.table,
) -> int:
    """Compare two reports: persisting, new and gone findings. No ledger, no tracker.

    --source-root is the checkout that NEW is of. Where it (or this folder) is a repository that has
    the commits that both reports name, renamed files are followed.
    """
    import msgspec

    from ticketbot.cli.console import Console
    from ticketbot.cli.grounds import grounds_of
    from ticketbot.cli.identified import knowing
    from ticketbot.cli.opening import configuration, readers
    from ticketbot.cli.surroundings import look_around, target_of
    from ticketbot.config.git import renames
    from ticketbot.identity.match import pairs
    from ticketbot.readers.redact import Redactor

    console = Console(options)
    loaded, facts = configuration(options, console), look_around()

    def opened(argument: str, root: Path | None) -> Opened:
        rooted = replace(options, source_root=root or options.source_root)
        return _only(argument, readers(rooted, loaded, facts, console.warn), console)

    before, after = opened(old, old_source_root), opened(new, options.source_root)
    _same_tool(before, after)
    target = target_of(options, loaded.config, facts, lambda _warning: None)
    left, right = _Side(before, console), _Side(after, console)
    known = knowing(
        grounds_of(options, Redactor(), loaded, target),
        [*left.requests(), *right.requests()],
        [*before.report.scans, *after.report.scans],
    )
    for side, root in ((left, old_source_root), (right, options.source_root)):
        sources = grounds_of(replace(options, source_root=root), Redactor()).sources
        side.identify(msgspec.structs.replace(known, sources=sources))
    moved = renames(_commit(before), _commit(after), options.source_root or Path.cwd())
    result = pairs(left.candidates, right.candidates, moved)
    if form is Form.json:
        console.out(msgspec.json.encode(result).decode())
    else:
        _show(result, left, right, console)
    console.finish()
    return 0


def _only(argument: str, reading: Readers, console: Console) -> Opened:
    from ticketbot.errors import UsageError

    opened = reading.open([argument], console)
    if len(opened) > 1:
        names = ", ".join(each.found.source.name for each in opened[:3])
        raise UsageError(
            f"{argument} means {len(opened)} reports ({names} …), and diff compares two",
            hint="Name one report on each side.",
        )
    return opened[0]


def _commit(opened: Opened) -> str | None:
    return next((scan.commit for scan in opened.report.scans if scan.commit), None)


def _same_tool(before: Opened, after: Opened) -> None:
    from ticketbot.errors import UsageError

    old, new = ({scan.family for scan in each.report.scans} for each in (before, after))
    if old and new and old.isdisjoint(new):
        raise UsageError(
            f"the reports are of two tools, {', '.join(sorted(old))} and {', '.join(sorted(new))}",
            hint="Compare two reports of the same tool.",
        )


class _Side:
    """One report's results as the matcher wants them. Rejected ones keep their number, and match nothing."""

    def __init__(self, opened: Opened, console: Console) -> None:
        from ticketbot.model.finding import Rejected

        self.candidates: list[Candidate] = []
        self.findings: dict[int, Finding] = {}
        self._scans: dict[int, Scan] = {}
        report, name = opened.report, opened.found.source.name
        for result in report.results():
            found = report.build(result)
            if isinstance(found, Rejected):
                console.warn(f"rejected {name} {found.pointer}: {found.reason}")
            elif found.status in ("open", "suppressed"):
                self.findings[result.index] = found
                self._scans[result.index] = report.scans[result.scan]

    def requests(self) -> Iterator[Request]:
        """That its findings are about."""
        return (each.request for each in self.findings.values() if each.request is not None)

    def identify(self, grounds: Grounds) -> None:
        """Who all of them are."""
        from ticketbot.identity.identify import identify
        from ticketbot.identity.match import Candidate

        for index, found in self.findings.items():
            place = found.locations[0] if found.locations else None
            identity = identify(found, self._scans[index], grounds)
            self.candidates.append(
                Candidate(
                    index=index,
                    aliases=identity.aliases,
                    rule=identity.rule,
                    path=place.path if place else None,
                    line=place.line if place else None,
                    traits=identity.traits,
                )
            )


def _show(result: dict[str, Any], left: _Side, right: _Side, console: Console) -> None:
    from ticketbot.cli.finding_forms import where
    from ticketbot.cli.output import Columns

    columns = Columns(console, [8, max(24, console.width * 2 // 5), 0], indent="  ")

    def group(heading: str, findings: list[Finding]) -> None:
        if findings:
            console.out(console.style(f"{heading} ({len(findings):,})", "strong"))
        for each in findings:
            cells = (each.severity, where(each), each.title)
            console.out(columns.line(*cells, styles=[each.severity]))

    group("new", [right.findings[index] for index in result["new"]])
    group("gone", [left.findings[index] for index in result["gone"]])
    if console.verbose:
        group("persisting", [right.findings[pair[1]] for pair in result["pairs"]])
    stages = ", ".join(f"{number:,} {stage}" for stage, number in result["stages"].items())
    console.out(
        f"{len(result['pairs']):,} persisting{f' ({stages})' if stages else ''}, "
        f"{len(result['new']):,} new, {len(result['gone']):,} gone"
    )
