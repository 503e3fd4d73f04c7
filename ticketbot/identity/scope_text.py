"""Source without its strings and comments, line by line: what is left has the brackets and words that
count. Cheap, and wrong now and then (a quote inside a regular expression); knows no language's grammar.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_STRING = r'"(?:\\.|[^"\\\n])*"'
_APOSTROPHES = r"'(?:\\.|[^'\\\n])*'"
_CHARACTER = r"'(?:\\[^\n]{1,8}|[^'\\\n])'"
_TRIPLE = r'"""(?:(?:\\.|[^\\])*?"""|.*)'
_TRIPLE_APOSTROPHES = r"'''(?:(?:\\.|[^\\])*?'''|.*)"
_BACKTICKS = r"`(?:\\.|[^`\\])*`?"
_COMMENT = r"//[^\n]*|/\*(?:.*?\*/|.*)"
_HASH = r"\#[^\n]*"
_REGEX = (
    r"(?:(?<=[(=,:!&|?])|(?<=[(=,:!&|?][ ]))/(?![*/ ])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/"
)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.DOTALL)


PYTHON = _any(_TRIPLE, _TRIPLE_APOSTROPHES, _STRING, _APOSTROPHES, _HASH)
HASHED = _any(_STRING, _APOSTROPHES, r"(?<![\w$&])" + _HASH)
C_LIKE = _any(_COMMENT, _TRIPLE, r'@"(?:[^"]|"")*"', _STRING, _CHARACTER)
QUOTED = _any(_COMMENT, _TRIPLE, _STRING, _APOSTROPHES, _BACKTICKS, _REGEX)


def bare(lines: Sequence[str], masks: re.Pattern[str]) -> list[str]:
    """As many lines as were given, with nothing where `masks` match. What stands behind the end of a longer
    string is far to the right: its indentation means nothing."""
    return masks.sub(_nothing, "\n".join(lines)).split("\n")


def _nothing(found: re.Match[str]) -> str:
    newlines = found[0].count("\n")
    return "\n" * newlines + " " * 200 if newlines else ""
