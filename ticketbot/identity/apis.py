"""Requests → operations, by the descriptions of a target's APIs and by siblings. Values only: the files are
read elsewhere (`config.apis`).

Order: the tool's own operation, a description, typed segments, siblings. A description's name for an
operation goes before the tool's where both have it: without the server's base path, so that production,
staging and previews are one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import parse_qsl, urlsplit

import msgspec

from ticketbot.identity.ingredients import Operation
from ticketbot.identity.learned import ANY, Segments, Siblings
from ticketbot.identity.operations import BY_SIBLINGS, BY_TOOL, bare_path, by_itself, request_path
from ticketbot.identity.registered import NO_APIS, Description, Registered
from ticketbot.identity.templates import operation_path, path_template
from ticketbot.model.finding import Request

_MOST_FORMER = 32
_LONGEST_VALUE = 80
_LONGEST_PART = 512
_MOST_PARTS = 64
_HOLE = "{}"


class _Entry(msgspec.Struct, frozen=True, gc=False):
    path: str
    """The name of the operation."""
    templated: tuple[bool, ...]
    """Part by part."""
    methods: frozenset[str]
    by: str


class _Node:
    """Where the parts of a path lead; literal ones by a look-up, however many operations there are."""

    def __init__(self) -> None:
        self.literal: dict[str, _Node] = {}
        self.templated: dict[str, tuple[re.Pattern[str], _Node]] = {}
        self.entries: list[_Entry] = []

    def add(self, parts: Segments, entry: _Entry) -> None:
        node = self
        for part in parts:
            if "{" in part:
                node = node.templated.setdefault(part, (_pattern(part), _Node()))[1]
            else:
                node = node.literal.setdefault(part, _Node())
        node.entries.append(entry)

    def fitting(self, parts: Segments, templated: bool) -> Iterator[_Entry]:
        """`templated`: the parts have holes of their own, which no literal part and no value fills."""
        if not parts:
            yield from self.entries
            return
        part, rest = parts[0], parts[1:]
        hole = templated and _HOLE in part
        if not hole and part in self.literal:
            yield from self.literal[part].fitting(rest, templated)
        for wanted, (pattern, node) in self.templated.items():
            if wanted == part if hole else pattern.fullmatch(part[:_LONGEST_PART]):
                yield from node.fitting(rest, templated)


class KnownApis:
    """The operations of one target. Implements `ingredients.Apis`."""

    def __init__(
        self,
        registered: Registered = NO_APIS,
        requests: Iterable[Request] = (),
        history: Iterable[str] = (),
    ) -> None:
        """`requests`: all of this scan, also those without findings; `history`: `Features.operation` of the
        known flaws, in any order."""
        self._structural = frozenset(registered.structural)
        self._entries = _entries(registered.descriptions)
        self._described_at_all = bool(registered.descriptions)
        self._described: dict[tuple[str, str, bool], _Entry | None] = {}
        known = [_remembered(text) for text in sorted(set(history))]
        before = {(method, _learning(path)) for method, path, _ in known}
        seen = {(r.method or "", _parts(by_itself(r).path)) for r in requests}
        self._siblings = Siblings(seen, before)
        told = [self._siblings.path(parts) for _, parts in seen | before]
        self._learned = {operation_path(_joined(parts)) for parts in told if ANY in parts}
        self._former: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for method, path, query in known:
            if ANY not in path:
                names = self._former[method, self._path_now(path), query]
                own = (path, path_template(path)) if len(names) < _MOST_FORMER else ()
                names += [each for each in dict.fromkeys(own) if each not in names]

    def operation(self, request: Request) -> Operation | None:
        """Named as in a description, else as siblings tell; `formerly` from history."""
        if not (request.template or request.url):
            return None
        told, structural = self._told(request), self._values(request)
        path, own = operation_path(told.path), request_path(request)
        former = self._former.get((told.method, path, ""), ())
        before = [each for each in former if structural or each != own]
        return msgspec.structs.replace(
            told,
            structural=structural,
            confirmed=told.confirmed or path in self._learned,
            formerly=tuple(before[:_MOST_FORMER]),
        )

    def _told(self, request: Request) -> Operation:
        plain = by_itself(request)
        templated = plain.told_by == BY_TOOL and _HOLE in plain.path
        path = plain.path if templated else bare_path(request.template or request.url or "")
        entry = self._described_as(path, plain.method, templated)
        if entry is not None:
            by = BY_TOOL if templated else entry.by
            return Operation(plain.method, entry.path, by, confirmed=True)
        told = plain.path if templated else _joined(self._siblings.path(_parts(plain.path)))
        if ANY not in told:
            return plain
        return Operation(plain.method, told, BY_SIBLINGS, confirmed=True)

    def _path_now(self, path: str) -> str:
        """The operation of a known flaw, as it is told today."""
        templated = _HOLE in path or ANY in path
        entry = self._described_as(operation_path(path) if templated else path, "", templated)
        told = entry.path if entry else _joined(self._siblings.path(_learning(path)))
        return operation_path(told)

    def _described_as(self, path: str, method: str, templated: bool) -> _Entry | None:
        """The most literal of the operations that fit; one with the method before one without."""
        if not self._described_at_all:
            return None
        key = (path, method, templated)
        if key not in self._described:
            parts = _parts(path.partition("?")[0].partition("#")[0])
            fitting = self._entries.fitting(parts[:_MOST_PARTS], templated)
            self._described[key] = min(
                fitting, key=lambda entry: _closeness(entry, method), default=None
            )
        return self._described[key]

    def _values(self, request: Request) -> str:
        """`action=delete`: of the parameters that are structural, in order of their names."""
        if not self._structural or not request.url:
            return ""
        try:
            given = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
        except ValueError:
            return ""
        values = sorted({(n, v[:_LONGEST_VALUE]) for n, v in given if n in self._structural})
        return "&".join(f"{name}={value}" for name, value in values)


def requests_of(covered: Iterable[str]) -> list[Request]:
    """`GET /users/{id}`, `get http://127.0.0.1/users/17?x=1` → requests; names of files are none."""
    found = []
    for text in covered:
        method, _, path = text.partition(" ")
        if method.isalpha() and "/" in path:
            url, template = (path, None) if "://" in path else (None, path)
            found.append(Request(method=method.upper(), url=url, template=template))
    return found


def _entries(descriptions: Sequence[Description]) -> _Node:
    """A path that two files have keeps its base: they are two operations."""
    shared = Counter(path for d in descriptions for path in {path for _, path in d.operations})
    root = _Node()
    for description in descriptions:
        methods: dict[str, set[str]] = defaultdict(set)
        for method, path in description.operations:
            methods[path].add(method)
        bases = description.bases or ("",)
        for path, known in sorted(methods.items()):
            name = _joined(_parts(max(bases, key=len) + path if shared[path] > 1 else path))
            for base in dict.fromkeys((*bases, "")):
                parts = _parts(base + path)
                templated = tuple("{" in part for part in parts)
                root.add(parts, _Entry(name, templated, frozenset(known), description.name))
    return root


def _pattern(part: str) -> re.Pattern[str]:
    """`{}.json` takes `7.json`."""
    return re.compile(
        ".+".join(re.escape(piece) for piece in operation_path(part)[1:].split(_HOLE))
    )


def _closeness(entry: _Entry, method: str) -> tuple[object, ...]:
    """Literal parts first, from the left; then the method."""
    knows = method in entry.methods or "" in entry.methods or not method
    return entry.templated, not knows, entry.path, entry.by


def _remembered(text: str) -> tuple[str, str, str]:
    """`GET /users/{}?action=delete&id` → method, path, structural values."""
    method, _, rest = text.partition(" ")
    path, _, query = rest.partition("?")
    structural = "&".join(each for each in query.split("&") if "=" in each)
    return "" if method == "ANY" else method, path, structural


def _learning(path: str) -> Segments:
    """With typed segments as `{}`, and what was learned before as it was learned."""
    return tuple(part if part == ANY else path_template(part)[1:] for part in _parts(path))


def _parts(path: str) -> Segments:
    return tuple(part for part in path.split("/") if part)


def _joined(parts: Segments) -> str:
    return "/" + "/".join(parts)
