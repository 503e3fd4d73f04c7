"""Semantics section 3, told as situations: what people decide, what time does, what a ticket goes through."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.sync.laboratory import SETTINGS, Laboratory, finding, report
from ticketbot.model.finding import Finding, Secret
from ticketbot.model.ticket import Resolution
from ticketbot.planning.changes import Create


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


@pytest.mark.parametrize("resolution", ["wont_fix", "false_positive", "accepted", "duplicate"])
def test_what_a_person_decided_is_never_undone(lab: Laboratory, resolution: Resolution) -> None:
    lab.sync(report(finding()))
    lab.local.person_closes("1", resolution, "ana")
    lab.clock.passes(days=40)
    for number in range(3):
        ran = lab.sync(report(finding(line=20 + number), ended=f"2026-05-0{number + 1}T00:00:00Z"))
        assert ran.actions == []
    assert lab.states() == [resolution]


def test_closed_as_done_is_reopened_only_by_a_later_commit_after_the_grace(lab: Laboratory) -> None:
    lab.sync(report(finding(), commit="a" * 40))
    lab.local.person_closes("1", "fixed", "ana")
    lab.clock.passes(days=1)
    assert lab.sync(report(finding(line=11), commit="b" * 40)).actions == []  # within the grace
    lab.clock.passes(days=5)
    assert lab.sync(report(finding(line=12), commit="a" * 40)).actions == []  # not a later commit
    ran = lab.sync(report(finding(line=13), commit="c" * 40))
    assert ran.actions == ["reopen"] and lab.states() == ["open"]


def test_closed_as_done_is_reopened_also_when_the_report_never_changed(lab: Laboratory) -> None:
    lab.sync(report(finding()), commit="a" * 40)
    lab.local.person_closes("1", "fixed", "ana")
    assert lab.sync(report(finding()), commit="b" * 40).actions == []
    lab.clock.passes(days=3)
    assert lab.sync(report(finding()), commit="a" * 40).actions == []
    assert lab.sync(report(finding()), commit="c" * 40).actions == ["reopen"]


def test_a_spent_done_closes_nothing_later(lab: Laboratory) -> None:
    rest = finding("B105", text="y")
    lab.sync(report(finding(), rest), environment="prod", commit="a" * 40)
    lab.sync(report(finding(), rest), environment="test", commit="a" * 40)
    mine = next(t.id for t in lab.tickets() if t.title.startswith("B608"))
    lab.local.person_closes(mine, "fixed", "ann")
    lab.clock.passes(days=5)
    again = report(finding(), rest)
    assert lab.sync(again, environment="prod", commit="b" * 40).actions == ["reopen"]
    assert lab.sync(report(rest), environment="test", commit="b" * 40).actions == []
    assert lab.sync(again, environment="prod", commit="b" * 40).actions == []
    assert lab.states() == ["open", "open"]


def test_a_decision_after_reopening_a_ticket_that_was_closed_as_fixed_binds(
    lab: Laboratory,
) -> None:
    rest = finding("B105", text="y")
    lab.sync(report(finding(), rest))
    lab.sync(report(rest))
    closed = next(t.id for t in lab.tickets() if t.state == "closed")
    lab.local.person_reopens(closed, "ann")
    lab.local.person_closes(closed, "wont_fix", "ann")
    assert lab.sync(report(finding(line=3), rest)).actions == []
    assert sorted(lab.states()) == ["open", "wont_fix"]


def test_a_suppression_after_a_persons_done_keeps_the_ticket_closed(lab: Laboratory) -> None:
    lab.sync(report(finding()), commit="a" * 40)
    lab.local.person_closes("1", "fixed", "ann")
    lab.clock.passes(days=6)
    quiet = report(finding(status="suppressed"))
    assert lab.sync(quiet, commit="b" * 40).actions == []
    assert lab.states() == ["fixed"]


def test_the_first_key_and_the_next_one_make_no_second_ticket(lab: Laboratory) -> None:
    def leak(*digests: tuple[str, str], line: int = 3) -> Finding:
        return finding("aws", line, "key = x", kind="secret", secret=Secret("aws", digests=digests))

    one, two = ("k1", "ab" * 16), ("k2", "cd" * 16)
    lab.sync(report(leak()))
    for found in leak(one), leak(two, one), leak(two), leak(two, line=90):
        assert lab.sync(report(found)).actions == []
    other = leak(("k2", "ef" * 16), line=90)
    assert "create" in lab.sync(report(other)).actions  # another secret where the first one was


def test_back_long_after_closing_is_a_new_ticket_linked_as_regression(lab: Laboratory) -> None:
    lab.sync(report(finding(), finding("B105")))
    lab.sync(report(finding("B105")))
    lab.clock.passes(days=31)
    ran = lab.sync(report(finding(line=3), finding("B105")))
    assert ran.actions == ["create"]
    created = ran.plan.changes[0]
    assert isinstance(created, Create) and created.regression_of is not None
    assert sorted(lab.states()) == ["fixed", "open", "open"]
    assert lab.sync(report(finding(line=4), finding("B105"))).actions == []


def test_a_secret_is_never_closed_by_absence_and_asks_once(lab: Laboratory) -> None:
    leak = finding(
        "aws-key", kind="secret", secret=Secret(type="aws", digests=(("k1", "ab" * 16),))
    )
    other = finding("B105")
    lab.sync(report(leak, other))
    assert lab.sync(report(other)).actions == ["comment"]
    assert lab.sync(report(msgspec.structs.replace(other, confidence="low"))).actions == []
    assert lab.states() == ["open", "open"]


def test_escalation_raises_priority_and_due_date_and_says_so_once(lab: Laboratory) -> None:
    lab.sync(report(finding(severity="high")))
    assert lab.tickets()[0].priority == "High" and lab.tickets()[0].due == "2026-03-31"
    lab.clock.passes(days=1)
    ran = lab.sync(report(finding(severity="critical")))
    assert ran.actions == ["update"]
    ticket = lab.tickets()[0]
    assert ticket.priority == "Highest" and ticket.due == "2026-03-09"
    assert len(lab.local.comments("1")) == 1
    assert lab.sync(report(finding(severity="critical"))).actions == []


def test_deescalation_changes_the_field_and_says_nothing(lab: Laboratory) -> None:
    lab.sync(report(finding(severity="critical")))
    ran = lab.sync(report(finding(severity="high")))
    assert ran.actions == ["update"]
    assert lab.tickets()[0].priority == "High" and lab.tickets()[0].due == "2026-03-08"
    assert lab.local.comments("1") == []


def test_a_field_that_a_person_changed_stays(lab: Laboratory) -> None:
    lab.sync(report(finding(severity="high")))
    lab.local.person_edits("1", "title", "Our login is broken", "ana")
    lab.local.person_edits("1", "priority", "Low", "ana")
    ran = lab.sync(report(finding(severity="critical", message="worse than thought")))
    assert ran.actions == ["update"]
    ticket = lab.tickets()[0]
    assert ticket.title == "Our login is broken" and ticket.priority == "Low"


def test_a_ticket_reopened_by_a_person_while_the_flaw_is_gone_stays_open(lab: Laboratory) -> None:
    lab.sync(report(finding(), finding("B105")))
    lab.sync(report(finding("B105")))
    gone = next(t for t in lab.tickets() if t.state == "closed")
    lab.local.person_reopens(gone.id, "ana")
    assert lab.sync(report(finding("B105"), ended="2026-03-02T00:00:00Z")).actions == []
    assert lab.states() == ["open", "open"]


def test_a_suppression_in_the_source_closes_and_its_removal_reopens(lab: Laboratory) -> None:
    lab.sync(report(finding()))
    quiet = lab.sync(report(finding(status="suppressed")))
    assert quiet.actions == ["close"] and lab.states() == ["wont_fix"]
    assert lab.sync(report(finding(status="suppressed"))).actions == []
    assert lab.sync(report(finding(line=11))).actions == ["reopen"]


def test_a_suppressed_finding_never_known_makes_no_ticket(lab: Laboratory) -> None:
    assert lab.sync(report(finding(status="suppressed"))).actions == []


def test_route_edits_never_move_or_duplicate_an_open_ticket(lab: Laboratory) -> None:
    lab.sync(report(finding(severity="medium")))
    strict = msgspec.structs.replace(SETTINGS, routes=SETTINGS.routes[:0])
    lab.settings = strict
    assert lab.sync(report(finding(severity="medium"))).actions == []
    assert lab.states() == ["open"]


def test_dynamic_findings_need_two_absences(lab: Laboratory) -> None:
    from ticketbot.model.finding import Request

    attack = finding("bola", kind="api", locations=(), request=Request("GET", None, "/orders/{}"))
    other = finding("B105")
    lab.sync(report(attack, other))
    assert lab.sync(report(other)).actions == []
    assert lab.sync(report(other)).actions == []  # the same report is the same scan
    assert lab.sync(report(other, ended="2026-03-02T00:00:00Z")).actions == ["close"]


REST = finding("B105", text="password = x", path="app/login.py")
EDITED = finding(line=10, text="cursor.execute(query, timeout=5)")
BEFORE = finding(line=10, text="cursor.execute(query, timeout=3)")


def test_an_edited_line_is_the_flaw_it_was(lab: Laboratory) -> None:
    lab.sync(report(BEFORE, REST))
    assert lab.sync(report(EDITED, REST)).actions == []


@pytest.mark.parametrize("resolution", ["wont_fix", "false_positive", "fixed"])
def test_an_edited_line_neither_inherits_a_decision_nor_reopens_a_persons_ticket(
    lab: Laboratory, resolution: Resolution
) -> None:
    lab.sync(report(BEFORE, REST, commit="a" * 40))
    mine = next(t.id for t in lab.tickets() if t.title.startswith("B608"))
    lab.local.person_closes(mine, resolution, "ann")
    lab.clock.passes(days=5)
    edited = report(EDITED, REST, commit="b" * 40)
    assert lab.sync(edited).actions == ["create"]
    assert sorted(lab.states()) == sorted([resolution, "open", "open"])
    assert lab.sync(edited).actions == []
