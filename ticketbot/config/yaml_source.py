"""YAML text → plain data with the place of every value, and every mistake of the text at once.

Plain words are YAML 1.2's: `no`, `on` and dates are texts. Anchors and `<<` work; tags that make
objects, keys given twice, and texts that unfold to more than they are, are refused.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import yaml

from ticketbot.errors import Problem

LARGEST = 100_000
"""Values after anchors are unfolded."""
_DEEPEST = 50
_PLAIN: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"~|null|Null|NULL|"), lambda _: None),
    (re.compile(r"true|True|TRUE"), lambda _: True),
    (re.compile(r"false|False|FALSE"), lambda _: False),
    (re.compile(r"[-+]?\d{1,18}"), int),
    (re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d{1,3})?"), float),
)
_TEXT = "tag:yaml.org,2002:str"
_KNOWN_TAGS = (_TEXT, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")

KeyPath = tuple[str | int, ...]
"""Keys and indices from the top of a document to a value."""


class Place(NamedTuple):
    """Where a value stands; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Document(NamedTuple):
    """`data` is dict, list, str, int, float, bool or None; None also where the text is no YAML."""

    data: Any
    places: dict[KeyPath, Place]
    """A key's place for a value in a mapping, the value's own in a list."""
    problems: list[Problem]


def parse(text: str, file: str) -> Document:
    """`file` is what the user calls the text; for messages only."""
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        return Document(None, {}, [Problem(place, _sentence(error))])
    except yaml.YAMLError as error:
        return Document(None, {}, [Problem(file, f"this is no YAML: {error}")])
    except RecursionError:
        return Document(None, {}, [Problem(file, f"nested more than {_DEEPEST} levels deep")])
    builder = _Builder(file)
    if node is None:
        return Document(None, {(): Place(file, 1, 1)}, [])
    builder.place((), node)
    data = builder.value(node, ())
    return Document(data, builder.places, builder.problems)


def _sentence(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "this is no YAML"
    if "'\\t'" in problem:
        return "a tab; YAML wants spaces for indentation"
    return f"{problem} ({error.context})" if error.context else problem


class _Builder:
    """Walks the nodes of one document."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[KeyPath, Place] = {}
        self.problems: list[Problem] = []
        self.values = 0
        self.full = False

    def place(self, path: KeyPath, node: yaml.Node) -> None:
        mark = node.start_mark
        self.places[path] = Place(self.file, mark.line + 1, mark.column + 1)

    def complain(self, node: yaml.Node, what: str) -> None:
        mark = node.start_mark
        self.problems.append(Problem(str(Place(self.file, mark.line + 1, mark.column + 1)), what))

    def value(self, node: yaml.Node, path: KeyPath, merges: int = 0) -> Any:
        self.values += 1
        if self.values > LARGEST or len(path) + merges > _DEEPEST:
            if not self.full:
                self.complain(node, f"more than {LARGEST} values or {_DEEPEST} levels")
            self.full = True
        if self.full:
            return None
        if node.tag not in _KNOWN_TAGS:
            self.complain(node, f"the tag {node.tag} is not allowed here; write the value plainly")
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path, merges)
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.place((*path, index), item)
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def mapping(self, node: yaml.MappingNode, path: KeyPath, merges: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, item in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.complain(key_node, "a key must be a word")
                continue
            key = str(key_node.value)
            if key == "<<" and key_node.style is None:
                parts = item.value if isinstance(item, yaml.SequenceNode) else [item]
                for part in parts:
                    more = self.value(part, path, merges + 1)
                    merged = more | merged if isinstance(more, dict) else merged
                continue
            if key in found:
                first = self.places[(*path, key)]
                self.complain(key_node, f"`{key}` is given twice, first in line {first.line}")
            self.place((*path, key), key_node)
            found[key] = self.value(item, (*path, key))
        return merged | found


def _scalar(node: yaml.ScalarNode) -> Any:
    """A plain word by the core schema of YAML 1.2; quoted and block texts are texts."""
    if node.style is None:
        for pattern, convert in _PLAIN:
            if pattern.fullmatch(node.value):
                return convert(node.value)
    return node.value
