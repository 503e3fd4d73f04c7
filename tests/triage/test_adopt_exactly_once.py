"""Adoption under kills, lost answers and other jobs: never two open tickets that are one flaw's."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sync.laboratory import Laboratory, finding, report
from tests.sync.test_exactly_once import Killed, Killer, open_per_flaw
from tests.triage.bench import Bench, taken
from ticketbot.trackers.base import Outcome, Text
from ticketbot.trackers.local.tracker import LocalTracker

SCAN = report(*(finding(rule, path=f"{rule}.py", text=rule) for rule in ("A", "B", "C")))


def with_tickets(root: Path) -> Bench:
    root.mkdir(exist_ok=True)
    lab = Bench(root)
    for rule in ("A", "B", "C"):
        lab.opened(f"{rule} in {rule}.py")
    lab.local.person_closes("3", "wont_fix", "ada")
    return lab


def test_killed_at_every_step_and_run_again_adopts_all(tmp_path: Path) -> None:
    step, killed = 0, True
    while killed:
        step += 1
        lab = with_tickets(tmp_path / str(step))
        with pytest.MonkeyPatch.context() as patch:
            Killer(patch, step)
            try:
                lab.adopt(SCAN, closed=True)
                killed = False
            except Killed:
                killed = True
        lab.clock.passes(minutes=1)
        lab.adopt(SCAN, closed=True)
        assert lab.sync(SCAN).actions == [], f"killed at step {step}"
        assert lab.states() == ["open", "open", "wont_fix"], f"killed at step {step}"
        with lab.ledger() as ledger:
            assert ledger.journal.pending("local") == []
    assert step > 8  # the kills really went through the whole run


class Unheard(LocalTracker):
    """Updates whose answer never comes; `carried` says whether they were carried out."""

    carried = True

    def update(self, *args, **more):
        if self.carried:
            super().update(*args, **more)
        return Outcome("ambiguous", reason="no answer")


@pytest.mark.parametrize("carried", [True, False])
def test_a_lost_answer_is_looked_up_before_anything_is_asked_again(
    tmp_path: Path, carried: bool
) -> None:
    lab = with_tickets(tmp_path)
    tracker = Unheard("local", tmp_path / "tracker.db", now=lab.clock)
    tracker.carried = carried
    lab.tracker = tracker
    _, applied = lab.adopt(SCAN)
    expected = "applied" if carried else "unknown"
    assert {done.outcome for done in applied.results} == {expected}
    lab.tracker = None
    lab.adopt(SCAN)
    assert open_per_flaw(lab) == {"A": 1, "B": 1}
    assert lab.sync(SCAN).actions == ["create"]


def test_a_ticket_that_another_job_made_is_seen_though_the_index_lags(tmp_path: Path) -> None:
    class Lagging(LocalTracker):
        def changed(self, since, targets=()):
            return [], since

    lab = with_tickets(tmp_path)
    Laboratory(tmp_path, "other.db", clock=lab.clock).sync(SCAN)
    lab.tracker = Lagging("local", tmp_path / "tracker.db", now=lab.clock)
    made, _ = lab.adopt(SCAN)
    assert taken(made) == {}
    assert open_per_flaw(lab) == {"A": 1, "B": 1, "C": 1}


def test_a_ticket_that_another_job_adopted_is_ours_though_the_search_does_not_know(
    tmp_path: Path,
) -> None:
    class Stale(LocalTracker):
        def changed(self, since, targets=()):
            return [], since

        def search(self, query, limit=1000):
            found = super().search(query, limit)
            old = [msgspec.structs.replace(each.ticket, marker=None) for each in found]
            return [Text(ticket, "") for ticket in old]

    lab = with_tickets(tmp_path)
    Bench(tmp_path, "other.db", clock=lab.clock).adopt(SCAN)
    lab.tracker = Stale("local", tmp_path / "tracker.db", now=lab.clock)
    assert lab.propose(SCAN).ours == 2


def test_a_ticket_that_a_person_changes_meanwhile_is_looked_at_again(tmp_path: Path) -> None:
    lab = with_tickets(tmp_path)

    class Meddled(LocalTracker):
        meddled = False

        def find(self, subjects):
            if not Meddled.meddled:
                Meddled.meddled = True
                self.person_edits("1", "title", "Something else", "ada")
            return super().find(subjects)

    lab.tracker = Meddled("local", tmp_path / "tracker.db", now=lab.clock)
    made, applied = lab.adopt(SCAN)
    assert taken(made) == {"LOC-2": "B"} and not applied.moved


@settings(max_examples=40)
@given(
    titles=st.lists(st.sampled_from(["A in A.py", "B in B.py", "A in A.py, B in B.py", "x"])),
    closed=st.sets(st.integers(1, 8)),
    first=st.booleans(),
)
def test_no_flaw_ever_has_two_open_tickets(
    titles: list[str], closed: set[int], first: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lab = Bench(Path(folder))
        if first:
            lab.sync(report(SCAN.findings[0]))
        for title in titles:
            lab.opened(title)
        for ticket in lab.every():
            if int(ticket.id) in closed:
                lab.local.person_closes(ticket.id, "wont_fix", "ada")
        lab.adopt(SCAN, closed=True)
        lab.sync(SCAN)
        assert set(open_per_flaw(lab).values()) <= {1}
        owners = Counter(f.id for t in lab.tickets() if t.marker for f in t.marker.flaws)
        assert set(owners.values()) == {1} and len(owners) == 3
        assert lab.sync(SCAN).actions == []
