"""Lines of the checkout, for reports that quote none. Only what has passed redaction leaves this file.

Reads inside `--source-root` only, and no large or binary files.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ticketbot.cli.options import Reading
from ticketbot.errors import UsageError
from ticketbot.readers.redact import Redactor
from ticketbot.readers.sarif_places import NEWLINE

LARGEST = 4 * 1024 * 1024
"""Bytes of a source file."""
KEPT = 32 * 1024 * 1024
"""Characters of files that are kept: findings mostly come by file."""


class Checkout:
    """Implements `identity.ingredients.Sources`."""

    def __init__(self, root: Path, redactor: Redactor) -> None:
        self._root = root.resolve()
        self._redactor = redactor
        self._files: dict[str, tuple[str, ...]] = {}
        self._kept = 0

    def line(self, path: str, number: int) -> str | None:
        """Line `number` (from 1) of a file under the root; None where there is no such line."""
        lines = self.lines(path)
        return lines[number - 1] if 1 <= number <= len(lines) else None

    def lines(self, path: str) -> Sequence[str]:
        """All lines of a file; empty where there is no such file, or it is too large, or binary."""
        if path not in self._files:
            if self._kept > KEPT:
                self._files.clear()
                self._kept = 0
            text = self._read(path)
            self._kept += len(text) + len(path)
            self._files[path] = tuple(
                map(self._redactor.hashed, NEWLINE.split(text) if text else ())
            )
        return self._files[path]

    def _read(self, path: str) -> str:
        try:
            file = (self._root / path).resolve()
            if not file.is_relative_to(self._root):
                return ""
            if not file.is_file() or file.stat().st_size > LARGEST:
                return ""
            content = file.read_bytes()
        except (OSError, ValueError):
            return ""
        return "" if b"\0" in content else content.decode("utf-8", "replace")


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
