"""What a flaw is called: by its rule, its component, its place … Compared exactly, after both sides were
written the same way. Nothing is guessed: a part of a name is no name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from ticketbot.identity.rules import stable_rule
from ticketbot.planning.gate import Item

_NUMBER = re.compile(r"(?:CWE[-_: ]*)?0*(\d+)", re.I)


class Naming(NamedTuple):
    """One kind of name: which a flaw has, and how such a name is written for comparing."""

    of: Callable[[Item], Iterable[str | None]]
    plain: Callable[[str], str]


class Index:
    """Flaws by their names; `kinds` are those that are asked for."""

    def __init__(self, items: Sequence[Item], kinds: Iterable[str]) -> None:
        self._flaws: dict[tuple[str, str], set[str]] = {}
        for kind in kinds:
            naming = NAMINGS[kind]
            for item in items:
                for name in filter(None, naming.of(item)):
                    self._flaws.setdefault((kind, naming.plain(name)), set()).add(item.flaw)

    def flaws(self, names: Sequence[tuple[str, str]]) -> set[str]:
        """The ids of the flaws that have all these (kind, name)."""
        held = [self._flaws.get((kind, NAMINGS[kind].plain(name)), set()) for kind, name in names]
        return set.intersection(*held) if held else set()


def _text(name: str) -> str:
    return " ".join(name.split()).rstrip(".").casefold()


def _path(name: str) -> str:
    parts = name.strip().replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def _number(name: str) -> str:
    found = _NUMBER.fullmatch(name.strip())
    return found[1] if found else ""


def _url(name: str) -> str:
    try:
        parts = urlsplit(name.strip())
    except ValueError:
        return name.strip()
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}{query}"


def _rules(item: Item) -> Iterator[str | None]:
    """Where the rule is the advisory, any of its ids: scanners differ in which one they call the rule."""
    yield item.features.rule
    yield stable_rule(item.scope.family, item.features.rule)
    if item.features.component:
        yield from item.features.vulnerabilities


def _components(item: Item) -> Iterator[str | None]:
    """The purl, the package's name with and without its namespace, each with and without the version."""
    key, version = item.features.component, item.features.version
    if not key:
        return
    path = unquote(key.partition("/")[2]) if key.startswith("pkg:") else key
    names = {key, path, path.rpartition("/")[2], path.replace("/", ":")}
    yield from names
    if version:
        yield from (f"{name}{between}{version}" for name in names for between in ("@", " ", ":"))


def _urls(item: Item) -> Iterator[str | None]:
    yield item.finding.request.url if item.finding.request else None
    yield from item.finding.links


def _operations(item: Item) -> Iterator[str | None]:
    operation = item.features.operation or ""
    yield operation
    yield operation.partition("?")[0]


def _aliases(item: Item) -> Iterator[str | None]:
    """Ours, with and without the recipe, and what the producer calls its fingerprints."""
    for alias in item.aliases:
        yield str(alias)
        yield alias.value
    yield from (value for _, value in item.finding.fingerprints)


def _any(item: Item) -> Iterator[str | None]:
    yield from (item.features.rule, item.features.title, *item.features.vulnerabilities)


WHOLE = "words"
"""The kind of a match without named groups: a rule's id, a vulnerability's, or a title."""

NAMINGS: dict[str, Naming] = {
    "rule": Naming(_rules, _text),
    "vulnerability": Naming(lambda item: item.features.vulnerabilities, _text),
    "component": Naming(_components, _text),
    "version": Naming(lambda item: (item.features.version,), _text),
    "path": Naming(lambda item: (item.features.path,), _path),
    "line": Naming(lambda item: (str(item.features.line or ""),), _number),
    "cwe": Naming(lambda item: map(str, item.features.cwe), _number),
    "title": Naming(lambda item: (item.features.title,), _text),
    "url": Naming(_urls, _url),
    "operation": Naming(_operations, _text),
    "resource": Naming(lambda item: (item.features.resource,), _text),
    "tool": Naming(lambda item: (item.features.tool, item.scope.family), _text),
    "alias": Naming(_aliases, _text),
    WHOLE: Naming(_any, _text),
}
"""Named group → what it is compared with."""
