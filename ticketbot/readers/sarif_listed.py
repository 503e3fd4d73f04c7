"""What a SARIF run lists beyond its results: the rules that ran, and the files that were scanned.

A list tells what was looked for only where it says more than the results: many tools list just the rules and
files that they found something for, and that others are missing there says nothing. So a list counts when it
has a rule (or a file) that no result refers to, and no result has a rule that is not in it. Rules that are
switched off are told in any case, unless a result has one of them.

Looks at results only for names, by windows of bytes, until it is plain that a list says no more: what looks
like a reference counts as one, so that in doubt a list is not believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from ticketbot.model.finding import Scan
from ticketbot.readers.redact import Redactor
from ticketbot.readers.sarif_paths import Paths
from ticketbot.readers.sarif_rules import Declared, Rules
from ticketbot.readers.sarif_schema import ArtifactLocation, Run

_TEXT = rb'"((?:[^"\\]|\\.)*)"'
_RULE = re.compile(rb'"rule(?:Id"\s*:\s*' + _TEXT + rb'|Index"\s*:\s*(\d+)|"\s*:\s*(\{[^{}]*))')
_FILE = re.compile(rb'"(?:artifactLocation|analysisTarget)"\s*:\s*(\{[^{}]*)')
_ID = re.compile(rb'"id"\s*:\s*' + _TEXT)
_INDEX = re.compile(rb'"index"\s*:\s*(\d{1,9})(?!\d)')
_URI = re.compile(rb'"uri"\s*:\s*' + _TEXT)
_BASE = re.compile(rb'"uriBaseId"\s*:\s*' + _TEXT)
_SCANNED = "analysisTarget"
"""The role of an artifact that the tool was told to scan (3.24.6)."""


class Listed:
    """The lists of one run. `look` at all its results, then ask for the scan."""

    def __init__(
        self, run: Run, header: object, rules: Rules, paths: Paths, redactor: Redactor
    ) -> None:
        self._redactor = redactor
        self._rules = _RuleList(rules.declared())
        self._files = _FileList(run, paths)
        if self._files.unused:
            told = header if isinstance(header, dict) else {}
            rest = {name: value for name, value in told.items() if name != "artifacts"}
            self._files.look(msgspec.json.encode(rest))

    def look(self, raw: bytes) -> None:
        """At some results, as they stand in the report."""
        if self._rules.unused or self._rules.off:
            self._rules.look(raw)
        if self._files.unused:
            self._files.look(raw)

    def onto(self, scan: Scan) -> Scan:
        """The scan with what the lists tell. All results have been looked at."""
        return msgspec.structs.replace(
            scan,
            rules=self._clean(self._rules.ran()) if self._rules.unused else None,
            disabled=self._clean(self._rules.names(self._rules.off)),
            files=self._clean(self._files.paths) if self._files.unused else None,
        )

    def _clean(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self._redactor.text, names)))


class _RuleList:
    """Positions of rules: those no result has yet, and those that are switched off."""

    def __init__(self, declared: list[Declared]) -> None:
        self._declared = declared
        self.unused = {n for n, rule in enumerate(declared) if rule.enabled}
        self.off = {n for n, rule in enumerate(declared) if not rule.enabled}
        self._by_name: dict[str, list[int]] = {}
        self._by_index: dict[int, list[int]] = {}
        for position, rule in enumerate(declared):
            self._by_index.setdefault(rule.index, []).append(position)
            for name in rule.names:
                self._by_name.setdefault(name, []).append(position)
        self._looked: set[bytes] = set()

    def names(self, positions: Iterable[int]) -> Iterable[str]:
        return (name for n in sorted(positions) for name in self._declared[n].names)

    def ran(self) -> Iterable[str]:
        return self.names(set(range(len(self._declared))) - self.off)

    def look(self, raw: bytes) -> None:
        for found in _RULE.finditer(raw):
            if found[0] in self._looked:
                continue
            self._looked.add(found[0])
            told, inner = found[1], found[3] or b""
            if told is None and (named := _ID.search(inner)):
                told = named[1]
            if told is not None:
                self._use(self._positions(_decoded(told)))
            number = found[2] or ((index := _INDEX.search(inner)) and index[1])
            if number:
                self._use(self._by_index.get(int(number[:9]), []))

    def _positions(self, name: str) -> list[int]:
        """A case of a rule (`CA1000/1`) uses the rule. One that is not listed: the list is no list of
        what ran."""
        own = name
        while name:
            if (positions := self._by_name.get(name)) is not None:
                return positions
            name = name.rpartition("/")[0]
        if own:
            self.unused.clear()
        return []

    def _use(self, positions: Iterable[int]) -> None:
        self.unused.difference_update(positions)
        self.off.difference_update(positions)


class _FileList:
    """Paths of the artifacts, those with the role of scanned ones where there are any."""

    def __init__(self, run: Run, paths: Paths) -> None:
        artifacts = [a for a in run.artifacts or () if a.location is not None]
        scanned = [a for a in artifacts if _SCANNED in (a.roles or ())] or artifacts
        located = [paths.place(a.location).path for a in scanned if a.location is not None]
        self._all = paths
        self.paths = tuple(dict.fromkeys(path for path in located if path))
        self.unused = set(self.paths)
        self._looked: set[bytes] = set()

    def look(self, raw: bytes) -> None:
        for found in _FILE.finditer(raw):
            if found[1] in self._looked:
                continue
            self._looked.add(found[1])
            uri, base, index = (one.search(found[1]) for one in (_URI, _BASE, _INDEX))
            number = int(index[1]) if index else None
            told = _decoded(uri[1]) if uri else None
            for place in (
                ArtifactLocation(uri=told, uri_base_id=_decoded(base[1]) if base else None),
                ArtifactLocation(index=number),
            ):
                self.unused.discard(self._all.place(place).path or "")


def _decoded(text: bytes) -> str:
    """A JSON string's content; as it stands where it is broken."""
    try:
        return msgspec.json.decode(b'"' + text + b'"', type=str)
    except msgspec.MsgspecError:
        return text.decode("utf-8", "replace")
