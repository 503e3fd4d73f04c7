"""Time and run ids: the only clock and the only source of chance in ticketbot."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

from ticketbot.errors import UsageError
from ticketbot.trackers.clock import Clock

REAL = Clock(time.time, time.sleep)
"""For trackers, which wait for rate limits."""

_DURATION = re.compile(r"(?P<number>\d+)(?P<unit>[smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def now() -> str:
    """ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def run_id() -> str:
    """Sorts by time, to the millisecond; unlike any other."""
    moment = datetime.now(UTC)
    return f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03}-{secrets.token_hex(4)}"


def deadline(max_duration: str) -> Callable[[], bool]:
    """`--max-duration` (`90s`, `5m`, `1h`) → is the time up? Raises UsageError."""
    if not max_duration:
        return lambda: False
    match = _DURATION.fullmatch(max_duration.strip().lower())
    if not match:
        raise UsageError(
            f"--max-duration {max_duration!r} is no duration", hint="Write 90s, 5m or 1h."
        )
    end = time.monotonic() + int(match["number"]) * _SECONDS[match["unit"]]
    return lambda: time.monotonic() >= end
