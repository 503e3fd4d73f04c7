"""A simulated instance and our adapter before it, on one virtual clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.trackers.inprocess import simulated
from ticketbot.simulate.exchange import Time
from ticketbot.simulate.faults import Front
from ticketbot.simulate.servicenow import Instance
from ticketbot.simulate.servicenow import make as instance
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.servicenow import ServiceNow, make

START = 1_772_366_400.0
AUTH = {"user": "bot", "password": "secret"}
COLUMNS = {
    table: ("u_ticketbot", "u_labels") for table in ("incident", "sn_si_incident", "problem")
}


@dataclass
class Bench:
    """An instance, what it was asked, and adapters to it."""

    settings: dict[str, Any] = field(default_factory=dict)
    at: float = START

    def __post_init__(self) -> None:
        self.clock = Clock(lambda: self.at, self.passes)
        self.instance: Instance = instance(
            Time(lambda: self.at), **({"columns": COLUMNS} | self.settings)
        )
        self.front = Front(self.instance, Time(lambda: self.at))

    def passes(self, seconds: float) -> None:
        """Time goes by."""
        self.at += seconds

    def tracker(self, **settings: Any) -> ServiceNow:
        """Ours, as configured."""
        given = {"url": "http://now.simulated", "auth": AUTH, "table": "incident"}
        return make("snow", given | settings, self.clock)

    def asked(self) -> int:
        """Requests so far."""
        return len(self.front.requests)


@pytest.fixture
def settings() -> dict[str, Any]:
    """What the administrator decides; a test overrides it."""
    return {}


@pytest.fixture
def bench(settings) -> Iterator[Bench]:
    made = Bench(settings)
    with simulated({"now": made.front}, made.passes):
        yield made
