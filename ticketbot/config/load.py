"""Finds ticketbot.yaml, checks all of it at once, and hands it on with the place of every value.

Reads files only: no environment, no network. References to variables stay as they are until used.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from pydantic import ValidationError

from ticketbot.config import values
from ticketbot.config.checks import lost, misfits
from ticketbot.config.complaints import complaints, dotted, place_of
from ticketbot.config.document import Config
from ticketbot.config.include import read
from ticketbot.config.owners import idle, owners_of
from ticketbot.config.references import misspelt, plain_secrets, resolve
from ticketbot.config.shadows import shadowed
from ticketbot.config.ticket_templates import templates_of
from ticketbot.config.yaml_source import Document, KeyPath, Place, parse
from ticketbot.errors import ConfigError, Problem
from ticketbot.planning.render_template import Templates
from ticketbot.planning.settings import Settings

NAME = "ticketbot.yaml"
MISNAMED = "ticketbot.yml"
_HINT = "`ticketbot config schema` prints every key; `ticketbot config init` a file to start from."


class Loaded(NamedTuple):
    """A checked configuration."""

    config: Config
    settings: Settings
    templates: Templates
    warnings: tuple[Problem, ...]
    """Secrets in plain text; owners' files that are not there; grave findings that could get lost
    (`validate` refuses those)."""
    where: str
    """The file, or `the embedded default`."""
    folder: Path
    """What relative paths in the configuration are relative to."""
    document: Document

    def resolved(self, at: KeyPath, environ: Mapping[str, str]) -> Any:
        """The value at `at` as written, with its `${NAME}` replaced. None where it is not written.

        Raises ConfigError naming key, file and line of every variable that is missing.
        """
        value = self.document.data
        for part in at:
            if isinstance(value, dict):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return resolve(value, at, environ, self.document.places, self.where)

    def secret_keys(self, environ: Mapping[str, str]) -> tuple[tuple[str, bytes], ...]:
        """(id, key) of every configured key for the identity of secrets; the first is the newest.

        Raises ConfigError naming every variable that is missing.
        """
        entries = self.config.identity.secret_keys
        named = [f"${{{entry.env}}}" for entry in entries]
        at: KeyPath = ("identity", "secret_keys")
        keys = resolve(named, at, environ, self.document.places, self.where)
        return tuple((entry.id, key.encode()) for entry, key in zip(entries, keys, strict=True))

    def place(self, at: KeyPath) -> Place:
        """Where a key stands, for messages."""
        return place_of(at, self.document.places, self.where)


def load(path: str | None, cwd: Path, root: Path | None = None) -> Loaded:
    """The configuration of `--config`, else `ticketbot.yaml` in `cwd`, else the embedded default.

    `root`: the checkout, for CODEOWNERS; else `cwd`. Raises ConfigError with every problem of every file.
    """
    file = cwd / (path or NAME)
    if file.is_file():
        shown = path or NAME
        return _checked(read(file, shown), shown, file.parent, root or cwd)
    if file.is_dir():
        raise ConfigError(
            f"{path or NAME} is a folder, and no configuration file.",
            hint="Move it away, or name the configuration with --config.",
        )
    if path is not None:
        raise ConfigError(
            f"The configuration file {path} does not exist.",
            hint="Give an existing file to --config, or leave it out to use the default.",
        )
    text = _packaged("default.yaml")
    name = "the embedded default"
    loaded = _checked(parse(text, name), name, cwd, root or cwd, default=True)
    if not (cwd / MISNAMED).exists():
        return loaded
    ignored = Problem(MISNAMED, f"is ignored: the configuration is called {NAME}; rename it")
    return loaded._replace(warnings=(*loaded.warnings, ignored))


def validate(path: str | None, cwd: Path, root: Path | None = None) -> Loaded:
    """As `load`, and stricter: no high or critical finding may get lost between the routes.

    Warns also of routes that come too late, and of owners that match nothing in the checkout.
    """
    loaded = load(path, cwd, root)
    problems = _lost(loaded.config, loaded.document, loaded.where)
    if problems:
        raise _error(loaded.where, problems)
    idling = [Problem(str(loaded.place(at)), what) for at, what in shadowed(loaded.config)]
    unused = idle(loaded.settings.owners, root or cwd)
    return loaded._replace(warnings=(*loaded.warnings, *idling, *unused))


def schema() -> dict[str, Any]:
    """The JSON Schema of ticketbot.yaml (draft 2020-12)."""
    made = Config.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": NAME} | made


def init(cwd: Path) -> str:
    """A commented file to start from; validates as it stands. Refused where there is one."""
    if (cwd / NAME).exists():
        raise ConfigError(
            f"{cwd / NAME} exists already and is left as it is.",
            hint="Edit it, or move it away first.",
        )
    return _packaged("starter.yaml")


def _checked(
    document: Document, where: str, folder: Path, root: Path, *, default: bool = False
) -> Loaded:
    data, places, problems = document.data, document.places, list(document.problems)
    if not problems and not isinstance(data, dict):
        problems.append(Problem(f"{where}:1", "expected keys, beginning with `version: 1`"))
    config: Config | None = None
    if isinstance(data, dict):
        try:
            config = Config.model_validate(data)
        except ValidationError as error:
            problems += complaints(error, data, places, Config.model_json_schema(), where)
        problems += misspelt(data, places, where)
    if config is not None:
        problems += [
            Problem(str(place_of(at, places, where)), what) for at, what in misfits(config)
        ]
        found = owners_of(config, place_of(("owners",), places, where), folder, root)
        problems += found.problems
    if config is None or problems:
        raise _error(where, problems)
    warnings = (
        *plain_secrets(data, places, where),
        *_lost(config, document, where),
        *found.warnings,
    )
    return Loaded(
        config=config,
        settings=msgspec.structs.replace(
            values.settings(config, default=default),
            owners=found.owners,
            places={dotted(at): f"{p.file}:{p.line}" for at, p in places.items()},
        ),
        templates=templates_of(folder / config.templates if config.templates else None),
        warnings=warnings,
        where=where,
        folder=folder,
        document=document,
    )


def _lost(config: Config, document: Document, where: str) -> list[Problem]:
    places = document.places
    return [Problem(str(place_of(at, places, where)), what) for at, what in lost(config)]


def _error(where: str, problems: list[Problem]) -> ConfigError:
    count = "one mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
    return ConfigError(f"{where} has {count}.", hint=_HINT, problems=problems)


def _packaged(name: str) -> str:
    return resources.files("ticketbot.config").joinpath(name).read_text("utf-8")
