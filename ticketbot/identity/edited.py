"""Findings whose line was edited: the least certain stage. The same file and rule, between
the same neighbours, and a text that is much the same, or another in the very same place. Another
function speaks against it, and forbids nothing: functions are renamed.

Where two come into question equally, neither is taken: a false pair hides a flaw, a missed one is noise.
"""

from __future__ import annotations

from collections.abc import Sequence

from ticketbot.identity.board import Board, Bucket, Files, Item
from ticketbot.identity.likeness import likeness, width
from ticketbot.identity.lines import Lines, Pair, Weights

_ALIKE = 50
"""In percent: as many pairs of letters must two texts share."""
_ALIKE_IN_PLACE = 35
"""The same where line and column are as expected."""
_BY_TEXT = -30
"""Added to that percentage: a text that is just alike needs more that speaks for it."""
_IN_PLACE = 20
_START = 6
_WRAPPED = 60
_MARGIN = 10
"""By this much must a pair outweigh each other that it excludes."""
_STAGE = "fuzzy"


def link_edited(board: Board) -> None:
    """File by file, also where it was renamed; notes in `board.possible` who may be one of several."""
    now = dict(board.moves)
    files: dict[Files, dict[str, Bucket]] = {}
    found: dict[tuple[str, str], list[int]] = {}
    for u in board.free_new():
        if board.new[u].line is not None:
            found.setdefault((board.new[u].path, board.new[u].rule), []).append(u)
    for k in board.free_known():
        item = board.known[k]
        if item.path and item.line is not None and not item.rank and not item.settled:
            path = now.get(item.path, item.path)
            if (new := found.get((path, item.rule))) is not None:
                rules = files.setdefault((item.path, path), {})
                rules.setdefault(item.rule, Bucket(new, [])).known.append(k)
    for name, rules in sorted(files.items()):
        _link_in(board, name, [bucket for _, bucket in sorted(rules.items())])


def _link_in(board: Board, files: Files, buckets: Sequence[Bucket]) -> None:
    known = [k for bucket in buckets for k in bucket.known]
    new = [u for bucket in buckets for u in bucket.new]
    anchors = board.anchors(files)
    lines = Lines(board, anchors, known, new)
    weights: Weights = {}
    for bucket in buckets:
        for k, u in lines.meetings(bucket.known, bucket.new):
            if not anchors.together(board.known[k].line or 0, board.new[u].line or 0):
                continue
            found = _weigh(board.known[k], board.new[u], lines.shift(k, u))
            if found is not None and board.allowed(u, k, found[1]):
                weights[k, u] = found
    chosen = lines.chain(weights)
    rivals = _rivals(lines, weights, chosen)
    for k, u in chosen:
        if (k, u) in rivals:
            board.possible.add(k)
        else:
            board.link(u, k, _STAGE, weights[k, u][1])


def _weigh(known: Item, new: Item, shift: int) -> tuple[int, str] | None:
    a, b = known.traits, new.traits
    same = similarity(a.text, b.text)
    there = shift == 0 and a.column is not None and a.column == b.column
    if same >= (_ALIKE_IN_PLACE if there else _ALIKE):
        return same + _BY_TEXT + likeness(known, new), "text"
    if there and _several_lines(known, new):
        return _IN_PLACE + likeness(known, new), "place"
    return None


def _several_lines(known: Item, new: Item) -> bool:
    """Do both go over as many lines, and more than one? The text is but the first of them."""
    size = width(known)
    return size is not None and size[0] > 0 and size == width(new)


def _rivals(lines: Lines, weights: Weights, chosen: Sequence[Pair]) -> set[Pair]:
    """Which chosen pairs are not clearly better than one that nothing else excludes."""
    by_known, by_new = dict(chosen), {u: k for k, u in chosen}
    close = set()
    for k, u in weights:
        if (k in by_known) != (u in by_new):  # one end is left over
            rival = (k, by_known[k]) if k in by_known else (by_new[u], u)
            if lines.worth((k, u), weights) > lines.worth(rival, weights) - _MARGIN:
                close.add(rival)
    return close


def similarity(old: str, new: str) -> int:
    """Percent of their pairs of neighbouring letters that two texts share (Dice 1945); 0 for none."""
    a, b = _pairs(old), _pairs(new)
    same = 200 * len(a & b) // (len(a) + len(b)) if a and b else 0
    short, long = sorted((old, new), key=len)
    if len(short) >= _START and long.startswith(short):
        return max(same, _WRAPPED)  # `call(` of `call(a, b)`: it goes on in the next line
    return same


def _pairs(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1)}
