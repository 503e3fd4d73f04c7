"""The lines of one file, before and after: which findings meet, and the chain of pairs that is likeliest.

It knows places and weights only; what two findings have in common is weighed by the stages.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import product

from ticketbot.identity.align import Anchors, Point, align, cost_of_shift
from ticketbot.identity.board import Board, Bucket, Item
from ticketbot.identity.likeness import width

_MOST_PAIRS = 1024
"""Of one kind; beyond it each meets only some."""
_NEAREST = 2
"""Above and below where it is expected: of all."""
_NEAREST_ALIKE = 16
"""Of those that are as wide and say the same."""

Pair = tuple[int, int]
"""(known, new): numbers on the board."""
Weights = dict[Pair, tuple[int, str]]
"""What speaks for a pair, in the units of `align`, and the recipe that says so."""


class Lines:
    """Some of the findings of one file: the known where they are expected now, and the new."""

    def __init__(
        self, board: Board, anchors: Anchors, known: Iterable[int], new: Iterable[int]
    ) -> None:
        self._board = board
        self._known, self._new = sorted(set(known)), sorted(set(new))
        self._expected = {
            k: (anchors.expect(board.known[k].line), _column(board.known[k])) for k in self._known
        }
        self._places = {k: (board.known[k].line or 0, _column(board.known[k])) for k in self._known}
        self._found = {u: (board.new[u].line or 0, _column(board.new[u])) for u in self._new}

    def meetings(self, known: Sequence[int], new: Sequence[int]) -> Iterator[Pair]:
        """Every pair; where that would be too many, each known one with its nearest, and with more of
        those that are as wide and say the same. One pair may come twice."""
        if len(known) * len(new) <= _MOST_PAIRS:
            yield from product(known, new)
            return
        yield from self._nearest(known, new, _NEAREST)
        kinds: dict[Hashable, Bucket] = {}
        for u in new:
            kinds.setdefault(_kind(self._board.new[u]), Bucket([], [])).new.append(u)
        for k in known:
            if (kind := kinds.get(_kind(self._board.known[k]))) is not None:
                kind.known.append(k)
        for like_new, like_known in kinds.values():
            if len(like_known) * len(like_new) <= _MOST_PAIRS:
                yield from product(like_known, like_new)
            else:
                yield from self._nearest(like_known, like_new, _NEAREST_ALIKE)

    def _nearest(self, known: Sequence[int], new: Sequence[int], most: int) -> Iterator[Pair]:
        """By line, and by rank: from above, and from below."""
        by_line = sorted(new, key=lambda u: (self._found[u], u))
        points = [self._found[u] for u in by_line]
        ranked = sorted(known, key=lambda k: (self._places[k], k))
        for rank, k in enumerate(ranked):
            at = bisect_left(points, self._expected[k])
            near = {*range(at - most, at + most), rank, rank + len(new) - len(known)}
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
        old: list[Point] = [self._places[k] for k in self._known]
        new: list[Point] = [self._found[u] for u in self._new]
        weighed = {(row[k], column[u]): weight for (k, u), (weight, _) in weights.items()}
        return [
            (self._known[i], self._new[j])
            for i, j in align(old, new, weighed, [self._expected[k][0] for k in self._known])
        ]


def _column(item: Item) -> int:
    return item.traits.column or 0


def _kind(item: Item) -> Hashable:
    """What it has in common with many."""
    return item.traits.column, width(item), item.traits.message
