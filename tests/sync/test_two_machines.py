"""Machines with ledgers of their own and one tracker: in turn and at once, they come to the same tickets."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.sync.laboratory import Laboratory, finding, report
from tests.sync.test_exactly_once import AFTER, BEFORE, open_per_flaw
from ticketbot.model.ticket import Marker, TicketDraft
from ticketbot.trackers.base import Draft, Outcome
from ticketbot.trackers.local.tracker import LocalTracker


def test_two_machines_in_turn_see_each_other(tmp_path: Path) -> None:
    one = Laboratory(tmp_path)
    two = one.elsewhere("two")
    assert one.sync(report(*BEFORE)).actions == ["create"] * 3
    assert two.sync(report(*BEFORE)).actions == []
    assert two.sync(report(*AFTER)).actions == ["update", "create", "create", "close"]
    assert one.sync(report(*AFTER)).actions == []


def test_what_another_machine_closed_is_reopened_by_one_that_still_sees_it(tmp_path: Path) -> None:
    one = Laboratory(tmp_path)
    two = one.elsewhere("two")
    both, fixed = report(finding("A"), finding("B")), report(finding("B"))
    two.sync(both)
    one.sync(both)
    assert one.sync(fixed).actions == ["close"]
    assert two.sync(report(finding("A"), finding("B"), finding("C"))).actions == [
        "reopen",
        "create",
    ]
    assert two.states() == ["open"] * 3


def test_a_scan_that_another_machine_applied_is_not_an_old_one_here(tmp_path: Path) -> None:
    one = Laboratory(tmp_path)
    two = one.elsewhere("two")
    first, second = report(finding("A"), finding("B")), report(finding("B"), finding("C"))
    two.sync(first)
    one.sync(second)  # its digest comes to the other machine in the markers of B and C
    assert two.sync(second).plan.scans[0].complete
    assert two.sync(second).actions == []
    assert sorted(two.states()) == ["fixed", "open", "open"]


def test_a_person_who_closes_a_twin_as_a_duplicate_decides_nothing_about_the_flaw(
    tmp_path: Path,
) -> None:
    lab = Laboratory(tmp_path)
    lab.sync(report(finding()))
    first = lab.tickets()[0]
    copy = TicketDraft(
        subject=first.marker.subject if first.marker else "",
        title="the same, by another job",
        body="x",
        severity="high",
        marker=first.marker or Marker(subject=""),
        digest=first.marker.draft if first.marker else "",
    )
    lab.local.create([Draft(copy, "another job")])
    lab.local.person_closes("2", "duplicate", "ana")
    assert lab.sync(report(finding(line=7))).actions == []
    assert lab.states() == ["open", "duplicate"]
    lab.lose_ledger()
    assert lab.sync(report(finding(line=8))).actions == []
    assert lab.states() == ["open", "duplicate"]


def test_an_escalation_that_two_machines_see_is_said_once(tmp_path: Path) -> None:
    one = Laboratory(tmp_path)
    two = one.elsewhere("two")
    one.sync(report(finding(severity="medium")))
    two.sync(report(finding(severity="medium")))
    assert one.sync(report(finding(severity="critical"))).actions == ["update"]
    assert two.sync(report(finding(severity="critical"))).actions == []
    assert len(one.local.comments("1")) == 1


def test_two_machines_at_once_end_with_one_open_ticket_per_flaw(tmp_path: Path) -> None:
    labs = [Laboratory(tmp_path, f"ledger-{n}.db") for n in range(4)]
    for lab in labs:  # alembic keeps its context in a global: real machines share none
        lab.ledger().close()
    assert labs[0].tickets() == []
    barrier = threading.Barrier(len(labs))
    failures: list[BaseException] = []

    class Racing(LocalTracker):
        """All machines have looked before any of them creates."""

        waited = False

        def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
            if not self.waited:
                self.waited = True
                barrier.wait(timeout=30)
            return super().create(drafts)

    def work(lab: Laboratory) -> None:
        try:
            lab.tracker = Racing("local", tmp_path / "tracker.db", now=lab.clock)
            lab.sync(report(*BEFORE))
        except BaseException as error:  # noqa: BLE001  # told by the main thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(lab,)) for lab in labs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert len(labs[0].tickets()) == 12  # the race was real
    assert open_per_flaw(labs[0]) == {"A": 1, "B": 1, "C": 1}
    assert labs[0].states().count("duplicate") == 9
    for lab in labs:
        lab.tracker = None
        assert lab.sync(report(*BEFORE)).actions == []


class Crowded(LocalTracker):
    """Another machine makes its tickets just before this one does; some tickets it may not close."""

    before: Laboratory | None = None
    refused: frozenset[str] = frozenset()

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        other, self.before = self.before, None
        if other is not None:
            other.sync(report(finding()))
        return super().create(drafts)

    def close(self, ticket_id: str, *told: Any, **more: Any) -> Outcome:
        if ticket_id in self.refused:
            return Outcome("rejected", reason="not today")
        return super().close(ticket_id, *told, **more)


def crowded(lab: Laboratory, before: Laboratory | None, refused: str) -> Laboratory:
    tracker = Crowded("local", lab.root / "tracker.db", now=lab.clock)
    tracker.before, tracker.refused = before, frozenset({refused})
    lab.tracker = tracker
    return lab


def test_a_twin_that_could_not_be_closed_is_closed_by_the_next_run(tmp_path: Path) -> None:
    lab = Laboratory(tmp_path)
    first, second = lab.elsewhere("first"), lab.elsewhere("second")
    crowded(lab, crowded(second, first, refused="2"), refused="3")
    lab.sync(report(finding()))
    assert lab.states() == ["open", "duplicate", "open"]
    lab.tracker = None
    lab.sync(report(finding()))
    assert lab.states() == ["open", "duplicate", "duplicate"]


def test_a_twin_closed_as_a_duplicate_decides_nothing_once_the_other_is_fixed_too(
    tmp_path: Path,
) -> None:
    lab = Laboratory(tmp_path)
    late = crowded(lab.elsewhere("late"), None, refused="2")
    crowded(lab, lab.elsewhere("first"), refused="2").sync(report(finding()))
    late.sync(report(finding()))
    assert lab.states() == ["open", "open"]
    lab.local.person_closes("2", "duplicate", "ana")
    lab.clock.passes(hours=1)
    lab.sync(report(finding("other")))
    assert lab.states() == ["fixed", "duplicate", "open"]
    lab.clock.passes(days=3)
    late.tracker = None
    late.sync(report(finding(), finding("other")))
    assert lab.states() == ["open", "duplicate", "open"]
