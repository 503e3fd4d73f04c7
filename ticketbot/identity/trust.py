"""Which producers' fingerprints tell anything between these two scans, learnt from the scans themselves.

A fingerprint that names flaws is equal where other evidence says that two findings are one. One that
counts results, or is drawn anew in each run, is not, whatever its name promises. The idea is that of
the SARIF SDK's matcher; nothing is remembered from scan to scan.
"""

from __future__ import annotations

from ticketbot.identity.board import Board
from ticketbot.identity.recipes import RECIPES

_FEWEST = 4
"""With less evidence than this a fingerprint has the benefit of the doubt."""
_AGREEING = 0.5


def trusted(board: Board) -> list[str]:
    """The gated recipes that what is linked so far does not speak against; the strongest first."""
    return [recipe for recipe, kind in RECIPES.items() if kind.gated and _agrees(board, recipe)]


def _agrees(board: Board, recipe: str) -> bool:
    seen = equal = 0
    for link in board.links:
        new, known = board.new[link.new].values(recipe), board.known[link.known].values(recipe)
        if new and known:
            seen += 1
            equal += not new.isdisjoint(known)
    return seen < _FEWEST or equal >= _AGREEING * seen
