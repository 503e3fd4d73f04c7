"""Look-alikes of one file, old and new, in the order of their lines: who is who.

Lines are expected where the known neighbours went. Pairs never cross. It decides nothing but order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

Point = tuple[int, int]
"""(line, column); column 0: not known."""

_CELLS_LIMIT = 250_000
_COLUMN_COST = 20
"""As many lines off as another column is worth."""


class Anchors:
    """For each file the pairs (old line → new line) already known."""

    def __init__(self, pairs: Iterable[tuple[str, int, int]]) -> None:
        """(path, old line, new line), in any order."""
        self._lines: dict[str, tuple[list[int], list[int]]] = {}
        for path, old, new in sorted(pairs):
            lines, shifts = self._lines.setdefault(path, ([], []))
            lines.append(old)
            shifts.append(new - old)

    def expect(self, path: str | None, line: int | None) -> int:
        """Where an old line should be now: moved as far as the nearest known neighbour."""
        if line is None:
            return 0
        lines, shifts = self._lines.get(path or "", ([], []))
        if not lines:
            return line
        after = bisect_right(lines, line)
        near = [i for i in (after - 1, after) if 0 <= i < len(lines)]
        return line + shifts[min(near, key=lambda i: abs(lines[i] - line))]


def align(expected: Sequence[Point], found: Sequence[Point]) -> list[tuple[int, int]]:
    """Pairs of indexes (into `expected`, into `found`), as many as the shorter side has, none
    crossing another, with the least sum of distances. Quadratic up to 250,000 cells; beyond that
    by order alone."""
    rows = sorted(range(len(expected)), key=lambda i: (expected[i], i))
    columns = sorted(range(len(found)), key=lambda j: (found[j], j))
    if len(rows) == len(columns) or len(rows) * len(columns) > _CELLS_LIMIT:
        return list(zip(rows, columns, strict=False))
    if len(rows) > len(columns):
        flipped = _cheapest([found[j] for j in columns], [expected[i] for i in rows])
        return [(rows[i], columns[j]) for j, i in flipped]
    return [
        (rows[i], columns[j])
        for i, j in _cheapest([expected[i] for i in rows], [found[j] for j in columns])
    ]


def _cheapest(few: Sequence[Point], many: Sequence[Point]) -> list[tuple[int, int]]:
    """Each of `few` gets one of `many`, in order."""
    spare = len(many) - len(few)
    best = [0] * (spare + 1)  # of the few so far, with j of the many passed over
    taken: list[list[bool]] = []
    for i, point in enumerate(few):
        here: list[int] = []
        choice: list[bool] = []
        for j in range(spare + 1):
            take = best[j] + _cost(point, many[i + j])
            skip = here[j - 1] if j else None
            choice.append(skip is None or take < skip)
            here.append(take if skip is None or take < skip else skip)
        best = here
        taken.append(choice)
    pairs: list[tuple[int, int]] = []
    j = spare
    for i in range(len(few) - 1, -1, -1):
        while not taken[i][j]:
            j -= 1
        pairs.append((i, i + j))
    return pairs[::-1]


def _cost(a: Point, b: Point) -> int:
    other_column = a[1] != b[1] and a[1] and b[1]
    return abs(a[0] - b[0]) + (_COLUMN_COST if other_column else 0)
