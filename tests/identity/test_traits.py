"""Findings → traits: from the report alone, from the checkout, and what never becomes one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ticketbot.identity.ingredients import NOTHING, Grounds, ingredients
from ticketbot.identity.traits import traits_of
from ticketbot.model.finding import Finding, Kind, Location, Scan, Secret
from ticketbot.model.flaw import Traits

SCAN = Scan(tool="Bandit", family="bandit")
FILE = """\
import os

class Shop:
    def pay(self, q):

        one()
        }
        two()
        eval(q)  # nosec

        )
        three()
        four()
        five()
        six()
"""
LINE = 9


class Files:
    """A checkout of one file."""

    def line(self, path: str, number: int) -> str | None:
        lines = self.lines(path)
        return lines[number - 1] if 0 < number <= len(lines) else None

    def lines(self, path: str) -> Sequence[str]:
        return FILE.split("\n") if path == "a.py" else []


SOURCES = Grounds(sources=Files())


def traits(grounds: Grounds = NOTHING, kind: Kind = "code", **place: Any) -> Traits:
    where = Location(**{"path": "a.py", "line": LINE, **place})
    given = Finding(pointer="", tool="t", rule="R", title="t", kind=kind, locations=(where,))
    return traits_of(ingredients(given, SCAN, grounds))


def test_a_region_says_where_it_begins_and_ends() -> None:
    found = traits(column=9, end_line=11, end_column=4)
    assert (found.column, found.end_line, found.end_column) == (9, 11, 4)


def test_the_report_and_the_checkout_tell_the_same_of_a_place() -> None:
    quoted = FILE.split("\n")
    told = traits(
        line_text=quoted[LINE - 1],
        logical="Shop.pay",
        before=("two()", "one()", "  def pay(self, q):"),
        after=("three()", "\tfour()", "five()"),
    )
    assert told == traits(SOURCES)
    assert (told.text, told.scope, len(told.before), len(told.after)) == (
        "eval(q)",
        "Shop.pay",
        3,
        3,
    )


def test_neighbours_are_lines_that_say_something_the_nearest_first() -> None:
    found = traits(before=("}", "  ", "b()"), after=("c()", "d()", "});", "e()", "f()"))
    assert found.before == traits(before=("b()",)).before
    assert found.after == traits(after=("c()", "d()", "e()")).after
    assert found.after[0] != found.after[1]
    assert all(len(mark) == 8 for mark in found.before + found.after)


@pytest.mark.parametrize(
    ("place", "known"),
    [
        ({}, True),
        ({"line_text": "eval(q)"}, True),
        ({"line_text": "three()"}, True),  # some tools quote another line of a call
        ({"line_text": "eval(other)"}, False),  # the checkout is of another commit
        ({"line": 99}, False),
        ({"path": "b.py"}, False),
        ({"line": None}, False),
    ],
)
def test_the_checkout_tells_only_of_what_the_report_saw(place: dict[str, Any], known: bool) -> None:
    found = traits(SOURCES, **place)
    assert (found.scope, bool(found.before), bool(found.after)) == (
        ("Shop.pay", True, True) if known else (None, False, False)
    )


def test_where_the_quote_is_of_another_line_the_checkout_tells_the_true_one() -> None:
    assert traits(SOURCES, line_text="three()") == traits(SOURCES)
    assert traits(SOURCES, line_text="nine()").text == traits(line_text="nine()").text == "nine()"


def test_the_reports_own_name_of_the_function_goes_before_ours() -> None:
    assert traits(SOURCES, logical="shop::pay").scope == "shop::pay"


def test_nothing_of_a_leaked_values_place_is_kept() -> None:
    found = traits(SOURCES, kind="secret")
    assert (found.text, found.before, found.after) == ("", (), ())
    place = Location(path="a.py", line=LINE)
    leak = Finding(
        pointer="", tool="t", rule="R", title="t", locations=(place,), secret=Secret(type="x")
    )
    assert traits_of(ingredients(leak, SCAN, SOURCES)).text == ""


def test_messages_are_told_apart_without_their_numbers() -> None:
    def message(text: str) -> str:
        given = Finding(pointer="", tool="t", rule="R", title="t", message=text)
        return traits_of(ingredients(given, SCAN)).message

    assert message("line 3: `x`") == message("line 4: `y`") != message("row 3: `x`")
