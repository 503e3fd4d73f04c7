"""Which finding of one release is which of the next, by git alone: lines that `git diff -M` calls untouched.

Uses no fingerprint; text only inside one changed part, and to find what moved far. The classes are those
of the corpus: same, moved, edited, xmoved.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.identity_releases import run

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


class Spot(NamedTuple):
    """Where a finding is, and what says so. `text`: its line, without white space at the ends."""

    number: int
    rule: str
    path: str
    line: int
    column: int
    text: str


class Hunk(NamedTuple):
    """Lines `old` to before `old_end` became `new` to before `new_end`."""

    old: int
    old_end: int
    new: int
    new_end: int


class Change(NamedTuple):
    """One file that both releases have, if under another name."""

    path: str
    hunks: list[Hunk]

    def after(self, line: int) -> int | None:
        """Where an old line is now; None where it was touched."""
        at = bisect_right([hunk.old for hunk in self.hunks], line) - 1
        if at < 0:
            return line
        hunk = self.hunks[at]
        return None if line < hunk.old_end else line + hunk.new_end - hunk.old_end


def changes(repository: Path, a: str, b: str) -> dict[str, Change | None]:
    """Old path → what became of the file, None for one that went. Files that did not change are left
    out."""
    options = ["-M", "-U0", "--no-color", "--no-ext-diff", "--src-prefix=a/", "--dst-prefix=b/"]
    diff = run(["git", "-c", "core.quotePath=off", "diff", *options, a, b], repository)
    found: dict[str, Change | None] = {}
    for part in re.split(r"^diff --git ", diff.decode("utf-8", "replace"), flags=re.M)[1:]:
        head, *body = re.split(r"^(?=@@ )", part, flags=re.M)
        old, new = _paths(head)
        if old and new:
            found[old] = Change(new, [_hunk(each) for each in body])
        elif old:
            found[old] = None
    return found


def _paths(head: str) -> tuple[str, str]:
    """Old and new path; empty for none."""
    renamed = re.search(r"^rename from (.*)\nrename to (.*)$", head, re.M)
    if renamed:
        return renamed[1], renamed[2]
    first = head.partition("\n")[0]
    path = first[2 : len(first) // 2]  # `a/PATH b/PATH`
    return (
        "" if "\nnew file mode" in head else path,
        "" if "\ndeleted file mode" in head else path,
    )


def _hunk(text: str) -> Hunk:
    """Without lines, git names the line before."""
    found = _HUNK.match(text)
    assert found is not None, text[:80]
    old, old_lines, new, new_lines = (1 if n is None else int(n) for n in found.groups())
    old, new = old + (not old_lines), new + (not new_lines)
    return Hunk(old, old + old_lines, new, new + new_lines)


def matched(
    old: Sequence[Spot], new: Sequence[Spot], changed: dict[str, Change | None]
) -> list[tuple[int, int, str]]:
    """(number of the old finding, number of the new one, class)."""
    sides = _Sides(old, new)
    sides.link("same", lambda s: _there(s, changed), lambda s: (s.rule, s.path, s.line))
    before = partial(_hunk_of_old, changed=changed)
    after = partial(_hunk_of_new, hunks={c.path: c.hunks for c in changed.values() if c})
    sides.link("moved", partial(_inside, before, text=True), partial(_inside, after, text=True))
    sides.link("edited", partial(_inside, before), partial(_inside, after), alone=True)
    once = [Counter((s.rule, s.text) for s in side) for side in (old, new)]

    def unique(spot: Spot) -> Hashable | None:
        key = spot.rule, spot.text
        return key if spot.text and once[0][key] == once[1][key] == 1 else None

    sides.link("xmoved", unique, unique, alone=True)
    return sorted(sides.made)


Key = Callable[[Spot], Hashable | None]


class _Sides:
    """Findings of two releases that have no partner yet, and the pairs so far."""

    def __init__(self, old: Sequence[Spot], new: Sequence[Spot]) -> None:
        self.made: list[tuple[int, int, str]] = []
        self._old, self._new = list(old), list(new)

    def link(self, kind: str, before: Key, after: Key, *, alone: bool = False) -> None:
        """Equal keys, as many on both sides: in their order, or only where there is one each."""
        left, right = _grouped(self._old, before), _grouped(self._new, after)
        taken: tuple[set[int], set[int]] = (set(), set())
        for key in left.keys() & right.keys():
            if len(left[key]) == len(right[key]) and not (alone and len(left[key]) > 1):
                for a, b in zip(left[key], right[key], strict=True):
                    self.made.append((a.number, b.number, kind))
                    taken[0].add(a.number)
                    taken[1].add(b.number)
        self._old = [spot for spot in self._old if spot.number not in taken[0]]
        self._new = [spot for spot in self._new if spot.number not in taken[1]]


def _grouped(spots: Iterable[Spot], key: Key) -> dict[Hashable, list[Spot]]:
    groups: dict[Hashable, list[Spot]] = defaultdict(list)
    for spot in sorted(spots, key=lambda s: (s.line, s.column)):
        if (value := key(spot)) is not None:
            groups[value].append(spot)
    return groups


def _inside(hunk: Key, spot: Spot, *, text: bool = False) -> Hashable | None:
    """The change that a finding is in, with its rule, and its text where that counts."""
    at = hunk(spot)
    return None if at is None else (at, spot.rule, spot.text if text else "")


def _there(spot: Spot, changed: dict[str, Change | None]) -> Hashable | None:
    """Where an untouched old finding must be in the new release."""
    if spot.path not in changed:
        return spot.rule, spot.path, spot.line
    change = changed[spot.path]
    line = change.after(spot.line) if change else None
    return (spot.rule, change.path, line) if change and line else None


def _hunk_of_old(spot: Spot, changed: dict[str, Change | None]) -> Hashable | None:
    change = changed.get(spot.path)
    found = (h for h in (change.hunks if change else ()) if h.old <= spot.line < h.old_end)
    hunk = next(found, None)
    return (change.path, hunk) if change and hunk else None


def _hunk_of_new(spot: Spot, hunks: dict[str, list[Hunk]]) -> Hashable | None:
    found = (h for h in hunks.get(spot.path, ()) if h.new <= spot.line < h.new_end)
    hunk = next(found, None)
    return (spot.path, hunk) if hunk else None
