"""The values of a mapping: tables, defaults, first-of, join, template, look-ups in the report."""

import pytest

from ticketbot.readers.mapping_paths import Level
from ticketbot.readers.mapping_values import compile_value, origin
from ticketbot.readers.mapping_words import Value

HEADER = {
    "files": [{"key": "k1", "path": "a.py"}, {"key": "k2", "path": "b.py"}, {"key": "k1"}],
    "rules": {"R1": {"name": "Rule one"}},
}
ITEM = {
    "severity": "HIGH",
    "level": 2,
    "flag": True,
    "empty": "",
    "none": None,
    "no": False,
    "zero": 0,
    "words": ["HIGH", "odd", "low"],
    "file": "k1",
    "rule": "R1",
    "object": {"a": 1},
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("severity", "HIGH"),
        ({"value": "fixed"}, "fixed"),
        ({"path": "none", "default": "d"}, "d"),
        ({"path": "empty", "default": "d"}, "d"),
        ({"path": "zero", "default": "d"}, 0),
        ({"first": ["none", "empty", "no", "zero", "severity"]}, 0),
        ({"first": ["none", "gone"]}, None),
        ({"join": ["severity", "none", "level"]}, "HIGH 2"),
        ({"join": ["severity", "level"], "with": "/"}, "HIGH/2"),
        ({"join": ["none"]}, None),
        ({"template": "{severity}-{level}!"}, "HIGH-2!"),
        ({"template": "{severity} in {gone}"}, None),
        ({"path": "severity", "table": {"high": "ours"}}, "ours"),
        ({"path": "severity", "table": {"other": "ours"}}, None),
        ({"path": "severity", "table": {"other": "ours"}, "default": "d"}, "d"),
        ({"path": "level", "table": {"2": "two"}}, "two"),
        ({"path": "level", "table": {2: "two"}}, "two"),
        ({"path": "flag", "table": {True: "yes"}}, "yes"),
        ({"path": "words", "table": {"HIGH": "h", "LOW": "l"}}, ["h", "l"]),
        ({"path": "object", "table": {"x": "y"}}, None),
        ({"first": ["none", "severity"], "table": {"high": "h"}}, "h"),
        ({"path": "file", "in": "$.files", "key": "key", "take": "path"}, "a.py"),
        ({"path": "rule", "in": "$.rules", "take": "name"}, "Rule one"),
        ({"path": "rule", "in": "$.rules"}, {"name": "Rule one"}),
        ({"path": "gone", "in": "$.rules"}, None),
        ({"path": "file", "in": "$.gone", "key": "key"}, None),
        ({"path": "file", "in": "$.files"}, None),
    ],
)
def test_a_value_reads(value, expected):
    read = compile_value(Value.model_validate(value))
    assert read(Level(ITEM, header=HEADER)) == expected


def test_a_look_up_follows_another_list_when_the_report_is_another():
    read = compile_value(
        Value.model_validate({"path": "file", "in": "$.files", "key": "key", "take": "path"})
    )
    other = {"files": [{"key": "k1", "path": "other.py"}]}
    found = [read(Level(ITEM, header=each)) for each in (HEADER, other, HEADER)]
    assert found == ["a.py", "other.py", "a.py"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("severity", "severity"),
        ({"path": "a", "table": {"x": "y"}, "default": "z"}, "a via a table, else 'z'"),
        ({"first": ["a", {"value": 3}]}, "a or the value 3"),
        ({"join": ["a", "b"]}, "a + b"),
        ({"template": "{a}!"}, "the template '{a}!'"),
        ({"path": "a", "in": "$.t", "key": "k", "take": "p"}, "a looked up in $.t, p"),
    ],
)
def test_the_origin_of_a_value_is_told_in_one_line(value, expected):
    assert origin(Value.model_validate(value)) == expected
