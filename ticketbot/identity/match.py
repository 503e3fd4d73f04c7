"""The findings of a scan against the flaws already known: pairs, new ones, gone ones. Pure and
staged.

The stages are the table `STAGES`; each takes what the ones before it left over. Whatever the order
of the inputs, the result is the same. It does not decide what becomes of a new or a gone flaw
(`planning`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from ticketbot.identity.board import Board, Item, item_of, place_key
from ticketbot.identity.candidate import Candidate, Known
from ticketbot.identity.collapse import collapsed, merged
from ticketbot.identity.digest import same_path
from ticketbot.identity.recipes import RECIPES, STRENGTH
from ticketbot.identity.stages import STAGES
from ticketbot.model.finding import Alias

__all__ = ["NO_RENAMES", "Candidate", "Known", "Matching", "Pair", "birth", "match", "pairs"]

NO_RENAMES: Mapping[str, str] = MappingProxyType({})


class Pair(msgspec.Struct, frozen=True, gc=False, order=True):
    """Candidate `index` is flaw `flaw`; `stage` and `recipe` say what told so."""

    index: int
    flaw: str
    stage: str
    recipe: str


class Matching(msgspec.Struct, frozen=True):
    """Who is who. Several pairs may name one flaw: it was found in several places."""

    pairs: tuple[Pair, ...]
    new: tuple[tuple[int, ...], ...]
    """Each group of candidates is one new flaw; in order of path, line, column, aliases."""
    gone: tuple[str, ...]
    possible: frozenset[str] = frozenset()
    """Of the gone ones: those that may have moved to one of the new ones, and nothing says to which."""
    merged: tuple[tuple[str, str], ...] = ()
    """(survivor, other): two known flaws that one group of candidates has identifying aliases of."""


def match(
    new: Sequence[Candidate], known: Sequence[Known], renames: Mapping[str, str] = NO_RENAMES
) -> Matching:
    """Matches every candidate at most once, and every flaw with at most one group of equal
    candidates. `renames`: old path → new path, as version control knows them."""
    groups = collapsed(sorted(new, key=_order))
    flaws = sorted(known, key=lambda k: (k.rank, place_key(k.path, k.line, k.column), k.id))
    board = Board([_of_group(g) for g in groups], [_of_flaw(k) for k in flaws])
    for stage in STAGES.values():
        stage(board, renames)
    linked = [
        Pair(candidate.index, flaws[link.known].id, link.stage, link.recipe)
        for link in board.links
        for candidate in groups[link.new]
    ]
    partner = {link.new: flaws[link.known].id for link in board.links}
    fresh = (tuple(sorted(c.index for c in groups[u])) for u in board.free_new())
    gone = board.free_known()
    return Matching(
        pairs=tuple(sorted(linked)),
        new=tuple(fresh),
        gone=tuple(sorted(flaws[k].id for k in gone)),
        possible=frozenset(flaws[k].id for k in board.possible.intersection(gone)),
        merged=tuple(sorted((partner[x.new], flaws[x.known].id) for x in merged(board))),
    )


def pairs(
    old: Sequence[Candidate],
    new: Sequence[Candidate],
    renames: Mapping[str, str] = NO_RENAMES,
    *,
    stages: Collection[str] = STAGES,
    recipes: Collection[str] = RECIPES,
) -> dict[str, object]:
    """One to one between two reports, in the shape of `ticketbot diff --format json` (contract.md).

    Here nothing is collapsed: each result is the partner of at most one, look-alikes in their
    order. `stages`, `recipes`: names of those that take part, for measuring each alone.
    """
    before, after = sorted(old, key=_order), sorted(new, key=_order)
    board = Board([_of_group([c]) for c in after], [_of_group([c]) for c in before], recipes)
    for name, stage in STAGES.items():
        if name in stages:
            stage(board, renames)
    linked = sorted([before[x.known].index, after[x.new].index, x.stage] for x in board.links)
    return {
        "pairs": linked,
        "new": sorted(after[u].index for u in board.free_new()),
        "gone": sorted(before[k].index for k in board.free_known()),
        "stages": dict(sorted(Counter(str(stage) for _, _, stage in linked).items())),
    }


def birth(aliases: Iterable[Alias]) -> Alias:
    """The strongest of a flaw's aliases, the least among equals: what its UUID is minted from."""
    return min(aliases, key=lambda alias: (STRENGTH.get(alias.recipe, len(STRENGTH)), alias.value))


def _of_group(group: Sequence[Candidate]) -> Item:
    """A group as one: all aliases of its members, the place and traits of the first."""
    first = group[0]
    aliases = dict.fromkeys(alias for candidate in group for alias in candidate.aliases)
    path = same_path(first.path)
    return item_of(tuple(aliases), first.traits, rule=first.rule, path=path, line=first.line)


def _of_flaw(known: Known) -> Item:
    return item_of(
        known.aliases,
        known.traits,
        rule=known.rule,
        path=same_path(known.path),
        line=known.line,
        rank=known.rank,
        claimed=known.claimed,
        settled=known.settled,
        barred=frozenset(known.barred),
    )


def _order(candidate: Candidate) -> tuple[object, ...]:
    return (
        place_key(candidate.path, candidate.line, candidate.column),
        candidate.aliases,
        candidate.index,
    )
