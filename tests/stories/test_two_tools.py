"""Two tools at one target: what they agree on has one ticket, what they only suspect together is linked."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.stories.telling import told
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


def test_a_flaw_of_two_tools_closes_when_both_have_lost_it(lab):
    lab.sync(by("trivy", vulnerable()), by("grype", vulnerable()))
    lab.clock.passes(days=1)
    assert lab.sync(by("trivy")).actions == []
    lab.clock.passes(days=1)
    assert lab.sync(by("grype")).actions == ["close"]
    assert lab.states() == ["fixed"]


def test_a_ticket_names_every_tool_that_sees_its_flaw(lab):
    lab.sync(by("trivy", leaked(tool="trivy")))
    lab.clock.passes(days=1)
    assert lab.sync(by("gitleaks", leaked("generic-key"))).actions == ["update"]
    assert "gitleaks and trivy" in lab.local.comments("1")[0].text
    assert settle(
        lab, by("trivy", leaked(tool="trivy")), by("gitleaks", leaked("generic-key"))
    ) == ([[], [], []])
    lab.clock.passes(days=1)
    worse = by("trivy", leaked(tool="trivy", severity="critical"))
    assert lab.sync(worse).actions == ["update"]
    assert "**Seen by:** gitleaks, trivy" in lab.local.body("1")


def leaked(rule: str = "aws-key", keys: str = "k1", path: str = "a.py", **more: Any) -> Finding:
    """A credential in a file; another one in a file of another name."""
    values = tuple((key, f"{path}{key}".encode().hex().ljust(32, "0")) for key in keys.split())
    digests = tuple((key, f"{rule}{value}"[:32]) for key, value in values)
    place = Location(path=path, line=3, line_text=f"key = '{path}' # [redacted]")
    return Finding(
        pointer="",
        tool=more.pop("tool", "gitleaks"),
        rule=rule,
        title="A secret",
        severity=more.pop("severity", "high"),
        kind="secret",
        locations=(place,),
        secret=Secret(type=rule, redacted="AKIA…(20)", digests=digests, values=values),
    )


def test_one_secret_has_one_ticket_whatever_each_tool_calls_it(lab):
    both = by("gitleaks", leaked()), by("trufflehog", leaked("AWS", tool="trufflehog"))
    lab.sync(*both)
    assert len(lab.tickets()) == 1
    assert settle(lab, *both) == [[], [], []]
    other = by("gitleaks", leaked(), leaked(path="b.py"))
    assert lab.sync(other).actions == ["create"]


def test_secrets_stay_the_same_while_keys_rotate_and_when_the_ledger_is_lost_between_them(lab):
    def reports(keys: str) -> tuple[FakeReport, ...]:
        found = [leaked(keys=keys, path=path) for path in ("a.py", "b.py")]
        other = [leaked("AWS", keys=keys, path=p, tool="trufflehog") for p in ("a.py", "b.py")]
        return by("gitleaks", *found), by("trufflehog", *other)

    lab.sync(*reports("k1"))
    for keys in ("k2 k1", "k2", "k3"):  # the last one without a time of both
        lab.clock.passes(days=1)
        assert lab.sync(*reports(keys)).actions == [], keys
    lab.lose_ledger()
    lab.clock.passes(days=1)
    assert lab.sync(*reports("k4")).actions == []
    assert lab.states() == ["open", "open"]


def test_another_secret_in_the_place_of_one_is_another(lab):
    lab.sync(by("gitleaks", leaked()))
    lab.clock.passes(days=1)
    assert "create" in lab.sync(by("gitleaks", leaked(keys="k9"))).actions


def test_a_cve_that_comes_late_makes_two_flaws_one(lab):
    early = vulnerable("GHSA-p6mc-m468-83gw", ids=("GHSA-p6mc-m468-83gw",))
    lab.settings = one_by_one(lab)
    lab.sync(by("grype", early), by("trivy", vulnerable()))
    assert len(lab.tickets()) == 2
    lab.clock.passes(days=1)
    late = vulnerable("GHSA-p6mc-m468-83gw", ids=("CVE-2020-8203", "GHSA-p6mc-m468-83gw"))
    reports = by("grype", late), by("trivy", vulnerable())
    assert "close" in lab.sync(*reports).actions
    assert sorted(lab.states()) == ["duplicate", "open"]
    assert settle(lab, *reports) == [[], [], []]
    lab.lose_ledger()
    assert settle(lab, *reports) == [[], [], []]


def one_by_one(lab: Laboratory) -> Any:
    """A ticket for each flaw, also of packages."""
    (route,) = lab.settings.routes
    alone = msgspec.structs.replace(route, group_by="finding")
    return msgspec.structs.replace(lab.settings, routes=(alone,))


def suspected(tool: str, rule: str, **more: Any) -> Finding:
    return finding(rule, text="db.execute(q)", cwe=(89,), tool=tool, **more)


@pytest.mark.parametrize("at_once", [True, False], ids=["in one call", "one after the other"])
def test_what_is_only_probably_the_same_is_linked_once(lab, at_once):
    reports = by("bandit", suspected("bandit", "B608")), by("semgrep", suspected("semgrep", "sqli"))
    if at_once:
        lab.sync(*reports)
    else:
        for each in reports:
            lab.sync(each)
            lab.clock.passes(hours=1)
    assert len(lab.tickets()) == 2
    assert lab.local.links("2") == [("related", "1")]
    assert settle(lab, *reports) == [[], [], []]
    lab.clock.passes(days=1)
    worse = by("bandit", suspected("bandit", "B608", severity="critical"))
    lab.sync(worse)
    bodies = lab.local.body("1") + lab.local.body("2")
    assert "**Probably also reported by:** semgrep as `sqli`" in bodies


def test_a_link_is_made_on_every_tracker(tmp_path):
    for kind in ("github", "jira", "servicenow"):
        with told(kind, tmp_path / kind) as story:
            (tmp_path / kind).mkdir(exist_ok=True)
            reports = (
                by("bandit", suspected("bandit", "B608")),
                by("semgrep", suspected("semgrep", "sqli")),
            )
            ran = story.sync(*reports)
            assert "link" in [type(d.change).__name__.lower() for d in ran.applied.results], kind
            assert set(ran.outcomes) == {"applied"}, kind
            story.world.hands.passes(days=1)
            assert story.sync(*reports).actions == []
