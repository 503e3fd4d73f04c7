"""Findings of one file, old and new, in the order of their lines: who is who.

Whole runs that moved equally far are preferred, as in a diff of texts, for most of a file moves in
blocks. Pairs never cross. What two findings have in common is weighed by the caller.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

Point = tuple[int, int]
"""(line, column); column 0: not known."""

_ANOTHER_SHIFT = 15
_FARTHER = 4
_LIMIT = 60


class Anchors:
    """The pairs (old line → new line) of one file that are known, without those that cross others."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        """In any order."""
        kept = _ascending(sorted(set(pairs)))
        self._lines = [old for old, _ in kept]
        self._shifts = [new - old for old, new in kept]
        self._news = [new for _, new in kept]

    def expect(self, line: int | None) -> int:
        """Where an old line should be now: moved as far as the nearest known neighbour."""
        if line is None:
            return 0
        if not self._lines:
            return line
        after = bisect_right(self._lines, line)
        near = [i for i in (after - 1, after) if 0 <= i < len(self._lines)]
        return line + self._shifts[min(near, key=lambda i: abs(self._lines[i] - line))]

    def together(self, old: int, new: int) -> bool:
        """Are an old line and a new one between the same two neighbours?"""
        return bisect_left(self._lines, old) <= bisect_right(self._news, new) and bisect_left(
            self._news, new
        ) <= bisect_right(self._lines, old)


def cost_of_shift(shift: int) -> int:
    """What it costs a run of pairs to have moved `shift` lines otherwise than expected, in the units of
    the weights."""
    if shift == 0:
        return 0
    return min(_LIMIT, _ANOTHER_SHIFT + _FARTHER * shift.bit_length())


def align(
    old: Sequence[Point],
    new: Sequence[Point],
    weights: Mapping[tuple[int, int], int],
    expected: Sequence[int] | None = None,
) -> list[tuple[int, int]]:
    """Of the pairs (index into `old`, into `new`) in `weights` those that together weigh the most: no
    two cross or share an end, and each run of pairs with another shift than the run before costs.

    `expected`: where each old line should be now; left out, where it was. It moves nobody past another: what
    stood between others may be expected beyond them. Time: pairs times the logarithm of `new`.
    """
    lines = [line for line, _ in old] if expected is None else expected
    rows, columns = _ranks(old), _ranks(new)
    ordered = sorted((rows[i], columns[j], i, j) for i, j in weights)
    best = _PrefixBest(len(new))
    runs: dict[int, tuple[int, int, int]] = {}  # shift → (score, column, pair)
    made: list[tuple[int, int, int]] = []  # (i, j, the pair before it or -1)
    top = (0, -1)
    for _, row in groupby(ordered, key=itemgetter(0)):
        scored = []
        for _, column, i, j in row:
            shift = new[j][0] - lines[i]
            score, before = best.below(column)
            score -= cost_of_shift(shift)
            run = runs.get(shift)
            if run is not None and run[1] < column and run[0] >= score:
                score, _, before = run
            scored.append((shift, (score + weights[i, j], column, len(made))))
            made.append((i, j, before))
        for shift, run in scored:
            best.add(run)
            if shift not in runs or run[0] > runs[shift][0]:
                runs[shift] = run
            if run[0] > top[0]:
                top = (run[0], run[2])
    return _walk_back(made, top[1])


def _walk_back(made: Sequence[tuple[int, int, int]], pair: int) -> list[tuple[int, int]]:
    chain = []
    while pair >= 0:
        i, j, pair = made[pair]
        chain.append((i, j))
    return chain[::-1]


class _PrefixBest:
    """The best score at any column below a given one (a Fenwick tree of maxima)."""

    def __init__(self, size: int) -> None:
        self._tree: list[tuple[int, int]] = [(0, -1)] * (size + 1)

    def add(self, end: tuple[int, int, int]) -> None:
        score, column, pair = end
        at = column + 1
        while at < len(self._tree):
            if score > self._tree[at][0]:
                self._tree[at] = (score, pair)
            at += at & -at

    def below(self, column: int) -> tuple[int, int]:
        found, at = (0, -1), column
        while at > 0:
            if self._tree[at][0] > found[0]:
                found = self._tree[at]
            at -= at & -at
        return found


def _ranks(points: Sequence[Point]) -> list[int]:
    ranks = [0] * len(points)
    for rank, index in enumerate(sorted(range(len(points)), key=lambda i: (points[i], i))):
        ranks[index] = rank
    return ranks


def _ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of pairs sorted by old line whose new lines never fall."""
    ends: list[int] = []  # the least new line that a part of each length ends with
    last: list[int] = []  # who ends it
    before: list[int] = []
    for index, (_, new) in enumerate(pairs):
        length = bisect_right(ends, new)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [new]
        last[length : length + 1] = [index]
    kept: list[tuple[int, int]] = []
    index = last[-1] if last else -1
    while index >= 0:
        kept.append(pairs[index])
        index = before[index]
    return kept[::-1]
