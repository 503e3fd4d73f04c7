"""`ticketbot findings`: what is in reports, without a ledger and without a tracker."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from typer import Option

from ticketbot.cli.options import Reading, Reports

if TYPE_CHECKING:
    from ticketbot.cli.console import Console
    from ticketbot.cli.opening import Opened
    from ticketbot.cli.sarif_form import Row
    from ticketbot.identity.ingredients import Grounds
    from ticketbot.model.finding import Finding, Rejected


class Form(StrEnum):
    """What `--format` knows."""

    table = "table"
    jsonl = "jsonl"
    csv = "csv"
    sarif = "sarif"


def findings(
    reports: Reports,
    options: Reading,
    form: Annotated[Form, Option("--format", help="How they are written.")] = Form.table,
) -> int:
    """Show the normalised findings of reports: no ledger, no tracker."""
    from ticketbot.cli.console import Console
    from ticketbot.cli.grounds import grounds_of
    from ticketbot.cli.opening import configuration, readers
    from ticketbot.cli.surroundings import look_around, target_of

    console = Console(options)
    loaded, facts = configuration(options, console), look_around()
    reading = readers(options, loaded, facts, console.warn)
    target = target_of(options, loaded.config, facts, lambda _warning: None)
    grounds = grounds_of(options, reading.redactor, loaded, target)
    opened = reading.open(reports, console)
    _Writing(console, form, grounds).all(opened)
    console.finish()
    return 0


class _Writing:
    """Findings one after the other, and the counts for the end."""

    def __init__(self, console: Console, form: Form, grounds: Grounds) -> None:
        self._console, self._form, self._grounds = console, form, grounds
        self._count: Counter[str] = Counter()
        self._rejected: list[tuple[str, Rejected]] = []
        self._strangers: Counter[str] = Counter()
        self._results = 0
        self._rows: dict[tuple[int, int], list[Row]] = {}
        """(report, scan) → its results: SARIF is written at the end, run by run."""

    def all(self, opened: list[Opened]) -> None:
        self._head()
        for number, each in enumerate(opened):
            self._one(each, number)
            if self._console.closed:
                return
        if self._form is Form.sarif:
            self._sarif(opened)
        for each in opened:
            for scan in each.report.scans:
                for reason in scan.reasons:
                    self._console.warn(f"{each.found.source.name}: {scan.tool}: {reason}")
        self._tell()

    def _one(self, opened: Opened, number: int) -> None:
        from ticketbot.cli.finding_forms import as_csv, as_json
        from ticketbot.cli.identified import built, identified
        from ticketbot.cli.sarif_form import Row
        from ticketbot.model.finding import Rejected

        report, name, out = opened.report, opened.found.source.name, self._console.out
        named = self._form in (Form.jsonl, Form.sarif)
        for result, found, who in identified(report, self._grounds) if named else built(report):
            if self._console.closed:
                return
            self._results += 1
            if isinstance(found, Rejected):
                self._rejected.append((name, found))
                continue
            self._count[found.status] += 1
            if stranger := self._grounds.registered.strange(found.request):
                self._strangers[stranger] += 1
            if who is not None and self._form is Form.jsonl:
                out(as_json(found, who, name).decode("utf-8", "replace"))
            elif who is not None and self._form is Form.sarif:
                rows = self._rows.setdefault((number, result.scan), [])
                rows.append(Row(finding=found, aliases=who.aliases))
            elif self._form is Form.csv:
                out(as_csv(found, name).rstrip("\r\n"))
            else:
                self._row(found)

    def _sarif(self, opened: list[Opened]) -> None:
        from ticketbot.cli.line_hashes import with_line_hashes
        from ticketbot.cli.sarif_form import Run, log

        runs = [
            Run(
                tool=scan.tool,
                version=scan.version,
                part=scan.part or "",
                incomplete=scan.reasons,
                rows=with_line_hashes(self._rows.get((number, index), ()), self._grounds.sources),
            )
            for number, each in enumerate(opened)
            for index, scan in enumerate(each.report.scans)
        ]
        self._console.out(log(runs).decode("utf-8", "replace").rstrip("\n"))

    def _head(self) -> None:
        from ticketbot.cli.finding_forms import CSV_HEAD
        from ticketbot.cli.output import Columns

        self._columns = Columns(self._console, [8, max(24, self._console.width * 2 // 5), 0])
        if self._form is Form.csv:
            self._console.out(",".join(CSV_HEAD))
        elif self._form is Form.table:
            head = self._columns.line("severity", "where", "what", styles=["strong"] * 3)
            self._console.out(head)

    def _row(self, found: Finding) -> None:
        from ticketbot.cli.finding_forms import where

        what = found.title if found.status == "open" else f"({found.status}) {found.title}"
        line = self._columns.line(found.severity, where(found), what, styles=[found.severity])
        self._console.out(line)

    def _tell(self) -> None:
        from ticketbot.cli.output import counted

        rejected, warn = self._rejected, self._console.warn
        for name, each in rejected:
            warn(f"rejected {name} {each.pointer}: {each.reason}")
        for host, number in sorted(self._strangers.items()):
            warn(f"{counted(number, 'finding')} about {host}, which is no host of the target")
        others = [f"{self._count[s]:,} {s}" for s in ("suppressed", "passed", "absent")]
        told = [each for each in others if not each.startswith("0 ")]
        self._console.say(
            f"{counted(self._results, 'result')} read: {self._count['open']:,} open, "
            + "".join(f"{each}, " for each in told)
            + f"{len(rejected):,} rejected"
        )
