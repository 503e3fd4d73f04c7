"""`ticketbot plan`, `sync` and `apply`: the same path up to the plan, with and without its last step."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from ticketbot.cli.options import Allowing, General, Reading, Reports

if TYPE_CHECKING:
    from ticketbot.cli.console import Console
    from ticketbot.planning.plan import Plan
    from ticketbot.sync import Applied


class Form(StrEnum):
    """What `--format` knows."""

    table = "table"
    json = "json"


Format = Annotated[Form, Option("--format", help="How the result is written.")]


def plan(
    reports: Reports,
    options: Reading,
    allowing: Allowing,
    out: Annotated[
        Path | None, Option("--out", metavar="FILE", help="Keep the plan there, for `apply`.")
    ] = None,
    detailed_exitcode: Annotated[
        bool, Option("--detailed-exitcode", help="Exit with 1 where there are changes.")
    ] = False,
    form: Format = Form.table,
) -> int:
    """Show what a sync would do, and why. Writes nothing anywhere."""
    from ticketbot.cli import plan_file, plan_view
    from ticketbot.cli.wiring import work
    from ticketbot.cli.writable import refuse_unwritable
    from ticketbot.ledger.ledger import Ledger
    from ticketbot.sync import make_plan

    refuse_unwritable(out, "--out")
    here = work(reports, options, allowing)
    console = here.place.console
    with here.trackers() as trackers, Ledger.snapshot(here.place.ledger_url) as ledger:
        made = make_plan(here.job(ledger, trackers))
    plan_view.tell_scans(console, made)
    if out is not None:
        plan_file.write(made, out)
    if form is Form.json:
        console.out(plan_file.encoded(made).decode())
    else:
        plan_view.show(console, made, None)
    console.finish()
    return 1 if detailed_exitcode and _todo(made) else _advised(_held(made), options, console)


def sync(reports: Reports, options: Reading, allowing: Allowing, form: Format = Form.table) -> int:
    """Read, match, plan, guard, apply: the step after the scan."""
    from ticketbot.cli import clock
    from ticketbot.cli.applying import carry_out
    from ticketbot.cli.wiring import work
    from ticketbot.planning.plan import Plan
    from ticketbot.sync import Applied, run

    out_of_time = clock.deadline(options.max_duration)
    here = work(reports, options, allowing, "sync")
    if not here.context.writes_tickets:
        branch = f"branch {here.context.branch or '(a pull request)'}"
        if why := here.place.no_ledger():
            here.place.console.warn(
                f"notice: on {branch} nothing is compared and no tracker asked: {why}"
            )
            return told(Plan(), Applied(), form, options, here.place.console)
        here.place.console.say(f"{branch}: no ticket is written; what is new is listed")
    with here.trackers(out_of_time.clock) as trackers:
        made, applied = carry_out(
            here.place,
            here.context,
            "sync",
            trackers,
            out_of_time,
            lambda hands: run(here.job(hands.ledger, hands.trackers, hands.note), hands),
        )
    return told(made, applied, form, options, here.place.console)


def apply(
    file: Annotated[Path, Argument(metavar="PLAN", help="What `ticketbot plan --out` wrote.")],
    options: General,
    advisory: Annotated[
        bool, Option("--advisory", help="Exit with 0 where it would be 3 or 4, and say so.")
    ] = False,
    max_duration: Annotated[
        str, Option("--max-duration", metavar="5m", help="Stop cleanly then.")
    ] = "",
    form: Format = Form.table,
) -> int:
    """Apply exactly the reviewed plan; refused when the world has moved under it."""
    from ticketbot.cli import clock, plan_file
    from ticketbot.cli.applying import apply_reviewed
    from ticketbot.cli.place import place

    reviewed = plan_file.read(file)
    here = place(options)
    applied = apply_reviewed(reviewed, here, clock.deadline(max_duration))
    both = Reading(**vars(options), advisory=advisory)
    return told(reviewed, applied, form, both, here.console)


def told(made: Plan, applied: Applied, form: Form, options: Reading, console: Console) -> int:
    """Show what became of a plan; the exit code."""
    from ticketbot.cli import ci_reports, plan_json, plan_view

    plan_view.tell_scans(console, made)
    if form is Form.json:
        console.out(plan_json.as_json(made, applied).decode())
    else:
        plan_view.show(console, made, applied)
    summary = ci_reports.of_sync(made, applied, plan_view.summary(made, applied))
    ci_reports.summarise(os.environ, summary, console)
    for sentence in applied.moved:
        console.warn(f"moved: {sentence}")
    if applied.moved:
        console.warn("nothing was applied: the world has moved since the plan was made; plan again")
    if applied.stopped:
        console.warn("stopped by --max-duration, the most severe first; run again to go on")
    console.finish()
    failed = any(each.outcome in ("rejected", "unknown") for each in applied.results)
    code = 3 if failed or applied.stopped else 4 if applied.moved else _held(made)
    return _advised(code, options, console)


def _held(made: Plan) -> int:
    return 4 if any(change.held for change in made.changes) else 0


def _todo(made: Plan) -> bool:
    from ticketbot.planning.changes import Leave

    return any(not isinstance(change, Leave) for change in made.changes)


def _advised(code: int, options: Reading, console: Console) -> int:
    """`--advisory`: loud, and 0."""
    if code in (3, 4) and options.advisory:
        console.warn(f"advisory: this would have been exit code {code}; --advisory makes it 0")
        return 0
    return code
