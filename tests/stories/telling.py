"""One team's story with any tracker: a pipeline, people, and a count of what the tracker was asked.

For the tests of this folder. Knows every tracker's words for the same thing; decides nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from tests.campaign.worlds import WORLDS, Remote, World
from tests.sync.laboratory import DAY, SETTINGS, FakeReport, Laboratory, Ran, finding, report
from ticketbot.model.finding import Finding
from ticketbot.model.ticket import Ticket
from ticketbot.planning.settings import Settings, SeverityPolicy
from ticketbot.simulate.exchange import Asked, Seen

EVERY = tuple(WORLDS)
REMOTE = tuple(name for name in EVERY if name != "local")
_READS = ("/graphql", "/search/jql", "/search", "/issue/bulkfetch")
"""Paths of requests by POST that only read."""


def ranks(kind: str) -> tuple[str, str]:
    """What that tracker calls the priority of what is critical, and of what is high."""
    return ("critical", "high") if kind.startswith("servicenow") else ("Highest", "High")


def settings(kind: str, **more: Any) -> Settings:
    """As the laboratory has them, in words of that tracker."""
    critical, high = ranks(kind)
    severities: dict[Any, SeverityPolicy] = {
        "critical": SeverityPolicy(due=7 * DAY, fields={"local": {"priority": critical}}),
        "high": SeverityPolicy(due=30 * DAY, fields={"local": {"priority": high}}),
    }
    return msgspec.structs.replace(SETTINGS, severities=severities, **more)


@dataclass
class Story:
    """`lab`: the team's own machine."""

    kind: str
    world: World
    lab: Laboratory
    asked: list[Asked] = field(default_factory=list)

    @property
    def people(self) -> Any:
        """Whom the world has, moving and transferring included."""
        return self.world.people

    def scan(self, *found: Finding, lab: Laboratory | None = None, **more: Any) -> Ran:
        """A run of the pipeline, and a day passes. `days`: or more; `scan`: what the scan says of itself.
        There is always something of no matter in it: a report that is suddenly empty closes nothing."""
        days, said = more.pop("days", 1), more.pop("scan", {})
        trifle = finding("Trifle", text="# a trifle", severity="low")
        ran = self.sync(report(*found, trifle, **said), lab=lab, **more)
        assert set(ran.outcomes) <= {"applied"}, [(d.change, d.note) for d in ran.applied.results]
        self.world.hands.passes(days=days)
        return ran

    def sync(self, *given: FakeReport, lab: Laboratory | None = None, **more: Any) -> Ran:
        """A run with a connection of its own, as every job has."""
        lab = lab or self.lab
        lab.tracker = self.world.tracker()
        now = self.world.hands()
        stamped = [
            replace(each, scan=msgspec.structs.replace(each.scan, ended=now)) for each in given
        ]
        return lab.sync(*stamped, **more)

    def tickets(self) -> list[Seen]:
        """As people see them."""
        return self.world.people.tickets()

    def only(self) -> Seen:
        """The only one there is."""
        (ticket,) = self.tickets()
        return ticket

    def seen(self, ticket_id: str) -> Seen:
        """That one."""
        return next(ticket for ticket in self.tickets() if ticket.id == ticket_id)

    def read(self, ticket_id: str) -> Ticket:
        """That one, as a tracker reads it."""
        return self.world.tracker().read([ticket_id])[ticket_id]

    def states(self) -> list[str]:
        """`open`, or how it was closed, ticket by ticket."""
        return [t.state for t in map(_state, self.tickets())]

    def loses_its_ledger(self) -> None:
        """As a CI cache is lost."""
        self.lab.lose_ledger()

    @contextmanager
    def yesterday(self) -> Iterator[None]:
        """What happens inside is forgotten by the ledger, and not by the tracker."""
        here = self.lab.root / self.lab.ledger_name
        copy = here.with_suffix(".yesterday")
        shutil.copy(here, copy)
        yield
        self.lab.lose_ledger()
        shutil.copy(copy, here)

    @contextmanager
    def counted(self) -> Iterator[Count]:
        """What the tracker is asked inside; nothing of the local one."""
        count, first = Count(), len(self.asked)
        yield count
        count.reads = sum(not _writes(asked) for asked in self.asked[first:])
        count.writes = sum(_writes(asked) for asked in self.asked[first:])


@dataclass
class Count:
    """Requests."""

    reads: int = 0
    writes: int = 0


class _State(msgspec.Struct, frozen=True):
    state: str


def _state(ticket: Seen) -> _State:
    return _State("open" if ticket.open else ticket.resolution or "done")


def _writes(asked: Asked) -> bool:
    if asked.method == "GET" or asked.path.endswith(_READS):
        return False
    if asked.path.endswith("/batch"):
        return any(each["method"] != "GET" for each in asked.json()["rest_requests"])
    return True


@contextmanager
def told(kind: str, root: Path, **more: Any) -> Iterator[Story]:
    """A story at that tracker. `server`: settings of its stand-in; `written`: of ticketbot.yaml; the rest
    changes what planning decides by."""
    world = WORLDS[kind](root, 0, 0.0)
    server, written = more.pop("server", {}), more.pop("written", {})
    if isinstance(world, Remote) and (server or written):
        world = replace(
            world, server={**world.server, **server}, written={**world.written, **written}
        )
    story = Story(kind, world, Laboratory(root, clock=world.hands, settings=settings(kind, **more)))
    if isinstance(world, Remote):
        choose = world.front.choose

        def noted(asked: Asked) -> str:
            story.asked.append(asked)
            return choose(asked)

        world.front.choose = noted
    with world.reached():
        yield story


def injection(severity: str = "high", **more: Any) -> Finding:
    """The flaw that most stories are about."""
    values: Mapping[str, Any] = {"text": "db.execute(q)", "severity": severity}
    return finding("SQL injection", **{**values, **more})


def flaws(count: int, severity: str = "high") -> Sequence[Finding]:
    """Different ones, all of them high."""
    return [finding(f"R{n:04}", text=f"line {n}", severity=severity) for n in range(count)]
