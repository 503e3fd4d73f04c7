"""Time and run ids: the only clock and the only source of chance in ticketbot."""

from __future__ import annotations

import re
import secrets
import time
from datetime import UTC, datetime

from ticketbot.errors import UsageError
from ticketbot.trackers.clock import Clock, NoTimeError

_DURATION = re.compile(r"(?P<number>\d+)(?P<unit>[smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def now() -> str:
    """ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def run_id() -> str:
    """Sorts by time, to the millisecond; unlike any other."""
    moment = datetime.now(UTC)
    return f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03}-{secrets.token_hex(4)}"


class Deadline:
    """The end of the time that a run was given; none where `end` is None (seconds, monotonic)."""

    def __init__(self, end: float | None = None) -> None:
        self._end = end
        self._given_up = False

    def __call__(self) -> bool:
        """Is the time up, or what is left of it too short for what has to be waited for?"""
        return self._given_up or (self._end is not None and time.monotonic() >= self._end)

    def sleep(self, seconds: float) -> None:
        """Raises NoTimeError at once where one would wake up too late."""
        if self._end is not None and time.monotonic() + seconds >= self._end:
            self._given_up = True
            raise NoTimeError
        time.sleep(seconds)

    @property
    def clock(self) -> Clock:
        """For trackers, which wait for rate limits."""
        return Clock(time.time, self.sleep)


def deadline(max_duration: str) -> Deadline:
    """`--max-duration` (`90s`, `5m`, `1h`). Raises UsageError."""
    if not max_duration:
        return Deadline()
    match = _DURATION.fullmatch(max_duration.strip().lower())
    if not match:
        raise UsageError(
            f"--max-duration {max_duration!r} is no duration", hint="Write 90s, 5m or 1h."
        )
    return Deadline(time.monotonic() + int(match["number"]) * _SECONDS[match["unit"]])
