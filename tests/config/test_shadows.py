"""Routes that come too late are found, and no other is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config.test_checks import ROUTES, config
from ticketbot.config.shadows import shadowed
from ticketbot.config.values import settings
from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.routes import route


def late(*conditions: dict[str, object]) -> list[int]:
    routes: list[dict[str, object]] = [{"when": when, "to": "local"} for when in conditions]
    return [int(str(at[1])) for at, _ in shadowed(config(*routes))]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([{}, {"severity": "high"}], [1]),
        ([{"severity": ">=high"}, {"severity": "critical", "path": "a/**"}], [1]),
        ([{"severity": "critical"}, {"severity": "high"}, {"severity": ">=high"}], [2]),
        ([{"environment": "prod"}, {"environment": "prod", "kind": "api"}], [1]),
        ([{"path": "a/**"}, {"path": "a/b.py"}], [1]),
        ([{"path": ["a/**", "b/**"]}, {"path": "b/**"}], [1]),
        ([{"path": "**"}, {"path": "a/*"}], [1]),
        ([{"rule": "py.*"}, {"rule": "PY.sqli"}], [1]),
        ([{"cwe": [79, 89]}, {"cwe": 89}], [1]),
        ([{"severity": "high"}, {"severity": ">=high"}], []),
        ([{"path": "a/**"}, {"path": "**"}], []),
        ([{"path": "a/**"}, {}], []),
        ([{"path": "a/*"}, {"path": "a/**"}], []),
        ([{"environment": "prod"}, {"environment": ["prod", "stage"]}], []),
        ([{"cwe": 79}, {"cwe": [79, 89]}], []),
        ([{"target": "*"}, {"target": "shop"}], []),
        ([{"owner": "@acme/*"}, {"owner": "@acme/pay"}], [1]),
    ],
)
def test_a_route_is_late_where_those_before_it_take_all(
    conditions: list[dict[str, object]], expected: list[int]
) -> None:
    assert late(*conditions) == expected


def test_those_before_it_are_named() -> None:
    routes: list[dict[str, object]] = [
        {"name": "all", "to": "local"},
        {"when": {"kind": "api"}, "to": "local"},
    ]
    ((at, what),) = shadowed(config(*routes))
    assert at == ("routes", 1)
    assert what == "`routes[1]` can never match: routes[0] (all) before it takes all it is for"


@given(
    ROUTES,
    st.sampled_from(["critical", "high", "medium", "low", "info"]),
    st.sampled_from(["api", "code", "other"]),
    st.sampled_from(["prod", "stage", ""]),
    st.sampled_from(["src/a.py", "test/a.py", None]),
)
def test_no_finding_ever_takes_a_route_that_is_called_late(
    routes: list[dict[str, object]], severity: str, kind: str, environment: str, path: str | None
) -> None:
    checked = config(*routes)
    flaw = Features(rule="r", title="t", severity=severity, kind=kind, tool="x", path=path)  # type: ignore[arg-type]  # sampled from the literals
    found = route(flaw, Scope("shop", "x", environment), settings(checked))
    assert found.place not in [f"routes[{at[1]}]" for at, _ in shadowed(checked)]
