"""Addresses of a line and of a commit on sites that host repositories: a table of URL shapes.

Knows a host by its name; for one it does not know it gives no link rather than a wrong one.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, urlsplit

from ticketbot.readers.vocabulary import safe_url

# Part of the host's name → (line, commit). Shapes as the sites' own "copy permalink" gives them.
_SHAPES: tuple[tuple[str, str, str], ...] = (
    ("github", "{base}/blob/{commit}/{path}#L{line}", "{base}/commit/{commit}"),
    ("gitlab", "{base}/-/blob/{commit}/{path}#L{line}", "{base}/-/commit/{commit}"),
    ("bitbucket.org", "{base}/src/{commit}/{path}#lines-{line}", "{base}/commits/{commit}"),
    ("dev.azure.com", "{base}?path=/{path}&version=GC{commit}&line={line}&lineEnd={line}"
     "&lineStartColumn=1&lineEndColumn=999", "{base}/commit/{commit}"),
    ("visualstudio.com", "{base}?path=/{path}&version=GC{commit}&line={line}&lineEnd={line}"
     "&lineStartColumn=1&lineEndColumn=999", "{base}/commit/{commit}"),
    ("codeberg.org", "{base}/src/commit/{commit}/{path}#L{line}", "{base}/commit/{commit}"),
)  # fmt: skip


@lru_cache(maxsize=64)
def _shape(repository: str | None) -> tuple[str, str, str] | None:
    url = safe_url(repository) if repository else None
    if url is None:
        return None
    host = urlsplit(url).hostname or ""
    base = url.rstrip("/").removesuffix(".git")
    for part, line, commit in _SHAPES:
        if part in host:
            return base, line, commit
    return None


def line_url(repository: str | None, commit: str | None, path: str, line: int | None) -> str | None:
    """The page of this line at this commit. `path` is relative; an absolute one has no page."""
    shape = _shape(repository)
    if shape is None or not commit or not path or path.startswith("/") or ":" in path[:3]:
        return None
    base, template, _ = shape
    return template.format(
        base=base, commit=quote(commit, safe=""), path=quote(path, safe="/"), line=line or 1
    )


def commit_url(repository: str | None, commit: str | None) -> str | None:
    """The page of this commit."""
    shape = _shape(repository)
    if shape is None or not commit:
        return None
    return shape[2].format(base=shape[0], commit=quote(commit, safe=""))
