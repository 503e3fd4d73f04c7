"""Semantics section 3, told as situations: what people decide, what time does, what a ticket goes through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.sync.laboratory import SETTINGS, Laboratory, finding, report
from ticketbot.model.finding import Component, Finding, Secret
from ticketbot.model.ticket import Resolution
from ticketbot.planning.changes import Create, Update


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def dependency(vulnerability: str, version: str = "4.17.15") -> Finding:
    return Finding(
        pointer="",
        tool="trivy",
        rule=vulnerability,
        title=f"{vulnerability} in lodash",
        severity="high",
        kind="dependency",
        vulnerabilities=(vulnerability,),
        component=Component(
            purl=f"pkg:npm/lodash@{version}",
            name="lodash",
            version=version,
            fixed=("4.17.21",),
            manifest="package-lock.json",
        ),
    )


def members_of_first(lab: Laboratory) -> int:
    marker = lab.tickets()[0].marker
    return len(marker.flaws) if marker else 0


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


def test_a_group_is_due_as_its_worst_member_is(lab: Laboratory) -> None:
    for number in range(6):  # whatever the order of their ids
        target = f"shop-{number}"
        bad = msgspec.structs.replace(dependency("CVE-2021-1"), severity="critical")
        low = msgspec.structs.replace(dependency("CVE-2021-2"), severity="medium")
        lab.sync(report(bad, low, tool="Trivy", family="trivy"), target=target)
    assert {(t.due, t.priority) for t in lab.tickets()} == {("2026-03-08", "Highest")}


def test_a_critical_member_that_joins_brings_its_term(lab: Laboratory) -> None:
    lab.sync(report(dependency("CVE-2021-1"), tool="Trivy", family="trivy"))
    bad = msgspec.structs.replace(dependency("CVE-2021-9"), severity="critical")
    lab.sync(report(dependency("CVE-2021-1"), bad, tool="Trivy", family="trivy"))
    assert lab.tickets()[0].due == "2026-03-08"


def test_a_group_keeps_its_ticket_when_the_target_is_renamed(lab: Laboratory) -> None:
    lab.sync(report(dependency("CVE-2021-1"), tool="Trivy", family="trivy"), target="old")
    both = report(dependency("CVE-2021-1"), dependency("CVE-2021-2"), tool="Trivy", family="trivy")
    assert lab.sync(both, target="new", formerly=("old",)).actions == ["update"]


def test_known_debt_joins_no_group_ticket(lab: Laboratory) -> None:
    lab.settings = msgspec.structs.replace(SETTINGS, routes=())
    lab.sync(report(dependency("CVE-2021-1"), tool="Trivy", family="trivy"))
    with lab.ledger() as ledger:
        known = ledger.candidates("shop", "trivy", ())
        ledger.set_baseline([flaw.id for flaw in known], True)
    lab.settings = SETTINGS
    both = report(dependency("CVE-2021-1"), dependency("CVE-2021-2"), tool="Trivy", family="trivy")
    assert lab.sync(both).actions == ["create"]
    assert members_of_first(lab) == 1


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


def test_a_dependency_is_one_ticket_for_one_upgrade(lab: Laboratory) -> None:
    both = report(dependency("CVE-2021-1"), dependency("CVE-2021-2"), tool="Trivy", family="trivy")
    assert lab.sync(both).actions == ["create"]
    assert members_of_first(lab) == 2
    one = report(dependency("CVE-2021-1"), tool="Trivy", family="trivy")
    ran = lab.sync(one)
    assert ran.actions == ["update"] and "1 of 2" in ran.plan.changes[0].reason
    assert lab.sync(one).actions == []


def image(vulnerability: str, version: str) -> Finding:
    """As dependency, of a package in an image."""
    component = Component(
        purl=f"pkg:deb/debian/openssl@{version}",
        name="openssl",
        version=version,
        image="registry.example/shop",
    )
    found = dependency(vulnerability)
    return msgspec.structs.replace(found, kind="container", component=component)


@pytest.mark.parametrize(
    ("one", "versions", "told"),
    [
        (
            dependency,
            ("4.17.15", "4.17.19"),
            "lodash is still vulnerable after 4.17.15 → 4.17.19: CVE-2021-1.",
        ),
        (
            image,
            ("3.0.1-1", "3.0.2-1"),
            "debian/openssl is still vulnerable after 3.0.1-1 → 3.0.2-1: CVE-2021-1.",
        ),
    ],
)
def test_a_bump_that_does_not_fix_keeps_the_ticket_and_is_told_once(
    lab: Laboratory,
    one: Callable[[str, str], Finding],
    versions: tuple[str, str],
    told: str,
) -> None:
    old, new = (
        report(one("CVE-2021-1", version), tool="Trivy", family="trivy") for version in versions
    )
    lab.sync(old)
    ran = lab.sync(new)
    assert ran.actions == ["update"] and lab.states() == ["open"]
    assert ran.plan.changes[0].reason == "still vulnerable after " + " → ".join(versions)
    assert lab.sync(new).actions == []
    (comment,) = lab.local.comments("1")
    assert told in str(comment)


def test_a_bump_that_fixes_one_of_two_is_told_of_the_other(lab: Laboratory) -> None:
    both = report(dependency("CVE-2021-1"), dependency("CVE-2021-2"), tool="Trivy", family="trivy")
    lab.sync(both)
    rest = report(dependency("CVE-2021-2", "4.17.19"), tool="Trivy", family="trivy")
    assert lab.sync(rest).actions == ["update"]
    (comment,) = lab.local.comments("1")
    assert "after 4.17.15 → 4.17.19: CVE-2021-2." in str(comment)
    assert lab.sync(rest).actions == []


def test_a_bump_and_a_worse_severity_are_one_comment(lab: Laboratory) -> None:
    lab.sync(report(dependency("CVE-2021-1"), tool="Trivy", family="trivy"))
    worse = msgspec.structs.replace(dependency("CVE-2021-1", "4.17.19"), severity="critical")
    lab.sync(report(worse, tool="Trivy", family="trivy"))
    (comment,) = lab.local.comments("1")
    assert "4.17.19" in str(comment) and "from high to critical" in str(comment)


def test_a_hostile_version_is_told_as_text(lab: Laboratory) -> None:
    lab.sync(report(dependency("CVE-2021-1"), tool="Trivy", family="trivy"))
    lab.sync(report(dependency("CVE-2021-1", "1 @all <b>"), tool="Trivy", family="trivy"))
    (comment,) = lab.local.comments("1")
    assert "@all" not in str(comment) and "<b>" not in str(comment).replace("\\<b>", "")


def test_a_later_member_joins_an_open_group_and_reopens_a_closed_one(lab: Laboratory) -> None:
    def scan(*names: str, ended: str = ""):
        return report(*map(dependency, names), tool="Trivy", family="trivy", ended=ended or None)

    lab.sync(scan("CVE-2021-1"))
    joined = lab.sync(scan("CVE-2021-1", "CVE-2021-2"))
    assert joined.actions == ["update"] and isinstance(joined.plan.changes[0], Update)
    assert lab.sync(scan("CVE-2021-1", "CVE-2021-2")).actions == []
    assert lab.sync(scan(), accept_empty=True).actions == ["close"]
    assert lab.sync(scan("CVE-2021-3")).actions == ["reopen", "update"]
    assert lab.states() == ["open"]
    assert lab.sync(scan("CVE-2021-3", ended="2026-03-03T00:00:00Z")).actions == []
    assert members_of_first(lab) == 3


def test_a_later_member_of_a_decided_group_gets_a_new_ticket(lab: Laboratory) -> None:
    def scan(*names: str):
        return report(*map(dependency, names), tool="Trivy", family="trivy")

    lab.sync(scan("CVE-2021-1"))
    lab.local.person_closes("1", "wont_fix", "ana")
    assert lab.sync(scan("CVE-2021-1", "CVE-2021-2")).actions == ["create"]
    assert lab.states() == ["wont_fix", "open"]
    assert lab.sync(scan("CVE-2021-1", "CVE-2021-2")).actions == []


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
