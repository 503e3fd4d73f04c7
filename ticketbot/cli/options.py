"""The options that many commands share, each written once.

A command takes a group of them as one parameter (`options: Reading`); `spread` shows typer the
group's fields as options of the command.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from typer import Argument, Option

Reports = Annotated[
    list[str],
    Argument(metavar="REPORT...", help="A path, a glob, a folder, or - (standard input)."),
]


@dataclass(frozen=True, kw_only=True)
class General:
    """What every command takes."""

    config: Annotated[
        Path | None,
        Option("--config", metavar="FILE", help="The configuration  [default: ticketbot.yaml]"),
    ] = None
    output: Annotated[
        Path | None, Option("--output", "-o", metavar="FILE", help="Write the result there.")
    ] = None
    quiet: Annotated[bool, Option("--quiet", "-q", help="Only the result and problems.")] = False
    verbose: Annotated[bool, Option("--verbose", "-v", help="Say more, on standard error.")] = False
    no_color: Annotated[bool, Option("--no-color", help="No colours, no progress bar.")] = False


@dataclass(frozen=True, kw_only=True)
class Reading(General):
    """What every command takes that reads reports."""

    tool: Annotated[
        str | None, Option("--tool", metavar="NAME", help="Read as this tool's (or sarif).")
    ] = None
    target: Annotated[str | None, Option("--target", metavar="NAME", help="What was scanned.")] = (
        None
    )
    environment: Annotated[
        str, Option("--environment", metavar="NAME", help="Where it was running, as prod.")
    ] = ""
    category: Annotated[
        str, Option("--category", metavar="PART", help="Which part of it was scanned.")
    ] = ""
    branch: Annotated[
        str, Option("--branch", metavar="NAME", help="The branch  [default: CI's, or git's]")
    ] = ""
    commit: Annotated[
        str, Option("--commit", metavar="SHA", help="The commit  [default: the report's, CI's]")
    ] = ""
    partial: Annotated[
        bool, Option("--partial", help="Not everything was scanned: close nothing.")
    ] = False
    source_root: Annotated[
        Path | None, Option("--source-root", metavar="DIR", help="The checkout that was scanned.")
    ] = None
    mappings: Annotated[
        Path | None, Option("--mappings", metavar="DIR", help="A folder with mappings of your own.")
    ] = None
    advisory: Annotated[
        bool, Option("--advisory", help="Exit with 0 where it would be 3 or 4, and say so.")
    ] = False
    max_duration: Annotated[
        str,
        Option("--max-duration", metavar="5m", help="Stop cleanly then; the next run goes on."),
    ] = ""


@dataclass(frozen=True, kw_only=True)
class Allowing:
    """What a person allows a run to do."""

    accept: Annotated[
        list[str] | None,
        Option("--accept", metavar="sha256:...", help="Do what was held back under this digest."),
    ] = None
    max_creates: Annotated[
        int | None,
        Option("--max-creates", min=0, metavar="N", help="At most N new tickets, worst first."),
    ] = None
    first_import: Annotated[
        bool, Option("--first-import", help="Any number of new tickets is right.")
    ] = False
    accept_empty: Annotated[
        bool, Option("--accept-empty", help="The empty report is true: all is fixed.")
    ] = False


def spread(function: Callable[..., int | None]) -> Callable[..., int | None]:
    """`function` with every parameter that is a group of options replaced by the group's fields."""
    hints = get_type_hints(function, include_extras=True)
    groups: dict[str, Any] = {}
    shown: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(function).parameters.items():
        hint = hints[name]
        if is_dataclass(hint):
            groups[name] = hint
            shown += _parameters(hint)
        else:
            shown.append(parameter.replace(annotation=hint, kind=inspect.Parameter.KEYWORD_ONLY))

    @wraps(function)
    def called(**given: Any) -> int | None:
        for name, group in groups.items():
            mine = {field.name: given.pop(field.name) for field in fields(group)}
            given[name] = group(**mine)
        return function(**given)

    del called.__dict__["__wrapped__"]  # inspect would show the groups again
    called.__dict__["__signature__"] = inspect.Signature(shown)
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    return called


def _parameters(group: Any) -> list[inspect.Parameter]:
    """A group's fields as parameters."""
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=hints[field.name],
        )
        for field in fields(group)
    ]
