"""`ticketbot doctor`: what would stop a run, and what to change. Reads only, here and in every tracker.

Shows no credential: whatever is said goes through the filter that log lines go through.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from typer import Option

from ticketbot.cli.options import General

if TYPE_CHECKING:
    from ticketbot.cli.doctor_view import Part
    from ticketbot.cli.place import Place

WRONG_INPUT, WRONG_TRACKER = 2, 3


class Form(StrEnum):
    """What `--format` knows."""

    table = "table"
    json = "json"


def doctor(
    options: General,
    tracker: Annotated[
        str | None, Option("--tracker", metavar="NAME", help="Of the trackers, this one alone.")
    ] = None,
    form: Annotated[Form, Option("--format", help="How the result is written.")] = Form.table,
) -> int:
    """Check what a run needs, and say what to fix.

    The configuration, the ledger, and each tracker's credentials, permissions and fields; reads only.
    """
    from ticketbot.cli import doctor_view
    from ticketbot.cli.console import Console
    from ticketbot.cli.doctor_here import looked_at, reading
    from ticketbot.cli.logged import clean_of, start
    from ticketbot.cli.place import Place

    console = Console(options)
    loaded, configuration = reading(options)
    parts = [configuration]
    if loaded is not None:
        start(console, loaded)
        here, clean = Place(console, loaded), clean_of(loaded).text
        chosen = _chosen(here, tracker)
        parts += [*looked_at(here), *_trackers(here, chosen)]
        parts = [doctor_view.cleaned(part, clean) for part in parts]
    show = doctor_view.as_json if form is Form.json else doctor_view.as_table
    show(parts, console)
    console.finish()
    if any(part.wrong and part.ours for part in parts):
        return WRONG_INPUT
    return WRONG_TRACKER if any(part.wrong for part in parts) else 0


def _chosen(here: Place, name: str | None) -> list[str]:
    from ticketbot.errors import UsageError

    names = list(here.loaded.config.trackers)
    if name is None:
        return names
    if name not in names:
        raise UsageError(
            f"there is no tracker {name} in {here.loaded.where}",
            hint=f"Name one of {', '.join(names)}.",
        )
    return [name]


def _trackers(here: Place, names: list[str]) -> Iterator[Part]:
    """What each tracker finds; where its configuration does not even make one, that is wrong."""
    from ticketbot.cli.doctor_view import Part, problems
    from ticketbot.errors import ConfigError, TrackerError
    from ticketbot.trackers.base import Check

    for name in names:
        kind = here.loaded.config.trackers[name].type
        try:
            made = here.tracker(name)
        except ConfigError as error:
            yield Part(about=name, kind=kind, checks=problems(error), ours=True)
            continue
        if here.console.lively:
            here.console.say(f"asking {name} …")
        try:
            checks = made.examine()
        except TrackerError as error:
            checks = [Check("connection", "wrong", error.message, error.hint)]
        finally:
            made.close_connection()
        yield Part(about=name, kind=kind, checks=checks)
