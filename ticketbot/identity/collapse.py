"""Which findings of one scan are one flaw, and which known flaws turn out to be one.

Only by names that are a flaw's own (identifying recipes), and only where all of a flaw's names agree:
an advisory that covers two CVEs makes them no single flaw.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import product

from ticketbot.identity.board import Board, Link
from ticketbot.identity.candidate import Candidate
from ticketbot.identity.recipes import RECIPES
from ticketbot.model.finding import Alias

_IDENTIFYING = tuple(name for name, kind in RECIPES.items() if kind.identifying)


def collapsed(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """Candidates → flaws of this scan: those that are one, together; in order of the first.

    One are: the same finding emitted several times (all aliases and the place are equal), and
    findings whose strongest identifying alias is equal. A finding whose strongest is a further one
    of exactly one other flaw (an advisory without its CVE beside the one with it) joins that one.
    """
    candidates = list(candidates)
    strongest = [next(_names(candidate.aliases), None) for candidate in candidates]
    holders: dict[Alias, set[Alias]] = {}
    for candidate, first in zip(candidates, strongest, strict=True):
        if first is not None:
            for alias in candidate.aliases:
                holders.setdefault(alias, set()).add(first)
    by_key: dict[Hashable, list[Candidate]] = {}
    for candidate, first in zip(candidates, strongest, strict=True):
        key: Hashable = (candidate.aliases, candidate.path, candidate.line, candidate.column)
        if first is not None:
            others = holders[first] - {first}
            key = others.pop() if len(others) == 1 else first
        by_key.setdefault(key, []).append(candidate)
    return list(by_key.values())


def merged(board: Board) -> Iterator[Link]:
    """For each group that is a known flaw: the other known flaws all of whose names it has, and which
    nothing else in the scan is."""
    partner = {link.new: link for link in board.links}
    taken = {link.known for link in board.links}
    for recipe in _IDENTIFYING:
        for new, known in board.buckets(recipe):
            for u, k in product(new, known):
                own, other = board.new[u], board.known[k]
                if u not in partner or k in taken or other.claimed:
                    continue
                all_of_them = set(own.aliases).issuperset(_names(other.aliases))
                if all_of_them and board.allowed(u, k, recipe):
                    taken.add(k)
                    yield partner[u]._replace(known=k)


def _names(aliases: Sequence[Alias]) -> Iterator[Alias]:
    return (alias for alias in aliases if alias.recipe in _IDENTIFYING)
