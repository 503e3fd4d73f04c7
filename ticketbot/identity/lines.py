"""The lines of one file, before and after: which findings meet, and the chain of pairs that is likeliest.

It knows places and weights only; what two findings have in common is weighed by the stages.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from ticketbot.identity.align import Anchors, Point, align, cost_of_shift
from ticketbot.identity.board import Board, Item

_MOST_PAIRS = 1024
"""Of one kind; beyond it each meets only those that are nearest."""
_NEAREST = 2

Pair = tuple[int, int]
"""(known, new): numbers on the board."""
Weights = dict[Pair, tuple[int, str]]
"""What speaks for a pair, in the units of `align`, and the recipe that says so."""


class Lines:
    """Some of the findings of one file: the known where they are expected now, and the new."""

    def __init__(
        self, board: Board, anchors: Anchors, known: Iterable[int], new: Iterable[int]
    ) -> None:
        self._known, self._new = sorted(set(known)), sorted(set(new))
        self._expected = {
            k: (anchors.expect(board.known[k].line), _column(board.known[k])) for k in self._known
        }
        self._found = {u: (board.new[u].line or 0, _column(board.new[u])) for u in self._new}

    def meetings(self, known: Sequence[int], new: Sequence[int]) -> Iterator[Pair]:
        """Every pair; where that would be too many, each known one with its nearest, by line and by
        rank."""
        if len(known) * len(new) <= _MOST_PAIRS:
            yield from product(known, new)
            return
        by_line = sorted(new, key=lambda u: (self._found[u], u))
        points = [self._found[u] for u in by_line]
        ranked = sorted(known, key=lambda k: (self._expected[k], k))
        for rank, k in enumerate(ranked):
            at = bisect_left(points, self._expected[k])
            near = {*range(at - _NEAREST, at + _NEAREST), rank, rank + len(new) - len(known)}
            yield from ((k, by_line[n]) for n in sorted(near) if 0 <= n < len(by_line))

    def shift(self, k: int, u: int) -> int:
        """How many lines `u` is from where `k` is expected."""
        return self._found[u][0] - self._expected[k][0]

    def worth(self, pair: Pair, weights: Weights) -> int:
        """A pair's weight, less the cost of its place."""
        return weights[pair][0] - cost_of_shift(self.shift(*pair))

    def chain(self, weights: Weights) -> list[Pair]:
        """The pairs that together weigh the most (`align`)."""
        row = {k: i for i, k in enumerate(self._known)}
        column = {u: j for j, u in enumerate(self._new)}
        old: list[Point] = [self._expected[k] for k in self._known]
        new: list[Point] = [self._found[u] for u in self._new]
        weighed = {(row[k], column[u]): weight for (k, u), (weight, _) in weights.items()}
        return [(self._known[i], self._new[j]) for i, j in align(old, new, weighed)]


def _column(item: Item) -> int:
    return item.traits.column or 0
