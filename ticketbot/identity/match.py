"""The findings of a scan against the flaws already known: pairs, new ones, gone ones. Pure and
staged.

The stages are the list `STAGES`; each takes what the ones before it left over. Whatever the order
of the inputs, the result is the same. It does not decide what becomes of a new or a gone flaw
(`planning`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from ticketbot.identity.board import Board, Item, place_key
from ticketbot.identity.digest import same_path
from ticketbot.identity.recipes import RECIPES, STRENGTH
from ticketbot.identity.stages import STAGES
from ticketbot.model.finding import Alias
from ticketbot.model.flaw import NO_TRAITS, Traits

NO_RENAMES: Mapping[str, str] = MappingProxyType({})


class Candidate(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A finding of the scan as the matcher sees it."""

    index: int
    """The caller's number for it; each once."""
    aliases: tuple[Alias, ...]
    rule: str = ""
    """Its lasting part (`identity.rules`)."""
    path: str | None = None
    line: int | None = None
    traits: Traits = NO_TRAITS

    @property
    def column(self) -> int | None:
        """Where in the line."""
        return self.traits.column


class Known(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A flaw the ledger knows, as last seen."""

    id: str
    aliases: tuple[Alias, ...]
    """All it ever had, in any order."""
    rule: str = ""
    path: str | None = None
    line: int | None = None
    traits: Traits = NO_TRAITS
    rank: int = 0
    """Among flaws of one identity the lowest is preferred: open before closed."""
    claimed: bool = False
    """An unchanged result stands for it: it has its partner, at its place, and only tells how far its
    neighbours moved; but a finding with an identifying alias of it is it, too."""
    barred: tuple[Alias, ...] = ()
    """What a person said it is not: it takes no finding that has one of these."""

    @property
    def column(self) -> int | None:
        """Where in the line, when last seen."""
        return self.traits.column


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
    pairs = [
        Pair(candidate.index, flaws[link.known].id, link.stage, link.recipe)
        for link in board.links
        for candidate in groups[link.new]
    ]
    fresh = (tuple(sorted(c.index for c in groups[u])) for u in board.free_new())
    gone = sorted(flaws[k].id for k in board.free_known())
    return Matching(pairs=tuple(sorted(pairs)), new=tuple(fresh), gone=tuple(gone))


def pairs(
    old: Sequence[Candidate], new: Sequence[Candidate], renames: Mapping[str, str] = NO_RENAMES
) -> dict[str, object]:
    """One to one between two reports, in the shape of `ticketbot diff --format json` (contract.md).

    Here nothing is collapsed: each result is the partner of at most one, look-alikes in their
    order.
    """
    before, after = sorted(old, key=_order), sorted(new, key=_order)
    board = Board([_of_group([c]) for c in after], [_of_group([c]) for c in before])
    for stage in STAGES.values():
        stage(board, renames)
    linked = sorted([before[x.known].index, after[x.new].index, x.stage] for x in board.links)
    return {
        "pairs": linked,
        "new": sorted(after[u].index for u in board.free_new()),
        "gone": sorted(before[k].index for k in board.free_known()),
        "stages": dict(sorted(Counter(str(stage) for _, _, stage in linked).items())),
    }


def collapsed(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Candidates → flaws of this scan: those that are one, together; in order of the first.

    One are: the same finding emitted several times (all aliases and the place are equal), and
    findings whose strongest alias is of an identifying recipe and equal. A finding whose strongest
    alias is a further one of exactly one other flaw (an advisory without its CVE beside the one
    with it) joins that one.
    """
    by_key: dict[object, list[Candidate]] = {}
    holders: dict[Alias, set[Alias]] = {}
    for candidate in candidates:
        first = candidate.aliases[0]
        if RECIPES[first.recipe].identifying:
            for alias in candidate.aliases:
                holders.setdefault(alias, set()).add(first)
    for candidate in candidates:
        first = candidate.aliases[0]
        key: object
        if RECIPES[first.recipe].identifying:
            others = holders[first] - {first}
            key = others.pop() if len(others) == 1 else first
        else:
            key = (candidate.aliases, candidate.path, candidate.line, candidate.column)
        by_key.setdefault(key, []).append(candidate)
    return list(by_key.values())


def birth(aliases: Iterable[Alias]) -> Alias:
    """The strongest of a flaw's aliases, the least among equals: what its UUID is minted from."""
    return min(aliases, key=lambda alias: (STRENGTH.get(alias.recipe, len(STRENGTH)), alias.value))


def _of_group(group: Sequence[Candidate]) -> Item:
    """A group as one: all aliases of its members, the place and traits of the first."""
    first = group[0]
    return Item(
        aliases=tuple(dict.fromkeys(alias for candidate in group for alias in candidate.aliases)),
        rule=first.rule,
        path=same_path(first.path),
        line=first.line,
        traits=first.traits,
    )


def _of_flaw(known: Known) -> Item:
    return Item(
        aliases=known.aliases,
        rule=known.rule,
        path=same_path(known.path),
        line=known.line,
        traits=known.traits,
        rank=known.rank,
        claimed=known.claimed,
        barred=frozenset(known.barred),
    )


def _order(candidate: Candidate) -> tuple[object, ...]:
    return (
        place_key(candidate.path, candidate.line, candidate.column),
        candidate.aliases,
        candidate.index,
    )
