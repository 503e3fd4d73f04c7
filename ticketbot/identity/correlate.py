"""Flaws that several tools report of one place and one kind of weakness: related, never made one.

A place is a line of a file, or an operation of an API; what attacks an API is compared with what attacks it
alone. Two CWEs are of one kind where they share an ancestor that is no Pillar and no Class of MITRE's
hierarchy (https://cwe.mitre.org/data/definitions/1000.html): those say too little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ticketbot.identity.digest import same_path
from ticketbot.model.flaw import Features

_KINDS = """
79 80 81 83 84 85 86 87 692
89 564 943 90 652 643
78 77 88
94 95 96 98 1336
22 23 24 25 26 27 28 29 36 37 38 39 73
798 259 321
326 327 328 916 759 760 1240
295 296 297 298 299 599
502
611 827 776
918
601
352
330 331 332 335 336 337 338
312 313 314 315 316 317 318
319 523
113 93
117
134
190 680
120 121 122 124 787 788 805 806
125 126 127
416 415 825
476
362 367
384
434
470
639 566
862
863
306
521
614
1004
1021
1321
1333
"""
_KIND_OF = {
    int(number): line.split()[0] for line in _KINDS.strip().splitlines() for number in line.split()
}
"""CWE → the first of those it is one kind with. A number that is not here is a kind of its own."""

_DISTANT = frozenset({16, 20, 74, 116, 119, 200, 284, 285, 287, 345, 400, 664, 682, 691, 693, 697,
                      703, 707, 710, 754, 755, 1035, 1104})  # fmt: skip
"""Pillars, Classes and categories: two flaws that share one of these alone are not related."""
_SAME_LINE = 1
"""Lines apart: tools point at the call, or at its argument on the next line."""


class Placed(msgspec.Struct, frozen=True, gc=False):
    """A flaw as correlation sees it."""

    flaw: str
    """Its UUID."""
    family: str
    features: Features


class Pair(msgspec.Struct, frozen=True, gc=False, order=True):
    """Two related flaws, the lesser UUID first, and why."""

    flaw: str
    other: str
    because: str


def related(new: Iterable[Placed], known: Iterable[Placed]) -> list[Pair]:
    """Pairs of each of `new` with others, from both, of other families. Whatever the order, the same."""
    new = list(new)
    index: dict[tuple[str, ...], list[Placed]] = {}
    for placed in {each.flaw: each for each in (*known, *new)}.values():
        for key in _keys(placed.features, near=False):
            index.setdefault(key, []).append(placed)
    found: dict[tuple[str, str], Pair] = {}
    for one in new:
        for key in _keys(one.features, near=True):
            for two in index.get(key, ()):
                if two.family != one.family and two.flaw != one.flaw:
                    first, second = sorted((one.flaw, two.flaw))
                    pair = Pair(first, second, _because(one.features, two.features))
                    found[first, second] = pair
    return sorted(found.values())


def _keys(features: Features, *, near: bool) -> Iterator[tuple[str, ...]]:
    """What two related flaws have in common; none where nothing is told of place or kind."""
    for kind in sorted(kinds(features.cwe)):
        for place in _places(features, near=near):
            yield (*place, kind)


def kinds(cwe: Sequence[int]) -> set[str]:
    """The kinds of weakness that these CWEs are."""
    return {_KIND_OF.get(number, str(number)) for number in cwe if number not in _DISTANT}


def _places(features: Features, *, near: bool) -> Iterator[tuple[str, ...]]:
    """Of code: the line, with its neighbours where `near`; and its text in its function. Of an API: the
    operation, with its parameter."""
    path = same_path(features.path)
    if features.kind in ("web", "api"):
        if features.operation:
            yield ("operation", features.operation)
    elif path and features.kind in ("code", "secret", "iac"):
        if features.line is not None:
            apart = _SAME_LINE if near else 0
            last = features.traits.end_line or features.line
            most = min(max(last, features.line), features.line + _LONGEST)
            for line in range(features.line - apart, most + apart + 1):
                yield ("line", path, str(line))
        if features.traits.text and features.traits.scope:
            yield ("text", path, features.traits.scope, features.traits.text)


_LONGEST = 20
"""Lines of a region that are looked at: a flaw of a whole file is near everything."""


def _because(one: Features, other: Features) -> str:
    """In words of our own."""
    common = sorted(kinds(one.cwe) & kinds(other.cwe), key=int)
    where = "operation" if one.kind in ("web", "api") else "place"
    return f"same {where}, same kind of weakness (CWE-{common[0] if common else '?'})"
