"""From the elements of a report to the levels its results stand at: nested lists and objects, with
pointers.

The long lists are streamed (`stream.items`), what is inside their elements is walked in memory.
Elements that cannot be read come out as Rejected. Builds no findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from ticketbot.model.finding import Rejected
from ticketbot.readers import stream, tolerant
from ticketbot.readers.mapped_plan import Plan
from ticketbot.readers.mapping_paths import Level
from ticketbot.readers.mapping_steps import Steps, descend, pointer
from ticketbot.readers.report import Limits, Source

Pattern = tuple[str, ...]


class Stand(NamedTuple):
    """A result: whose it is, where it stands, its pointer, and its raw bytes (none for one inside
    an element)."""

    plan: Plan
    level: Level
    pointer: str
    raw: bytes


class Route(msgspec.Struct, frozen=True):
    """A form of `each`: the part of it that is streamed, and the steps left inside an element."""

    plan: Plan
    pattern: Pattern | None
    """None: nothing can be streamed, the whole document is walked."""
    rest: Steps


def line_routes(plans: Sequence[Plan]) -> list[Route]:
    """How each form is reached inside a line."""
    return [Route(plan, None, form) for plan in plans for form in plan.each]


def routes(plans: Sequence[Plan]) -> list[Route]:
    """How each form is reached. A list inside another streamed list is walked in memory: each byte
    is read once."""
    split = [(plan, *_split(form)) for plan in plans for form in plan.each]
    streamed = {pattern for _, pattern, _ in split if pattern is not None}
    found = []
    for plan, pattern, rest in split:
        shorter = [
            p for p in streamed if pattern and p != pattern and pattern[: len(p) + 1] == (*p, "*")
        ]
        if shorter and pattern:
            outer = min(shorter, key=len)
            found.append(Route(plan, outer, _steps_of(pattern[len(outer) + 1 :]) + rest))
        else:
            found.append(Route(plan, pattern, rest))
    return found


def patterns(ways: Sequence[Route]) -> list[Pattern]:
    """The lists to stream, each once."""
    return list(dict.fromkeys(way.pattern for way in ways if way.pattern is not None))


def document(
    source: Source, limits: Limits, skeleton: object, ways: Sequence[Route]
) -> Iterator[Stand | Rejected]:
    """Every result of a JSON document, in file order of the streamed lists."""
    top = Level(skeleton, header=skeleton)
    for way in ways:
        if way.pattern is None:
            yield from inside(way, top, "", b"")
    streamed = patterns(ways)
    if not streamed:
        return
    path: tuple[str | int, ...] | None = None
    for window in stream.items(source, limits, streamed):
        if window.path != path:
            path = window.path
            above = _above(top, path)
            here = [way for way in ways if way.pattern == _pattern(path)]
        for offset, given in enumerate(window.items):
            index = window.first + offset
            yield from element(bytes(given), limits, above, index, pointer((*path, index)), here)
        if window.refused:
            yield Rejected(pointer((*path, window.first)), window.refused)


def element(
    raw: bytes, limits: Limits, above: Level | None, index: int, at: str, ways: Sequence[Route]
) -> Iterator[Stand | Rejected]:
    """The results in one streamed element or line."""
    try:
        item = tolerant.decode(raw, limits)
    except tolerant.Broken as broken:
        yield Rejected(at, f"not valid JSON at byte {broken.at} of it: {broken.reason}")
        return
    level = Level(item, index, above, above.header if above else None)
    for way in ways:
        yield from inside(way, level, at, raw)


def inside(way: Route, level: Level, at: str, raw: bytes) -> Iterator[Stand]:
    """The results of one way below a level; the level itself where no steps are left."""
    if not way.rest:
        if way.plan.wanted(level):
            yield Stand(way.plan, way.plan.stand(level), at, raw)
        return
    for found, where in descend(level, at, way.rest):
        if way.plan.wanted(found):
            yield Stand(way.plan, way.plan.stand(found), where, b"")


def _split(form: Steps) -> tuple[Pattern | None, Steps]:
    """The leading lists as one pattern of the stream, and the steps behind them."""
    pattern: list[str] = []
    for count, (*names, kind) in enumerate(form):
        if kind != "[]":
            return (tuple(pattern) if count else None), form[count:]
        pattern += ["*", *names] if count else names
    return tuple(pattern), []


def _steps_of(names: Pattern) -> Steps:
    """What is left of a pattern behind a shorter one, as steps again."""
    steps: Steps = [[]]
    for name in names:
        if name == "*":
            steps[-1].append("[]")
            steps.append([])
        else:
            steps[-1].append(name)
    steps[-1].append("[]")
    return steps


def _pattern(path: Sequence[str | int]) -> Pattern:
    return tuple("*" if isinstance(step, int) else step for step in path)


def _above(top: Level, path: Sequence[str | int]) -> Level:
    """The level above a list's elements: the innermost element of the outer lists, else the
    document."""
    level, value = top, top.item
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
            level = Level(value, step, level, top.header)
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return level
