"""Time as the trackers see it: what passes while one waits for a rate limit is a parameter.

Knows no real clock: `cli` gives one, tests give one that passes at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


class NoTimeError(Exception):
    """A wait would go beyond the time that the run was given (`--max-duration`)."""


@dataclass(frozen=True)
class Clock:
    """`seconds`: since 1970, UTC. `sleep`: wait so many seconds; may raise NoTimeError instead."""

    seconds: Callable[[], float]
    sleep: Callable[[float], None]

    def now(self) -> str:
        """ISO 8601, UTC, whole seconds."""
        return datetime.fromtimestamp(self.seconds(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
