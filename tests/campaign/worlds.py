"""A tracker with its faults, its people and its clock, the same to the campaign whichever it is."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from tests.campaign.stage import step
from tests.sync.laboratory import Clock as Hands
from tests.trackers.faulty import Fault, Faulty
from tests.trackers.inprocess import simulated
from ticketbot.config.trackers import Tracker as Entry
from ticketbot.simulate.exchange import Answered, Asked, Broken, Seen, Simulated, Time
from ticketbot.simulate.faults import Front, seeded
from ticketbot.trackers import make
from ticketbot.trackers.base import Tracker
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.local.tracker import LocalTracker

_ENTRY: TypeAdapter[Any] = TypeAdapter(Entry)

LONG = 20 * 60
"""Seconds after which every index has caught up and every request is over."""


@dataclass
class World(ABC):
    """One tracker of one kind. `share`: of requests that are spoilt while faults are on."""

    root: Path
    seed: int
    share: float = 0.0
    hands: Hands = field(default_factory=Hands)
    faulty: bool = False

    @property
    def clock(self) -> Clock:
        return Clock(self.seconds, self.sleep)

    def seconds(self) -> float:
        return self.hands.moment.timestamp()

    def sleep(self, seconds: float) -> None:
        self.hands.passes(seconds=seconds)
        step()

    @abstractmethod
    def tracker(self) -> Tracker:
        """A job's own connection."""

    @property
    @abstractmethod
    def people(self) -> Simulated:
        """What people see and do."""

    @contextmanager
    def reached(self) -> Iterator[None]:
        yield


class Yielding(Front):
    """Others may come before a request is carried out, and before its answer is read."""

    def answer(self, asked: Asked) -> Answered | Broken:
        step()
        answer = super().answer(asked)
        step()
        return answer


@dataclass
class Remote(World):
    """A simulated tracker behind its real client library."""

    kind: str = "jira"
    server: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the simulated tracker."""
    written: Mapping[str, Any] = field(default_factory=dict)
    """What ticketbot.yaml says of it, beside type and url."""

    def __post_init__(self) -> None:
        time = Time(self.seconds)
        service = import_module(f"ticketbot.simulate.{self.kind}.service")
        chooser = seeded(self.seed, self.share)
        self.front = Yielding(
            service.make(time, **self.server),
            time,
            lambda asked: chooser(asked) if self.faulty else "",
        )

    def settings(self, url: str) -> dict[str, Any]:
        """As the adapter gets them: checked, with all defaults."""
        entry = {"type": self.kind, "url": url, **self.written}
        return _ENTRY.validate_python(entry).model_dump()

    def tracker(self) -> Tracker:
        return make("local", self.settings(f"http://{self.kind}.simulated"), self.clock)

    @property
    def people(self) -> Simulated:
        return self.front.service

    @contextmanager
    def reached(self) -> Iterator[None]:
        def passes(seconds: float) -> None:
            self.hands.passes(seconds=seconds)

        with simulated({self.kind: self.front}, passes):
            yield


class LocalPeople:
    """People at the local tracker, by the words of the simulated ones."""

    def __init__(self, desk: LocalTracker) -> None:
        self._desk = desk

    def answer(self, asked: Asked) -> Answered:
        raise NotImplementedError  # a file is not asked over HTTP

    def refusal(self, status: int, headers: Mapping[str, str]) -> Answered:
        raise NotImplementedError  # nor does it refuse

    def tickets(self) -> list[Seen]:
        return [
            Seen(
                id=t.id,
                key=t.key,
                title=t.title,
                body=self._desk.body(t.id),
                open=t.state == "open",
                resolution=t.resolution,
                labels=t.labels,
                comments=tuple(note.text for note in self._desk.comments(t.id)),
            )
            for t in self._desk.all()
        ]

    def person_makes(self, title: str, body: str) -> str:
        return self._desk.person_opens(title, body, "ana").id

    def person_closes(self, ticket_id: str, resolution: Any) -> None:
        self._desk.person_closes(ticket_id, resolution, "ana")

    def person_reopens(self, ticket_id: str) -> None:
        self._desk.person_reopens(ticket_id, "ana")

    def person_edits(self, ticket_id: str, field: str, value: Any) -> None:
        self._desk.person_edits(ticket_id, field, value, "ana")

    def person_comments(self, ticket_id: str, text: str) -> None:
        self._desk.person_comments(ticket_id, text, "ana")

    def person_deletes(self, ticket_id: str) -> None:
        with self._desk._file.writing() as connection:
            for table, column in (("notes", "ticket"), ("nonces", "ticket"), ("links", "ticket")):
                connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (ticket_id,))
            connection.execute("DELETE FROM links WHERE other = ?", (ticket_id,))
            connection.execute("DELETE FROM tickets WHERE id = ?", (ticket_id,))


class Stepping(LocalTracker):
    """Others may come between two calls."""

    def create(self, drafts: Sequence[Any]) -> list[Any]:
        step()
        made = super().create(drafts)
        step()
        return made

    def find(self, subjects: Sequence[str]) -> dict[str, list[Any]]:
        step()
        return super().find(subjects)


@dataclass
class Local(World):
    """The local tracker; its answers get lost as those of the others do."""

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def tracker(self) -> Tracker:
        inner = Stepping("local", self.root / "tracker.db", now=self.hands)

        def plan(action: str, _calls: int) -> Fault | None:
            if not self.faulty or self._chance.random() >= self.share:
                return None
            if action in ("changed", "find", "read"):
                return "unreachable"
            return self._chance.choice(("lost before", "lost after", "rejected"))

        return Faulty(inner, plan)

    @property
    def people(self) -> Simulated:
        return LocalPeople(LocalTracker("local", self.root / "tracker.db", now=self.hands))


def start() -> Hands:
    return Hands(datetime(2026, 3, 1, 12, tzinfo=UTC))


def local(root: Path, seed: int, share: float) -> World:
    return Local(root, seed, share, start())


def jira(root: Path, seed: int, share: float) -> World:
    """Cloud, whose search lags."""
    auth = {"email": "ada@example.com", "token": "t0ken"}
    written = {"project": "SEC", "deployment": "cloud", "auth": auth}
    server = {"search_lag": 20.0}
    return Remote(root, seed, share, start(), kind="jira", server=server, written=written)


def data_center(root: Path, seed: int, share: float) -> World:
    """Whose second node lags."""
    auth = {"token": "t0ken"}
    written = {"project": "SEC", "deployment": "server", "auth": auth}
    server = {"cloud": False, "search_lag": 5.0}
    return Remote(root, seed, share, start(), kind="jira", server=server, written=written)


def github(root: Path, seed: int, share: float) -> World:
    """Whose lists lag."""
    written = {"repository": "acme/api", "auth": {"token": "simulated"}}
    server = {"list_lag": 30.0, "label_lag": 60.0}
    return Remote(root, seed, share, start(), kind="github", server=server, written=written)


def servicenow(root: Path, seed: int, share: float) -> World:
    """As delivered: the marker is an attachment."""
    written = {"auth": {"user": "bot", "password": "secret"}}
    return Remote(root, seed, share, start(), kind="servicenow", server={}, written=written)


def servicenow_column(root: Path, seed: int, share: float) -> World:
    """With a column for the marker, as recommended."""
    written = {"auth": {"user": "bot", "password": "secret"}, "marker_field": "u_ticketbot"}
    server = {"columns": {"incident": ("u_ticketbot",)}}
    return Remote(root, seed, share, start(), kind="servicenow", server=server, written=written)


WORLDS: dict[str, Callable[[Path, int, float], World]] = {
    "local": local,
    "jira": jira,
    "jira-dc": data_center,
    "github": github,
    "servicenow": servicenow,
    "servicenow-column": servicenow_column,
}
