"""Which flaws of several tools are probably one problem, and which only look so."""

from __future__ import annotations

from typing import Any

import pytest

from ticketbot.identity.correlate import Placed, kinds, related
from ticketbot.model.flaw import Features, Traits


def placed(flaw: str, family: str, **more: Any) -> Placed:
    given: dict[str, Any] = {"rule": "r", "title": "t", "severity": "high", "kind": "code"}
    given |= {"tool": family, "path": "app/db.py", "line": 10, "cwe": (89,)}
    return Placed(flaw, family, Features(**(given | more)))


ONE = placed("a", "bandit")
ATTACK = {"kind": "api", "path": None, "line": None, "operation": "GET /users/{}?id"}
TEXT = Traits(scope="find", text="db.execute(q)")


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ({}, {}, True),
        ({}, {"line": 11}, True),
        ({}, {"line": 12}, False),
        ({}, {"line": 7, "traits": Traits(end_line=12)}, True),
        ({}, {"path": "app/run.py"}, False),
        ({}, {"path": "app\\db.py"}, True),
        ({}, {"cwe": (943,)}, True),
        ({}, {"cwe": (564, 20)}, True),
        ({}, {"cwe": (79,)}, False),
        ({}, {"cwe": ()}, False),
        ({"cwe": (20,)}, {"cwe": (20,)}, False),
        ({"cwe": (693,)}, {"cwe": (693,)}, False),
        ({"cwe": (22,)}, {"cwe": (73,)}, True),
        ({"cwe": (798,)}, {"cwe": (259,)}, True),
        ({"cwe": (611,)}, {"cwe": (827,)}, True),
        ({"cwe": (918,)}, {"cwe": (918,)}, True),
        ({"cwe": (502,)}, {"cwe": (94,)}, False),
        ({"traits": TEXT}, {"line": 40, "traits": TEXT}, True),
        (ATTACK, ATTACK, True),
        (ATTACK, {**ATTACK, "kind": "web"}, True),
        (ATTACK, {**ATTACK, "operation": "GET /orders/{}?id"}, False),
        (ATTACK, {}, False),
        ({"kind": "dependency"}, {"kind": "dependency"}, False),
    ],
)
def test_a_place_and_a_kind_of_weakness_relate(one, other, together):
    first, second = placed("a", "bandit", **one), placed("b", "semgrep", **other)
    found = [(pair.flaw, pair.other) for pair in related([first], [second])]
    assert found == ([("a", "b")] if together else [])
    assert related([second], [first]) == related([first], [second]) == related([first, second], [])


def test_one_tools_flaws_are_not_related():
    assert related([ONE, placed("b", "bandit")], []) == []


def test_what_is_old_is_not_compared_with_what_is_old():
    assert related([], [ONE, placed("b", "semgrep")]) == []


@pytest.mark.parametrize("number", [20, 74, 284, 693, 703, 707])
def test_pillars_and_classes_are_no_kind(number):
    assert kinds((number,)) == set()


def test_a_reason_names_the_kind_they_share():
    (pair,) = related([ONE], [placed("b", "semgrep", cwe=(943,))])
    assert pair.because == "same place, same kind of weakness (CWE-89)"


def test_many_flaws_of_one_file_are_compared_by_their_lines_alone():
    many = [placed(f"{n:05}", "x" if n % 2 else "y", line=n * 10) for n in range(20_000)]
    assert related(many, []) == []
