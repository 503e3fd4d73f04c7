"""No high or critical finding may get lost between the routes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.config.checks import lost
from ticketbot.config.document import Config
from ticketbot.config.values import settings
from ticketbot.model.finding import SEVERITIES
from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.routes import route


def config(*routes: dict[str, object]) -> Config:
    return Config.model_validate({"version": 1, "routes": list(routes)})


HIGH = {"when": {"severity": ">=high"}, "to": "local"}


@pytest.mark.parametrize(
    "routes",
    [
        [],
        [HIGH],
        [{"to": "local"}],
        [{"when": {"severity": "critical"}, "to": "local"}, HIGH],
        [{"to": "ignore", "because": "a trial"}],
        [HIGH, {"to": "ignore"}],
        [{"when": {"severity": "<high"}, "to": "ignore"}, HIGH],
        [{"when": {"environment": "prod"}, "to": "local"}, HIGH],
        [
            {"when": {"environment": "prod"}, "to": "local"},
            {"when": {"environment": "prod"}, "to": "ignore"},
            HIGH,
        ],
    ],
)  # fmt: skip
def test_routes_that_lose_nothing(routes: list[dict[str, object]]) -> None:
    assert lost(config(*routes)) == []


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (
            [{"when": {"severity": "critical"}, "to": "local"}],
            "no route is sure to match high findings",
        ),
        (
            [{"when": {"severity": ">=high", "path": "**"}, "to": "local"}],
            "critical findings; high",
        ),
        (
            [{"when": {"severity": ">=high", "environment": "prod"}, "to": "local"}],
            "critical findings in any other environment",
        ),
        (
            [{"when": {"severity": ">=high", "kind": "api"}, "to": "local"}],
            "of kind code, dependency, container, secret, iac, cloud, web, model, other",
        ),
        ([{"to": "ignore"}], "`routes[0]` ignores critical and high findings without saying why"),
        ([{"to": "ignore", "because": " "}], "ignores critical and high"),
        (
            [{"name": "x", "when": {"path": "test/**", "severity": "high"}, "to": "ignore"}, HIGH],
            "`routes[0]` (x) ignores high findings",
        ),
    ],
)
def test_routes_that_could_lose_one(routes: list[dict[str, object]], expected: str) -> None:
    assert any(expected in what for _, what in lost(config(*routes)))


WHEN = st.fixed_dictionaries(
    {},
    optional={
        "severity": st.lists(st.sampled_from(SEVERITIES), min_size=1, max_size=3, unique=True),
        "kind": st.lists(st.sampled_from(["api", "code"]), min_size=1, max_size=2, unique=True),
        "environment": st.sampled_from(["prod", "stage"]),
        "path": st.sampled_from(["src/**", "test/**"]),
    },
)
ROUTES = st.lists(st.builds(lambda when, to: {"when": when, "to": to}, WHEN, st.sampled_from(["local", "ignore"])), min_size=1, max_size=4)  # noqa: E501  # fmt: skip


@given(
    ROUTES,
    st.sampled_from(["critical", "high"]),
    st.sampled_from(["api", "code", "other"]),
    st.sampled_from(["prod", "stage", "", "dev"]),
    st.sampled_from(["src/a.py", "test/a.py", "b.py", None]),
)
def test_what_is_declared_safe_loses_no_finding(
    routes: list[dict[str, object]], severity: str, kind: str, environment: str, path: str | None
) -> None:
    checked = config(*routes)
    flaw = Features(rule="r", title="t", severity=severity, kind=kind, tool="x", path=path)  # type: ignore[arg-type]  # sampled from the literals
    found = route(flaw, Scope("shop", "x", environment), settings(checked))
    if found.tracker is None:
        assert lost(checked)
