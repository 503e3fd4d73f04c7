"""Findings of one file in the order of their lines."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.identity.align import Anchors, Point, align, cost_of_shift

POINTS = st.lists(st.tuples(st.integers(1, 30), st.just(0)), max_size=5, unique=True)
WEIGHT = 60


def everyone(old: list[Point], new: list[Point]) -> dict[tuple[int, int], int]:
    return {(i, j): WEIGHT for i in range(len(old)) for j in range(len(new))}


@pytest.mark.parametrize(
    ("situation", "old", "new", "pairs"),
    [
        ("nothing was there", [], [1], []),
        ("listed in another order", [1, 2], [2, 1], [(0, 1), (1, 0)]),
        ("the first went", [10, 20, 30], [20, 30], [(1, 0), (2, 1)]),
        ("all moved equally far", [10, 20, 30], [20, 30, 40], [(0, 0), (1, 1), (2, 2)]),
        ("the nearest of several", [20], [10, 19, 30], [(0, 1)]),
        ("two in one block, one that stayed", [1, 50, 52], [1, 52, 54], [(0, 0), (1, 1), (2, 2)]),
    ],
)
def test_align(
    situation: str, old: list[int], new: list[int], pairs: list[tuple[int, int]]
) -> None:
    a, b = [(line, 0) for line in old], [(line, 0) for line in new]
    assert sorted(align(a, b, everyone(a, b))) == pairs, situation


def test_only_pairs_with_a_weight_are_made() -> None:
    assert align([(1, 0), (2, 0)], [(1, 0), (2, 0)], {(0, 1): 60}) == [(0, 1)]
    assert align([(1, 0)], [(9, 0)], {(0, 0): cost_of_shift(8)}) == []


def test_what_speaks_for_a_pair_outweighs_its_place() -> None:
    old, new = [(10, 0)], [(10, 0), (14, 0)]
    assert align(old, new, {(0, 0): 20, (0, 1): 90}) == [(0, 1)]


def total(chain: list[tuple[int, int]], old: list[Point], new: list[Point]) -> int:
    shifts = [0, *(new[j][0] - old[i][0] for i, j in chain)]
    costs = [cost_of_shift(b) for a, b in pairwise(shifts) if a != b]
    return WEIGHT * len(chain) - sum(costs)


@given(POINTS, POINTS)
def test_no_other_chain_weighs_more(old: list[Point], new: list[Point]) -> None:
    old, new = sorted(old), sorted(new)
    chains = [
        list(zip(few, other, strict=True))
        for size in range(min(len(old), len(new)) + 1)
        for few in combinations(range(len(old)), size)
        for other in combinations(range(len(new)), size)
    ]
    made = align(old, new, everyone(old, new))
    assert made == sorted(made)
    assert total(made, old, new) == max(total(chain, old, new) for chain in chains)


def test_a_line_is_expected_where_its_nearest_neighbour_went() -> None:
    anchors = Anchors([(10, 15), (100, 90)])
    assert [anchors.expect(n) for n in (1, 12, 99, 200)] == [6, 17, 89, 190]
    assert Anchors([]).expect(7) == 7
    assert anchors.expect(None) == 0


def test_a_neighbour_that_crossed_all_others_tells_nothing() -> None:
    assert Anchors([(10, 12), (15, 17), (20, 5), (30, 32), (40, 42)]).expect(21) == 23


def test_what_is_between_the_same_neighbours() -> None:
    anchors = Anchors([(10, 15), (20, 30)])
    assert anchors.together(12, 29)
    assert anchors.together(20, 30)
    assert anchors.together(21, 99)
    assert not anchors.together(9, 16)
    assert not anchors.together(12, 31)
