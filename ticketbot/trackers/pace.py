"""How fast a tracker may be asked: its published limits, kept before it has to refuse.

The buckets are pyrate-limiter's, and time is the injected clock's; what a server says about its limits
in an answer is `wire.py`'s business.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pyrate_limiter import AbstractBucket, InMemoryBucket, Rate, RateItem

from ticketbot.trackers.clock import Clock

Cost = Literal["read", "write", "content"]
"""`content`: what servers count apart because it notifies people: a new ticket, a comment."""


class Pace:
    """Waits until a request may be sent. A kind of request without a bucket never waits."""

    def __init__(self, clock: Clock, buckets: dict[Cost, AbstractBucket]) -> None:
        self._clock, self._buckets = clock, buckets

    def wait(self, cost: Cost) -> None:
        """Return when there is room for one more request, and count it."""
        bucket = self._buckets.get(cost)
        while bucket is not None:
            item = RateItem(cost, int(self._clock.seconds() * 1000))
            if bucket.put(item):
                bucket.leak(item.timestamp)
                return
            self._clock.sleep(max(1, int(str(bucket.waiting(item)))) / 1000)


def bucket(*rates: tuple[int, float]) -> AbstractBucket:
    """In this process alone. Rates as (how many, in how many seconds)."""
    return InMemoryBucket([Rate(limit, int(seconds * 1000)) for limit, seconds in rates])


def unhurried(clock: Clock, rates: dict[Cost, Sequence[tuple[int, float]]]) -> Pace:
    """A pace of buckets in this process."""
    return Pace(clock, {cost: bucket(*limits) for cost, limits in rates.items()})
