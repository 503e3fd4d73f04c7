"""Regions, snippets, the text of the line, logical names, code flows."""

import pytest

from tests.readers.sarif_given import at, finding

TEXT = "one\r\ntwo 🎉 x\nthree\rfour"
ARTIFACTS = [{"location": {"uri": "a.txt"}, "contents": {"text": TEXT}}]


def place(result, **run):
    (location,) = finding(result, **run).locations
    return location


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ({"startLine": 3, "endLine": 5, "startColumn": 7}, (3, 5, 7)),
        ({"startLine": "12", "startColumn": "3"}, (12, None, 3)),
        ({"startLine": 12.0}, (12, None, None)),
        ({"startLine": 0}, (None, None, None)),
        ({"startLine": -4, "startColumn": 2}, (None, None, None)),
        ({"startLine": 9, "endLine": 4, "startColumn": 0}, (9, None, None)),
        ({"startLine": [], "endLine": {}}, (None, None, None)),
        ({"startLine": True}, (None, None, None)),
        ({"startLine": 10**30}, (None, None, None)),
        ([], (None, None, None)),
        ("x", (None, None, None)),
    ],
)
def test_lines_are_read_however_they_are_written(region, expected):
    found = place(at("a.py", region))
    assert (found.path, found.line, found.end_line, found.column) == ("a.py", *expected)


@pytest.mark.parametrize(
    ("region", "line", "text"),
    [
        ({"charOffset": 0}, 1, "one"),
        ({"charOffset": 5}, 2, "two 🎉 x"),
        ({"charOffset": 13}, 3, "three"),
        ({"charOffset": 19}, 4, "four"),
        ({"charOffset": 9999}, None, None),
        ({"byteOffset": 5}, 2, "two 🎉 x"),
        ({"byteOffset": 16}, 3, "three"),
        ({"charOffset": -1, "byteOffset": -1}, 1, "one"),
        ({"startLine": 2, "charOffset": 0}, 2, "two 🎉 x"),
        ({"startLine": 99}, 99, None),
    ],
)
def test_offsets_count_where_the_report_carries_the_contents(region, line, text):
    found = place(at("a.txt", region), artifacts=ARTIFACTS)
    assert (found.line, found.line_text) == (line, text)


def test_offsets_without_contents_give_no_line():
    assert place(at("b.txt", {"charOffset": 5})).line is None


@pytest.mark.parametrize(
    ("kind", "column"), [("utf16CodeUnits", 7), ("unicodeCodePoints", 8), (None, 8)]
)
def test_columns_count_characters(kind, column):
    run = {"artifacts": ARTIFACTS} | ({"columnKind": kind} if kind else {})
    assert place(at("a.txt", {"startLine": 2, "startColumn": 8}), **run).column == column


CONTEXT = {"startLine": 4, "snippet": {"text": "def f(x):\n    call(x)  # here\n    return 1\n"}}


@pytest.mark.parametrize(
    ("region", "context", "line_text"),
    [
        ({"startLine": 5, "snippet": {"text": "call(x)"}}, CONTEXT, "    call(x)  # here"),
        ({"startLine": 5}, CONTEXT, "    call(x)  # here"),
        ({"startLine": 5, "snippet": {"text": "call(y)"}}, CONTEXT, "call(y)"),  # out of step
        ({"startLine": 9, "snippet": {"text": "call(x)"}}, CONTEXT, "call(x)"),
        ({"startLine": 5, "snippet": {"text": "call(x)"}}, None, "call(x)"),
        ({"startLine": 5, "snippet": {"text": "  a(\r\n  b)"}}, None, "  a("),
        ({"startLine": 5, "snippet": {"text": "a\x0cb\u2028c"}}, None, "a\x0cb\u2028c"),
        ({"startLine": 5, "snippet": {"text": "requires login"}}, None, None),
        ({"startLine": 5}, {"startLine": 5, "snippet": {"text": "requires login"}}, None),
        ({"startLine": 5}, None, None),
    ],
)
def test_the_line_is_the_whole_first_line_of_the_region(region, context, line_text):
    more = {"context": context} if context else {}
    assert place(at("a.py", region, **more)).line_text == line_text


@pytest.mark.parametrize(
    ("region", "context", "before", "after"),
    [
        ({"startLine": 5}, CONTEXT, ("def f(x):",), ("    return 1",)),
        ({"startLine": 4, "snippet": {"text": "\n a(\n\n  b,\n)"}}, None, (), ("  b,", ")")),
        ({"startLine": 5, "snippet": {"text": "requires login"}}, None, (), ()),
        (
            {"startLine": 15},
            {"startLine": 1, "snippet": {"text": "\n".join(f"l{n}\n" for n in range(1, 20))}},
            ("l7", "l6", "l5"),
            ("l9", "l10", "l11"),
        ),
    ],
)
def test_neighbours_are_the_nearest_lines_that_are_not_blank(region, context, before, after):
    more = {"context": context} if context else {}
    found = place(at("a.py", region, **more))
    assert (found.before, found.after) == (before, after)


def test_neighbours_of_a_leaked_value_stay_out():
    context = {"startLine": 4, "snippet": {"text": "password = 'hunter2hunter2'\nx\ntoken: q"}}
    found = place(at("a.py", {"startLine": 5, "snippet": {"text": "x"}}, context=context))
    assert found.before == ("password = '[redacted]'",)


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ({"startLine": 2, "startColumn": 1, "endColumn": 8}, (None, 7)),
        ({"startLine": 2, "endLine": 3, "endColumn": 8}, (3, 8)),
        ({"startLine": 2, "endColumn": 0}, (None, None)),
        ({"startLine": 0, "endLine": 3, "endColumn": 8}, (None, None)),
    ],
)
def test_the_end_of_a_region_counts_characters_too(region, expected):
    found = place(at("a.txt", region), artifacts=ARTIFACTS, columnKind="utf16CodeUnits")
    assert (found.end_line, found.end_column) == expected


def test_poison_is_no_snippet():
    assert (
        place(at("a.py", {"startLine": 5, "snippet": {"text": "requires login"}})).snippet is None
    )


LOGICAL = [
    {"name": "shop"},
    {"name": "Cart", "parentIndex": 0},
    {"name": "add", "fullyQualifiedName": "shop::Cart::add", "parentIndex": 1},
    {"name": "loop", "parentIndex": 3},
]


@pytest.mark.parametrize(
    ("told", "logical"),
    [
        ([{"fullyQualifiedName": "a.b.c", "kind": "function"}], "a.b.c"),
        ([{"name": "f"}], "f"),
        ([{"index": 2}], "shop::Cart::add"),
        ([{"index": 1}], "shop.Cart"),
        ([{"index": 9, "name": "f"}], "f"),
        ([{}, {"name": "g"}], "g"),
        ([{}], None),
        ([], None),
    ],
)
def test_logical_locations_by_name_and_by_index(told, logical):
    (found,) = finding(
        {"ruleId": "R1", "locations": [{"logicalLocations": told}]}, logicalLocations=LOGICAL
    ).locations
    assert found.logical == logical


def test_a_logical_location_that_is_its_own_parent_ends():
    result = {"ruleId": "R1", "locations": [{"logicalLocations": [{"index": 3}]}]}
    assert "loop.loop" in (finding(result, logicalLocations=LOGICAL).locations[0].logical or "")


def step(uri, said):
    physical = {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}
    return {"location": {"physicalLocation": physical, "message": {"text": said}}}


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (
            [step("a.py", "in"), step("b.py", "on"), step("c.py", "[out](1)")],
            ["a.py in", "c.py out"],
        ),
        ([step("a.py", "in")], ["a.py in"]),
        ([{"index": 0}, step("c.py", "out")], ["shared.py shared", "c.py out"]),
        ([{"index": 7}], []),
        ([], []),
    ],
)
def test_of_a_code_flow_the_first_and_the_last_step_are_kept(steps, expected):
    flows = [{"threadFlows": [{"locations": []}, {"locations": steps}]}]
    shared = [step("shared.py", "shared")]
    found = finding({"ruleId": "R1", "codeFlows": flows}, threadFlowLocations=shared)
    assert [f"{one.path} {one.message}" for one in found.flow] == expected
