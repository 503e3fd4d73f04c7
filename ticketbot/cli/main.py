"""The commands put together, and the one place where an error becomes a message and an exit code."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Annotated, Any

import typer

from ticketbot import __version__
from ticketbot.cli import (
    baseline,
    config,
    diff,
    doctor,
    explain,
    findings,
    gate,
    ledger,
    mappings,
    rulings,
    simulate,
    sync,
    triage,
)
from ticketbot.cli.options import spread
from ticketbot.errors import IncompleteError, InputError, TicketbotError

INTERRUPTED = 130
BUG = 70
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


_GROUPS: dict[str, tuple[str, tuple[Callable[..., int], ...]]] = {
    "baseline": (
        "Known debt: findings of today that get no tickets until they are promoted.",
        (baseline.set_, baseline.show, baseline.promote),
    ),
    "triage": (
        "What people do about tickets and flaws.",
        (triage.adopt, rulings.merge, rulings.undo),
    ),
    "ledger": (
        "What ticketbot remembers: look at it, carry it about, make it anew.",
        (ledger.status, ledger.rebuild, ledger.export, ledger.import_, ledger.prune),
    ),
    "mappings": (
        "Which reports are read besides SARIF, and how to add one more.",
        (mappings.list_, mappings.show, mappings.validate, mappings.test, mappings.schema),
    ),
    "config": (
        "ticketbot.yaml: start one, check it, see what may stand in it.",
        (config.init, config.validate, config.schema),
    ),
}


def build() -> typer.Typer:
    """The whole command line."""
    # Plain help: rich's takes three times as long to come up.
    root = _group(help="Scanner reports in, exactly one ticket for each flaw out.")
    root.callback()(_root)
    for function in (
        sync.sync,
        sync.plan,
        sync.apply,
        findings.findings,
        diff.diff,
        gate.gate,
        explain.explain,
        doctor.doctor,
        simulate.simulate,
    ):
        _add(root, function)
    for name, (summary, functions) in _GROUPS.items():
        group = _group(help=summary)
        for function in functions:
            _add(group, function, function.__name__.rstrip("_"))
        root.add_typer(group, name=name)
    return root


def _print_version(wanted: bool) -> None:
    if wanted:
        from ticketbot.cli.console import NO_OUTPUT

        try:
            print(f"ticketbot {__version__}", flush=True)
        except OSError as error:
            raise IncompleteError(f"{NO_OUTPUT}: {error.strerror}") from error
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Nothing is done before a command."""


def _group(**settings: Any) -> typer.Typer:
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=_SETTINGS,
        no_args_is_help=True,
        **settings,
    )


def _add(group: typer.Typer, function: Callable[..., int], name: str | None = None) -> None:
    group.command(name, context_settings=_SETTINGS)(spread(function))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    if sys.stderr is None:  # `2>&-`: or print would take standard output instead
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  for the process's life
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # half a surrogate pair in a title stops nothing
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(_flushed(call(sys.argv[1:] if arguments is None else arguments)))


def _flushed(code: int) -> int:
    """`code`, or 3 where what was printed (`--help`, `--version`) cannot be written after all."""
    from ticketbot.cli.console import NO_OUTPUT, silence

    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        silence(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            _say(f"error: {NO_OUTPUT}: {error.strerror}")
            return code or IncompleteError.exit_code
    return code


def call(arguments: Sequence[str]) -> int:
    """Run one command; the exit code. Nothing but SystemExit of `--help` gets out of here."""
    try:
        result = build()(args=list(arguments), prog_name="ticketbot", standalone_mode=False)
    except TicketbotError as error:
        _tell(error)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        result = INTERRUPTED
    except Exception as error:  # noqa: BLE001  the boundary: what nobody expected becomes a diagnostic file
        return _unexpected(error, arguments)
    if result == INTERRUPTED:
        _say("interrupted; the journal is consistent, run again to resume")
    return result if isinstance(result, int) else 0


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _tell(error: TicketbotError) -> None:
    from ticketbot.cli.console import inert, shown

    _say(inert(f"error: {shown(error.message)}"))
    if isinstance(error, InputError):
        for problem in error.problems:
            _say(inert(f"  {shown(str(problem))}"))
    if error.hint:
        _say(f"  → {error.hint}")


def _unexpected(error: Exception, arguments: Sequence[str]) -> int:
    show = getattr(error, "show", None)
    if isinstance(said := getattr(error, "message", None), str):
        # pydantic's words, in front of ours
        error.__dict__["message"] = said.replace("Value error, ", "")
    if show is not None and hasattr(error, "exit_code"):  # typer's own: wrong arguments
        show(file=sys.stderr)
        return int(error.exit_code)
    if isinstance(error, OSError) and (code := _flushed(0)):  # typer flushed what it printed
        return code
    from ticketbot.cli.diagnostic import write

    _say(write(error, arguments))
    return BUG


def _say(text: str) -> None:
    print(text, file=sys.stderr)
