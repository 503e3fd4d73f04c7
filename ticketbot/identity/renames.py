"""Which files were renamed, told by the findings alone: a path that is new has what is missing in
another. And what the matcher makes of it: look-alikes across the two paths.

Never a guess from names alone; a name only lowers what the findings have to show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence

import msgspec

from ticketbot.identity.board import WITHOUT_TEXT, Board, Bucket, Files, Item
from ticketbot.identity.likeness import width
from ticketbot.identity.lookalikes import Alike

_SHARED = 0.7
_SHARED_OF_NAMESAKES = 0.5
_FEWEST = 2
_FEWEST_OF_A_SPLIT = 3
_MOST_PATHS = 16
"""What more new paths than these have tells nothing."""

Signature = tuple[Hashable, ...]


class _Move(msgspec.Struct, frozen=True, order=True):
    """Sorted: the likeliest first."""

    strangers: bool
    """Have they other names?"""
    unshared: int
    """Less those shared: below zero where most are."""
    old: str
    new: str


def file_moves(board: Board, told: Mapping[str, str]) -> list[Files]:
    """(old path, new path) of each file that was renamed, as version control tells (`told`), else as
    the findings show, else as other files of its folder or its kind of name were; sorted."""
    old = _by_path(board.known, board.free_known())
    new = _by_path(board.new, board.free_new())
    alive = {item.path for item in board.new} | {i.path for i in board.known if i.claimed}
    here = {item.path for item in board.known if not item.rank}
    moves = {(a, b) for a, b in told.items() if a in old and b in new}
    fresh = {path: items for path, items in new.items() if path not in here}
    _take(moves, sorted(_likely(old, fresh, alive)))
    gone = {path for path in old if path not in alive}
    _take(moves, sorted(_carried_over(moves, gone, fresh)))
    return sorted(moves)


def across(board: Board, moves: Collection[Files]) -> Iterator[list[Alike]]:
    """For each pair of files the findings of equal rule and text, else, without text, of equal rule."""
    old, new = (
        _in_files(board.known, board.free_known(), {a for a, _ in moves}),
        _in_files(board.new, board.free_new(), {b for _, b in moves}),
    )
    for files in sorted(moves):
        buckets: dict[tuple[str, str, str], Bucket] = {}
        for u in new.get(files[1], ()):
            buckets.setdefault(_kind(board.new[u]), Bucket([], [])).new.append(u)
        for k in old.get(files[0], ()):
            if (bucket := buckets.get(_kind(board.known[k]))) is not None:
                bucket.known.append(k)
        yield [(b, kind[1]) for kind, b in sorted(buckets.items()) if b.known]


def _kind(item: Item) -> tuple[str, str, str]:
    text = item.traits.text
    return (item.rule, "text", text) if text else (item.rule, WITHOUT_TEXT, "")


def _in_files(items: Sequence[Item], who: Iterable[int], paths: set[str]) -> dict[str, list[int]]:
    files: dict[str, list[int]] = {}
    for x in who:
        if items[x].path in paths and not items[x].rank:
            files.setdefault(items[x].path, []).append(x)
    return files


def _take(moves: set[Files], more: Iterable[_Move]) -> None:
    """Adds those whose two paths are still free."""
    left, arrived = {a for a, _ in moves}, {b for _, b in moves}
    for move in more:
        if move.old not in left and move.new not in arrived:
            moves.add((move.old, move.new))
            left.add(move.old)
            arrived.add(move.new)


def _by_path(items: Sequence[Item], who: Iterable[int]) -> dict[str, Counter[Signature]]:
    paths: dict[str, Counter[Signature]] = {}
    for x in who:
        item = items[x]
        if item.path and not item.rank:
            paths.setdefault(item.path, Counter())[signature(item)] += 1
    return paths


def signature(item: Item) -> Signature:
    """What a finding keeps when its file is renamed."""
    if item.traits.text:
        return item.rule, item.traits.text
    return item.rule, item.traits.message, item.traits.column, width(item)


def _likely(
    old: Mapping[str, Counter[Signature]],
    fresh: Mapping[str, Counter[Signature]],
    alive: set[str],
) -> Iterator[_Move]:
    having: dict[Signature, list[str]] = {}
    for path, signatures in fresh.items():
        for each in signatures:
            having.setdefault(each, []).append(path)
    for path, signatures in old.items():
        meets = Counter[str]()
        for each, number in signatures.items():
            paths = having.get(each, ())
            if len(paths) <= _MOST_PATHS:
                for other in paths:
                    meets[other] += min(number, fresh[other][each])
        for other, shared in meets.items():
            sizes = signatures.total(), fresh[other].total()
            if _enough(shared, sizes, namesakes=_namesakes(path, other), split=path in alive):
                yield _Move(not _namesakes(path, other), max(sizes) - 2 * shared, path, other)


def _enough(shared: int, sizes: tuple[int, int], *, namesakes: bool, split: bool) -> bool:
    if shared >= _FEWEST_OF_A_SPLIT and shared >= _SHARED * sizes[1]:
        return True  # all of the new one came from it
    if split:  # the old file is still there
        return False
    if namesakes:
        return shared >= _SHARED_OF_NAMESAKES * min(sizes)
    return shared >= _FEWEST and shared >= _SHARED * max(sizes)


def _namesakes(old: str, new: str) -> bool:
    """One name in two folders, or one folder and one name with two endings."""
    folder, _, name = old.rpartition("/")
    other, _, another = new.rpartition("/")
    return name == another or (folder == other and _stem(name) == _stem(another))


def _stem(name: str) -> str:
    return name.lstrip(".").partition(".")[0]


def _carried_over(
    moves: Iterable[Files], gone: set[str], fresh: Collection[str]
) -> Iterator[_Move]:
    """As other files of a folder went (`a/b/x` → `c/x`), or others with such a name (`xSpec.ts` →
    `x.test.ts`)."""
    folders, endings = set(), set()
    for old, new in moves:
        tail = _common_tail(old.split("/"), new.split("/"))
        if tail:
            folders.add((old[: len(old) - len(tail)], new[: len(new) - len(tail)]))
        head = _common_head(old, new)
        if head > old.rfind("/") + 1:
            endings.add((old[head:], new[head:]))
    for path in gone:
        for old, new in folders:
            if path.startswith(old) and new + path[len(old) :] in fresh:
                yield _Move(True, 0, path, new + path[len(old) :])
        for old, new in endings:
            if path.endswith(old) and path[: len(path) - len(old)] + new in fresh:
                yield _Move(True, 0, path, path[: len(path) - len(old)] + new)


def _common_head(old: str, new: str) -> int:
    """How many characters at the start are the same."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(old), len(new)))


def _common_tail(old: Sequence[str], new: Sequence[str]) -> str:
    """The parts at the end that are the same in both paths, with `/` between them."""
    pairs = enumerate(zip(reversed(old), reversed(new), strict=False))
    same = next((n for n, (a, b) in pairs if a != b), min(len(old), len(new)))
    return "/".join(old[len(old) - same :])
