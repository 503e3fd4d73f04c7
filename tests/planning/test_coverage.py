"""What a scan looked for, as far as its report tells."""

from __future__ import annotations

from typing import Any

import pytest

from ticketbot.model.finding import Scan
from ticketbot.model.flaw import Doubt, Features
from ticketbot.planning.coverage import Overlooked, coverage_of


def scan(**more: Any) -> Scan:
    return Scan(**({"tool": "Lint", "family": "lint"} | more))


def features(**more: Any) -> Features:
    values = {"rule": "R1", "title": "x", "severity": "high", "kind": "code", "tool": "lint"}
    return Features(**(values | {"path": "app/db.py"} | more))


def overlooked(what: str) -> Overlooked:
    return Overlooked(f"{what} was not part of this scan")


API = {"kind": "api", "operation": "GET /orders/{id}?sort", "path": None}


@pytest.mark.parametrize(
    ("scans", "flaw", "exists", "worth"),
    [
        ([scan()], {}, None, None),
        ([scan(rules=("R1", "R2"))], {}, None, None),
        ([scan(rules=("R2",))], {}, None, overlooked("rule R1")),
        ([scan(rules=("R2",)), scan()], {}, None, None),
        ([scan(rules=("R2",)), scan(rules=("R1",))], {}, None, None),
        ([scan(disabled=("R1",))], {}, None, overlooked("rule R1")),
        ([scan(disabled=("R1",)), scan()], {}, None, None),
        ([scan(rules=("R1",), disabled=("R1",))], {}, None, overlooked("rule R1")),
        ([scan(rules=("R2",))], {"kind": "dependency"}, None, None),
        ([scan(rules=("R2",))], {"rule": "CVE-2024-1000"}, None, None),
        ([scan(rules=("R1",))], {"rule": "R1/3"}, None, None),
        ([scan(disabled=("R1",))], {"rule": "R1/3"}, None, overlooked("rule R1/3")),
        ([scan(files=("app/db.py",))], {}, True, None),
        ([scan(files=("./app\\db.py",))], {}, True, None),
        ([scan(files=("x.py",))], {}, True, overlooked("app/db.py")),
        ([scan(files=("x.py",))], {}, False, None),
        ([scan(files=("x.py",))], {}, None, Doubt("unlisted")),
        ([scan(files=("x.py",)), scan(files=("app/db.py",))], {}, True, None),
        ([scan(files=("x.py",)), scan()], {}, True, None),
        ([scan(files=("x.py",))], {"kind": "dependency", "path": "yarn.lock"}, True, None),
        ([scan(files=("x.py",))], {"path": None}, True, None),
        ([scan(covered=("get /orders/{order}",))], API, None, None),
        ([scan(covered=())], {}, None, None),
        (
            [scan(covered=("GET /users",))],
            API,
            None,
            Overlooked("GET /orders/{id}?sort was not called in this scan"),
        ),
        ([scan(covered=("GET /users",)), scan()], API, None, None),
    ],
)
def test_what_silence_is_worth(
    scans: list[Scan],
    flaw: dict[str, Any],
    exists: bool | None,
    worth: Overlooked | Doubt | None,
) -> None:
    given = features(**flaw)
    assert coverage_of(scans).judge(given, "lint", lambda _path: exists) == worth


def test_a_reason_says_what_is_hidden_in_a_name() -> None:
    hostile = features(rule="R1\u202e\n" + "x" * 200)
    found = coverage_of([scan(rules=("R2",))]).judge(hostile, "lint", lambda _path: None)
    assert isinstance(found, Overlooked)
    assert "\u202e" not in found.reason and "\n" not in found.reason and len(found.reason) < 150
