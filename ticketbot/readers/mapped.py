"""A report read by a mapping: JSON in windows, JSON Lines line by line, in two passes
(semantics.md, section 8).

The first pass collects the header: the document without its long lists, or what the mapping
gathers of the lines. The second yields results. Refuses documents that break off; a bad result is
Rejected, the rest go on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import msgspec

from ticketbot.model.finding import Finding, Rejected, Scan
from ticketbot.readers import mapped_walk as walk
from ticketbot.readers import stream, tolerant
from ticketbot.readers.mapped_build import Builder
from ticketbot.readers.mapped_header import Gatherer, family_of, scan_of
from ticketbot.readers.mapped_plan import compile_source
from ticketbot.readers.mapping import Mapping
from ticketbot.readers.mapping_document import MappingDocument
from ticketbot.readers.mapping_paths import Level
from ticketbot.readers.mapping_steps import pointer
from ticketbot.readers.redact import REDACT_VERSION, Redactor
from ticketbot.readers.report import Limits, ReadOptions, Result, Source
from ticketbot.readers.source import open_report
from ticketbot.readers.vocabulary import VOCABULARY_VERSION

MAPPED_VERSION = 2
"""Part of every result digest: raise it when the same result would become another finding."""
FEW = 3
"""Broken lines that are named; of more there is only the number."""


class MappedReport:
    """Implements `readers.report.Report`. One report is one scan."""

    def __init__(
        self, source: Source, options: ReadOptions, redactor: Redactor, mapping: Mapping
    ) -> None:
        document = mapping.document
        self.format = mapping.name
        self._source, self._limits = source, options.limits
        plans = [compile_source(each) for each in document.results]
        self._lines = document.format == "lines"
        self._ways = walk.line_routes(plans) if self._lines else walk.routes(plans)
        self._builder = Builder(document, redactor, options, family_of(document))
        versions = b"%d %d %d " % (MAPPED_VERSION, REDACT_VERSION, VOCABULARY_VERSION)
        keys = b"".join(_blake(name.encode(), key) for name, key in options.secret_keys)
        self._seed = _blake(b"", versions + mapping.digest + keys + options.salt)
        self._array = self._lines and _is_array(source, options.limits)
        passed = self._gather(document) if self._lines else self._skeleton()
        self._header, elements, broken = passed
        self._scan = scan_of(document, self._header, elements, broken, redactor)
        self._results = 0

    @property
    def scans(self) -> Sequence[Scan]:
        """The one scan; `results` counts what `results()` has yielded so far."""
        return (msgspec.structs.replace(self._scan, results=self._results),)

    def results(self) -> Iterator[Result]:
        """The second pass. Raises ReportError where the report breaks off."""
        self._results = 0
        for index, found in enumerate(self._found()):
            self._results = index + 1
            if isinstance(found, Rejected):
                digest = _blake(self._seed, found.reason.encode())
            else:
                own = found.raw or encoded(found.level.item)
                digest = _blake(self._seed, own, encoded(found.plan.foreign(found.level)))
            yield Result(0, index, digest, found)

    def build(self, result: Result) -> Finding | Rejected:
        """The finding of one result."""
        found = result.payload
        if isinstance(found, walk.Stand):
            return self._builder.build(found.plan, found.level, found.pointer)
        if isinstance(found, Rejected):
            return found
        raise TypeError("the result is another reader's")

    def _found(self) -> Iterator[walk.Stand | Rejected]:
        if not self._lines:
            yield from walk.document(self._source, self._limits, self._header, self._ways)
            return
        above = Level(self._header, header=self._header)
        for number, line in self._elements():
            if isinstance(line, str):
                yield Rejected(f"/{number}", line)
            else:
                yield from walk.element(line, self._limits, above, number, f"/{number}", self._ways)

    def _elements(self) -> Iterator[tuple[int, bytes | str]]:
        """The lines; of a report that wraps them in one list, its elements. In place of one over a
        limit, why."""
        if not self._array:
            yield from stream.lines(self._source, self._limits)
            return
        for window in stream.items(self._source, self._limits, [()]):
            for offset, raw in enumerate(window.items):
                yield window.first + offset, bytes(raw)
            if window.refused:
                yield window.first, window.refused

    def _skeleton(self) -> tuple[object, int, list[str]]:
        """The document without its long lists, how many elements those have, and which are no
        lists."""
        found = stream.skeleton(self._source, self._limits, walk.patterns(self._ways))
        places = [each for each in found.found if each.kind == "other"]
        wrong = [f"{pointer(each.path)} is not a list" for each in places]
        return found.value, sum(each.items for each in found.found), wrong

    def _gather(self, document: MappingDocument) -> tuple[object, int, list[str]]:
        """What the mapping gathers of the lines, how many there are, and which cannot be read."""
        gatherer, count, wrong = Gatherer(document), 0, list[int]()
        for number, line in self._elements():
            count += 1
            try:
                gatherer.look(
                    tolerant.decode(line, self._limits) if isinstance(line, bytes) else None
                )
            except tolerant.Broken:
                wrong.append(number)
        named = ", ".join(str(number + 1) for number in wrong[:FEW])
        more = f" and {len(wrong) - FEW:,} more" if len(wrong) > FEW else ""
        return gatherer.header, count, [f"line {named}{more} is not JSON"] if wrong else []


def read(
    source: Source, options: ReadOptions, redactor: Redactor, mapping: Mapping
) -> MappedReport:
    """Makes the first pass over a report. Raises ReportError."""
    return MappedReport(source, options, redactor, mapping)


def encoded(value: object) -> bytes:
    """Any decoded JSON as bytes, equal for equal values."""
    try:
        return msgspec.json.encode(value)
    except (msgspec.MsgspecError, OverflowError, UnicodeError, ValueError, RecursionError):
        return repr(value).encode("utf-8", "replace")


def _blake(*parts: bytes) -> bytes:
    """16 bytes over the parts; each is preceded by its length."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        state.update(b"%d " % len(part) + part)
    return state.digest()


def _is_array(source: Source, limits: Limits) -> bool:
    with open_report(source, limits) as opened:
        while chunk := opened.read(256):
            if start := chunk.lstrip():
                return start.startswith(b"[")
    return False
