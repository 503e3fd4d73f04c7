"""Two tools at one target: what they agree on has one ticket, what they only suspect together is linked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.laboratory import FakeReport, Laboratory, finding, report
from ticketbot.model.finding import Component, Finding, Location, Secret

PACKAGE = Component(purl="pkg:npm/lodash@4.17.15", version="4.17.15")


@pytest.fixture
def lab(tmp_path):
    return Laboratory(tmp_path)


def vulnerable(
    rule: str = "CVE-2020-8203", manifest: str | None = "web/package-lock.json", **more: Any
) -> Finding:
    """Of lodash, as a scanner of packages reports it."""
    component = Component(
        purl=more.pop("purl", "pkg:npm/lodash@4.17.15"),
        name=more.pop("name", None),
        version="4.17.15",
        manifest=manifest,
    )
    return Finding(
        pointer="",
        tool=more.pop("tool", "trivy"),
        rule=rule,
        title=f"{rule} in lodash",
        severity=more.pop("severity", "high"),
        kind="dependency",
        vulnerabilities=more.pop("ids", (rule,)),
        component=component,
        locations=(Location(path=manifest),) if manifest else (),
        **more,
    )


def by(family: str, *found: Finding, **more: Any) -> FakeReport:
    """That tool's report. A trifle is always in it: an empty one closes nothing."""
    trifle = finding("Trifle", text="# a trifle", severity="low", tool=family)
    return report(*found, trifle, tool=family, family=family, **more)


def flaws(lab: Laboratory) -> set[str]:
    """Those that tickets stand for."""
    return {flaw.id for t in lab.tickets() for flaw in (t.marker.flaws if t.marker else ())}


def settle(lab: Laboratory, *reports: FakeReport) -> list[list[str]]:
    """Three more syncs of the same."""
    done = []
    for _ in range(3):
        lab.clock.passes(days=1)
        done.append(lab.sync(*reports).actions)
    return done


SAME = {
    "the same report of another tool": (vulnerable(), vulnerable(tool="grype")),
    "a lock file and its manifest": (vulnerable(), vulnerable(manifest="web/package.json")),
    "one without a purl": (vulnerable(), vulnerable(purl=None, name="lodash")),
    "an advisory with its CVE": (
        vulnerable(),
        vulnerable("GHSA-p6mc-m468-83gw", ids=("CVE-2020-8203", "GHSA-p6mc-m468-83gw")),
    ),
    "a tool that names no manifest": (vulnerable(), vulnerable(manifest=None)),
    "a tool that names none, first": (vulnerable(manifest=None), vulnerable()),
}
OTHER = {
    "another manifest": (vulnerable(), vulnerable(manifest="api/package-lock.json")),
    "another CVE": (vulnerable(), vulnerable("CVE-2021-1")),
    "another CVE of one advisory": (
        vulnerable(ids=("CVE-2020-8203", "GHSA-p6mc-m468-83gw")),
        vulnerable("CVE-2020-9999", ids=("CVE-2020-9999", "GHSA-p6mc-m468-83gw")),
    ),
    "an advisory of several CVEs": (
        vulnerable(),
        vulnerable("DSA-1-1", ids=("CVE-2020-8203", "CVE-2021-1")),
    ),
    "another package": (vulnerable(), vulnerable(purl="pkg:npm/underscore@1.0.0")),
}


@pytest.mark.parametrize("at_once", [True, False], ids=["in one call", "one after the other"])
@pytest.mark.parametrize("case", [*SAME, *OTHER])
def test_one_vulnerability_has_one_ticket(lab, case, at_once):
    first, second = (SAME | OTHER)[case]
    reports = by("trivy", first), by("grype", second)
    if at_once:
        lab.sync(*reports)
    else:
        for each in reports:
            lab.sync(each)
            lab.clock.passes(hours=1)
    assert len(flaws(lab)) == (1 if case in SAME else 2)
    assert settle(lab, *reports) == [[], [], []]
    assert lab.plan(by("trivy", first)).summary["update"] == 0
