"""The guard: only the surprising kind of change is held, and each way out works."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.sync.laboratory import Laboratory, finding, report
from ticketbot.model.finding import Finding
from ticketbot.planning.changes import Create
from ticketbot.planning.guard import held_digest
from ticketbot.planning.plan import Plan


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def many(count: int, severity: str = "high") -> list[Finding]:
    return [finding(f"R{n:03}", text=f"line {n}", severity=severity) for n in range(count)]


def held(plan: Plan) -> list[str]:
    return [str(change.held) for change in plan.changes if change.held]


def test_a_mass_close_is_held_and_the_rest_is_applied(lab: Laboratory) -> None:
    lab.sync(report(*many(30)))
    ran = lab.sync(report(finding("new", text="new"), *many(5)))
    assert ran.outcomes == ["applied"] and ran.plan.summary["held"] == 25
    assert "25 tickets would be closed at once, more than guard.max_close 20" in held(ran.plan)[0]
    assert lab.states().count("open") == 31


def test_a_held_close_is_accepted_by_its_digest_in_a_later_run(lab: Laboratory) -> None:
    lab.sync(report(*many(30)))
    first = lab.sync(report(*many(5)))
    digest = held_digest([change for change in first.plan.changes if change.held])
    assert digest in held(first.plan)[0]
    again = lab.sync(report(*many(5)), accepted=frozenset({digest}))
    assert again.outcomes == ["applied"] * 25 and lab.states().count("fixed") == 25


def test_a_close_held_in_one_run_is_still_held_in_the_next(lab: Laboratory) -> None:
    lab.sync(report(*many(30)))
    lab.sync(report(*many(5)))
    assert lab.sync(report(*many(5))).plan.summary["held"] == 25


@pytest.mark.parametrize("gone, trips", [(10, False), (11, True)])
def test_a_large_share_is_held_only_above_ten(lab: Laboratory, gone: int, trips: bool) -> None:
    lab.sync(report(*many(15)))
    ran = lab.sync(report(*many(15 - gone)))
    assert bool(ran.plan.summary["held"]) is trips


def remote(lab: Laboratory) -> None:
    tracker = msgspec.structs.replace(lab.settings.trackers["local"], remote=True)
    lab.settings = msgspec.structs.replace(lab.settings, trackers={"local": tracker})


def test_a_flood_of_creates_is_for_remote_trackers_only(lab: Laboratory) -> None:
    assert lab.sync(report(*many(60))).outcomes == ["applied"] * 60


def test_a_first_import_is_held_on_a_remote_tracker_until_it_is_named(lab: Laboratory) -> None:
    remote(lab)
    ran = lab.sync(report(*many(60)))
    assert ran.plan.summary["held"] == 60 and "guard.max_create 50" in held(ran.plan)[0]
    assert lab.tickets() == []
    assert len(lab.sync(report(*many(60)), first_import=True).outcomes) == 60


def test_the_worst_n_are_made_first(lab: Laboratory) -> None:
    remote(lab)
    findings = [*many(60, "medium"), finding("worst", text="w", severity="critical")]
    ran = lab.sync(report(*findings), max_creates=2)
    made = [d.change for d in ran.applied.results]
    assert len(made) == 2 and isinstance(made[0], Create) and made[0].severity == "critical"
    assert len(lab.sync(report(*findings), max_creates=100).outcomes) == 59


def test_accepting_by_digest_makes_exactly_the_held_tickets(lab: Laboratory) -> None:
    remote(lab)
    first = lab.sync(report(*many(60)))
    digest = held_digest(first.plan.changes)
    assert len(lab.sync(report(*many(60)), accepted=frozenset({digest})).outcomes) == 60
    assert lab.sync(report(*many(61))).actions == ["create"]
