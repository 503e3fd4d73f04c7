"""What `ticketbot doctor` looks at on this machine: the configuration, the ledger, CI's facts, keys.

Makes nothing: a ledger that is not there yet is no mistake.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ticketbot.cli.doctor_view import Part, problems
from ticketbot.cli.opening import secret_keys
from ticketbot.cli.options import General
from ticketbot.cli.output import counted
from ticketbot.cli.place import Place
from ticketbot.cli.surroundings import look_around
from ticketbot.config.load import Loaded, load, validate
from ticketbot.errors import ConfigError, InputError, LedgerError, MappingError
from ticketbot.trackers.base import Check

_SQLITE = "sqlite:///"


def reading(options: General) -> tuple[Loaded | None, Part]:
    """The configuration, where it can be used at all, and every mistake in it."""
    path, here = str(options.config) if options.config else None, Path.cwd()
    checks: list[Check] = []
    loaded: Loaded | None = None
    try:
        loaded = validate(path, here)
        checks.append(_in_short(loaded))
    except ConfigError as strict:
        checks += problems(strict)
        try:  # what `validate` alone refuses keeps nothing from being looked at
            loaded = load(path, here)
        except ConfigError:
            return None, Part(about="configuration", checks=checks, ours=True)
    told = {check.found for check in checks}
    checks += [
        Check(problem.where, "warning", problem.what)
        for problem in loaded.warnings
        if problem.what not in told
    ]
    checks += _mappings(loaded)
    return loaded, Part(about="configuration", checks=checks, ours=True)


def looked_at(here: Place) -> Iterator[Part]:
    """Everything else on this machine."""
    yield Part(about="ledger", checks=list(_ledger(here)), ours=True)
    yield Part(about="surroundings", checks=list(_facts(here.loaded)), ours=True)
    yield Part(about="keys for secrets", checks=_keys(here.loaded), ours=True)


def _in_short(loaded: Loaded) -> Check:
    trackers = ", ".join(loaded.config.trackers)
    routes = counted(len(loaded.settings.routes), "route")
    return Check(loaded.where, "ok", f"{routes}; trackers: {trackers}")


def _mappings(loaded: Loaded) -> list[Check]:
    from ticketbot.config.mapping_files import load_mappings, mapping_folders

    if not loaded.config.mappings:
        return []
    try:
        found = load_mappings(mapping_folders(None, loaded.folder / loaded.config.mappings))
    except MappingError as error:
        return problems(error)
    return [Check("mappings", "ok", f"{len(found)}, yours among them")]


def _ledger(here: Place) -> Iterator[Check]:
    try:
        url = here.ledger_url
    except ConfigError as error:
        yield from problems(error)
        return
    path = Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None
    try:
        if path is None:
            yield _database(url, "the database")
        elif not path.exists():
            yield _to_be_made(path)
        else:
            yield _database(url, _short(path))
            yield from _unwritable(path)
    except LedgerError as error:
        yield Check("ledger", "wrong", error.message, error.hint)


def _database(url: str, shown: str) -> Check:
    """Read as a copy. Raises LedgerError: too new, damaged, unreachable, on a network file system."""
    from ticketbot.ledger.ledger import Ledger
    from ticketbot.ledger.place import refuse_network

    if url.startswith(_SQLITE):
        refuse_network(Path(url.removeprefix(_SQLITE)))
    with Ledger.snapshot(url) as ledger:
        seen = ledger.status()
    open_ = f"{counted(seen.tickets_open, 'ticket')} open"
    waiting = f", {counted(seen.pending, 'request')} without an answer" if seen.pending else ""
    found = f"{shown}: schema {seen.schema}, {counted(seen.flaws, 'flaw')}, {open_}{waiting}"
    if not waiting:
        return Check("ledger", "ok", found)
    return Check("ledger", "warning", found, "The next `ticketbot sync` looks them up.")


def _to_be_made(path: Path) -> Check:
    from ticketbot.ledger.place import refuse_network

    refuse_network(path)
    folder = next(each for each in path.parents if each.exists())
    if folder.is_dir() and os.access(folder, os.W_OK):
        return Check("ledger", "ok", f"the first run makes {_short(path)}")
    found = f"{_short(path)} cannot be made: {_short(folder)} cannot be written to"
    return Check("ledger", "wrong", found, "Choose another place with `ledger:`.")


def _unwritable(path: Path) -> Iterator[Check]:
    """SQLite makes files beside its own."""
    for each in (path, path.parent):
        if not os.access(each, os.W_OK):
            advice = "Give this account the right to, or choose another place with `ledger:`."
            yield Check("ledger", "wrong", f"{_short(each)} cannot be written to", advice)


def _short(path: Path) -> str:
    """From the current folder, where it is in there."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _facts(loaded: Loaded) -> Iterator[Check]:
    facts = look_around()
    parts = {"commit": (facts.commit or "")[:12], "pull request": facts.pull_request}
    known = "".join(f", {name} {value}" for name, value in parts.items() if value)
    yield Check("run", "ok", f"{facts.system or 'no CI system'}{known}")
    targets = list(loaded.config.targets)
    target = targets[0] if len(targets) == 1 else facts.repository
    if target:
        yield Check("target", "ok", target)
    else:
        advice = "Name it with --target, or under `targets:`; and keep the name."
        yield Check("target", "warning", "nothing says what is scanned", advice)
    if facts.branch:
        yield Check("branch", "ok", facts.branch)
    else:
        advice = "Name it with --branch; only default and release branches write tickets."
        yield Check("branch", "warning", "nothing says which it is", advice)


def _keys(loaded: Loaded) -> list[Check]:
    try:
        keys = secret_keys(loaded, os.environ)
    except InputError as error:
        return problems(error)
    if not keys:
        return [Check("identity", "ok", "none: secrets are told apart by their place alone")]
    return [Check(f"identity {name}", "ok", "is set") for name, _ in keys]
