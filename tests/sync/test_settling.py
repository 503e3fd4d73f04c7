"""Requests that nobody answered, at a tracker that may still carry them out: looked for, waited for, and
asked again only when they are over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from tests.sync.laboratory import Laboratory, finding, report
from ticketbot.model.ticket import Capabilities, Ticket
from ticketbot.trackers.base import Draft, Outcome
from ticketbot.trackers.local.tracker import LocalTracker

SETTLE = 60.0


class Slow(LocalTracker):
    """Loses the answer to its first create, and carries it out `late` seconds afterwards (None: never)."""

    late: float | None = None
    lost: tuple[float, list[Draft]] | None = None
    asked = 0

    @property
    def capabilities(self) -> Capabilities:
        return msgspec.structs.replace(super().capabilities, settle=SETTLE)

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        self.asked += 1
        if self.asked > 1:
            return super().create(drafts)
        self.lost = (self._seconds() + (self.late or 0), list(drafts))
        return [Outcome("ambiguous", reason="no answer") for _ in drafts]

    def find(self, subjects: Sequence[str]) -> dict[str, list[Ticket]]:
        if self.lost and self.late is not None and self._seconds() >= self.lost[0]:
            super().create(self.lost[1])
            self.lost = None
        return super().find(subjects)

    def _seconds(self) -> float:
        from datetime import datetime

        return datetime.fromisoformat(self._now()).timestamp()


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    lab = Laboratory(tmp_path)
    lab.tracker = Slow("local", tmp_path / "tracker.db", now=lab.clock)
    return lab


def slow(lab: Laboratory) -> Slow:
    assert isinstance(lab.tracker, Slow)
    return lab.tracker


@pytest.mark.parametrize(
    ("late", "waited", "asked"), [(0, 0, 1), (25, SETTLE, 1), (59, SETTLE, 1), (None, SETTLE, 2)]
)
def test_what_may_still_come_is_waited_for_and_asked_again_only_when_it_is_over(
    lab: Laboratory, late: float | None, waited: float, asked: int
) -> None:
    slow(lab).late = late
    begin = lab.clock.moment
    ran = lab.sync(report(finding()))
    assert ran.outcomes == ["applied"]
    assert ran.applied.results[0].ticket == "LOC-1"
    assert (lab.clock.moment - begin).total_seconds() == waited
    assert slow(lab).asked == asked
    assert lab.states() == ["open"]
    lab.clock.passes(minutes=5)
    assert lab.sync(report(finding())).actions == []


def test_without_time_it_stays_unknown_and_a_later_run_settles_it(lab: Laboratory) -> None:
    ran = lab.sync(report(finding()), patient=False)
    assert ran.outcomes == ["unknown"]
    lab.clock.passes(seconds=20)
    again = lab.sync(report(finding()), patient=False)
    assert again.outcomes == ["unknown"]
    assert "looked for again" in again.applied.results[0].note
    assert (slow(lab).asked, lab.states()) == (1, [])
    lab.clock.passes(seconds=41)
    assert lab.sync(report(finding()), patient=False).outcomes == ["applied"]
    assert lab.states() == ["open"]


def test_the_run_after_a_kill_waits_for_what_the_killed_one_asked(lab: Laboratory) -> None:
    slow(lab).late = 40
    lab.sync(report(finding()), patient=False)
    lab.clock.passes(seconds=5)
    assert lab.sync(report(finding())).outcomes == ["applied"]
    assert (slow(lab).asked, lab.states()) == (1, ["open"])


class Lagging(LocalTracker):
    """Its index does not tell of what changed; a look-up by subject finds it."""

    def changed(self, since: str, targets: Sequence[str] = ()) -> tuple[list[Ticket], str]:
        return [], ""


def test_a_ticket_that_only_a_look_up_finds_gets_no_twin(tmp_path: Path) -> None:
    one = Laboratory(tmp_path)
    two = one.elsewhere("two")
    one.sync(report(finding(), finding("B105", text="y")))
    two.tracker = Lagging("local", tmp_path / "tracker.db", now=two.clock)
    both = report(finding(), finding("B105", text="y"), finding("B999", text="z"))
    ran = two.sync(both)
    assert ran.applied.moved == ()
    assert two.states() == ["open"] * 3
    assert two.sync(both).actions == []


def test_a_closed_ticket_that_only_a_look_up_finds_keeps_its_decision(tmp_path: Path) -> None:
    one = Laboratory(tmp_path)
    two = one.elsewhere("two")
    one.sync(report(finding()))
    one.local.person_closes("1", "wont_fix", "ana")
    two.tracker = Lagging("local", tmp_path / "tracker.db", now=two.clock)
    two.sync(report(finding()))
    assert two.states() == ["wont_fix"]
