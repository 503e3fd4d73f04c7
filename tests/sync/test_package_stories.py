"""Vulnerable packages, told as situations: one ticket for one upgrade, and what becomes of it as its members
come, go, get worse, and are brought to versions that fix nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.sync.laboratory import SETTINGS, Laboratory, report
from ticketbot.model.finding import Component, Finding
from ticketbot.planning.changes import Update


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
