"""Findings that something makes look alike: equal text in one file, or, where no text is known, one
rule and message. Told apart by what is around them, then by the order of their lines.

Nothing here goes from one file to another, unless the caller says that the file was renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from ticketbot.identity.align import Anchors
from ticketbot.identity.board import WITHOUT_TEXT, Board, Bucket, Files, Item
from ticketbot.identity.likeness import BASE, differ, likeness
from ticketbot.identity.lines import Lines, Weights
from ticketbot.identity.recipes import RECIPES

_ROUNDS = 4
_BETWEEN = 20
"""What it is worth to be between the same neighbours."""

Alike = tuple[Bucket, str]
"""Who may be one, and the recipe that says so."""


def told_apart(board: Board, alike: Iterable[Alike], stage: str) -> None:
    """Links who alone among its look-alikes has its surroundings: all that is known of them, the
    nearest lines, the function."""
    for bucket, recipe in alike:
        for level in _LEVELS:
            left = board.open(bucket)
            if left is None:
                break
            for u, k in _alone(board, left, level):
                board.link(u, k, stage, recipe)


def _alone(
    board: Board, bucket: Bucket, level: Callable[[Item], Hashable]
) -> Iterator[tuple[int, int]]:
    sides: dict[Hashable, Bucket] = {}
    for u in bucket.new:
        sides.setdefault(level(board.new[u]), Bucket([], [])).new.append(u)
    for k in bucket.known:
        if (same := sides.get(level(board.known[k]))) is not None:
            same.known.append(k)
    for key, (new, known) in sides.items():
        if key is not None and len(new) == len(known) == 1:
            yield new[0], known[0]


def _all_around(item: Item) -> Hashable:
    traits = item.traits
    known = traits.before or traits.after
    return (traits.scope, traits.before, traits.after, traits.column) if known else None


def _next_to(item: Item) -> Hashable:
    before, after = item.traits.before[:1], item.traits.after[:1]
    return (before, after) if before or after else None


def _inside(item: Item) -> Hashable:
    return item.traits.scope


_LEVELS = (_all_around, _next_to, _inside)


def without_text(board: Board) -> Iterator[Alike]:
    """For each file and rule the findings of which at least one side does not know the text."""
    sides: dict[tuple[str, str], Bucket] = {}
    for u in board.free_new():
        item = board.new[u]
        if item.line is not None:
            sides.setdefault((item.path, item.rule), Bucket([], [])).new.append(u)
    for k in board.free_known():
        item = board.known[k]
        bucket = sides.get((item.path, item.rule)) if item.line is not None else None
        if bucket is not None and any(alias.recipe in RECIPES for alias in item.aliases):
            bucket.known.append(k)
    for bucket in sides.values():
        known, new = ([board.known[k] for k in bucket.known], [board.new[u] for u in bucket.new])
        if known and not all(item.textual for item in (*known, *new)):
            yield bucket, WITHOUT_TEXT


def in_order(board: Board, alike: Sequence[Alike], stage: str) -> None:
    """Links along the lines of each file; the known that are there before those that went, and who look
    the same before those whose line must have changed. Such a line is, where no text is known, only one that
    stands between the same neighbours."""
    for rank in sorted({item.rank for item in board.known}):
        for changed in (False, True):
            for _ in range(_ROUNDS):  # who crosses the best chain is in the next one
                if not _round(board, list(_parts(board, alike, rank)), stage, changed=changed):
                    break


def _round(board: Board, alike: Sequence[Alike], stage: str, *, changed: bool) -> int:
    files: dict[tuple[Files, str], list[Alike]] = {}
    for number, (part, recipe) in enumerate(alike):
        name = board.known[part.known[0]].path, board.new[part.new[0]].path
        # Without text all rules of a file are one sequence: it is all there is to go by.
        group = "" if recipe == WITHOUT_TEXT else f"{number:09}"
        files.setdefault((name, group), []).append((part, recipe))
    anchors = {name: board.anchors(name) for name, _ in files}
    return sum(
        _along(board, anchors[name], files[name, group], stage, changed=changed)
        for name, group in sorted(files)
    )


def _parts(board: Board, alike: Iterable[Alike], rank: int) -> Iterator[Alike]:
    """What is still open of each bucket, for each file."""
    for bucket, recipe in alike:
        left = board.open(bucket)
        if left is None:
            continue
        new = [u for u in left.new if board.new[u].line is not None]
        files: dict[str, list[int]] = {}
        for k in left.known:
            item = board.known[k]
            if item.rank == rank and item.line is not None:
                files.setdefault(item.path, []).append(k)
        if new:
            for known in files.values():
                yield Bucket(new, known), recipe


def _along(
    board: Board, anchors: Anchors, parts: Sequence[Alike], stage: str, *, changed: bool
) -> int:
    """Links the best chain of pairs in one file; how many."""
    lines = Lines(
        board,
        anchors,
        (k for part, _ in parts for k in part.known),
        (u for part, _ in parts for u in part.new),
    )
    weights: Weights = {}
    for part, recipe in parts:
        for k, u in lines.meetings(part.known, part.new):
            if (k, u) in weights or not board.allowed(u, k, recipe):
                continue
            known, new = board.known[k], board.new[u]
            between = anchors.together(known.line or 0, new.line or 0)
            without = recipe == WITHOUT_TEXT
            if without and known.rank and known.line != new.line:
                continue  # what went long ago comes back only where it was
            if differ(known, new) and not (changed and (between or not without)):
                continue
            weight = BASE[recipe] + likeness(known, new) + _BETWEEN * between
            if weight > 0:
                weights[k, u] = weight, recipe
    return sum(board.link(u, k, stage, weights[k, u][1]) for k, u in lines.chain(weights))
