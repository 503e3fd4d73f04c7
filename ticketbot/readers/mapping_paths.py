"""The paths of a mapping: text → a function that reads one value from where a result stands in its
report.

A path is an optional sigil and JMESPath: `severity`, `^.Target` (one level up), `^^.Kind` (two
levels up), `$.ArtifactName` (the report's own header), `#` and `^#` (the key or index of this
level, of the one above). Plain dotted paths become loops over dictionaries, since JMESPath in pure
Python costs tens of microseconds; everything else is JMESPath (`mapping_compile`), with two
functions more: `split(text, separator)` and `lower(text)`. Reading never raises: what is not
there, or is of another type, is None. Refuses sigils in the middle of an expression: one path
reads from one level.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jmespath
import msgspec
from jmespath import exceptions, functions

from ticketbot.readers.mapping_compile import Compiler

Read = Callable[["Level"], object]

NAME = r'(?:[A-Za-z_][\w-]*|"[^"\\]+")'
_PLAIN = re.compile(rf"{NAME}(?:\.{NAME})*")
_SIGIL = re.compile(r"(?P<up>\$|\^*)(?P<key>#?)(?P<rest>.*)", re.DOTALL)


class Level(msgspec.Struct, gc=False):
    """Where a reader stands: one object of the report, its key in the level above, and that
    level."""

    item: object
    key: str | int = ""
    parent: Level | None = None
    header: object = None
    """What `$` reads: the report without its results, or what `gather` collected of its lines."""


class PathError(ValueError):
    """A path that cannot be read; the text says why."""


class _Functions(functions.Functions):
    """JMESPath's own functions and ours. The decorator's names are the ones of the mapping
    language."""

    @functions.signature({"types": ["string"]}, {"types": ["string"]})
    def _func_split(self, text: str, separator: str) -> list[str]:
        return text.split(separator) if separator else [text]

    @functions.signature({"types": ["string"]})
    def _func_lower(self, text: str) -> str:
        return text.lower()


_FUNCTIONS = _Functions()
_COMPILER = Compiler(_FUNCTIONS)


def compile_path(text: str) -> Read:
    """The reader of one path. Raises PathError for one that is not in the language."""
    match = _SIGIL.fullmatch(text)
    if match is None or not text:
        raise PathError(f"{text!r} is not a path")
    up, rest = match["up"], match["rest"]
    if match["key"]:
        if rest or up == "$":
            raise PathError(f"{text!r}: `#` is the key of a level; nothing can stand with it")
        return _key_reader(len(up))
    if up and rest:
        if not rest.startswith(".") or rest == ".":
            raise PathError(f"{text!r}: expected `{up}.name` or `{up}` alone")
        rest = rest[1:]
    inner = _search(rest) if rest else _same
    if up == "$":
        return lambda level: inner(level.header)
    if not up:
        return lambda level: inner(level.item)
    return _upper_reader(len(up), inner)


def reads_item(text: str) -> bool:
    """True where the path reads the result itself, and not a level above it or the header."""
    return not text.startswith(("^", "$", "#"))


def _same(value: object) -> object:
    return value


def _key_reader(up: int) -> Read:
    def read(level: Level) -> object:
        at = _climb(level, up)
        return at.key if at else None

    return read


def _upper_reader(up: int, inner: Callable[[object], object]) -> Read:
    def read(level: Level) -> object:
        at = _climb(level, up)
        return inner(at.item) if at else None

    return read


def _climb(level: Level | None, up: int) -> Level | None:
    while up and level is not None:
        level, up = level.parent, up - 1
    return level


def _search(text: str) -> Callable[[object], object]:
    """A plain dotted path as a loop, the rest through jmespath. The names are checked now, not at
    the first result."""
    if _PLAIN.fullmatch(text):
        return _dotted([name.strip('"') for name in re.findall(NAME, text)])
    try:
        parsed = jmespath.compile(text)
    except exceptions.JMESPathError as error:
        reason = str(error).splitlines()[0]
        raise PathError(f"{text!r} is not JMESPath: {reason}") from error
    _check_functions(text, parsed.parsed)
    step = _COMPILER.step(parsed.parsed)

    def read(value: object) -> object:
        try:
            found: object = step(value)
        except (exceptions.JMESPathError, TypeError, ValueError, RecursionError):
            return None
        return found

    return read


def _dotted(names: list[str]) -> Callable[[object], object]:
    if len(names) == 1:
        only = names[0]
        return lambda value: value.get(only) if isinstance(value, dict) else None

    def read(value: object) -> object:
        for name in names:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    return read


def _check_functions(text: str, tree: Mapping[str, Any]) -> None:
    """jmespath looks a function up when it is called; a mapping must be wrong before the first
    report."""
    known = _FUNCTIONS.FUNCTION_TABLE
    for node in _nodes(tree):
        if node["type"] != "function_expression":
            continue
        name, count = node["value"], len(node["children"])
        if name not in known:
            raise PathError(f"{text!r} calls {name!r}, which is not a function of JMESPath")
        signature = known[name]["signature"]
        variadic = bool(signature) and signature[-1].get("variadic")
        if count < len(signature) or (count > len(signature) and not variadic):
            raise PathError(f"{text!r}: {name} takes {len(signature)} arguments, found {count}")


def _nodes(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield tree
    for child in tree["children"]:
        if isinstance(child, dict):
            yield from _nodes(child)
