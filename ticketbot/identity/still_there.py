"""Is the line of a flaw that is no longer reported still in the code? Vanished is not fixed: a rule may have
changed, a path been left out, a suppression comment been written.

Looks only at flaws that are a line of code, by the hash of that line as the ledger keeps it (`line/1`), and,
where the ledger knows what stood around it, only where some of that still does: look-alikes elsewhere in the
file are other lines. What cannot be told is not claimed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from ticketbot.identity.digest import digest, same_line, same_path, suppression
from ticketbot.identity.ingredients import Sources
from ticketbot.identity.rules import stable_rule
from ticketbot.identity.traits import around
from ticketbot.model.flaw import Features

_LINES = frozenset({"code", "iac", "model", "other"})
"""Kinds whose flaws are lines. Secrets go by what they are, packages and operations have no line."""


class Remains(msgspec.Struct, frozen=True):
    """Where the line is now."""

    line: int
    word: str = ""
    """Of the suppression comment on it or above it, as `nosec`."""


class Code:
    """The checkout, each file of it looked at once."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._files: dict[str, tuple[Sequence[str], dict[str, list[int]]]] = {}

    def exists(self, path: str) -> bool:
        """Is there such a file, with anything in it?"""
        return bool(self._file(path)[0])

    def remains(self, features: Features, family: str) -> list[Remains]:
        """The lines that are the flaw's, in the order of the file."""
        if features.kind not in _LINES or not features.line_hash or not features.path:
            return []
        lines, index = self._file(features.path)
        rule, path = stable_rule(family, features.rule), same_path(features.path)
        found: list[int] = []
        for text in self._texts(features, index):
            if digest("line/1", family, rule, path, text) == features.line_hash:
                found += index[text]
        return [
            Remains(at + 1, suppression(lines[at]) or _above(lines, at))
            for at in sorted(found)
            if _same_surroundings(features, lines, at)
        ]

    def _texts(self, features: Features, index: dict[str, list[int]]) -> Sequence[str]:
        """What is worth hashing: all lines, but for those that differ from what the ledger remembers."""
        known = features.traits.text
        return [text for text in index if not known or text.startswith(known)]

    def _file(self, path: str) -> tuple[Sequence[str], dict[str, list[int]]]:
        if path not in self._files:
            lines = self._sources.lines(path)
            index: dict[str, list[int]] = defaultdict(list)
            for at, line in enumerate(lines):
                if text := same_line(line):
                    index[text].append(at)
            self._files[path] = (lines, index)
        return self._files[path]


def _same_surroundings(features: Features, lines: Sequence[str], at: int) -> bool:
    """Of what stood around it, does anything still?"""
    traits = features.traits
    if not traits.before and not traits.after:
        return True
    before, after = around(lines, at)
    return bool(set(before) & set(traits.before) or set(after) & set(traits.after))


def _above(lines: Sequence[str], at: int) -> str:
    """A suppression on the line above that is for the next line."""
    word = suppression(lines[at - 1]) if at else ""
    return word if "next" in word or word in _FOR_NEXT else ""


_FOR_NEXT = frozenset({"biome-ignore", "@ts-ignore", "@ts-expect-error"})
