"""Look-alikes in the order of their lines."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.identity.align import Anchors, Point, align

POINTS = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 3)), max_size=6)


@pytest.mark.parametrize(
    ("expected", "found", "pairs"),
    [
        ([], [(1, 1)], []),
        ([(1, 1), (2, 1)], [(9, 1), (8, 1)], [(0, 1), (1, 0)]),
        ([(10, 1), (20, 1), (30, 1)], [(20, 1), (30, 1)], [(1, 0), (2, 1)]),
        ([(20, 1)], [(10, 1), (19, 1), (30, 1)], [(0, 1)]),
        ([(20, 5)], [(20, 9), (22, 5)], [(0, 1)]),
    ],
)
def test_align(expected: list[Point], found: list[Point], pairs: list[tuple[int, int]]) -> None:
    assert align(expected, found) == pairs


@given(POINTS, POINTS)
def test_no_dearer_than_any_other_way_in_order(expected: list[Point], found: list[Point]) -> None:
    few, many = sorted([sorted(expected), sorted(found)], key=len)

    def cost(a: Point, b: Point) -> int:
        return abs(a[0] - b[0]) + (20 if a[1] != b[1] and a[1] and b[1] else 0)

    ways = combinations(many, len(few))
    least = min(sum(cost(a, b) for a, b in zip(few, way, strict=True)) for way in ways)
    made = align(expected, found)
    assert len(made) == len(few)
    assert sum(cost(expected[i], found[j]) for i, j in made) == least


def test_very_many_look_alikes_go_by_order_alone() -> None:
    made = align([(n, 1) for n in range(1000)], [(n, 1) for n in range(999)])
    assert made == [(n, n) for n in range(999)]


def test_a_line_is_expected_where_its_nearest_neighbour_went() -> None:
    anchors = Anchors([("a", 10, 15), ("a", 100, 90)])
    assert [anchors.expect("a", n) for n in (1, 12, 99, 200)] == [6, 17, 89, 190]
    assert anchors.expect("b", 7) == 7
    assert anchors.expect("a", None) == 0
