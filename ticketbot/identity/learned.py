"""Ids that are words, learned from their siblings: `/users/alice/email` → `/users/{any}/email`.

A hidden flaw is worse than a further ticket, so words stay words wherever in doubt. What was learned once
stays: the operations of known flaws say `{any}` there, and that is all that is remembered. It looks at
requests only, at no API description.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

ANY = "{any}"
"""Stands for a word that was learned to be an id; in aliases it is `{}` as every other placeholder."""

Segments = tuple[str, ...]
Seen = tuple[str, Segments]
"""(METHOD, the parts of a path); typed parts are `{}`, those learned before `{any}`."""

_ALIKE = 3
_ALONE = 10
_NUMBERED = re.compile(r"(\D{2,60})\d{1,12}", re.ASCII)


class Siblings:
    """Which words are ids, place by place.

    Words below one place are ids where the place itself was requested (`GET /users`, a collection), none of
    them is a collection itself (`/users/{}`), and
    * at least 3 of them are followed by the same word (`/alice/email`, `/bob/email`, `/carol/email`),
    * or at least 3 are the same name with another number (`/book12`, `/book48`),
    * or at least 10 stand there with the same methods and nothing behind them,
    * or others were learned there before, and this one is requested as they are.
    Nothing is ever learned directly below the root: there are the names of collections.
    """

    def __init__(self, seen: Iterable[Seen], history: Iterable[Seen] = ()) -> None:
        """`seen`: of this scan; `history`: of the known flaws."""
        self._ids: dict[Segments, frozenset[str]] = {}
        remembered = set(history)
        requests = set(seen) | remembered
        depth = max((len(parts) for _, parts in requests), default=0)
        for level in range(1, depth):  # from above: what is below two ids is below one place
            known: dict[Segments, set[str]] = defaultdict(set)
            for _, parts in remembered:
                if len(parts) > level:
                    known[parts[:level]].add(parts[level])
            for place, children in _below(level, requests).items():
                if ids := _ids(children, known[place]):
                    self._ids[place] = ids
            requests = {(method, self.path(parts)) for method, parts in requests}
            remembered = {(method, self.path(parts)) for method, parts in remembered}

    def path(self, parts: Segments) -> Segments:
        """The same with `{any}` in the place of every id."""
        if not self._ids:
            return parts
        told: Segments = ()
        for part in parts:
            told = (*told, ANY if part in self._ids.get(told, ()) else part)
        return told


Below = dict[str, set[Seen]]
"""Word → how it is requested: (method, what follows it)."""


def _below(level: int, requests: Iterable[Seen]) -> Mapping[Segments, Below]:
    """Collections of that depth, and places where ids are known, each with what stands directly below."""
    places: dict[Segments, Below] = defaultdict(lambda: defaultdict(set))
    collections: set[Segments] = set()
    for method, parts in requests:
        if len(parts) == level:
            collections.add(parts)
        elif len(parts) > level:
            places[parts[:level]][parts[level]].add((method, parts[level + 1 :]))
    return {place: below for place, below in places.items() if place in collections or ANY in below}


def _ids(children: Below, known: set[str]) -> frozenset[str]:
    """`known`: words and placeholders that known flaws have there."""
    words = {
        word: requests
        for word, requests in children.items()
        if not _is_hole(word) and not any(rest and _is_hole(rest[0]) for _, rest in requests)
    }
    alike: dict[object, set[str]] = defaultdict(set)
    alone: dict[object, set[str]] = defaultdict(set)
    for word, requests in words.items():
        for method, rest in requests:
            if rest:
                alike[method, rest[0]].add(word)
        if all(not rest for _, rest in requests):
            alone[frozenset(requests)].add(word)
        if numbered := _NUMBERED.fullmatch(word):
            alike[numbered[1]].add(word)
    found = [ids for ids in alike.values() if len(ids) >= _ALIKE]
    found += [ids for ids in alone.values() if len(ids) >= _ALONE]
    if ANY in known:
        found.append(
            {w for w, asked in words.items() if _as_before(w, asked, children[ANY], known)}
        )
    return frozenset().union(*found)


def _as_before(word: str, asked: set[Seen], before: set[Seen], known: set[str]) -> bool:
    """Is it requested as the ids that were learned there? A known flaw's own word is none of them."""
    followed = {(method, rest[0]) for method, rest in asked if rest}
    if followed:
        return not followed.isdisjoint({(method, rest[0]) for method, rest in before if rest})
    return word not in known and asked <= before


def _is_hole(part: str) -> bool:
    return "{" in part
