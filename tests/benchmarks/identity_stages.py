"""What each stage and each recipe of the matcher is worth: alone, together with those before, and left out.

Markdown, for `identity_history` and `identity_sources`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from tests.benchmarks.identity_score import Pairs, Score, Truth, scored
from ticketbot.identity.match import Candidate, pairs
from ticketbot.identity.recipes import RECIPES
from ticketbot.identity.stages import STAGES

Reports = Sequence[tuple[Sequence[Candidate], Sequence[Candidate]]]

_HEADINGS = (
    "| stage | alone: recall | wrong per 1,000 | up to it: recall | wrong per 1,000 "
    "| edited, far | without it: recall | wrong per 1,000 | edited, far |\n"
    "| --- | --: | --: | --: | --: | --: | --: | --: | --: |"
)


def linked(
    old: Sequence[Candidate],
    new: Sequence[Candidate],
    stages: Collection[str] = STAGES,
    recipes: Collection[str] = RECIPES,
) -> Pairs:
    """By the stages and recipes named."""
    made = pairs(old, new, stages=stages, recipes=recipes)["pairs"]
    assert isinstance(made, list)
    return {i: j for i, j, _ in made}


def stage_table(reports: Reports, truths: Sequence[Truth]) -> str:
    """A row for each stage, in their order; those that link nothing anywhere are left out."""

    def of(names: Collection[str]) -> Score:
        return scored((linked(a, b, stages=names) for a, b in reports), truths)

    rows, last = [], Score()
    whole = of(STAGES)
    for number, name in enumerate(STAGES):
        alone, up_to = of({name}), of(list(STAGES)[: number + 1])
        without = of(set(STAGES) - {name})
        if alone.made or up_to != last or without != whole:
            cells = [f"`{name}`", *_short(alone)[:2], *_short(up_to), *_short(without)]
            rows.append(f"| {' | '.join(cells)} |")
        last = up_to
    return "\n".join([_HEADINGS, *rows])


def recipe_rows(reports: Reports, truths: Sequence[Truth]) -> Iterator[tuple[str, Score]]:
    """The whole matcher with one recipe alone, for each that these findings have."""
    present = {alias.recipe for old, _ in reports for each in old for alias in each.aliases}
    for recipe in RECIPES:
        if recipe in present and len(present) > 1:
            made = (linked(a, b, recipes={recipe}) for a, b in reports)
            yield f"ticketbot with `{recipe}` alone", scored(made, truths)


def _short(score: Score) -> list[str]:
    row = score.row()
    return [*row[:2], f"{score.edited_hit}, {score.far_hit}"]
