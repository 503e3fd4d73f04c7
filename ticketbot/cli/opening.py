"""Options and configuration → opened reports: with which mappings, roots and keys they are read.

Needs no ledger and no tracker. What is in a folder and is no report is named with the reason, and
left out; what was named itself and is no report is refused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Environ
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from ticketbot.cli import clock, logged
from ticketbot.cli.console import Console
from ticketbot.cli.options import General, Reading
from ticketbot.cli.reports import Found, find, readable
from ticketbot.config.environment import Facts
from ticketbot.config.load import Loaded, load
from ticketbot.errors import ConfigError, Problem, ReportError, UsageError
from ticketbot.identity import identify
from ticketbot.readers.mapping import Mapping
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions, Report

Say = Callable[[str], None]


class Opened(msgspec.Struct, frozen=True):
    """A report whose first pass is done."""

    found: Found
    report: Report


@dataclass(frozen=True)
class Readers:
    """Everything reports are opened with."""

    options: ReadOptions
    redactor: Redactor
    tool: str | None
    own: Path | None
    configured: Path | None

    @cached_property
    def mappings(self) -> Sequence[Mapping]:
        """Loaded when a report comes that is no SARIF. Raises MappingError with every problem."""
        from ticketbot.config.mapping_files import load_mappings, mapping_folders

        return list(load_mappings(mapping_folders(self.own, self.configured)).values())

    def open(self, arguments: Sequence[str], console: Console) -> list[Opened]:
        """Raises InputError: an argument means nothing, a report cannot be read or recognised."""
        from ticketbot.readers.detect import SARIF, open_any

        opened = []
        for each in find(arguments):
            tool = self.tool or self._tool(each, console)
            if tool is not None:
                mappings = () if tool == SARIF else self.mappings
                self._agreed(each, mappings)
                report = open_any(each.source, self.options, self.redactor, mappings, tool)
                opened.append(Opened(each, report))
        if not opened:
            raise ReportError(
                f"no report in {' '.join(arguments)}",
                hint="`ticketbot mappings list` shows what is read; SARIF 2.1.0 always is.",
            )
        return opened

    def _agreed(self, each: Found, mappings: Sequence[Mapping]) -> None:
        """Refuses `--tool NAME` for what is plainly another's: read so, it would have no results."""
        from ticketbot.readers.detect import detect
        from ticketbot.readers.prefix import read_prefix

        name = self.tool
        if name not in {mapping.name for mapping in mappings}:
            return
        prefix = read_prefix(each.source, self.options.limits)
        with suppress(ReportError):
            detect(prefix.text.encode(), each.source.name, ())
            wrong = f"{each.source.name}: this is SARIF, not {name}'s JSON"
            raise UsageError(wrong, hint="Leave --tool out, or say --tool sarif.")
        fits = sorted({mapping.name for mapping in mappings if mapping.matches(prefix)})
        if fits and name not in fits:
            raise UsageError(
                f"{each.source.name}: this is a report of {' or '.join(fits)}, not of {name}",
                hint=f"Leave --tool out, or say --tool {fits[0]}.",
            )

    def _tool(self, each: Found, console: Console) -> str | None:
        """Whose report it is; None, and told, for a file that only lies in the same folder."""
        from ticketbot.readers.detect import detect
        from ticketbot.readers.prefix import read_prefix

        head, name = read_prefix(each.source, self.options.limits).text.encode(), each.source.name
        try:
            return detect(head, name, ())
        except ReportError:
            mappings = self.mappings
        try:
            return detect(head, name, mappings)
        except ReportError as error:
            if each.asked:
                raise
            console.warn(f"ignored {error.message}")
            return None


def configuration(options: General, console: Console) -> Loaded:
    """ticketbot.yaml, its warnings told."""
    root = options.source_root if isinstance(options, Reading) else None
    loaded = load(str(options.config) if options.config else None, Path.cwd(), root)
    logged.start(console, loaded)
    for warning in loaded.warnings:
        console.warn(f"warning: {warning}")
    return loaded


def readers(
    options: Reading, loaded: Loaded, facts: Facts, without_keys: Say | None = None
) -> Readers:
    """What `options`, the configuration and the environment say about reading.

    `without_keys`: whom to tell that keys are missing, where nothing lasting depends on them.
    """
    clock.deadline(options.max_duration)  # refused here also where nothing is ever stopped
    try:
        keys = secret_keys(loaded, os.environ)
    except ConfigError as error:
        if without_keys is None:
            raise
        keys = ()
        without_keys(f"notice: secrets are told apart by their place only: {error.message}")
    configured = loaded.config.mappings
    # what a flaw learns from an unchanged result changes with these
    salt = f"identity {identify.GENERATION}, sources {options.source_root is not None}"
    return Readers(
        options=ReadOptions(roots=roots(options, facts), secret_keys=keys, salt=salt.encode()),
        redactor=Redactor(keys),
        tool=options.tool,
        own=options.mappings,
        configured=loaded.folder / configured if configured else None,
    )


def roots(options: Reading, facts: Facts) -> tuple[str, ...]:
    """Absolute folders of the checkout, what was said most plainly first."""
    given = (options.source_root, facts.workspace, Path.cwd())
    found = [readable(os.path.abspath(each)) for each in given if each]
    return tuple(dict.fromkeys(each for each in found if each != os.sep))


def secret_keys(loaded: Loaded, environ: Environ[str, str]) -> tuple[tuple[str, bytes], ...]:
    """(id, key) of every configured key. Raises ConfigError for a variable that is missing."""
    problems: list[Problem] = []
    keys: list[tuple[str, bytes]] = []
    for index, key in enumerate(loaded.config.identity.secret_keys):
        value = environ.get(key.env, "")
        keys.append((key.id, value.encode()))
        if not value:
            place = loaded.place(("identity", "secret_keys", index, "env"))
            problems.append(Problem(str(place), f"the variable {key.env} is not set, or empty"))
    if problems:
        raise ConfigError(
            "a key for the identity of secrets is missing",
            hint="Set it in the CI system's secrets; the same key everywhere, or secrets look new.",
            problems=problems,
        )
    return tuple(keys)
