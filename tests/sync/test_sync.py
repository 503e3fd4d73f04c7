"""The pipeline from findings to tickets, told as situations."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sync.laboratory import Laboratory, finding, report


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def test_a_new_flaw_gets_a_ticket_and_the_second_run_plans_nothing(lab: Laboratory) -> None:
    first = lab.sync(report(finding()))
    assert first.actions == ["create"] and first.outcomes == ["applied"]
    again = lab.sync(report(finding()))
    assert again.actions == [] and again.plan.summary["leave"] == 1
    assert lab.states() == ["open"]


def test_a_moved_line_is_the_same_flaw(lab: Laboratory) -> None:
    lab.sync(report(finding(line=10)))
    assert lab.sync(report(finding(line=99))).actions == []


def test_a_fixed_flaw_closes_its_ticket_and_a_returning_one_reopens_it(lab: Laboratory) -> None:
    lab.sync(report(finding(), finding("B105")))
    gone = lab.sync(report(finding("B105")))
    assert gone.actions == ["close"] and sorted(lab.states()) == ["fixed", "open"]
    assert lab.sync(report(finding("B105"))).actions == []
    lab.clock.passes(days=3)
    back = lab.sync(report(finding(), finding("B105"), ended="2026-03-04T00:00:00Z"))
    assert back.actions == ["reopen"] and lab.states() == ["open", "open"]
