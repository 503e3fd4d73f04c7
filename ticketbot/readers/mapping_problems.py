"""What is wrong with a mapping document, as sentences with places: all of it at once.

Translates pydantic's errors, and checks what concerns several parts of the document, on the data
as it was given, so that one mistake does not hide another. Decides nothing about single values:
`mapping_words` does.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from ticketbot.errors import Problem
from ticketbot.readers import mapping_document
from ticketbot.readers.mapping_words import LINE_ITSELF

Locate = Callable[[str], str]
"""JSON pointer into the parsed data → `file:line`."""


def problems(
    data: dict[Any, Any], locate: Locate, error: ValidationError | None = None
) -> list[Problem]:
    """Every problem once: what pydantic found, then what concerns several parts."""
    found = list(_single(error, data, locate)) if error else []
    found += [Problem(locate(pointer), what) for pointer, what in _across(data)]
    return list(dict.fromkeys(found))


def _across(data: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    results = data.get("results")
    sources = (
        [each for each in results if isinstance(each, dict)] if isinstance(results, list) else []
    )
    if data.get("severities") and sources and not any("severity" in each for each in sources):
        yield "/severities", "is never reached: no result has `severity`"
    if data.get("format", "json") != "json":
        return
    if "gather" in data:
        yield "/gather", "is for `format: lines`; in JSON, `$` reads the document itself"
    for index, source in enumerate(sources):
        if LINE_ITSELF in (source.get("each"), *_listed(source.get("each"))):
            yield f"/results/{index}/each", "`@` is a line itself, and is for `format: lines`"


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _single(error: ValidationError, data: dict[Any, Any], locate: Locate) -> Iterator[Problem]:
    for each in error.errors(include_url=False):
        loc = each["loc"]
        pointer = _pointer(loc, data)
        if each["type"] == "problems":
            for below, what in each["ctx"]["problems"]:
                yield Problem(locate(pointer + below), what)
        else:
            yield Problem(locate(pointer), _sentence(each["type"], each["msg"], loc, each["input"]))


def _sentence(kind: str, message: str, loc: tuple[int | str, ...], given: object) -> str:
    name = loc[-1] if loc else ""
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(name), sorted(_known_keys()), 1)
        return f"unknown key {str(name)!r}" + (f"; did you mean {near[0]!r}?" if near else "")
    if kind == "missing":
        return f"`{name}` is missing"
    if kind in ("model_type", "model_attributes_type"):
        return f"expected a path or keys and values, found {given!r}"
    if kind == "literal_error":
        return f"{message[:1].lower()}{message[1:]}, found {given!r}"
    text = message.removeprefix("Value error, ")
    return text[:1].lower() + text[1:] + (f", found {given!r}" if kind.endswith("_type") else "")


def _known_keys() -> set[str]:
    parts = [part for part in vars(mapping_document).values() if isinstance(part, type)]
    return {
        field.alias or name
        for part in parts
        if issubclass(part, BaseModel)
        for name, field in part.model_fields.items()
    }


def _pointer(loc: tuple[int | str, ...], data: object) -> str:
    """Pydantic's location as a pointer into the data; what is only pydantic's (names of types) is
    left out."""
    pointer, at = "", data
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(at, dict) and (step in at or last):
            pointer, at = f"{pointer}/{step}", at.get(step)
        elif isinstance(at, list) and isinstance(step, int) and step < len(at):
            pointer, at = f"{pointer}/{step}", at[step]
    return pointer
