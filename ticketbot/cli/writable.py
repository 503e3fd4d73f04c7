"""Whether a file that somebody asked for can be written, found out before any work is done.

Leaves what is there as it is, and nothing where there was nothing. Folders on the way are made.
"""

from __future__ import annotations

from pathlib import Path

from ticketbot.errors import UsageError


def refuse_unwritable(path: Path | None, option: str) -> None:
    """Raises UsageError. `option`: which one named the file. A pipe is left for its one writer."""
    if path is None:
        return
    try:
        there = path.exists()
        if there and not path.is_file() and not path.is_dir():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("ab").close()  # permissions alone do not tell: a read-only mount, /proc
        if not there:
            path.unlink()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}",
            hint=f"Give {option} another file. Nothing was done.",
        ) from error
