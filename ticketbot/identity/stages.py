"""The stages of matching, from the most certain to the least. Each is a function of the board that
links some of what is still free.

Never across rules; across files only where a rename, or a text that is nowhere else, says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ticketbot.identity.board import LOOKALIKE, Board, Bucket
from ticketbot.identity.edited import link_edited
from ticketbot.identity.lookalikes import in_order, told_apart, without_text
from ticketbot.identity.recipes import RECIPES
from ticketbot.identity.renames import across, file_moves
from ticketbot.identity.travel import link_far, note_possible
from ticketbot.identity.trust import trusted
from ticketbot.model.flaw import NO_TRAITS

Stage = Callable[[Board, Mapping[str, str]], None]
"""The board, and the renames that version control knows (old path → new path)."""


def certain(board: Board, _: Mapping[str, str]) -> None:
    """Links who has a name of its own: who is at the same place first, then who alone has it."""
    for recipe, kind in RECIPES.items():
        if kind.identifying:
            for bucket in list(board.open_buckets(recipe)):
                _at_the_same_place(board, bucket, recipe)
                if len(bucket.new) == 1:
                    for k in bucket.known:
                        if _link(board, bucket.new[0], k, recipe):
                            break


def single(board: Board, _: Mapping[str, str]) -> None:
    """Links who alone has a text in its file on both sides, or, of what is of the whole file, a message;
    then whom its surroundings tell apart."""
    for recipe, kind in RECIPES.items():
        for bucket in () if kind.identifying or kind.gated else board.open_buckets(recipe):
            (u, *more), (k, *others) = bucket
            if not more and not others and not (kind.weak and board.new[u].line is not None):
                _link(board, u, k, recipe)
    told_apart(board, [(b, r) for r in LOOKALIKE for b in board.open_buckets(r)], "context")


def producers(board: Board, _: Mapping[str, str]) -> None:
    """Links who alone has a producer's fingerprint in both scans, where it can be trusted."""
    for recipe in trusted(board):
        for bucket in board.buckets(recipe):
            if len(bucket.new) == len(bucket.known) == 1:
                _link(board, bucket.new[0], bucket.known[0], recipe)


def ordered(board: Board, _: Mapping[str, str]) -> None:
    """Links look-alikes of one file along its lines; what has no line, and what crosses too often, in
    the order of the board. So too, without text, what an earlier version kept no traits of."""
    alike = [(b, r) for r in LOOKALIKE for b in board.open_buckets(r)]
    in_order(board, [*alike, *without_text(board)], "ordered")
    same = across(board, {(item.path, item.path) for item in board.new})
    in_order(board, [each for alike in same for each in alike if each[1] == "text"], "ordered")
    for recipe, kind in RECIPES.items():
        for bucket in () if kind.gated else list(board.open_buckets(recipe)):
            for k in bucket.known:
                for u in bucket.new:
                    placed = board.new[u].line is not None and board.known[k].traits != NO_TRAITS
                    weak = kind.weak and placed
                    if not weak and board.link(u, k, "ordered", recipe):
                        break


def renamed(board: Board, renames: Mapping[str, str]) -> None:
    """The like again, from each file that was renamed to what it is now."""
    board.moves = file_moves(board, renames)
    for alike in across(board, board.moves):
        for (new, known), recipe in alike:
            if recipe == "text" and len(new) == len(known) == 1:
                board.link(new[0], known[0], "renamed", recipe)
        told_apart(board, alike, "renamed")
        in_order(board, alike, "renamed")


def far(board: Board, _: Mapping[str, str]) -> None:
    """Links a text that is nowhere else in either scan, wherever it went; then what went the same way."""
    link_far(board)


def edited(board: Board, _: Mapping[str, str]) -> None:
    """Links what was edited in its place; notes what else may have moved."""
    link_edited(board)
    note_possible(board)


STAGES: dict[str, Stage] = {
    "certain": certain,
    "single": single,
    "producers": producers,
    "ordered": ordered,
    "renamed": renamed,
    "far": far,
    "edited": edited,
}
"""In order; each takes what is left."""


def _link(board: Board, u: int, k: int, recipe: str) -> bool:
    new, known = board.new[u], board.known[k]
    same = (new.path, new.line) == (known.path, known.line)
    return board.link(u, k, "exact" if same else "moved", recipe)


def _at_the_same_place(board: Board, bucket: Bucket, recipe: str) -> None:
    known: dict[tuple[str, int | None], int] = {}
    for k in bucket.known:
        known.setdefault((board.known[k].path, board.known[k].line), k)
    for u in bucket.new:
        there = known.get((board.new[u].path, board.new[u].line))
        if there is not None:
            _link(board, u, there, recipe)
