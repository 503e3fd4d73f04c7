"""The board that the stages of matching play on: what is new, what is known, and who was linked.

It keeps what must hold in every stage: one partner each, nothing that a person has barred, no two
secrets that are known to differ. It prefers nobody; that is for the stages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from ticketbot.identity.align import Anchors
from ticketbot.identity.recipes import RECIPES
from ticketbot.model.finding import Alias
from ticketbot.model.flaw import NO_TRAITS, Traits

PlaceKey = tuple[str, int, int]
Files = tuple[str, str]
"""The path of a known flaw, and that of a new one: mostly the same."""


def place_key(path: str | None, line: int | None, column: int | None) -> PlaceKey:
    """For sorting and comparing; what is absent comes first."""
    return (path or "", line or 0, column or 0)


LOOKALIKE = tuple(
    name for name, kind in RECIPES.items() if not (kind.identifying or kind.gated or kind.weak)
)
"""Recipes whose equal values are look-alikes, the strongest first: they know the text."""
WITHOUT_TEXT = "rule"
"""What says that two may be one where a text is not known: file and rule. No recipe of aliases."""
_NAMES = frozenset(name for name, kind in RECIPES.items() if kind.identifying or kind.gated)
_WITHOUT_TEXT = frozenset(name for name, kind in RECIPES.items() if kind.weak) | {WITHOUT_TEXT}
_SECRETS = frozenset(name for name in RECIPES if name.startswith("secret/"))


class Item(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One side's unit: a flaw of the scan, or a known one."""

    aliases: tuple[Alias, ...]
    rule: str = ""
    path: str = ""
    line: int | None = None
    traits: Traits = NO_TRAITS
    rank: int = 0
    """Among known look-alikes the lowest gets a partner first: one that is there before one that went."""
    claimed: bool = False
    """Of a known one: it has its partner, and takes only who is certainly it."""
    settled: bool = False
    """Of a known one: an edited line is not it."""
    barred: frozenset[Alias] = frozenset()
    textual: bool
    """Is its line of text known?"""
    secret: bool
    """Is it a leaked value that is known by its digest?"""

    def values(self, recipe: str) -> set[str]:
        """Of one recipe."""
        return {alias.value for alias in self.aliases if alias.recipe == recipe}


def item_of(aliases: tuple[Alias, ...], traits: Traits, **rest: Any) -> Item:
    """`rest`: the other fields that are no default."""
    recipes = {alias.recipe for alias in aliases}
    return Item(
        aliases=aliases,
        traits=traits,
        textual=bool(traits.text) or not recipes.isdisjoint(LOOKALIKE),
        secret=not recipes.isdisjoint(_SECRETS),
        **rest,
    )


class Link(NamedTuple):
    """Indexes into the two sides, and what told that they are one."""

    new: int
    known: int
    stage: str
    recipe: str


class Bucket(NamedTuple):
    """Who has one thing in common: indexes in the order of the sides."""

    new: list[int]
    known: list[int]


class Board:
    """Both sides in a fixed order, buckets for each recipe, and the links so far."""

    def __init__(
        self, new: Sequence[Item], known: Sequence[Item], recipes: Collection[str] = RECIPES
    ) -> None:
        """Sorted by the caller: the order decides among equals. `recipes`: those that count."""
        self.new, self.known = new, known
        self.links: list[Link] = []
        self.possible: set[int] = set()
        """Of the known: who may have moved to a new one, and nothing says to which."""
        self.moves: Sequence[Files] = ()
        """The files that were renamed."""
        self._partner_of_new: dict[int, int] = {}
        self._partner_of_known: dict[int, int] = {}
        self._buckets = _buckets(new, known, recipes)
        self._lines: dict[Files, list[tuple[int, int]]] = {}
        for item in known:
            if item.claimed:
                self._note_lines(item, item)

    def buckets(self, recipe: str) -> Sequence[Bucket]:
        """Of the values of a recipe that both sides have."""
        return self._buckets.get(recipe, ())

    def open_buckets(self, recipe: str) -> Iterator[Bucket]:
        """The same, without what is already linked, and only where both sides still have
        something."""
        for bucket in self.buckets(recipe):
            if left := self.open(bucket):
                yield left

    def open(self, bucket: Bucket) -> Bucket | None:
        """What of it is not linked yet; None unless both sides still have something."""
        new = [u for u in bucket.new if u not in self._partner_of_new]
        known = [k for k in bucket.known if k not in self._partner_of_known]
        return Bucket(new, known) if new and known else None

    def link(self, u: int, k: int, stage: str, recipe: str) -> bool:
        """Links two, unless one of them is taken, or something forbids it."""
        if u in self._partner_of_new or k in self._partner_of_known:
            return False
        if not self.allowed(u, k, recipe):
            return False
        self._partner_of_new[u] = k
        self._partner_of_known[k] = u
        self.links.append(Link(u, k, stage, recipe))
        self._note_lines(self.known[k], self.new[u])
        return True

    def allowed(self, u: int, k: int, recipe: str) -> bool:
        """May the two be one, as far as `recipe` can tell?"""
        new, known = self.new[u], self.known[k]
        if known.barred and not known.barred.isdisjoint(new.aliases):
            return False
        if recipe in _NAMES:
            return True
        if recipe in _WITHOUT_TEXT and new.textual and known.textual:
            return False  # two texts that are known: they have been compared
        return not (new.secret and known.secret)  # two secrets, one after the other

    def free_new(self) -> list[int]:
        """Who has no partner."""
        return [u for u in range(len(self.new)) if u not in self._partner_of_new]

    def free_known(self) -> list[int]:
        """Who has no partner, and is not spoken for."""
        known = enumerate(self.known)
        return [k for k, item in known if k not in self._partner_of_known and not item.claimed]

    def anchors(self, files: Files) -> Anchors:
        """How far the lines of a file have moved, by what is linked so far."""
        return Anchors(self._lines.get(files, ()))

    def _note_lines(self, known: Item, new: Item) -> None:
        if known.path and new.path and known.line is not None and new.line is not None:
            self._lines.setdefault((known.path, new.path), []).append((known.line, new.line))


def _buckets(
    new: Sequence[Item], known: Sequence[Item], recipes: Collection[str]
) -> Mapping[str, Sequence[Bucket]]:
    by_recipe: dict[str, dict[str, Bucket]] = {name: {} for name in RECIPES if name in recipes}
    for u, item in enumerate(new):
        for alias in item.aliases:
            if (values := by_recipe.get(alias.recipe)) is not None:
                values.setdefault(alias.value, Bucket([], [])).new.append(u)
    for k, item in enumerate(known):
        for alias in item.aliases:
            values = by_recipe.get(alias.recipe)
            if item.claimed and (values is None or not RECIPES[alias.recipe].identifying):
                continue
            if values is not None and (bucket := values.get(alias.value)) is not None:
                bucket.known.append(k)
    return {
        recipe: sorted(bucket for bucket in values.values() if bucket.known)
        for recipe, values in by_recipe.items()
    }
