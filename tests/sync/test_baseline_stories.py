"""Known debt: recorded without tickets, left alone by sync, promoted bit by bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sync.laboratory import FakeReport, Laboratory, finding, report
from ticketbot.ledger.upkeep import Run
from ticketbot.model.finding import Finding
from ticketbot.model.flaw import Decision
from ticketbot.sync.baseline import Promoted, Recorded, promote, record


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def baseline(lab: Laboratory, *reports: FakeReport, **more: Any) -> Recorded:
    with lab.ledger() as ledger:
        job = lab.job(reports, ledger, lab.local, **more)
        run = Run(id=job.context.run_id, command="baseline set", started_at=lab.clock())
        ledger.start_run(run)
        return record(job, run.id)


def promoted(lab: Laboratory, severity: Any, most: int | None = None) -> Promoted:
    with lab.ledger() as ledger:
        return promote(ledger, "shop", lab.settings, lab.clock(), severity, most)


def many(count: int, severity: str = "high") -> list[Finding]:
    return [
        finding(f"{severity}{n}", text=f"{severity} {n}", severity=severity) for n in range(count)
    ]


def test_what_is_recorded_gets_no_ticket_and_what_comes_later_does(lab: Laboratory) -> None:
    assert len(baseline(lab, report(*many(30))).added) == 30
    assert lab.sync(report(*many(30))).actions == []
    ran = lab.sync(report(*many(30), finding("new", text="new")))
    assert ran.actions == ["create"] and len(lab.tickets()) == 1


def test_recording_twice_is_recording_once(lab: Laboratory) -> None:
    baseline(lab, report(*many(3)))
    again = baseline(lab, report(*many(3)))
    assert (len(again.added), again.known) == (0, 3)


def test_a_flaw_with_a_ticket_keeps_it(lab: Laboratory) -> None:
    lab.sync(report(finding()))
    done = baseline(lab, report(finding(), *many(2)))
    assert (len(done.added), done.ticketed) == (2, 1)
    assert lab.sync(report(*many(2))).actions == ["close"]
    assert lab.sync(report(finding(line=11), *many(2))).actions == ["reopen"]


def test_what_is_decided_is_no_debt(lab: Laboratory) -> None:
    baseline(lab, report(finding("low", severity="low")))
    flaw = lab.sync(report(finding(severity="info"))).plan.effects.flaws[0].id
    with lab.ledger() as ledger:
        ledger.decide(flaw, Decision("false_positive", lab.clock()), lab.clock())
    assert baseline(lab, report(finding(severity="info"))).decided == 1


def test_recording_counts_absences_as_a_sync_would(lab: Laboratory) -> None:
    lab.sync(report(finding(), finding("B105", text="y")))
    baseline(lab, report(finding("B105", text="y")))
    assert lab.sync(report(finding("B105", text="y"))).actions == ["close"]


def test_an_old_scan_records_nothing_and_says_so(lab: Laboratory) -> None:
    lab.sync(report(finding(), ended="2026-02-02T00:00:00Z"))
    old = report(*many(3), ended="2026-02-01T00:00:00Z")
    done = baseline(lab, old)
    assert done.added == () and "an old scan changes no ticket" in done.scans[0].reasons[0]


def test_the_worst_are_promoted_and_the_next_sync_makes_their_tickets(lab: Laboratory) -> None:
    found = report(*many(3, "critical"), *many(5), *many(4, "medium"))
    baseline(lab, found)
    taken = promoted(lab, "high", 5)
    assert [r.flaw.features.severity for r in taken.flaws] == ["critical"] * 3 + ["high"] * 2
    assert taken.left == 3
    assert lab.sync(found).actions == ["create"] * 5
    assert lab.sync(found).actions == []
    assert len(promoted(lab, "high").flaws) == 3
    assert lab.sync(found).actions == ["create"] * 3


def test_what_is_gone_or_has_no_route_is_not_promoted(lab: Laboratory) -> None:
    low = finding("l", text="l", severity="low")
    baseline(lab, report(finding(), low))
    lab.sync(report(low))
    taken = promoted(lab, "low")
    assert (taken.flaws, taken.unrouted) == ((), 1)


def test_debt_that_is_gone_and_back_is_still_debt(lab: Laboratory) -> None:
    rest = finding("B105", text="y")
    baseline(lab, report(finding(), rest))
    lab.sync(report(rest))
    assert lab.sync(report(finding(), rest)).actions == []
