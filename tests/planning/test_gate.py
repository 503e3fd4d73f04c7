"""The gate: which flaws count in which mode, which limits they breach, and why the others do not count."""

from __future__ import annotations

from typing import Any

import pytest

from ticketbot.model.finding import Finding, Location
from ticketbot.model.flaw import Decision, Features, Scope
from ticketbot.planning.gate import Item, judge, limits_of, why_not
from ticketbot.planning.settings import (
    Condition,
    GateLimits,
    Limit,
    Route,
    Settings,
    TrackerSettings,
)

SETTINGS = Settings(
    routes=(
        Route(name="payments", when=Condition(path=("pay/**",)), to="local"),
        Route(name="the rest", to="local"),
    ),
    trackers={"local": TrackerSettings(type="local", remote=False)},
)
ACCEPTED = Decision(kind="accepted", made_at="2026-01-01T00:00:00Z", until="2026-09-01T00:00:00Z")


def item(severity: Any = "high", *, n: int = 1, **more: Any) -> Item:
    path, kind, tool = (
        more.pop("path", "app.py"),
        more.pop("kind", "code"),
        more.pop("tool", "lint"),
    )
    place = Location(path=path, line=n)
    status = more.pop("status", "open")
    finding = Finding(
        pointer="", tool=tool, rule="R1", title="R1", severity=severity, kind=kind,
        locations=(place,), status=status,
    )  # fmt: skip
    features = Features(
        rule="R1", title="R1", severity=severity, kind=kind, tool=tool, path=path, line=n
    )
    scope = Scope("shop", tool)
    return Item(flaw=f"flaw-{n}", features=features, scope=scope, finding=finding, **more)


@pytest.mark.parametrize(
    ("what", "new", "open_", "all_"),
    [
        ({}, "", "", ""),
        ({"new": False}, "known before", "", ""),
        ({"baseline": True}, *["known debt (baseline)"] * 2, ""),
        ({"decision": ACCEPTED}, *["decided: accepted until 2026-09-01"] * 2, ""),
        ({"decision": Decision("false_positive", "")}, *["decided: false positive"] * 2, ""),
        ({"status": "suppressed"}, *["suppressed in the source"] * 3),
    ],
)
def test_what_counts_in_which_mode(what: dict[str, Any], new: str, open_: str, all_: str) -> None:
    found = item(**what)
    assert (why_not(found, "new"), why_not(found, "open"), why_not(found, "all")) == (
        new,
        open_,
        all_,
    )


@pytest.mark.parametrize(
    ("configured", "fail_on", "most", "expected"),
    [
        ({}, None, {}, {"critical": 0, "high": 0}),
        ({"high": 5}, None, {}, {"high": 5}),
        ({"high": 5}, "critical", {}, {"critical": 0}),
        ({"high": 5}, "medium", {"medium": 3}, {"critical": 0, "high": 0, "medium": 3}),
        ({"high": 5}, None, {"low": 1}, {"low": 1}),
    ],
)
def test_options_go_before_the_configured_severities(
    configured: dict[Any, int], fail_on: Any, most: dict[Any, int], expected: dict[str, int]
) -> None:
    limits = limits_of(GateLimits(severities=configured), fail_on, most)
    assert {limit.name: limit.max for limit in limits} == expected


def test_configured_rules_hold_whatever_the_options_say() -> None:
    rule = Limit(name="secrets", max=0, when=Condition(kind=("secret",)))
    assert rule in limits_of(GateLimits(rules=(rule,)), "critical", {})
    assert limits_of(GateLimits(rules=(rule,)), None, {}) == (rule,)


@pytest.mark.parametrize(
    ("limit", "items", "found"),
    [
        (Limit(name="x", max=0, when=Condition(kind=("secret",))), [item(kind="secret")], 1),
        (Limit(name="x", max=0, when=Condition(tool=("trivy",))), [item(), item(tool="trivy")], 1),
        (Limit(name="x", max=0, routes=("payments",)), [item(), item(path="pay/a.py")], 1),
        (Limit(name="x", max=0, routes=("the rest", "payments")), [item(), item(n=2)], 2),
    ],
)
def test_a_rule_counts_by_kind_tool_and_route(limit: Limit, items: list[Item], found: int) -> None:
    verdict = judge(items, [limit], "open", SETTINGS)
    assert verdict.checks[0].found == found and not verdict.passed


@pytest.mark.parametrize(("most", "passed"), [(1, False), (2, True)])
def test_as_many_as_allowed_pass(most: int, passed: bool) -> None:
    limit = Limit(name="high", max=most, when=Condition(severity=("high",)))
    verdict = judge([item(n=1), item(n=2)], [limit], "open", SETTINGS)
    assert verdict.passed is passed
    assert len(verdict.breaching) == (0 if passed else 2)


def test_the_worst_come_first_and_only_those_of_a_breached_limit_breach() -> None:
    limits = limits_of(GateLimits(), "high", {"medium": 1})
    items = [item("medium", n=1), item("high", n=2), item("critical", n=3), item("low", n=4)]
    verdict = judge(items, limits, "open", SETTINGS)
    assert [each.flaw for each in verdict.counted] == ["flaw-3", "flaw-2", "flaw-1", "flaw-4"]
    assert [each.flaw for each in verdict.breaching] == ["flaw-3", "flaw-2"]


def test_an_incomplete_scan_passes_no_gate() -> None:
    verdict = judge([], limits_of(GateLimits(), None, {}), "open", SETTINGS, ["it crashed"])
    assert not verdict.passed and verdict.unproven == ("it crashed",)


def test_what_does_not_count_is_told_by_reason_most_first() -> None:
    items = [item(n=1, baseline=True), item(n=2, new=False), item(n=3, new=False)]
    verdict = judge(items, [], "new", SETTINGS)
    assert verdict.left_out == {"known before": 2, "known debt (baseline)": 1}
