"""The steps of `each`: names and what to iterate, and the walk along them inside one element.

Only names, `[]` (the elements of a list) and `*` (the values of an object); nothing is selected
here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ticketbot.readers.mapping_paths import NAME, Level, PathError

Steps = list[list[str]]
_STEP = re.compile(rf"(?P<name>{NAME})|(?P<each>\[\]|\*)")


def steps(text: str) -> Steps:
    """`Results[].Vulnerabilities[]` → [["Results", "[]"], ["Vulnerabilities", "[]"]]: names, then
    what to iterate.

    Each inner list ends in `[]` (the elements of a list) or `*` (the values of an object).
    Raises PathError for anything else than names, `[]` and `*`.
    """
    found: Steps = [[]]
    rest = text
    while rest:
        match = _STEP.match(rest)
        if match is None:
            raise PathError(
                f"{text!r}: expected names, `[]` and `*` joined by dots, found {rest!r}"
            )
        rest = rest[match.end() :].removeprefix(".")
        found[-1].append(match["each"] or match["name"].strip('"'))
        if match["each"]:
            found.append([])
    if found.pop() or not found:
        raise PathError(f"{text!r} must end in `[]` or `*`: it says what is iterated")
    return found


def descend(level: Level, at: str, steps: Steps) -> Iterator[tuple[Level, str]]:
    """Every level that steps lead to from here, with its pointer. Another type than expected leads
    nowhere."""
    *names, kind = steps[0]
    value = level.item
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
        at = f"{at}/{_escaped(name)}"
    pairs: Iterator[tuple[str | int, object]]
    if kind == "[]" and isinstance(value, list):
        pairs = iter(enumerate(value))
    elif kind == "*" and isinstance(value, dict):
        pairs = iter(value.items())
    else:
        return
    for key, item in pairs:
        below = Level(item, key, level, level.header)
        place = f"{at}/{_escaped(str(key))}"
        if len(steps) == 1:
            yield below, place
        else:
            yield from descend(below, place, steps[1:])


def pointer(path: Sequence[str | int]) -> str:
    """A path as JSON pointer (RFC 6901)."""
    return "".join(f"/{_escaped(str(step))}" for step in path)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
