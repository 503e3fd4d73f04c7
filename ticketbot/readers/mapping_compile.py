"""Parsed JMESPath → nested functions, which read the same several times faster than the library walks
its tree.

Only what mappings use a thousand times a second is translated: names, indexes, conditions, comparisons
by equality, projections, calls. Every other part of an expression is left to the library, so that the
language is the library's. Raises what the library raises: `jmespath.exceptions.JMESPathError`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jmespath import exceptions, functions, visitor

Node = Any
"""A node of the library's tree: an object with `type`, `children` and mostly `value`."""
Step = Callable[[Any], Any]


class Compiler:
    """Makes steps that call the functions of one library."""

    def __init__(self, library: functions.Functions) -> None:
        self._library = library
        self._interpreter = visitor.TreeInterpreter(visitor.Options(custom_functions=library))

    def step(self, node: Node) -> Step:
        """What reads a value as the node says."""
        make = getattr(self, f"_{node['type']}", None)
        if make is None:
            return lambda value: self._interpreter.visit(node, value)
        made: Step = make(node, [self.step(each) for each in node["children"]])
        return made

    def _field(self, node: Node, _: Sequence[Step]) -> Step:
        name = node["value"]
        return lambda value: value.get(name) if isinstance(value, dict) else None

    def _index(self, node: Node, _: Sequence[Step]) -> Step:
        at = node["value"]
        return lambda value: (
            value[at] if isinstance(value, list) and -len(value) <= at < len(value) else None
        )

    def _literal(self, node: Node, _: Sequence[Step]) -> Step:
        constant = node["value"]
        return lambda value: constant

    def _current(self, node: Node, _: Sequence[Step]) -> Step:
        return lambda value: value

    _identity = _current

    def _subexpression(self, node: Node, steps: Sequence[Step]) -> Step:
        if len(steps) == 2:
            first, second = steps
            return lambda value: second(first(value))

        def chain(value: Any) -> Any:
            for each in steps:
                value = each(value)
            return value

        return chain

    _index_expression = _pipe = _subexpression

    def _or_expression(self, node: Node, steps: Sequence[Step]) -> Step:
        left, right = steps
        return lambda value: right(value) if _is_false(found := left(value)) else found

    def _and_expression(self, node: Node, steps: Sequence[Step]) -> Step:
        left, right = steps
        return lambda value: found if _is_false(found := left(value)) else right(value)

    def _not_expression(self, node: Node, steps: Sequence[Step]) -> Step:
        (inner,) = steps
        return lambda value: _is_false(inner(value))

    def _comparator(self, node: Node, steps: Sequence[Step]) -> Step:
        left, right = steps
        if node["value"] == "eq":
            return lambda value: _equal(left(value), right(value))
        if node["value"] == "ne":
            return lambda value: not _equal(left(value), right(value))
        return lambda value: self._interpreter.visit(node, value)

    def _projection(self, node: Node, steps: Sequence[Step]) -> Step:
        base, each = steps
        return lambda value: _each(base(value), each)

    def _filter_projection(self, node: Node, steps: Sequence[Step]) -> Step:
        base, each, wanted = steps
        return lambda value: _each(base(value), each, wanted)

    def _function_expression(self, node: Node, steps: Sequence[Step]) -> Step:
        name, call = node["value"], self._library.call_function
        if name == "split":
            return lambda value: _split(*(each(value) for each in steps))
        return lambda value: call(name, [each(value) for each in steps])


def _each(base: object, step: Step, wanted: Step | None = None) -> list[Any] | None:
    if not isinstance(base, list):
        return None
    chosen = [item for item in base if not _is_false(wanted(item))] if wanted else base
    return [found for item in chosen if (found := step(item)) is not None]


def _is_false(value: object) -> bool:
    """JMESPath's own idea: 0 is true."""
    return value is None or value is False or (isinstance(value, str | list | dict) and not value)


def _equal(left: object, right: object) -> bool:
    """Numbers are no truth values: 1 is not `true`."""
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def _split(text: object, separator: object) -> list[str]:
    if not isinstance(text, str) or not isinstance(separator, str):
        raise exceptions.JMESPathError("split takes texts")
    return text.split(separator) if separator else [text]
