"""Lines of source → the function or class that each stands in, read cheaply: by indentation or braces, no
parser.

None when unsure: an unknown language, braces that do not add up, a file too large. The names are traits
(`identity.traits`), never ingredients of an alias: a machine without the checkout could not tell them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ticketbot.identity.scope_braces import by_braces
from ticketbot.identity.scope_text import C_LIKE, HASHED, PYTHON, QUOTED, bare

_MOST_LINES = 20_000
_LONGEST_LINE = 2_000
"""Characters; longer ones are data, or minified."""
_LONGEST_NAME = 200

_PYTHON_HEAD = re.compile(r"(?:async\s+)?(?:def|class)\s+(\w+)")
_RUBY_HEAD = re.compile(r"(?:\w+\s+)?(?:def|class|module|defp?|defmodule)\s+([\w.:]+[?!=]?)")
_INDENTED = {
    **dict.fromkeys(("py", "pyi", "pyx"), (_PYTHON_HEAD, PYTHON)),
    **dict.fromkeys(("rb", "rake", "ex", "exs"), (_RUBY_HEAD, HASHED)),
}
_BRACED = {
    **dict.fromkeys("c h cc cpp cxx hpp hh hxx m mm java cs".split(), (C_LIKE, True)),
    **dict.fromkeys("js jsx mjs cjs ts tsx mts cts dart groovy".split(), (QUOTED, True)),
    **dict.fromkeys("rs kt kts swift scala".split(), (C_LIKE, False)),
    **dict.fromkeys(("go", "php"), (QUOTED, False)),
}
"""Suffix → how strings and comments look there, and whether functions go without a keyword."""


def scope_at(lines: Sequence[str], path: str, number: int) -> str | None:
    """The scope of line `number` (from 1) as `Outer.inner`; "" outside of all. `path` tells the language."""
    if not 1 <= number <= len(lines) <= _MOST_LINES:
        return None
    scopes = _scopes(tuple(lines), path.rpartition(".")[2].lower())
    return scopes[number - 1] if scopes else None


@lru_cache(maxsize=1024)
def _scopes(lines: tuple[str, ...], suffix: str) -> Sequence[str] | None:
    """Findings mostly come by file: each is read once for all of them."""
    short = ["" if len(line) > _LONGEST_LINE else line for line in lines]
    if suffix in _INDENTED:
        head, masks = _INDENTED[suffix]
        stacks = _by_indentation(bare(short, masks), head)
    elif suffix in _BRACED:
        masks, keywordless = _BRACED[suffix]
        stacks = by_braces(bare(short, masks), keywordless=keywordless)
    else:
        return None
    if stacks is None:
        return None
    said = {names: ".".join(names)[:_LONGEST_NAME] for names in set(stacks)}
    return [said[names] for names in stacks]


def _by_indentation(lines: Sequence[str], head: re.Pattern[str]) -> list[tuple[str, ...]] | None:
    found: list[tuple[str, ...]] = []
    stack: list[tuple[int, str]] = []
    depth = 0  # of brackets: what is inside is indented as its writer likes
    for line in lines:
        text = line.strip()
        if text and depth <= 0:
            indent = len(line.expandtabs(8)) - len(line.expandtabs(8).lstrip())
            while stack and stack[-1][0] >= indent:
                stack.pop()
        found.append(tuple(name for _, name in stack))
        if text and depth <= 0 and (match := head.match(text)):
            stack.append((indent, match[1]))
        depth = max(0, depth + sum(map(text.count, "([{")) - sum(map(text.count, ")]}")))
    return found if depth == 0 else None
