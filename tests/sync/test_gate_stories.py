"""What the gate sees of flaws: new against the default branch or a base, decided, known debt, moved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sync.laboratory import FakeReport, Laboratory, _Source, finding, report
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.flaw import Decision, Ruling
from ticketbot.planning.gate import Item
from ticketbot.sync.context import Given
from ticketbot.sync.gating import Sight, look

CHANGE: dict[str, Any] = {"branch": "fix", "branch_class": "change"}


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def sight(
    lab: Laboratory, *reports: FakeReport, base: FakeReport | None = None, **more: Any
) -> Sight:
    """One look of the gate. The ledger's file must stay as it is, byte for byte."""
    file = lab.root / lab.ledger_name
    before = file.read_bytes() if file.exists() else None
    with Ledger.snapshot(f"sqlite:///{file}") as ledger:
        job = lab.job(reports, ledger, lab.local, **more)
        seen = look(job, None if base is None else [(Given(_Source(), base.digest), base)])
    assert (file.read_bytes() if file.exists() else None) == before
    return seen


def new(seen: Sight) -> list[str]:
    return [item.features.rule for item in seen.items if item.new]


def only(seen: Sight) -> Item:
    assert len(seen.items) == 1
    return seen.items[0]


def test_two_new_findings_among_many_old_that_moved(lab: Laboratory) -> None:
    old = [finding(f"R{n}", line=n, text=f"line {n}") for n in range(1, 40)]
    lab.sync(report(*old))
    moved = [finding(f"R{n}", line=n + 7, text=f"line {n}") for n in range(1, 40)]
    seen = sight(lab, report(*moved, finding("N1", text="a"), finding("N2", text="b")), **CHANGE)
    assert sorted(new(seen)) == ["N1", "N2"] and len(seen.items) == 41 and seen.unknown == ()


def test_the_gate_sees_the_flaws_that_a_sync_would_make(lab: Laboratory) -> None:
    seen = sight(lab, report(finding()))
    ran = lab.sync(report(finding()))
    assert only(seen).flaw == ran.plan.changes[0].flaws[0]
    assert only(sight(lab, report(finding(line=33)))).ticket == "LOC-1"


def test_fixed_on_the_default_branch_and_back_on_a_branch_is_new(lab: Laboratory) -> None:
    rest = finding("B105", text="y")
    lab.sync(report(finding(), rest))
    lab.sync(report(rest))
    assert new(sight(lab, report(finding(), rest), **CHANGE)) == ["B608"]


def test_of_two_look_alikes_the_one_that_is_there_is_the_one_found(lab: Laboratory) -> None:
    first, second = finding(line=10), finding(line=50)
    rest = finding("B105", text="y")
    lab.sync(report(first, second, rest))
    lab.sync(report(finding(line=50), rest))
    assert new(sight(lab, report(finding(line=12), rest), **CHANGE)) == []
    assert lab.sync(report(finding(line=12), rest), **CHANGE).plan.changes == ()
    assert len(new(sight(lab, report(first, finding(line=48), rest), **CHANGE))) == 1


@pytest.mark.parametrize(
    ("kind", "excused"), [("accepted", True), ("wont_fix", True), ("fixed", False)]
)
def test_a_decision_excuses_but_a_claim_that_it_is_fixed_does_not(
    lab: Laboratory, kind: Any, excused: bool
) -> None:
    flaw = lab.sync(report(finding())).plan.changes[0].flaws[0]
    with lab.ledger() as ledger:
        ledger.decide(flaw, Decision(kind, lab.clock(), commit="a" * 40), lab.clock())
    assert (only(sight(lab, report(finding()))).decision is not None) is excused


def test_an_expired_decision_excuses_no_more(lab: Laboratory) -> None:
    flaw = lab.sync(report(finding())).plan.changes[0].flaws[0]
    with lab.ledger() as ledger:
        until = "2026-03-05T00:00:00+00:00"
        ledger.decide(flaw, Decision("accepted", lab.clock(), until=until), lab.clock())
    assert only(sight(lab, report(finding()))).decision is not None
    lab.clock.passes(days=10)
    assert only(sight(lab, report(finding()))).decision is None


def test_a_base_report_goes_before_the_ledger(lab: Laboratory) -> None:
    lab.sync(report(finding(), finding("B105", text="y")))
    seen = sight(
        lab,
        report(finding(line=4), finding("B105", text="y")),
        base=report(finding(), finding("X9", text="gone")),
        **CHANGE,
    )
    assert new(seen) == ["B105"] and seen.unknown == ()


def test_of_two_look_alikes_the_one_of_the_base_is_the_one_found(lab: Laboratory) -> None:
    rest = finding("B105", text="y")
    lab.sync(report(finding(line=10), finding(line=50), rest))
    lab.sync(report(finding(line=50), rest))
    seen = sight(lab, report(finding(line=12), rest), base=report(finding(line=50), rest))
    assert new(seen) == []


def test_suppressed_in_the_base_and_open_now_is_new(lab: Laboratory) -> None:
    seen = sight(lab, report(finding()), base=report(finding(status="suppressed")))
    assert new(seen) == ["B608"]


def test_two_shards_that_show_one_flaw_show_it_once(lab: Laboratory) -> None:
    seen = sight(lab, report(finding(), part="a"), report(finding(), part="b"))
    assert len(seen.items) == 1 and len(seen.scans) == 2


def test_a_new_tool_on_a_branch_is_told_to_be_unknown(lab: Laboratory) -> None:
    lab.sync(report(finding()))
    ruff = report(finding("S1", tool="ruff"), tool="ruff", family="ruff")
    seen = sight(lab, report(finding()), ruff, **CHANGE)
    assert [scope.family for scope in seen.unknown] == ["ruff"]


def test_a_renamed_target_has_no_new_findings(lab: Laboratory) -> None:
    lab.sync(report(finding()), target="old")
    seen = sight(lab, report(finding()), target="new", formerly=("old",), **CHANGE)
    assert new(seen) == [] and seen.unknown == ()


def test_what_is_not_complete_is_told_and_partial_says_that_it_is_known(lab: Laboratory) -> None:
    broken = report(finding(), complete=False, reasons=("the scanner crashed",))
    assert sight(lab, broken).unproven == ("bandit on shop: the scanner crashed",)
    assert sight(lab, broken, partial=True).unproven == ()


def test_flaws_that_a_person_ruled_to_be_one_count_once(lab: Laboratory) -> None:
    both = report(finding("A1", text="one"), finding("B1", text="two"))
    made = lab.sync(both).plan.changes
    kept, other = (change.flaws[0] for change in made)
    ruling = Ruling(kind="merge", flaw=kept, other=other, made_at=lab.clock(), source="command")
    with lab.ledger() as ledger:
        ledger.rule([ruling])
    assert only(sight(lab, both)).ticket == "LOC-1"


def test_a_file_that_git_knows_as_renamed_brings_nothing_new(lab: Laboratory) -> None:
    lab.sync(report(finding(text="f(q)"), commit="a1"))
    asked = []

    def renames(old: str | None, new: str | None) -> dict[str, str]:
        asked.append((old, new))
        return {"app/db.py": "core/store.py"}

    moved = report(finding(text="f(q)", path="core/store.py"), commit="b2")
    assert new(sight(lab, moved, **CHANGE)) == ["B608"]
    assert new(sight(lab, moved, renames=renames, **CHANGE)) == []
    assert asked == [("a1", "b2")]
