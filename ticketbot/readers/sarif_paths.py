"""Artifact locations → paths that are the same on every machine.

A relative URI is taken relative to the outermost base it names: where the checkout was does not
count. An absolute one loses the first root that fits: the caller's, the report's own, then the
well-known checkouts of CI systems. What fits none stays absolute. Nothing here looks at a file
system.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

import msgspec

from ticketbot.readers.sarif_schema import Artifact, ArtifactLocation

CHECKOUTS = re.compile(
    r"(?:"
    r"/(?:home|Users)/runner/work/[^/]+/[^/]+"  # GitHub Actions; Azure Pipelines on macOS
    r"|/github/workspace|/__w/[^/]+/[^/]+"  # GitHub Actions in containers
    r"|[A-Z]:/a/[^/]+/[^/]+"  # GitHub Actions and Azure Pipelines on Windows
    r"|/home/vsts/work/[^/]+/s|/home/AzDevOps[^/]*/_work/[^/]+/s"
    r"|/builds/[^/]+/[^/]+"  # GitLab CI
    r"|/opt/atlassian/pipelines/agent/build"
    r"|/(?:home/circleci|root)/(?:project|repo)"
    r"|(?:/[^/]+){0,3}/(?:jenkins|jenkins_home|jenkins/agent)/workspace/[^/]+"
    r"|/codebuild/output/src[^/]*/src/[^/]+/[^/]+/[^/]+"
    r"|/(?:drone|bitrise)/src|/workspace/source"
    r")/(?=.)"
)
"""Where CI systems check a repository out, as each documents it."""
MOUNTS = re.compile(r"/(?:zap/wrk|workspaces/[^/]+|src|app|code|workspace|repo|project|scan)/(?=.)")
"""Where the images of scanners expect a repository. Tried last."""
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
DRIVE = re.compile(r"/*([A-Za-z]):(?=/|\Z)")
NO_PATHS = frozenset({"unknown-file", "unknown", "/dev/null", "<stdin>", "-"})
"""What scanners of running APIs write (mAPI) because GitHub wants a path of every result."""
CACHED = 10_000


class Place(msgspec.Struct, frozen=True, gc=False):
    """What an artifact location names: a path, or a URL of another scheme than `file`."""

    path: str | None = None
    url: str | None = None
    artifact: int | None = None
    """Index into the run's artifacts, where it is known."""


NOWHERE = Place()


class Paths:
    """The artifact locations of one run. Answers are remembered: a report names the same files
    again and again."""

    def __init__(
        self,
        artifacts: Sequence[Artifact],
        bases: dict[str, ArtifactLocation],
        roots: Iterable[str],
        repository: Iterable[ArtifactLocation] = (),
        started_in: Iterable[ArtifactLocation] = (),
    ) -> None:
        """`roots` are the caller's; `repository` is where the report says the repository is,
        `started_in` the directories the tool was started in."""
        self._artifacts = artifacts
        self._bases = bases
        self.roots = _ordered(roots) + _ordered(map(self._base, repository))
        outermost = [_decoded((base.uri or "").strip()) for base in bases.values()]
        self.bases = [root for root in reversed(_ordered(outermost)) if _is_absolute(root)]
        self.bases += _ordered(map(self._base, started_in))
        self._known: dict[tuple[str | None, str | None, int | None], Place] = {}
        self._texts = {
            (artifact.location.uri, artifact.location.uri_base_id): index
            for index, artifact in enumerate(artifacts)
            if artifact.location and artifact.contents and artifact.contents.text
        }

    def place(self, location: ArtifactLocation) -> Place:
        """Where this is. Never raises."""
        key = (location.uri, location.uri_base_id, location.index)
        place = self._known.get(key)
        if place is None:
            if len(self._known) > CACHED:
                self._known.clear()
            place = self._known[key] = self._place(*key)
        return place

    def text(self, place: Place) -> str | None:
        """The artifact's contents, where the report carries them."""
        if place.artifact is None:
            return None
        contents = self._artifacts[place.artifact].contents
        return contents.text if contents else None

    def relative(self, path: str) -> str:
        """An absolute path without the first root that fits."""
        if not _is_absolute(path):
            return path
        for root in self.roots:
            if path.startswith(root):
                return path[len(root) :]
        if checkout := CHECKOUTS.match(path):
            return path[checkout.end() :]
        for root in self.bases:
            if path.startswith(root):
                return path[len(root) :]
        mount = MOUNTS.match(path)
        return path[mount.end() :] if mount else path

    def _place(self, uri: str | None, base: str | None, index: int | None) -> Place:
        if index is not None and not 0 <= index < len(self._artifacts):
            index = None
        if index is None and uri is not None:
            index = self._texts.get((uri, base))
        if uri is None and index is not None:
            told = self._artifacts[index].location
            uri, base = (told.uri, told.uri_base_id) if told else (None, None)
        if uri is None or uri in NO_PATHS:
            return NOWHERE
        uri, scheme = uri.strip(), SCHEME.match(uri.strip())
        if scheme and scheme[1].lower() != "file":
            return Place(url=uri, artifact=index)
        path = _decoded(uri)
        if not _is_absolute(path):
            path = self._under(base, path)
        path = _normal(path)
        return Place(path=self.relative(path) or None, artifact=index)

    def _under(self, base: str | None, path: str) -> str:
        """A relative path below its chain of bases; below an absolute one only where a known
        root is its start."""
        seen: set[str] = set()
        joined = path
        while base is not None and base in self._bases and base not in seen:
            seen.add(base)
            told = self._bases[base]
            part = _decoded((told.uri or "").strip())
            if _is_absolute(part) or SCHEME.match(part):
                absolute = _normal(f"{part.rstrip('/')}/{joined}")
                known = CHECKOUTS.match(absolute) or any(map(absolute.startswith, self.roots))
                return absolute if known else joined
            joined = f"{part.rstrip('/')}/{joined}" if part.strip("/") else joined
            base = told.uri_base_id
        return joined

    def _base(self, location: ArtifactLocation) -> str | None:
        """An absolute directory, as a base or a working directory names it."""
        uri, seen = location.uri, set()
        parts: list[str] = []
        base = location.uri_base_id
        while uri is not None:
            path = _decoded(uri.strip())
            parts.append(path)
            if _is_absolute(path):
                return _normal("/".join(reversed(parts)))
            if base is None or base in seen or base not in self._bases:
                return None
            seen.add(base)
            uri, base = self._bases[base].uri, self._bases[base].uri_base_id
        return None


def _is_absolute(path: str) -> bool:
    return path.startswith("/") or DRIVE.match(path) is not None


def _ordered(roots: Iterable[str | None]) -> list[str]:
    """The longest first, each ending in a slash; the root of a file system is no root."""
    ended = {_normal(_decoded(root)).rstrip("/") + "/" for root in roots if root}
    return sorted((root for root in ended if len(root) > len("C:/")), key=lambda r: (-len(r), r))


def _decoded(uri: str) -> str:
    """The path in a URI reference, percent-encoding undone, with forward slashes."""
    if uri[:5].lower() == "file:":
        try:
            parts = urlsplit(uri.replace("\\", "/"))
        except ValueError:
            return unquote(uri[5:].lstrip("/\\"))
        uri = parts.path if not DRIVE.match(parts.netloc + "/") else f"/{parts.netloc}{parts.path}"
    return unquote(uri).replace("\\", "/")


def _normal(path: str) -> str:
    """Without `.`, `..` where it can be resolved, doubled slashes; drive letters as `C:/`."""
    if drive := DRIVE.match(path):
        start, path = f"{drive[1].upper()}:/", path[drive.end() :]
    else:
        start = "/" if path.startswith("/") else ""
    kept: list[str] = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part != "..":
            kept.append(part)
        elif kept and kept[-1] != "..":
            kept.pop()
        elif not start:
            kept.append(part)
    return start + "/".join(kept)
