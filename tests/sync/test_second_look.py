"""Reports that quote no code: a result that says the same as one before may be its neighbour."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sync.laboratory import Laboratory, finding, report
from ticketbot.model.finding import Finding


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def at(line: int, rule: str = "detect-injection") -> Finding:
    return finding(rule, line, "")


def lines(laboratory: Laboratory, rule: str = "detect-injection") -> dict[str, int | None]:
    """Flaw → the line where it was seen last."""
    with laboratory.ledger() as ledger:
        known = ledger.candidates("shop", "bandit", ())
    return {flaw.id: flaw.features.line for flaw in known if flaw.features.rule == rule}


def test_a_flaw_that_moved_to_where_its_neighbour_was_is_not_its_neighbour(
    laboratory: Laboratory,
) -> None:
    laboratory.sync(report(at(4, "first"), at(10), at(20), at(40, "last")))
    before = {line: flaw for flaw, line in lines(laboratory).items()}
    applied = laboratory.sync(report(at(14, "first"), at(20), at(30), at(50, "last")))
    assert applied.actions == []
    assert lines(laboratory) == {before[10]: 20, before[20]: 30}


def test_every_result_is_counted_once(laboratory: Laboratory) -> None:
    laboratory.sync(report(at(4, "first"), at(10), at(20)))
    applied = laboratory.sync(report(at(14, "first"), at(20), at(30)))
    assert [(scan.results, scan.open) for scan in applied.plan.scans] == [(3, 3)]


def test_what_nothing_changed_beside_is_not_built_again(laboratory: Laboratory) -> None:
    elsewhere = finding("detect-injection", 7, "", path="app/other.py")
    laboratory.sync(report(at(10), elsewhere))
    again = laboratory.sync(report(at(11), elsewhere))
    built = {digest for _, digest, _ in again.plan.effects.results}
    assert (again.actions, len(built)) == ([], 1)
