"""A compiled expression reads whatever the jmespath library reads, on any value."""

from typing import Any

import jmespath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jmespath import exceptions

from ticketbot.readers.mapping_paths import _FUNCTIONS, Level, compile_path

EXPRESSIONS = [
    "a[0].b",
    "a[-1]",
    "a[*].b",
    "a[].b[]",
    "a.*.b",
    "a[?b].c",
    "a[?b == 'x'] | [0]",
    "a[?b != `1`]",
    "a[?@ != `false`] | [0]",
    "a[?b > `1`].b",
    "a[1:]",
    "a && b",
    "a || b || c",
    "!a",
    "!(a[?!b])",
    "!!a && 'yes'",
    "a == b",
    "a == `true`",
    "a == `0`",
    "a != `[]`",
    "[a, b][?@]",
    "{x: a, y: b}",
    "split(a, 'x')[0]",
    "split(split(a, 'x')[1], '')[-1]",
    "a[].split(@, 'x')[-1]",
    "starts_with(a, 'x') && join('/', split(a, 'x')[1:]) || a",
    "contains(['x', 'y'], a)",
    "contains(a, 'x') && a",
    "type(a) == 'array' && a",
    "keys(a)[?!contains(['b'], @)]",
    "length(a) > `1`",
    "a.b.join(' ', [c, c])",
    "max(a) || sort_by(a, &b)[0]",
]
NAMES = st.sampled_from(["a", "b", "c", "x"])
LEAVES: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, False, 0, 1, 1.0, 0.0, "", "x", "axb", "xx", "a/x/b", [], {}]
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=14,
)


def library(expression, value):
    try:
        options = jmespath.Options(custom_functions=_FUNCTIONS)
        return jmespath.search(expression, value, options=options)
    except (exceptions.JMESPathError, TypeError, ValueError):
        return None


@pytest.mark.parametrize("expression", EXPRESSIONS)
@settings(max_examples=40)
@given(value=st.dictionaries(NAMES, VALUES, max_size=4) | VALUES)
def test_a_compiled_expression_reads_what_the_library_reads(expression, value):
    assert repr(compile_path(expression)(Level(value))) == repr(library(expression, value))
