"""A plan that somebody has reviewed is applied as it is, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sync.laboratory import Laboratory, finding, report
from tests.sync.test_exactly_once import AFTER, BEFORE


def test_a_reviewed_plan_is_applied_exactly(tmp_path: Path) -> None:
    lab = Laboratory(tmp_path)
    plan = lab.plan(report(*BEFORE))
    assert lab.tickets() == [] and not (tmp_path / "ledger.db").exists()
    ran = lab.apply(plan)
    assert ran.outcomes == ["applied"] * 3
    assert lab.sync(report(*BEFORE)).actions == []


def moved_by_another_scan(lab: Laboratory) -> None:
    lab.sync(report(*AFTER))


def moved_by_a_person(lab: Laboratory) -> None:
    lab.local.person_edits("2", "title", "mine", "ana")


@pytest.mark.parametrize("move", [moved_by_another_scan, moved_by_a_person])
def test_a_reviewed_plan_is_refused_when_the_world_has_moved(
    tmp_path: Path, move: Callable[[Laboratory], None]
) -> None:
    lab = Laboratory(tmp_path)
    lab.sync(report(*BEFORE))
    plan = lab.plan(report(finding("A", text="a"), finding("C", text="c")))
    assert [type(change).__name__ for change in plan.changes] == ["Close"]
    move(lab)
    before = lab.states()
    refused = lab.apply(plan)
    assert refused.applied.moved and refused.outcomes == []
    assert lab.states() == before


def test_a_plan_is_the_same_twice(tmp_path: Path) -> None:
    lab = Laboratory(tmp_path)
    one, two = lab.plan(report(*BEFORE)), lab.plan(report(*BEFORE))
    assert one.digest == two.digest and one.changes == two.changes
