"""YAML as people write it: values, places, and every mistake at once."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.config.yaml_source import parse


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: 1", {"a": 1}),
        ("a: no", {"a": "no"}),
        ("on: off", {"on": "off"}),
        ("a: 2024-01-01", {"a": "2024-01-01"}),
        ("a: true", {"a": True}),
        ('a: "1"', {"a": "1"}),
        ("a: '>=medium'", {"a": ">=medium"}),
        ("a: 1.5", {"a": 1.5}),
        ("a:", {"a": None}),
        ("a: |\n  x\n  y\n", {"a": "x\ny\n"}),
        ("a: &x {k: 1}\nb: *x", {"a": {"k": 1}, "b": {"k": 1}}),
        ("a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}", {"a": {"k": 1, "l": 2}, "b": {"k": 3, "l": 2}}),
        ("", None),
    ],
)
def test_values(text: str, data: Any) -> None:
    document = parse(text, "f")
    assert (document.data, document.problems) == (data, [])


def test_places_are_those_of_keys_and_items() -> None:
    places = parse("a:\n  - x\n  - b: 1\n", "f.yaml").places
    assert str(places[("a", 0)]) == "f.yaml:2:5"
    assert str(places[("a", 1, "b")]) == "f.yaml:3:5"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3", "f:3:1: `a` is given twice, first in line 1"),
        ("a:\n\tb: 1", "f:2:1: a tab; YAML wants spaces for indentation"),
        ("a: !!python/object:x.y z", "f:1:4: the tag tag:yaml.org,2002:python/object:x.y is not"),
        ("a: [1", "f:1:6: expected ',' or ']'"),
        ("[a]: 1", "f:1:1: a key must be a word"),
        ("a: *b", "f:1:4: found undefined alias 'b'"),
    ],
)
def test_mistakes_name_their_place(text: str, expected: str) -> None:
    assert [str(p)[: len(expected)] for p in parse(text, "f").problems] == [expected]


def test_all_mistakes_are_told() -> None:
    assert len(parse("a: 1\na: 2\nb: !x y\na: 3", "f").problems) == 3


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
    for before, name in itertools.pairwise("abcdefgh")
)


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        "a: &a {<<: *a}",
        "a: &a [*a]",
        "[" * 5000,
        "a: " + "{b: " * 60 + "1" + "}" * 60,
    ],
)
def test_a_text_that_unfolds_without_end_is_refused(text: str) -> None:
    assert parse(text, "f").problems


@given(st.text(alphabet="ab:- \n\t{}[]&*!|>'\"#<,?%@", max_size=60))
def test_no_text_makes_it_fail(text: str) -> None:
    parse(text, "f")
