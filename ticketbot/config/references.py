"""References to environment variables, `${NAME}`: resolved late, and only where a value is used.

The environment comes as an argument. Values of variables never appear in a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ticketbot.config.complaints import dotted, place_of
from ticketbot.config.yaml_source import KeyPath, Place
from ticketbot.errors import ConfigError, Problem

_REFERENCE = re.compile(r"\$(?P<escaped>\$\{)|\$\{(?P<name>[^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRETS = re.compile(r"(?:^|_)(?:token|password|secret|key|pat)$", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"^[a-z][a-z0-9+]*://[^/@:\s]+:(?!\$\{)[^/@\s]+@", re.IGNORECASE)


def resolve(
    data: Any, at: KeyPath, environ: Mapping[str, str], places: Mapping[KeyPath, Place], file: str
) -> Any:
    """`data`, which stands at `at`, without references. ConfigError names all that miss."""
    problems: list[Problem] = []

    def text(value: str, path: KeyPath) -> str:
        def one(match: re.Match[str]) -> str:
            if match["escaped"]:
                return "${"
            name = match["name"]
            if environ.get(name):
                return environ[name]
            wrong = "is empty" if name in environ else "is not set"
            what = f"`{dotted(path)}` needs the environment variable {name}, which {wrong}"
            problems.append(Problem(str(place_of(path, places, file)), what))
            return ""

        return _REFERENCE.sub(one, value)

    def walk(value: Any, path: KeyPath) -> Any:
        if isinstance(value, str):
            return text(value, path)
        if isinstance(value, dict):
            return {key: walk(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [walk(item, (*path, index)) for index, item in enumerate(value)]
        return value

    found = walk(data, at)
    if problems:
        hint = "Set it in the CI system's secrets, or export it before you run ticketbot."
        raise ConfigError("An environment variable is missing.", hint=hint, problems=problems)
    return found


def misspelt(data: Any, places: Mapping[KeyPath, Place], file: str) -> list[Problem]:
    """References whose name can be no variable's, as `${my token}`."""
    return [
        Problem(
            str(place_of(path, places, file)),
            f"`{dotted(path)}`: {match[0]} names no environment variable; expected ${{NAME}}",
        )
        for path, value in _texts(data, ())
        for match in _REFERENCE.finditer(value)
        if match["name"] is not None and not _NAME.fullmatch(match["name"])
    ]


def plain_secrets(data: Any, places: Mapping[KeyPath, Place], file: str) -> list[Problem]:
    """Warnings: what is a secret by its key, or a password in an address, in plain text."""
    return [
        Problem(
            str(place_of(path, places, file)),
            f"`{dotted(path)}` holds a secret in plain text; write ${{NAME}} and set the variable",
        )
        for path, value in _texts(data, ())
        if value and "${" not in value and _is_secret(path, value)
    ]


def credentials(data: Any) -> list[tuple[KeyPath, str]]:
    """Where credentials stand, and the variable that holds each; "" where one stands there itself."""
    found = []
    for path, value in _texts(data, ()):
        if value and ("auth" in path or path == ("ledger",) or _is_secret(path, value)):
            names = [match["name"] for match in _REFERENCE.finditer(value) if match["name"]]
            if names or _is_secret(path, value):
                found += [(path, name) for name in names or [""]]
    return found


def _is_secret(path: KeyPath, value: str) -> bool:
    for_us = "auth" in path or "splunk" in path
    named = for_us and bool(_SECRETS.search(str(path[-1])))
    return named or bool(_URL_PASSWORD.match(value))


def _texts(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
