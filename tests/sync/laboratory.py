"""A small world to try the pipeline in: a ledger, a local tracker, a clock that is set by hand, and
reports whose findings are given as values. `Laboratory.sync` is one run of the post-scan step."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from ticketbot.identity.ingredients import NOTHING
from ticketbot.ledger.ledger import Ledger
from ticketbot.ledger.upkeep import Run
from ticketbot.model.finding import Finding, Location, Rejected, Scan
from ticketbot.model.ticket import Ticket
from ticketbot.planning.drafts import Drafting
from ticketbot.planning.guard import Permissions
from ticketbot.planning.plan import Plan
from ticketbot.planning.render import Templates
from ticketbot.planning.settings import (
    Condition,
    GuardLimits,
    Lifecycle,
    Route,
    Settings,
    SeverityPolicy,
    TrackerSettings,
)
from ticketbot.readers.report import Result
from ticketbot.sync import Applied, Context, Given, Hands, Job, apply, make_plan, run
from ticketbot.trackers.base import Tracker
from ticketbot.trackers.local.tracker import LocalTracker

TEMPLATES = Path(__file__).parents[2] / "ticketbot" / "config" / "templates"
DAY = 86_400


def finding(
    rule: str = "B608", line: int = 10, text: str = "db.execute(q)", **more: Any
) -> Finding:
    """A code finding as Bandit would report it."""
    path = more.pop("path", "app/db.py")
    values: dict[str, Any] = {
        "pointer": "",
        "tool": "bandit",
        "rule": rule,
        "title": f"{rule} in {path}",
        "message": f"{rule} found",
        "severity": "high",
        "locations": (Location(path=path, line=line, line_text=text),),
    }
    return Finding(**(values | more))


@dataclass
class FakeReport:
    """A report of one run of one tool."""

    findings: Sequence[Finding | Rejected]
    scan: Scan
    format: str = "fake"

    @property
    def scans(self) -> Sequence[Scan]:
        return [msgspec.structs.replace(self.scan, results=len(self.findings))]

    @property
    def digest(self) -> str:
        content = msgspec.json.encode((self.scan, self.findings))
        return hashlib.sha256(content).hexdigest()

    def results(self) -> Iterator[Result]:
        for index, item in enumerate(self.findings):
            digest = hashlib.blake2b(msgspec.json.encode(item), digest_size=16).digest()
            yield Result(0, index, digest, index)

    def build(self, result: Result) -> Finding | Rejected:
        item = self.findings[result.index]
        return msgspec.structs.replace(item, pointer=f"/runs/0/results/{result.index}")


class Folder(dict[str, str]):
    """A checkout: path → content. Implements `identity.ingredients.Sources`."""

    def line(self, path: str, number: int) -> str | None:
        lines = self.lines(path)
        return lines[number - 1] if 1 <= number <= len(lines) else None

    def lines(self, path: str) -> Sequence[str]:
        return self.get(path, "").splitlines()


class _Source:
    name = "report.json"

    def open(self) -> Any:
        raise AssertionError("a fake report is not opened")


def report(*findings: Finding | Rejected, **scan: Any) -> FakeReport:
    """What Bandit reported; `scan` changes what it says of itself."""
    values: dict[str, Any] = {"tool": "Bandit", "family": "bandit"}
    return FakeReport(findings, Scan(**(values | scan)))


SETTINGS = Settings(
    routes=(
        Route(name="all", when=Condition(severity=("critical", "high", "medium")), to="local"),
    ),
    trackers={"local": TrackerSettings(type="local", remote=False)},
    severities={
        "critical": SeverityPolicy(due=7 * DAY, fields={"local": {"priority": "Highest"}}),
        "high": SeverityPolicy(due=30 * DAY, fields={"local": {"priority": "High"}}),
    },
    lifecycle=Lifecycle(),
    guard=GuardLimits(),
)


@dataclass
class Clock:
    """Time that passes only when a test says so."""

    moment: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> str:
        return self.moment.isoformat()

    def passes(self, **time: float) -> None:
        self.moment += timedelta(**time)


@cache
def _new_ledger() -> bytes:
    """An empty ledger, made once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        Ledger.open(f"sqlite:///{path}").close()
        return path.read_bytes()


@dataclass
class Laboratory:
    """One machine: its ledger, and the tracker it shares with others."""

    root: Path
    ledger_name: str = "ledger.db"
    settings: Settings = SETTINGS
    clock: Clock = field(default_factory=Clock)
    tracker: Tracker | None = None
    runs: int = 0

    @property
    def local(self) -> LocalTracker:
        """The tracker as people see it."""
        return LocalTracker("local", self.root / "tracker.db", now=self.clock)

    def elsewhere(self, name: str) -> Laboratory:
        """Another machine with a ledger of its own and the same tracker."""
        return replace(self, ledger_name=f"{name}.db")

    def lose_ledger(self) -> None:
        for path in self.root.glob(f"{self.ledger_name}*"):
            path.unlink()

    def ledger(self) -> Ledger:
        path = self.root / self.ledger_name
        if not path.exists():  # the migrations take longer than a whole sync
            path.write_bytes(_new_ledger())
        return Ledger.open(f"sqlite:///{path}")

    def context(self, **more: Any) -> Context:
        self.runs += 1
        values = {
            "target": "shop",
            "now": self.clock(),
            "run_id": f"{self.ledger_name}-{self.runs}",
        }
        return Context(**(values | more))

    def job(
        self, reports: Sequence[FakeReport], ledger: Ledger, tracker: Tracker, **more: Any
    ) -> Job:
        permissions = {
            name: more.pop(name) for name in Permissions.__struct_fields__ if name in more
        }
        grounds = more.pop("grounds", NOTHING)
        context = self.context(permissions=Permissions(**permissions), **more)
        texts = tuple((p.name, p.read_text()) for p in sorted(TEMPLATES.glob("*.j2")))
        drafting = Drafting(
            settings=self.settings,
            templates=Templates(texts),
            now=context.now,
            capabilities={"local": tracker.capabilities},
        )
        given = [(Given(_Source(), r.digest), r) for r in reports]
        return Job(context, self.settings, given, ledger, {"local": tracker}, drafting, grounds)

    def plan(self, *reports: FakeReport, **more: Any) -> Plan:
        """What a sync would do; nothing is written."""
        tracker = self.tracker or self.local
        with Ledger.snapshot(f"sqlite:///{self.root / self.ledger_name}") as ledger:
            return make_plan(self.job(reports, ledger, tracker, **more))

    def sync(self, *reports: FakeReport, **more: Any) -> Ran:
        """One run of the post-scan step. `patient=False`: it does not wait for lost answers."""
        tracker = self.tracker or self.local
        patient = more.pop("patient", True)
        with self.ledger() as ledger:
            job = self.job(reports, ledger, tracker, **more)
            hands = self.hands(job, ledger, tracker)
            hands.sleep = hands.sleep if patient else None
            plan, applied = run(job, hands)
            return Ran(plan, applied)

    def apply(self, plan: Plan) -> Ran:
        """A plan that was made before."""
        tracker = self.tracker or self.local
        with self.ledger() as ledger:
            job = self.job([], ledger, tracker)
            return Ran(plan, apply(plan, self.hands(job, ledger, tracker)))

    def hands(self, job: Job, ledger: Ledger, tracker: Tracker) -> Hands:
        run_id = job.context.run_id
        ledger.start_run(Run(id=run_id, command="sync", started_at=self.clock()))
        return Hands(
            ledger,
            {"local": tracker},
            run_id,
            self.clock,
            sleep=lambda seconds: self.clock.passes(seconds=seconds),
        )

    def tickets(self) -> list[Ticket]:
        return sorted(self.local.changed("")[0], key=lambda ticket: int(ticket.id))

    def states(self) -> list[str]:
        """`open`, or how it was closed, ticket by ticket."""
        return [
            t.state if t.state == "open" else str(t.resolution or "done") for t in self.tickets()
        ]


@dataclass
class Ran:
    """What one run did."""

    plan: Plan
    applied: Applied

    @property
    def actions(self) -> list[str]:
        """What was planned, `leave` left out."""
        names = [type(c).__name__.lower() for c in self.plan.changes]
        return [name for name in names if name != "leave"]

    @property
    def outcomes(self) -> list[str]:
        return [done.outcome for done in self.applied.results]
