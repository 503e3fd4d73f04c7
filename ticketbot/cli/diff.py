"""`ticketbot diff`: two reports of one tool against each other; what persists, what is new, what is gone."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from ticketbot.cli.options import Reading

if TYPE_CHECKING:
    from ticketbot.cli.console import Console
    from ticketbot.cli.sides import Side
    from ticketbot.model.finding import Finding


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
    from ticketbot.cli.console import Console
    from ticketbot.cli.sides import two_sides
    from ticketbot.identity.match import pairs

    console = Console(options)
    left, right, moved = two_sides(old, new, old_source_root, options, console)
    result = pairs(left.candidates, right.candidates, moved)
    if form is Form.json:
        import msgspec

        console.out(msgspec.json.encode(result).decode())
    else:
        _show(result, left, right, console)
    console.finish()
    return 0


def _show(result: dict[str, Any], left: Side, right: Side, console: Console) -> None:
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
