"""`ticketbot gate`: may the pipeline go on? Reads reports and the ledger, writes none, asks no tracker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

from typer import Option

from ticketbot.cli.options import Allowing, Reading, Reports

if TYPE_CHECKING:
    from ticketbot.cli.wiring import Work
    from ticketbot.ledger.ledger import Ledger
    from ticketbot.model.finding import Severity
    from ticketbot.planning.gate import Mode, Verdict
    from ticketbot.sync.gating import Sight


class Form(StrEnum):
    """What `--format` knows."""

    table = "table"
    json = "json"


class Level(StrEnum):
    """What `--fail-on` knows."""

    critical = "critical"
    high = "high"
    medium = "medium"
    low = "low"
    info = "info"


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """What counts, and how much of it is too much."""

    fail_on: Annotated[
        Level | None, Option("--fail-on", help="Fail on any finding of this severity or above.")
    ] = None
    most: Annotated[
        list[str] | None,
        Option("--max", metavar="critical=0,high=5", help="So many of a severity are allowed."),
    ] = None
    base: Annotated[
        list[str] | None,
        Option(
            "--base", metavar="REPORT", help="Count what is not in this report; no ledger needed."
        ),
    ] = None
    everything: Annotated[
        bool, Option("--all", help="Count every open finding, decided ones and known debt too.")
    ] = False
    new_only: Annotated[
        bool, Option("--new-only", help="Count what the default branch does not have.")
    ] = False


@dataclass(frozen=True, kw_only=True)
class Files:
    """Where the verdict goes besides."""

    junit: Annotated[
        Path | None, Option("--junit", metavar="FILE", help="The verdict as JUnit XML.")
    ] = None
    sarif: Annotated[
        Path | None, Option("--sarif", metavar="FILE", help="The findings as SARIF 2.1.0.")
    ] = None
    codequality: Annotated[
        Path | None,
        Option(
            "--codequality", metavar="FILE", help="What counts, as GitLab's Code Quality report."
        ),
    ] = None


def gate(
    reports: Reports,
    options: Reading,
    deciding: Deciding,
    files: Files,
    form: Annotated[Form, Option("--format", help="How the result is written.")] = Form.table,
) -> int:
    """Exit with 1 when findings breach the thresholds. Needs no credentials and writes nothing."""
    from ticketbot.cli import gate_view
    from ticketbot.cli.wiring import work
    from ticketbot.cli.writable import refuse_unwritable
    from ticketbot.planning.gate import judge, limits_of
    from ticketbot.sync.gating import look

    _contradictions(deciding)
    for name, path in vars(files).items():
        refuse_unwritable(path, f"--{name}")
    most = maxima(deciding.most or ())
    here = work(reports, options, Allowing(), keyless=True)
    fail_on: Severity | None = deciding.fail_on.value if deciding.fail_on else None
    limits = limits_of(here.settings.gate, fail_on, most)
    base = here.open(deciding.base) if deciding.base else None
    with _ledger(here, needed=base is None) as ledger:
        sight = look(here.job(ledger, {}), base)
    mode = mode_of(deciding, here)
    verdict = judge(sight.items, limits, mode, here.settings, sight.unproven)
    _write(files, verdict, sight, here.context.now)
    gate_view.tell(here.place.console, verdict, sight)
    if form is Form.json:
        here.place.console.out(gate_view.as_json(verdict, sight))
    else:
        gate_view.show(here.place.console, verdict)
    _show_to_ci(verdict, here)
    here.place.console.finish()
    return _code(verdict, options, here)


def maxima(texts: list[str] | tuple[str, ...]) -> dict[Severity, int]:
    """`critical=0,high=5` → numbers. Raises UsageError."""
    from ticketbot.errors import UsageError
    from ticketbot.model.finding import RANK

    found: dict[Severity, int] = {}
    for part in (part.strip() for text in texts for part in text.split(",")):
        name, _, number = part.partition("=")
        if name not in RANK or not number.isdecimal():
            raise UsageError(
                f"--max {part!r} is no threshold",
                hint="Write severities with numbers, as critical=0,high=5.",
            )
        found[cast("Severity", name)] = int(number)
    return found


def mode_of(deciding: Deciding, here: Work) -> Mode:
    """What counts: as asked for, else new findings on a change branch, else all that is undecided."""
    if deciding.everything:
        return "all"
    change = here.context.branch_class == "change"
    return "new" if deciding.new_only or deciding.base or change else "open"


def _contradictions(deciding: Deciding) -> None:
    from ticketbot.errors import UsageError

    if deciding.everything and (deciding.new_only or deciding.base):
        other = "--new-only" if deciding.new_only else "--base"
        raise UsageError(
            f"--all counts everything, and {other} only what is new", hint="Give one of them."
        )


@contextmanager
def _ledger(here: Work, *, needed: bool) -> Iterator[Ledger]:
    """A copy to look at. Where `--base` says what was there, the gate does without, and says so."""
    from ticketbot.errors import InputError
    from ticketbot.ledger.ledger import Ledger

    try:
        snapshot = Ledger.snapshot(here.place.ledger_url)
    except InputError as error:
        if needed:
            error.hint = f"{error.hint} With --base REPORT no ledger is needed.".strip()
            raise
        here.place.console.warn(f"notice: no ledger, so no decisions are known: {error.message}")
        snapshot = Ledger.snapshot("sqlite://")
    with snapshot as ledger:
        yield ledger


def _write(files: Files, verdict: Verdict, sight: Sight, now: str) -> None:
    from ticketbot.cli import ci_reports, gate_view, junit
    from ticketbot.cli.ci_reports import written

    if files.junit is not None:
        written(files.junit, junit.junit(verdict, now))
    if files.sarif is not None:
        written(files.sarif, gate_view.as_sarif(verdict, sight))
    if files.codequality is not None:
        written(files.codequality, ci_reports.code_quality(verdict.counted))


def _show_to_ci(verdict: Verdict, here: Work) -> None:
    import os
    import sys

    from ticketbot.cli import ci_reports, gate_view

    console = here.place.console
    heading = gate_view.heading(verdict)
    ci_reports.summarise(os.environ, ci_reports.of_gate(verdict, heading), console)
    if here.system == "github" and verdict.mode == "new" and here.context.branch_class == "change":
        # Not through the console: it may keep a structured log, where GitHub reads no commands.
        for line in ci_reports.workflow_commands(item.finding for item in verdict.counted):
            print(line, file=sys.stderr)


def _code(verdict: Verdict, options: Reading, here: Work) -> int:
    if verdict.passed:
        return 0
    if options.advisory:
        here.place.console.warn("advisory: this would have been exit code 1; --advisory makes it 0")
        return 0
    return 1
