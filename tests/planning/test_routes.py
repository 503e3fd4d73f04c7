"""Routes: which flaw goes where, with what, and when it is due."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.conditions import matches
from ticketbot.planning.routes import due_date, group_of, route
from ticketbot.planning.settings import (
    DAY,
    Condition,
    Route,
    Settings,
    SeverityPolicy,
    TrackerSettings,
)

SCOPE = Scope(target="shop", family="semgrep", environment="prod", branch="release/1.2")
FLAW = Features(
    rule="python.sqli",
    title="SQL injection",
    severity="high",
    kind="api",
    tool="Semgrep OSS",
    path="services/payments/app/db.py",
    cwe=(89, 564),
    owasp=("API8:2023",),
    component="pkg:npm/%40angular/core",
    operation="GET /users/{}?id",
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, True),
        ({"severity": ("critical", "high")}, True),
        ({"severity": ("critical",)}, False),
        ({"kind": ("web",)}, False),
        ({"environment": ("prod",)}, True),
        ({"environment": ("stage",)}, False),
        ({"path": ("services/payments/**",)}, True),
        ({"path": ("services/payments/",)}, True),
        ({"path": ("services/*",)}, False),
        ({"path": ("**/db.py",)}, True),
        ({"path": ("db.py",)}, False),
        ({"path": ("services/*/app/d?.py",)}, True),
        ({"tool": ("semgrep",)}, True),
        ({"tool": ("semgrep oss",)}, True),
        ({"tool": ("bandit",)}, False),
        ({"rule": ("python.*",)}, True),
        ({"rule": ("java.*",)}, False),
        ({"cwe": (79, 564)}, True),
        ({"cwe": (79,)}, False),
        ({"owasp": ("API8",)}, True),
        ({"owasp": ("api8:2023",)}, True),
        ({"owasp": ("API8:2019",)}, False),
        ({"target": ("shop",)}, True),
        ({"target": ("other",)}, False),
        ({"component": ("@angular/*",)}, True),
        ({"component": ("pkg:npm/*",)}, True),
        ({"component": ("lodash",)}, False),
        ({"branch": ("release/*",)}, True),
        ({"branch": ("default",)}, False),
        ({"severity": ("high",), "environment": ("stage",)}, False),
        ({"owner": ("@acme/*",)}, True),
        ({"owner": ("@ACME/payments",)}, True),
        ({"owner": ("@ann",)}, False),
    ],
)
def test_every_condition_given_must_hold(condition: dict[str, Any], expected: bool) -> None:
    assert matches(Condition(**condition), FLAW, SCOPE, ("@acme/payments",)) is expected


@pytest.mark.parametrize(
    "condition", [{"path": ("**",)}, {"component": ("*",)}, {"owasp": ("A1",)}, {"owner": ("*",)}]
)
def test_what_a_flaw_does_not_have_matches_nothing(condition: dict[str, Any]) -> None:
    bare = Features(rule="x", title="x", severity="low", kind="other", tool="x")
    assert not matches(Condition(**condition), bare, SCOPE)


def settings(*routes: Route, **more: Any) -> Settings:
    trackers = {
        "sec": TrackerSettings(
            type="jira", remote=True, fields={"priority": "Low", "team": "a"}, labels=("ticketbot",)
        ),
        "local": TrackerSettings(type="local", remote=False),
    }
    return Settings(routes=routes, trackers=trackers, **more)


def test_the_first_match_wins() -> None:
    found = route(
        FLAW,
        SCOPE,
        settings(
            Route(name="a", when=Condition(severity=("low",)), to="local"),
            Route(name="b", when=Condition(severity=("high",)), to="sec"),
            Route(name="c", to="local"),
        ),
    )
    assert (found.name, found.tracker) == ("b", "sec")


def test_what_matches_nothing_is_ignored() -> None:
    found = route(FLAW, SCOPE, settings(Route(name="a", when=Condition(kind=("web",)), to="sec")))
    assert found.tracker is None
    assert found.because == "no route matches"


def test_a_route_that_ignores_says_why() -> None:
    found = route(FLAW, SCOPE, settings(Route(name="a", because="reviewed monthly")))
    assert (found.tracker, found.because) == (None, "reviewed monthly")


def test_fields_are_merged_and_name_their_source() -> None:
    policy = SeverityPolicy(
        due=7 * DAY, fields={"sec": {"priority": "High", "labels": ["sev"]}}, labels=("urgent",)
    )
    chosen = Route(name="pay", to="sec", fields={"team": "b", "assignee": "ann"}, labels=("pay",))
    found = route(FLAW, SCOPE, settings(chosen, severities={"high": policy}))
    assert (found.priority, found.assignee, found.fields) == ("High", "ann", {"team": "b"})
    assert found.labels == ("ticketbot", "sev", "urgent", "pay")
    assert found.due_seconds == 7 * DAY
    assert found.sources == {
        "priority": "severities.high.fields.sec.priority",
        "team": "routes[0].fields.team",
        "assignee": "routes[0].fields.assignee",
        "labels": "trackers.sec.labels, severities.high.fields.sec.labels, severities.high.labels,"
        " routes[0].labels",
        "due": "severities.high.due",
    }


def test_a_route_says_where_it_stands_and_what_fits_it() -> None:
    chosen = Route(
        name="pay",
        when=Condition(severity=("critical", "high"), path=("services/**",), target=("shop",)),
        to="sec",
    )
    places = {"routes[0]": "ticketbot.yaml:7", "trackers.sec.fields.priority": "central.yaml:3"}
    found = route(FLAW, SCOPE, settings(chosen, places=places))
    assert found.place == "ticketbot.yaml:7 (routes[0])"
    assert found.matched == (
        "severity high (critical, high)",
        "path services/payments/app/db.py (services/**)",
        "target shop",
    )
    assert found.sources["priority"] == "central.yaml:3 (trackers.sec.fields.priority)"


def test_a_routes_own_term_goes_before_the_severitys() -> None:
    policy = SeverityPolicy(due=7 * DAY)
    chosen = Route(name="r", to="sec", due=5 * DAY, business=True)
    found = route(FLAW, SCOPE, settings(chosen, severities={"high": policy}))
    assert (found.due_seconds, found.business) == (5 * DAY, True)


@pytest.mark.parametrize(
    ("group_by", "kind", "expected"),
    [
        ("auto", "dependency", ("component", "pkg:npm/%40angular/core")),
        ("auto", "container", ("component", "pkg:npm/%40angular/core")),
        ("auto", "code", ("finding", None)),
        ("finding", "dependency", ("finding", None)),
        ("rule", "code", ("rule", "semgrep/python.sqli")),
        ("file", "code", ("file", "services/payments/app/db.py")),
        ("endpoint", "api", ("endpoint", "GET /users/{}")),
    ],
)
def test_grouping(group_by: str, kind: Any, expected: tuple[str, str | None]) -> None:
    flaw = msgspec.structs.replace(FLAW, kind=kind)
    assert group_of(group_by, flaw, SCOPE) == expected


def test_without_the_value_asked_for_a_flaw_stays_alone() -> None:
    bare = Features(rule="x", title="x", severity="low", kind="dependency", tool="x")
    for group_by in ("auto", "component", "file", "endpoint"):
        assert group_of(group_by, bare, SCOPE) == ("finding", None)


@pytest.mark.parametrize(
    ("first_seen", "days", "business", "paused", "expected"),
    [
        ("2026-01-01T00:00:00Z", 7, False, 0, "2026-01-08"),
        ("2026-01-01T23:30:00-05:00", 7, False, 0, "2026-01-09"),
        ("2026-01-01", 7, False, 0, "2026-01-08"),
        ("2026-01-01T00:00:00Z", 7, False, 3, "2026-01-11"),
        ("2026-01-02T00:00:00Z", 1, True, 0, "2026-01-05"),  # a Friday
        ("2026-01-01T00:00:00Z", 5, True, 0, "2026-01-08"),
        ("2026-01-03T00:00:00Z", 1, True, 0, "2026-01-05"),  # a Saturday
        ("2026-01-03T00:00:00Z", 0, True, 0, "2026-01-05"),
    ],
)
def test_due_dates(first_seen: str, days: int, business: bool, paused: int, expected: str) -> None:
    assert due_date(first_seen, days * DAY, business=business, paused=paused * DAY) == expected


def test_the_key_changes_with_what_decides_and_only_then() -> None:
    base = settings(Route(name="a", to="sec"))
    assert base.key == settings(Route(name="a", to="sec")).key
    assert base.key == settings(Route(name="a", to="sec"), repository="https://x.example").key
    assert base.key != settings(Route(name="a", to="local")).key
    assert (
        base.key
        != settings(Route(name="a", to="sec"), severities={"low": SeverityPolicy(due=1.0)}).key
    )
