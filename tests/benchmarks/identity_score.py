"""How well pairs of findings agree with the truth about them, as figures and as a Markdown table.

Knows nothing of who made the pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

Pairs = Mapping[int, int]
"""Number of the old result → number of the new one, each at most once."""


class Truth(NamedTuple):
    """What is known of two reports. What is in neither part may be anything."""

    sure: Pairs
    """On lines that nobody touched, or that moved inside one change."""
    edited: Pairs
    """The only finding of its rule left on both sides of one change."""
    far: Pairs = {}
    """The same text, unique in both, somewhere else."""
    fixed: frozenset[int] = frozenset()
    """Old results without any partner, as far as the truth can see: a rewritten line is among them."""
    fresh: frozenset[int] = frozenset()
    """New results without any partner, likewise."""


class Score(NamedTuple):
    """Sums over pairs of reports."""

    sure: int = 0
    hit: int = 0
    made: int = 0
    wrong: int = 0
    edited: int = 0
    edited_hit: int = 0
    far: int = 0
    far_hit: int = 0
    loose_wrong: int = 0
    """Links of edited and far-moved findings that contradict the truth."""
    unproven: int = 0
    """Links between what the truth calls fixed and new: right where a line was rewritten."""

    def plus(self, other: Score) -> Score:
        return Score(*(a + b for a, b in zip(self, other, strict=True)))

    def row(self) -> list[str]:
        """As the columns of `HEADINGS` but the first."""
        loose = self.edited_hit + self.far_hit + self.loose_wrong
        return [
            f"{100 * self.hit / max(1, self.sure):.2f} %",
            f"{1000 * self.wrong / max(1, self.made):.2f}",
            f"{self.edited_hit} of {self.edited}",
            f"{self.far_hit} of {self.far}",
            f"{self.loose_wrong} of {loose}",
            f"{self.unproven}",
        ]


HEADINGS = (
    "recall",
    "wrong per 1,000 links",
    "edited found",
    "far moves found",
    "wrong among these two",
    "unproven links",
)


def score(made: Pairs, truth: Truth) -> Score:
    """A link is wrong when the truth gives either of its ends to another."""
    wrong, loose_wrong = against(made, truth.sure), against(made, {**truth.edited, **truth.far})
    return Score(
        sure=len(truth.sure),
        hit=sum(made.get(i) == j for i, j in truth.sure.items()),
        made=len(made),
        wrong=len(wrong),
        edited=len(truth.edited),
        edited_hit=sum(made.get(i) == j for i, j in truth.edited.items()),
        far=len(truth.far),
        far_hit=sum(made.get(i) == j for i, j in truth.far.items()),
        loose_wrong=len(loose_wrong - wrong),
        unproven=sum(i in truth.fixed and j in truth.fresh for i, j in made.items()),
    )


def against(made: Pairs, truth: Pairs) -> set[int]:
    """The links, by their old end, that the truth contradicts."""
    owner = {j: i for i, j in truth.items()}
    return {i for i, j in made.items() if truth.get(i, j) != j or owner.get(j, i) != i}


def nth_of_its_kind(old: Sequence[Hashable], new: Sequence[Hashable]) -> dict[int, int]:
    """Pairs by equal keys; several of one key in their order, as the `:n` of GitHub's hash says. None
    as a key pairs with nothing."""
    places: dict[Hashable, list[int]] = defaultdict(list)
    for j, key in enumerate(new):
        places[key].append(j)
    made = {}
    for i, key in enumerate(old):
        if key is not None and places.get(key):
            made[i] = places[key].pop(0)
    return made


def table(heading: str, rows: Iterable[tuple[str, Score]]) -> str:
    """Markdown."""
    head = [heading, *HEADINGS]
    lines = [head, ["---", *("--:" for _ in HEADINGS)]]
    lines += [[name, *one.row()] for name, one in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def scored(made: Iterable[Pairs], truths: Sequence[Truth]) -> Score:
    """What one way of matching made of each pair of reports, summed up."""
    total = Score()
    for links, truth in zip(made, truths, strict=True):
        total = total.plus(score(links, truth))
    return total
