"""Credentials that may be replaced while a run goes on: given, in a file, or fetched.

Keeps them out of every text; says only whether there is a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ticketbot.errors import ConfigError

_EARLY = 60.0
"""Seconds before its end that a fetched token is replaced."""


class Credential(Protocol):
    """A token, as it is now."""

    def value(self) -> str: ...

    def renew(self) -> bool:
        """After a 401: True where there is another one now."""


class Given:
    """From a variable: it cannot change while the process runs."""

    def __init__(self, value: str) -> None:
        self._value = value

    def value(self) -> str:
        return self._value

    def renew(self) -> bool:
        return False


class InFile:
    """One line of a file that something else rotates, as Vault's agent or a mounted secret does."""

    def __init__(self, path: str, what: str) -> None:
        """`what` names the key of the configuration, for errors. Raises ConfigError."""
        self._path, self._what = Path(path), what
        self._value = self._read()

    def value(self) -> str:
        return self._value

    def renew(self) -> bool:
        before = self._value
        with suppress(ConfigError):  # it is just being replaced: not there, or empty
            self._value = self._read()
        return self._value != before

    def _read(self) -> str:
        try:
            value = self._path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            raise ConfigError(
                f"{self._what}: {self._path} cannot be read: {why}",
                hint="Name a file that holds the token alone.",
            ) from None
        if not value:
            raise ConfigError(f"{self._what}: {self._path} is empty", hint="Put the token there.")
        return value


@dataclass(frozen=True)
class Fetched:
    """A token that was fetched, and when it ends, in seconds since 1970."""

    value: str = field(repr=False)
    ends: float


class Renewable:
    """A token that is fetched when it is needed: OAuth client credentials, a GitHub App's."""

    def __init__(self, fetch: Callable[[], Fetched], seconds: Callable[[], float]) -> None:
        """`fetch` raises TrackerError. `seconds`: the time now, since 1970."""
        self._fetch, self._seconds = fetch, seconds
        self._held: Fetched | None = None

    def value(self) -> str:
        if self._held is None or self._seconds() > self._held.ends - _EARLY:
            self._held = self._fetch()
        return self._held.value

    def renew(self) -> bool:
        before, self._held = self._held, self._fetch()
        return before is None or before.value != self._held.value


def credential(value: str | None, file: str | None, what: str) -> Credential:
    """From what the configuration says: the value, or the file it is in. Raises ConfigError."""
    if file:
        return InFile(file, what)
    if not value:
        raise ConfigError(f"{what}: expected a token, found nothing", hint="Set it, or its file.")
    return Given(value)
