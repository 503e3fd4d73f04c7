"""Routes that can never match, because those before them take all they are for.

Certain only: where it depends on what two globs have in common, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import get_args

from ticketbot.config.document import Config, RouteEntry
from ticketbot.config.yaml_source import KeyPath
from ticketbot.model.finding import SEVERITIES, Kind
from ticketbot.planning.globs import matches_name, matches_path

_LISTED = ("severity", "kind", "environment")
_PATHS = frozenset({"path", "branch"})
_WORDS = frozenset({"cwe", "target"})
_ELSEWHERE = "\0any other"
"""An environment that no route names."""


def shadowed(config: Config) -> Iterator[tuple[KeyPath, str]]:
    """(path of the route, what is wrong)."""
    named = sorted({e for route in config.routes for e in route.when.environment or ()})
    for index, late in enumerate(config.routes):
        guilty: set[int] = set()
        for combination in _combinations(late, [*named, _ELSEWHERE]):
            taker = _taker(config.routes[:index], late, combination)
            if taker is None:
                break
            guilty.add(taker)
        else:
            names = " and ".join(_name(config.routes[i], i) for i in sorted(guilty))
            what = f"`routes[{index}]` can never match: {names} before it takes all it is for"
            yield ("routes", index), what


def _combinations(route: RouteEntry, environments: list[str]) -> Iterator[tuple[str, ...]]:
    """Every severity × kind × environment the route is for."""
    when = route.when
    return product(
        when.severity or SEVERITIES, when.kind or get_args(Kind), when.environment or environments
    )


def _taker(before: list[RouteEntry], late: RouteEntry, combination: tuple[str, ...]) -> int | None:
    """The first route before that surely takes everything of that combination."""
    for index, route in enumerate(before):
        listed = (getattr(route.when, name) for name in _LISTED)
        if all(
            not wanted or value in wanted for wanted, value in zip(listed, combination, strict=True)
        ) and _covers(route, late):
            return index
    return None


def _covers(route: RouteEntry, late: RouteEntry) -> bool:
    """Whether `late` asks at least for what `route` asks for, in all but what is listed."""
    conditions = route.when.model_dump(exclude=set(_LISTED), exclude_none=True)
    return all(
        (asked := getattr(late.when, name)) and all(_takes(name, wanted, each) for each in asked)
        for name, wanted in conditions.items()
    )


def _takes(name: str, wanted: list[str], asked: str) -> bool:
    """Whether everything that fits `asked` fits one of `wanted`; false where that is not certain."""
    if asked in wanted:
        return True
    if name in _WORDS or "*" in str(asked) or "?" in str(asked):
        return "**" in wanted if name in _PATHS else name not in _WORDS and "*" in wanted
    return (matches_path if name in _PATHS else matches_name)(asked, wanted)


def _name(route: RouteEntry, index: int) -> str:
    return f"routes[{index}]" + (f" ({route.name})" if route.name else "")
