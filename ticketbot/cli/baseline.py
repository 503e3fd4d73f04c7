"""`ticketbot baseline`: known debt, recorded without tickets, shown, and promoted to tickets bit by bit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from ticketbot.cli.gate import Form, Level
from ticketbot.cli.options import Allowing, General, Reading, Reports

if TYPE_CHECKING:
    from ticketbot.cli.console import Console
    from ticketbot.cli.wiring import Work
    from ticketbot.planning.plan import Plan
    from ticketbot.planning.state import FlawRecord
    from ticketbot.sync import Applied, Hands
    from ticketbot.sync.baseline import Promoted

SHOWN = 20
Format = Annotated[Form, Option("--format", help="How the result is written.")]


def set_(reports: Reports, options: Reading) -> int:
    """Record today's findings as known debt: no tickets for them. Asks no tracker."""
    from ticketbot.cli import clock
    from ticketbot.cli.applying import carry_out
    from ticketbot.cli.output import counted
    from ticketbot.cli.wiring import work
    from ticketbot.planning.plan import Plan
    from ticketbot.sync import Applied
    from ticketbot.sync.baseline import Recorded, record

    here = work(reports, options, Allowing(), "baseline set")
    _default_branch_only(here)
    recorded: list[Recorded] = []

    def doing(hands: Hands) -> tuple[Plan, Applied]:
        recorded.append(record(here.job(hands.ledger, {}, hands.note), hands.run_id))
        return Plan(summary={"leave": len(recorded[0].added)}), Applied()

    carry_out(here.place, here.context, "baseline set", {}, clock.deadline(""), doing)
    debt, console = recorded[0], here.place.console
    for scan in debt.scans:
        for reason in scan.reasons:
            console.warn(f"{scan.scope}: {reason}")
    console.out(f"{counted(len(debt.added), 'flaw')} recorded as known debt, without tickets")
    _by_severity(console, debt.added)
    others = ((debt.known, "known debt before"), (debt.ticketed, "have a ticket and keep it"))
    for number, what in (*others, (debt.decided, "decided")):
        if number:
            console.out(f"  {number:,} {what}")
    console.finish()
    return 0


def show(
    options: General,
    target: Annotated[
        str | None, Option("--target", metavar="NAME", help="Only of this target.")
    ] = None,
    form: Format = Form.table,
) -> int:
    """Show the known debt, the worst first."""
    from ticketbot.cli.ledger import existing
    from ticketbot.cli.output import Columns, counted
    from ticketbot.cli.place import place
    from ticketbot.cli.story_lines import day, where
    from ticketbot.sync.baseline import worst_first

    here = place(options)
    console = here.console
    with existing(here) as ledger:
        debt = worst_first(ledger.known_debt(target))
    if form is Form.json:
        console.out(_as_json(debt))
    else:
        columns = Columns(console, [8, 10, max(24, console.width // 3), 0], indent="  ")
        console.out(f"{counted(len(debt), 'flaw')} known as debt")
        _by_severity(console, debt)
        listed = debt if console.verbose else debt[:SHOWN]
        for each in listed:
            features = each.flaw.features
            cells = (features.severity, day(each.flaw.first_seen), where(each), features.title)
            console.out(columns.line(*cells, styles=[features.severity]))
        if len(debt) > len(listed):
            console.out(f"  … and {len(debt) - len(listed):,} more (--verbose shows them)")
    console.finish()
    return 0


def promote(
    options: Reading,
    severity: Annotated[Level, Option("--severity", help="From this severity upwards.")],
    most: Annotated[
        int | None, Option("--max", min=1, metavar="N", help="At most so many, the worst first.")
    ] = None,
    reports: Annotated[
        list[str] | None,
        Argument(metavar="[REPORT...]", help="Sync these at once; else the next sync does it."),
    ] = None,
    form: Format = Form.table,
) -> int:
    """Give the worst of the known debt tickets: at once with reports, else with the next sync."""
    from ticketbot.cli import clock, surroundings
    from ticketbot.cli.ledger import own
    from ticketbot.cli.place import place
    from ticketbot.sync.baseline import promote as take_out

    if reports:
        return _promote_and_sync(reports, options, severity, most, form)
    here = place(options)
    facts = surroundings.look_around()
    target = surroundings.target_of(options, here.loaded.config, facts, here.console.warn)
    with own(here) as ledger:
        settings, now = here.loaded.settings, clock.now()
        promoted = take_out(ledger, target, settings, now, severity.value, most)
    here.console.out(_told(promoted))
    _by_severity(here.console, promoted.flaws)
    if promoted.flaws:
        here.console.out("the next sync makes their tickets")
    here.console.finish()
    return 0


def _promote_and_sync(
    reports: list[str], options: Reading, severity: Level, most: int | None, form: Form
) -> int:
    from ticketbot.cli import clock, sync
    from ticketbot.cli.applying import carry_out
    from ticketbot.cli.wiring import work
    from ticketbot.sync import run
    from ticketbot.sync.baseline import promote as take_out

    out_of_time = clock.deadline(options.max_duration)
    here = work(reports, options, Allowing(), "baseline promote")
    _default_branch_only(here)

    def doing(hands: Hands) -> tuple[Plan, Applied]:
        target, now = here.context.target, clock.now()
        promoted = take_out(hands.ledger, target, here.settings, now, severity.value, most)
        here.place.console.say(_told(promoted))
        return run(here.job(hands.ledger, hands.trackers, hands.note), hands)

    with here.trackers(out_of_time.clock) as trackers:
        made, applied = carry_out(
            here.place, here.context, "baseline promote", trackers, out_of_time, doing
        )
    return sync.told(made, applied, sync.Form(form.value), options, here.place.console)


def _default_branch_only(here: Work) -> None:
    from ticketbot.errors import UsageError

    if here.context.branch_class == "change":
        raise UsageError(
            f"the branch {here.context.branch or '(a pull request)'} has no baseline: "
            "it is about what the default branch has",
            hint="Run this on the default branch; --branch names it where CI does not.",
        )


def _told(promoted: Promoted) -> str:
    from ticketbot.cli.output import counted

    said = f"{counted(len(promoted.flaws), 'flaw')} promoted, no longer known debt"
    said += f"; {promoted.left:,} more of that severity left" if promoted.left else ""
    if promoted.unrouted:
        said += f"; {promoted.unrouted:,} not taken, because no route gives them a ticket"
    return said


def _by_severity(console: Console, flaws: tuple[FlawRecord, ...] | list[FlawRecord]) -> None:
    from ticketbot.model.finding import SEVERITIES

    count = Counter(each.flaw.features.severity for each in flaws)
    parts = [f"{count[severity]:,} {severity}" for severity in SEVERITIES if count[severity]]
    if parts:
        console.out(f"  {', '.join(parts)}")


def _as_json(debt: list[FlawRecord]) -> str:
    import msgspec

    from ticketbot.cli.story_lines import where

    rows = [
        {
            "flaw": each.flaw.id,
            "target": each.flaw.target,
            "severity": each.flaw.features.severity,
            "tool": each.flaw.features.tool,
            "rule": each.flaw.features.rule,
            "title": each.flaw.features.title,
            "where": where(each),
            "first_seen": each.flaw.first_seen,
            "there": any(seen.absences == 0 for seen in each.sightings),
        }
        for each in debt
    ]
    return msgspec.json.encode({"version": 1, "flaws": rows}).decode()
