"""The last look before anything is told: no credential of ours, and nothing that looks like one.

Readers have redacted what comes from reports; here the values of our own credentials go too, which a
tracker's error message may repeat. Refuses nothing: it replaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from ticketbot.readers.redact import Redactor

_SECRET_NAME = re.compile(
    r"(?:TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|(?:PRIVATE|ACCESS|API|SECRET)_?KEY|_PAT)$",
    re.IGNORECASE,
)
"""Not `KEY` and `URL` alone: a project's key and a server's address stand in every ticket's link."""
_SHORTEST = 6
"""Shorter values are words that stand everywhere."""


def secret_values(environ: Mapping[str, str], names: Iterable[str] = ()) -> dict[str, str]:
    """Value → name of the variables called `names`, and of all that are called like a secret."""
    wanted = {*names, *(name for name in environ if _SECRET_NAME.search(name))}
    return {
        environ[name]: name for name in sorted(wanted) if len(environ.get(name, "")) >= _SHORTEST
    }


class Clean:
    """Text and values without credentials."""

    def __init__(self, redactor: Redactor, secrets: Mapping[str, str]) -> None:
        """`secrets`: value → the name that is shown in its place."""
        self._redactor = redactor
        longest_first = sorted(secrets, key=len, reverse=True)
        self._names = dict(secrets)
        self._values = (
            re.compile("|".join(re.escape(value) for value in longest_first)) if secrets else None
        )
        self.text = lru_cache(maxsize=4096)(self._text)  # the same titles come again and again

    def value(self, value: Any) -> Any:
        """Every text within dicts and lists; keys are ours."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.value(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value

    def _text(self, text: str) -> str:
        if self._values is not None:
            text = self._values.sub(lambda match: f"[value of {self._names[match[0]]}]", text)
        text = self._redactor.text(text)
        if text.isascii():
            return text
        # half a surrogate pair, which JSON from elsewhere may hold, has no UTF-8
        return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
