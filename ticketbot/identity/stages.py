"""The stages of matching, and the board they play on: what is new, what is known, and who was
linked.

A stage is a function of the board that links some of what is still free. Never across rules or
files: only equal aliases link. New stages (renamed files, edited lines) are further functions in
`STAGES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ticketbot.identity.align import Anchors, align
from ticketbot.identity.recipes import RECIPES
from ticketbot.model.finding import Alias

PlaceKey = tuple[str, int, int]


def place_key(path: str | None, line: int | None, column: int | None) -> PlaceKey:
    """For sorting and comparing; what is absent comes first."""
    return (path or "", line or 0, column or 0)


_PLACES = frozenset({"sline/1", "line/1", "loc/1", "place/1", "res/1"})
"""What names a place, and not what was found there."""


class Item(NamedTuple):
    """One side's unit: a flaw of the scan, or a known one."""

    aliases: tuple[Alias, ...]
    path: str | None
    line: int | None
    column: int | None
    rank: int = 0
    """Among known look-alikes the lowest gets a partner first: one that is there before one that went."""


class Link(NamedTuple):
    """Indexes into the two sides, and what told that they are one."""

    new: int
    known: int
    stage: str
    recipe: str


class Bucket(NamedTuple):
    """Who has one alias value: indexes in the order of the sides."""

    new: list[int]
    known: list[int]


class Board:
    """Both sides in a fixed order, buckets for each recipe, and the links so far."""

    def __init__(self, new: Sequence[Item], known: Sequence[Item]) -> None:
        """Sorted by the caller: the order decides among equals."""
        self.new, self.known = new, known
        self.links: list[Link] = []
        self._partner_of_new: dict[int, int] = {}
        self._partner_of_known: dict[int, int] = {}
        self._buckets = _buckets(new, known)
        self._has_line = [_having("line/1", new), _having("line/1", known)]
        self._has_digest = [_having("secret/1", new), _having("secret/1", known)]

    def buckets(self, recipe: str) -> Iterable[Bucket]:
        """Of the values of a recipe that both sides have."""
        return self._buckets.get(recipe, ())

    def open_buckets(self, recipe: str) -> Iterator[Bucket]:
        """The same, without what is already linked, and only where both sides still have
        something."""
        for bucket in self.buckets(recipe):
            new = [u for u in bucket.new if u not in self._partner_of_new]
            known = [k for k in bucket.known if k not in self._partner_of_known]
            if new and known:
                yield Bucket(new, known)

    def link(self, u: int, k: int, stage: str, recipe: str) -> None:
        """Links two, unless one of them is taken, or a weak recipe contradicts their text."""
        if u in self._partner_of_new or k in self._partner_of_known:
            return
        if RECIPES[recipe].weak and self._has_line[0][u] and self._has_line[1][k]:
            return
        if recipe in _PLACES and self._has_digest[0][u] and self._has_digest[1][k]:
            return  # two secrets in one place, one after the other
        self._partner_of_new[u] = k
        self._partner_of_known[k] = u
        self.links.append(Link(u, k, stage, recipe))

    def free_new(self) -> list[int]:
        return [u for u in range(len(self.new)) if u not in self._partner_of_new]

    def free_known(self) -> list[int]:
        return [k for k in range(len(self.known)) if k not in self._partner_of_known]

    def anchors(self) -> Anchors:
        """How far the lines of each file have moved, by what is linked so far."""
        linked = ((self.new[x.new], self.known[x.known]) for x in self.links)
        return Anchors(
            (old.path, old.line, new.line)
            for new, old in linked
            if old.path and old.path == new.path and old.line is not None and new.line is not None
        )


def single(board: Board) -> None:
    """Links who alone has an alias on both sides, recipe by recipe; who is at the same place first.

    `exact`: the same alias at the same place. `moved`: the same alias elsewhere.
    """
    for recipe, kind in RECIPES.items():
        if kind.gated:
            for bucket in board.buckets(recipe):
                if len(bucket.new) == len(bucket.known) == 1:
                    _link_single(board, bucket, recipe)
            continue
        for bucket in list(board.open_buckets(recipe)):
            if kind.identifying:
                _link_same_place(board, bucket, recipe)
            if len(bucket.new) == 1 and (kind.identifying or len(bucket.known) == 1):
                _link_single(board, bucket, recipe)


def ordered(board: Board) -> None:
    """Links look-alikes (equal aliases, several of them) in the order of their lines, rank by rank."""
    for recipe, kind in RECIPES.items():
        if kind.gated:
            continue
        anchors = board.anchors()
        for rank in sorted({item.rank for item in board.known}):
            for bucket in list(board.open_buckets(recipe)):
                ranked = [k for k in bucket.known if board.known[k].rank == rank]
                _link_in_order(board, Bucket(bucket.new, ranked), anchors, recipe)


STAGES: tuple[Callable[[Board], None], ...] = (single, ordered)
"""In order; each takes what is left."""


def _link_in_order(board: Board, bucket: Bucket, anchors: Anchors, recipe: str) -> None:
    old = [board.known[k] for k in bucket.known]
    new = [board.new[u] for u in bucket.new]
    expected = [(anchors.expect(item.path, item.line), item.column or 0) for item in old]
    found = [(item.line or 0, item.column or 0) for item in new]
    for i, j in align(expected, found):
        board.link(bucket.new[j], bucket.known[i], "ordered", recipe)


def _link_single(board: Board, bucket: Bucket, recipe: str) -> None:
    u, k = bucket.new[0], bucket.known[0]
    board.link(u, k, "exact" if _line(board.new[u]) == _line(board.known[k]) else "moved", recipe)


def _link_same_place(board: Board, bucket: Bucket, recipe: str) -> None:
    known: dict[object, int] = {}
    for k in bucket.known:
        known.setdefault(_line(board.known[k]), k)
    for u in bucket.new:
        there = known.get(_line(board.new[u]))
        if there is not None:
            board.link(u, there, "exact", recipe)


def _line(item: Item) -> tuple[str | None, int | None]:
    """The same place is the same line: the ledger remembers no columns."""
    return item.path, item.line


def _buckets(new: Sequence[Item], known: Sequence[Item]) -> dict[str, list[Bucket]]:
    by_recipe: dict[str, dict[str, Bucket]] = {name: {} for name in RECIPES}
    for u, item in enumerate(new):
        for alias in item.aliases:
            if (values := by_recipe.get(alias.recipe)) is not None:
                values.setdefault(alias.value, Bucket([], [])).new.append(u)
    for k, item in enumerate(known):
        for alias in item.aliases:
            values = by_recipe.get(alias.recipe)
            if values is not None and (bucket := values.get(alias.value)) is not None:
                bucket.known.append(k)
    return {
        recipe: sorted(bucket for bucket in values.values() if bucket.known)
        for recipe, values in by_recipe.items()
    }


def _having(recipe: str, items: Sequence[Item]) -> list[bool]:
    return [any(alias.recipe == recipe for alias in item.aliases) for item in items]
