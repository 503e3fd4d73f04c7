"""One ticket per flaw, whatever happens: killed anywhere, answers lost, two jobs at once, a ledger lost."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.sync.laboratory import Laboratory, finding, report
from ticketbot.ledger.journal import Journal
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.finding import Secret
from ticketbot.trackers.base import Draft, Outcome
from ticketbot.trackers.local.tracker import LocalTracker

BEFORE = (finding("A", text="a"), finding("B", text="b"), finding("C", text="c", severity="high"))
AFTER = (
    finding("A", text="a", severity="critical"),
    finding("C", text="c"),
    finding("D", text="d"),
    finding("E", text="e"),
)
"""A gets worse, B is fixed, C stays, D and E are new: an update, a close and creates in one run."""


class Killed(BaseException):
    """The process is gone."""


class Killer:
    """Kills the run at the n-th step; a step is just before or just after a call that matters."""

    WATCHED = (
        (Ledger, "apply_effects"),
        (Journal, "open_many"),
        (Journal, "finish"),
        (LocalTracker, "create"),
        (LocalTracker, "update"),
        (LocalTracker, "close"),
        (LocalTracker, "reopen"),
        (LocalTracker, "comment"),
    )

    def __init__(self, patch: pytest.MonkeyPatch, at: int) -> None:
        self.at, self.steps = at, 0
        for owner, name in self.WATCHED:
            patch.setattr(owner, name, self._watched(getattr(owner, name)))

    def _watched(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **more: Any) -> Any:
            self._step()
            result = call(*args, **more)
            self._step()
            return result

        return watched

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            raise Killed


def open_per_flaw(lab: Laboratory) -> Counter[str]:
    return Counter(
        flaw.features.rule
        for ticket in lab.tickets()
        if ticket.state == "open" and ticket.marker
        for flaw in ticket.marker.flaws
    )


def killed_at(lab: Laboratory, step: int, *findings: Any) -> bool:
    """Run until the step; False when the run ended before it."""
    with pytest.MonkeyPatch.context() as patch:
        Killer(patch, step)
        try:
            lab.sync(report(*findings))
        except Killed:
            return True
        return False


def test_killed_at_every_step_and_run_again_leaves_one_ticket_per_flaw(tmp_path: Path) -> None:
    step, killed = 0, True
    while killed:
        step += 1
        root = tmp_path / str(step)
        root.mkdir()
        lab = Laboratory(root)
        lab.sync(report(*BEFORE))
        killed = killed_at(lab, step, *AFTER)
        lab.clock.passes(minutes=1)
        lab.sync(report(*AFTER))
        assert open_per_flaw(lab) == {"A": 1, "C": 1, "D": 1, "E": 1}, f"killed at step {step}"
        assert lab.states().count("fixed") == 1 and len(lab.tickets()) == 5
        assert next(t for t in lab.tickets() if t.id == "1").priority == "Highest"
        assert lab.sync(report(*AFTER)).actions == []
        with lab.ledger() as ledger:
            assert ledger.journal.pending("local") == []
    assert step > 12  # the kills really went through the whole run


def test_a_process_killed_for_real_is_continued(tmp_path: Path) -> None:
    script = f"""
import os, signal, sys
sys.path.insert(0, {str(Path.cwd())!r})
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from pathlib import Path
from tests.sync.laboratory import Laboratory, finding, report
from ticketbot.trackers.local.tracker import LocalTracker
create = LocalTracker.create
def killed(self, drafts):
    create(self, drafts)
    os.kill(os.getpid(), signal.SIGKILL)
LocalTracker.create = killed
Laboratory(Path({str(tmp_path)!r})).sync(report(finding()))
"""
    process = subprocess.run([sys.executable, "-c", script], env={**os.environ}, check=False)
    assert process.returncode == -signal.SIGKILL
    lab = Laboratory(tmp_path, runs=1)
    assert lab.states() == ["open"]
    assert lab.sync(report(finding())).actions == []
    assert lab.states() == ["open"]


class Flaky(LocalTracker):
    """Carries a create out (or not) and loses the answer."""

    carried_out = True

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        if self.carried_out:
            super().create(drafts)
        return [Outcome("ambiguous", reason="the answer never came") for _ in drafts]


@pytest.mark.parametrize("carried_out", [True, False])
def test_an_answer_that_never_came_is_looked_up_and_never_asked_twice(
    tmp_path: Path, carried_out: bool
) -> None:
    lab = Laboratory(tmp_path)
    flaky = Flaky("local", tmp_path / "tracker.db", now=lab.clock)
    flaky.carried_out = carried_out
    lab.tracker = flaky
    found = lab.sync(report(finding())).outcomes
    assert found == (["applied"] if carried_out else ["unknown"])  # looked up in the same run
    lab.tracker = None
    lab.sync(report(finding()))
    assert lab.states() == ["open"]
    assert lab.sync(report(finding())).actions == []


def test_a_lost_ledger_makes_no_second_ticket(tmp_path: Path) -> None:
    lab = Laboratory(tmp_path)
    lab.sync(report(*BEFORE))
    lab.sync(report(*AFTER))
    lab.local.person_closes("3", "wont_fix", "ana")
    lab.lose_ledger()
    assert lab.sync(report(*AFTER)).actions == []
    assert lab.sync(report(*AFTER)).actions == []


def test_a_lost_ledger_knows_what_people_changed_and_what_was_asked(tmp_path: Path) -> None:
    lab = Laboratory(tmp_path)
    leak = finding(
        "key", kind="secret", text="k", secret=Secret("aws", digests=(("k1", "ab" * 16),))
    )
    lab.sync(report(finding(), finding("B105", text="y"), leak))
    lab.sync(report(finding(), leak))  # B105 is gone and closed
    lab.sync(report(finding()))  # the secret is gone: asked
    mine = next(t.id for t in lab.tickets() if t.title.startswith("B608"))
    lab.local.person_edits(mine, "title", "Our login is broken", "ana")
    lab.local.person_reopens(next(t.id for t in lab.tickets() if t.state == "closed"), "ana")
    lab.lose_ledger()
    assert lab.sync(report(finding())).actions == []
    assert lab.sync(report(finding(severity="critical"))).actions == ["update"]
    ticket = next(t for t in lab.tickets() if t.id == mine)
    assert ticket.title == "Our login is broken" and ticket.priority == "Highest"


def test_a_lost_ledger_and_a_moved_and_edited_report(tmp_path: Path) -> None:
    lab = Laboratory(tmp_path)
    lab.sync(report(finding(line=1, text="eval(a)")))
    lab.lose_ledger()
    assert lab.sync(report(finding(line=99, text="eval( a )"))).actions == []
    assert lab.states() == ["open"]


def test_an_older_export_over_a_newer_ledger_loses_no_reopening(tmp_path: Path) -> None:
    lab = Laboratory(tmp_path)
    both, rest = report(finding(), finding("B105", text="y")), report(finding("B105", text="y"))
    lab.sync(both)
    copy = io.BytesIO()
    with lab.ledger() as ledger:
        ledger.export(copy)
    lab.sync(rest)
    copy.seek(0)
    with lab.ledger() as ledger:
        ledger.import_(copy)
    lab.clock.passes(hours=1)
    assert lab.sync(report(finding(line=3), finding("B105", text="y"))).actions == ["reopen"]
