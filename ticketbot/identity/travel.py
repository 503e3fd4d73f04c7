"""Findings that went to another file while their own stayed: told by a text that is nowhere else.

Short lines prove nothing, and neither does a text that either scan has twice, unless another finding
went from the one file to the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ticketbot.identity.board import Board, Files, Item

_TELLING = 16
"""Characters without white space."""


def link_far(board: Board) -> None:
    """Links who alone has its rule and text in all of both scans; then, along the ways that these went,
    who alone has them among what is left."""
    now = [*board.new, *(item for item in board.known if item.claimed)]
    old, new = Counter(map(_key, board.known)), Counter(map(_key, now))
    ways: set[Files] = set()
    for u, k in list(_alone(board)):
        key = _key(board.new[u])
        if _telling(board.new[u]) and old[key] == new[key] == 1 and board.link(u, k, "far", "text"):
            ways.add((board.known[k].path, board.new[u].path))
    for u, k in list(_alone(board)):
        if (board.known[k].path, board.new[u].path) in ways:
            board.link(u, k, "far", "text")


def note_possible(board: Board) -> None:
    """Notes whose text is among what is new in another place, or whose rule is in a new file of the same
    name."""
    here = {item.path for item in board.known}
    texts, names = set(), set()
    for u in board.free_new():
        item = board.new[u]
        if _telling(item):
            texts.add(_key(item))
        if item.path not in here:
            names.add((item.rule, _name(item)))
    for k in board.free_known():
        item = board.known[k]
        if not item.rank and (_key(item) in texts or (item.rule, _name(item)) in names):
            board.possible.add(k)


def _alone(board: Board) -> Iterator[tuple[int, int]]:
    """Of what is left: who has one counterpart, and is its only one."""
    new = _only(board.new, board.free_new())
    known = _only(board.known, (k for k in board.free_known() if not board.known[k].rank))
    for key in sorted(new.keys() & known.keys()):
        yield new[key], known[key]


def _only(items: Sequence[Item], who: Iterable[int]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], list[int]] = {}
    for x in who:
        if items[x].traits.text:
            found.setdefault(_key(items[x]), []).append(x)
    return {key: several[0] for key, several in found.items() if len(several) == 1}


def _telling(item: Item) -> bool:
    return len(item.traits.text) >= _TELLING


def _key(item: Item) -> tuple[str, str]:
    return item.rule, item.traits.text


def _name(item: Item) -> str:
    return item.path.rpartition("/")[2]
