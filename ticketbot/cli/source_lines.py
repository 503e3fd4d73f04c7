"""Lines of the checkout, for reports that quote none. Only what has passed redaction leaves this file.

Reads inside `--source-root` only, and no large or binary files.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from ticketbot.cli.options import Reading
from ticketbot.errors import UsageError
from ticketbot.readers.redact import Redactor

LARGEST = 4 * 1024 * 1024
"""Bytes of a source file."""


class Checkout:
    """Implements `identity.ingredients.Sources`."""

    def __init__(self, root: Path, redactor: Redactor) -> None:
        self._root = root.resolve()
        self._redactor = redactor
        self._lines = lru_cache(maxsize=64)(self._read)

    def line(self, path: str, number: int) -> str | None:
        """Line `number` (from 1) of a file under the root; None where there is no such line."""
        lines = self._lines(path)
        if not 1 <= number <= len(lines):
            return None
        return self._redactor.hashed(lines[number - 1])

    def lines(self, path: str) -> Sequence[str]:
        """All lines of a file; empty where there is no such file, or it is too large, or binary."""
        return [self._redactor.hashed(line) for line in self._lines(path)]

    def _read(self, path: str) -> list[str]:
        file = (self._root / path).resolve()
        if not file.is_relative_to(self._root):
            return []
        try:
            if not file.is_file() or file.stat().st_size > LARGEST:
                return []
            content = file.read_bytes()
        except (OSError, ValueError):
            return []
        return [] if b"\0" in content else content.decode("utf-8", "replace").splitlines()


def checkout(options: Reading, redactor: Redactor) -> Checkout | None:
    """The checkout of `--source-root`; None where it is not given. Raises UsageError."""
    if options.source_root is None:
        return None
    if not options.source_root.is_dir():
        raise UsageError(
            f"--source-root {options.source_root}: there is no such folder",
            hint="Give the folder that holds the checked-out sources, or leave the option out.",
        )
    return Checkout(options.source_root, redactor)
