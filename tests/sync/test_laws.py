"""Laws worth more than examples, tried on histories of scans that hypothesis makes up."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sync.laboratory import Laboratory, finding, report
from ticketbot.model.finding import Finding

RULES = ("A", "B", "C")
TEXTS = ("eval(x)", "open(p)", "run(c)")
SCANS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(RULES), st.sampled_from(TEXTS), st.sampled_from(("a.py", "b.py"))
        ),
        min_size=1,
        max_size=6,
    ),
    min_size=1,
    max_size=3,
)
"""A history: each scan is a list of (rule, text, path); equal ones are look-alikes on different lines."""

SLOW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def findings(scan: list[tuple[str, str, str]], shift: int = 0) -> list[Finding]:
    return [
        finding(rule, line=10 * n + 1 + shift, text=text, path=path)
        for n, (rule, text, path) in enumerate(scan)
    ]


def replay(lab: Laboratory, history: list[list[tuple[str, str, str]]]) -> None:
    for number, scan in enumerate(history):
        lab.sync(report(*findings(scan), ended=f"2026-03-01T{number:02}:00:00Z"))


def world() -> tuple[tempfile.TemporaryDirectory[str], Laboratory]:
    folder = tempfile.TemporaryDirectory()
    return folder, Laboratory(Path(folder.name))


@SLOW
@given(SCANS)
def test_idempotence_the_second_sync_plans_nothing(history: list) -> None:
    folder, lab = world()
    with folder:
        replay(lab, history)
        last = report(*findings(history[-1]), ended=f"2026-03-01T{len(history) - 1:02}:00:00Z")
        assert lab.sync(last).actions == []


@SLOW
@given(SCANS, st.integers(1, 50), st.randoms())
def test_stability_moving_lines_and_shuffling_changes_no_flaw(
    history: list, shift: int, rnd: random.Random
) -> None:
    folder, lab = world()
    with folder:
        replay(lab, history)
        moved = findings(history[-1], shift)
        rnd.shuffle(moved)
        assert lab.sync(report(*moved, ended="2026-03-01T20:00:00Z")).actions == []


@SLOW
@given(SCANS, SCANS)
def test_containment_another_tool_closes_and_reopens_nothing_here(mine: list, other: list) -> None:
    folder, lab = world()
    with folder:
        replay(lab, mine)
        before = lab.states()
        for number, scan in enumerate(other):
            items = [finding(r, text=t, path=p, tool="ruff") for r, t, p in scan]
            lab.sync(
                report(*items, tool="ruff", family="ruff", ended=f"2026-03-02T{number:02}:00:00Z")
            )
        assert lab.states()[: len(before)] == before


@SLOW
@given(SCANS)
def test_order_an_old_scan_changes_nothing(history: list) -> None:
    folder, lab = world()
    with folder:
        replay(lab, history)
        before = lab.states()
        for number, scan in enumerate(history[:-1]):
            old = report(*findings(scan), ended=f"2026-03-01T{number:02}:00:00Z")
            assert lab.sync(old).actions == []
        assert lab.states() == before


@SLOW
@given(SCANS)
def test_rebuild_a_ledger_made_from_the_tracker_plans_nothing(history: list) -> None:
    folder, lab = world()
    with folder:
        replay(lab, history)
        lab.lose_ledger()
        last = report(*findings(history[-1]), ended=f"2026-03-01T{len(history) - 1:02}:00:00Z")
        assert lab.sync(last).actions == []
        assert lab.sync(last).actions == []
