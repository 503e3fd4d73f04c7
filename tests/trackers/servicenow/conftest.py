"""A simulated instance and our adapter before it, on one virtual clock; every request that reaches the
instance is held against its shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.trackers.inprocess import simulated
from tests.trackers.servicenow.shapes import items, problems
from ticketbot.simulate.exchange import Answered, Asked, Time
from ticketbot.simulate.faults import Front
from ticketbot.simulate.servicenow.service import Instance
from ticketbot.simulate.servicenow.service import make as instance
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.servicenow.tracker import ServiceNow, make

START = 1_772_366_400.0
AUTH = {"user": "bot", "password": "secret"}
TABLES = ("incident", "sn_si_incident", "problem")
COLUMN = {"marker_field": "u_ticketbot", "labels_field": "u_labels"}
"""Configured with columns for the marker and for labels; without them the marker is attached."""


class Witness:
    """An instance whose every request and answer is looked at."""

    def __init__(self, inner: Instance) -> None:
        self.inner = inner
        self.problems: list[str] = []
        self.items: list[tuple[str, str, bytes]] = []
        """(method, path, body) of every request; of a batch, of each in it."""

    def answer(self, asked: Asked) -> Answered:
        answer = self.inner.answer(asked)
        self.problems += problems(asked, answer)
        self.items += items(asked)
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@dataclass
class Bench:
    """An instance, what it was asked, and adapters to it."""

    settings: dict[str, Any] = field(default_factory=dict)
    at: float = START

    def __post_init__(self) -> None:
        self.clock = Clock(lambda: self.at, self.passes)
        columns = dict.fromkeys(TABLES, ("u_ticketbot", "u_labels"))
        time = Time(lambda: self.at)
        self.instance = instance(time, **({"columns": columns} | self.settings))
        self.witness = Witness(self.instance)
        self.front = Front(self.witness, time)

    def passes(self, seconds: float) -> None:
        """Time goes by."""
        self.at += seconds

    def tracker(self, **settings: Any) -> ServiceNow:
        """Ours, as configured; it has made a record before, so it makes the next ones in batches."""
        made = self.newcomer(**settings)
        made._creates.proved = True
        return made

    def newcomer(self, **settings: Any) -> ServiceNow:
        """Ours, before its first record."""
        given = {"url": "http://now.simulated", "auth": AUTH, "table": "incident"}
        return make("snow", given | settings, self.clock)

    def spoil(self, fault: str, wanted: Callable[[Asked], bool], times: int = 1) -> None:
        """The next requests of this kind go wrong."""
        left = [fault] * times

        def choose(asked: Asked) -> str:
            return left.pop() if left and wanted(asked) else ""

        self.front.choose = choose

    def count(self, carry_out: Callable[[], Any]) -> int:
        """How many requests something takes."""
        before = len(self.front.requests)
        carry_out()
        return len(self.front.requests) - before

    def open(self) -> int:
        """Tickets that are open."""
        return sum(seen.open for seen in self.instance.tickets())


@pytest.fixture
def settings() -> dict[str, Any]:
    """What the administrator decides; a test overrides it."""
    return {}


@pytest.fixture
def bench(settings) -> Iterator[Bench]:
    made = Bench(settings)
    with simulated({"now": made.front}, made.passes):
        yield made
    assert made.witness.problems == []


@pytest.fixture
def tracker(bench) -> ServiceNow:
    """With columns of our own."""
    return bench.tracker(**COLUMN)


@pytest.fixture
def attaching(bench) -> ServiceNow:
    """With markers as attachments."""
    return bench.tracker()
