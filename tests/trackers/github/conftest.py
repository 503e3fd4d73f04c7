"""A simulated GitHub at http://hub.simulated on a virtual clock, and trackers that talk to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.trackers.inprocess import simulated
from ticketbot.simulate.exchange import Time
from ticketbot.simulate.faults import Front
from ticketbot.simulate.github.service import GitHub
from ticketbot.simulate.github.service import make as simulate
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.github.tracker import GitHubTracker, make

URL = "http://hub.simulated"


class Passing:
    """A clock that passes at once."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.clock = Clock(lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Hub:
    """The simulated server, its front, and how to get a tracker for it."""

    def __init__(self, time: Passing, **settings: Any) -> None:
        self.time = time
        self.server: GitHub = simulate(Time(lambda: time.now), **settings)
        self.front = Front(self.server, Time(lambda: time.now))

    def tracker(self, **settings: Any) -> GitHubTracker:
        given: dict[str, Any] = {
            "url": URL,
            "repository": "acme/api",
            "auth": {"token": "simulated"},
            "resolution_labels": {
                "wontfix": "wont_fix",
                "false positive": "false_positive",
                "accepted": "accepted",
            },
        }
        return make("sec", given | settings, self.time.clock)

    def asked(self) -> list[str]:
        """Every request until now, as `GET /path`; forgotten afterwards."""
        lines = [" ".join(request) for request in self.front.requests]
        self.front.requests.clear()
        return lines


@pytest.fixture
def time() -> Passing:
    return Passing()


@pytest.fixture
def make_hub(time) -> Iterator[Callable[..., Hub]]:
    """Makes the server, with settings of its own."""
    fronts: dict[str, Front] = {}

    def made(**settings: Any) -> Hub:
        hub = Hub(time, **settings)
        fronts["hub"] = hub.front
        return hub

    with simulated(fronts, time.sleep):
        yield made


@pytest.fixture
def hub(make_hub) -> Hub:
    return make_hub()


@pytest.fixture
def tracker(hub) -> GitHubTracker:
    return hub.tracker()
