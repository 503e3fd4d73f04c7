"""Globs of routes → compiled patterns: one small language for paths, rules, components, branches.

Knows `*`, `**` and `?` only, and refuses nothing: every other character stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_PIECES = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_IN_PATHS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_IN_NAMES = {"**/": ".*/", "**": ".*", "*": ".*", "?": "."}


@lru_cache(maxsize=4096)
def _compiled(pattern: str, paths: bool) -> re.Pattern[str]:
    if paths and pattern.endswith("/"):
        pattern += "**"
    table = _IN_PATHS if paths else _IN_NAMES
    parts = (table.get(piece) or re.escape(piece) for piece in _PIECES.findall(pattern))
    return re.compile("".join(parts), re.DOTALL if paths else re.DOTALL | re.IGNORECASE)


def matches_path(path: str, patterns: Iterable[str]) -> bool:
    """Whether any pattern covers the path. `*` stays within a part; `dir/` means all below."""
    path = path.removeprefix("./")
    return any(_compiled(p.removeprefix("./"), True).fullmatch(path) for p in patterns)


def matches_name(name: str, patterns: Iterable[str]) -> bool:
    """Whether any pattern covers the name, in upper or lower case; `*` covers everything."""
    return any(_compiled(p, False).fullmatch(name) for p in patterns)
