"""Machines with ledgers of their own and one tracker: in turn and at once, they come to the same tickets."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

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
