"""The path language of mappings: what each form reads, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.readers.mapping_paths import Level, PathError, compile_path
from ticketbot.readers.mapping_steps import descend, pointer, steps

REPORT = {"tool": {"version": "1.2"}}
RESULT = {"Target": "a/b.lock", "Kind": "lock"}
ITEM = {
    "id": "X-1",
    "data-set": {"x": 3},
    "names": ["a", "b"],
    "text": "Schema at /p/q: no",
    "empty": [],
}


@pytest.fixture
def level():
    top = Level(REPORT, header=REPORT)
    above = Level(RESULT, 7, top, REPORT)
    return Level(ITEM, "key", above, REPORT)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("id", "X-1"),
        ("data-set.x", 3),
        ('"data-set".x', 3),
        ("names[1]", "b"),
        ("names[?@ == 'a'] | [0]", "a"),
        ("split(split(text, 'Schema at ')[1], ':')[0]", "/p/q"),
        ("lower(id)", "x-1"),
        ("@", ITEM),
        ("^.Target", "a/b.lock"),
        ("^.Kind == 'lock' && Target", "a/b.lock"),
        ("^", RESULT),
        ("^^.tool.version", "1.2"),
        ("$.tool.version", "1.2"),
        ("#", "key"),
        ("^#", 7),
        ("nothing.at.all", None),
        ("id.below", None),
        ("^^^^.x", None),
        ("^^^^#", None),
        ("split(nothing, ',')", None),
        ("sum(names)", None),
    ],
)
def test_a_path_reads(level, path, expected):
    assert compile_path(path)(level) == expected


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("", "not a path"),
        ("a[", "not JMESPath"),
        ("a b", "not JMESPath"),
        ("^x", "expected `^.name`"),
        ("$.", "expected `$.name`"),
        ("$#", "nothing can stand with it"),
        ("#.x", "nothing can stand with it"),
        ("a && ^.b", "not JMESPath"),
        ("nope(a)", "'nope', which is not a function"),
        ("a[?nope(@)]", "'nope', which is not a function"),
        ("split(a)", "takes 2 arguments, found 1"),
    ],
)
def test_what_is_no_path_is_refused_with_the_reason(path, complaint):
    with pytest.raises(PathError) as refused:
        compile_path(path)
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        ("issues[]", [["issues", "[]"]]),
        ("[]", [["[]"]]),
        ("a.b[].c[]", [["a", "b", "[]"], ["c", "[]"]]),
        ("run.checks.*[]", [["run", "checks", "*"], ["[]"]]),
        ('"@alerts"[]', [["@alerts", "[]"]]),
    ],
)
def test_each_is_names_and_what_to_iterate(each, expected):
    assert steps(each) == expected


@pytest.mark.parametrize("each", ["", "issues", "issues[0]", "a[?x]", "a..b[]", "[] x"])
def test_each_must_iterate(each):
    with pytest.raises(PathError):
        steps(each)


def test_descending_gives_every_element_with_its_key_parent_and_pointer():
    item = {"checks": {"a/b": [{"n": 1}, {"n": 2}], "c": "not a list"}}
    found = list(descend(Level(item), "/4", steps("checks.*[]")))
    assert [(level.item, at) for level, at in found] == [
        ({"n": 1}, "/4/checks/a~1b/0"),
        ({"n": 2}, "/4/checks/a~1b/1"),
    ]
    last = found[-1][0]
    reads = [compile_path(path)(last) for path in ("#", "^#", "^^")]
    assert reads == [1, "a/b", item]


def test_pointers_escape_what_rfc_6901_says():
    assert pointer(["a~b", "c/d", 0]) == "/a~0b/c~1d/0"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "names", "text", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(item=JSON, parent=JSON)
def test_reading_never_raises_whatever_the_report_has(item, parent):
    level = Level(item, 0, Level(parent), parent)
    for path in (
        "id.x", "names[0].x", "^.x", "split(text, 'x')[0]", "join(', ', names)",
        "sort_by(names, &x)[0]", "max(names)", "names[?x > `1`]", "$.id", "sum(names)",
    ):  # fmt: skip
        compile_path(path)(level)
