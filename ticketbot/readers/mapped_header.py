"""What a report says of itself, by a mapping: the scan's fields, what it covered, why it is not
complete."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ticketbot.model.finding import Scan
from ticketbot.readers import vocabulary
from ticketbot.readers.mapped_convert import as_template, as_text, as_texts, as_time, is_absent
from ticketbot.readers.mapping_document import MappingDocument
from ticketbot.readers.mapping_paths import Level, Read, compile_path
from ticketbot.readers.mapping_values import compile_value
from ticketbot.readers.mapping_words import HOLE, Value
from ticketbot.readers.redact import Redactor

OPERATION = re.compile(r"(?:[A-Za-z]{3,10} )?(?:/|https?://)")
"""`GET /orders`; what else was exercised is a file."""
FEW = 5
"""Of a list that a reason quotes, the first ones are told."""
MOST_GATHERED = 20_000
"""Different values of one name of `gather`; more are not remembered."""


class Gatherer:
    """Collects what `gather` names while the lines of a report go by."""

    def __init__(self, document: MappingDocument) -> None:
        self._first = {n: compile_path(g.first) for n, g in document.gather.items() if g.first}
        self._all = {n: compile_path(g.all) for n, g in document.gather.items() if g.all}
        self._lists: dict[str, dict[str, None]] = {name: {} for name in self._all}
        self._values: dict[str, object] = {}

    def look(self, item: object) -> None:
        """At one line's value."""
        level = Level(item)
        for name, read in self._first.items():
            if name not in self._values and not is_absent(found := read(level)):
                self._values[name] = found
        for name, read in self._all.items():
            seen = self._lists[name]
            if len(seen) < MOST_GATHERED:
                seen.update(dict.fromkeys(as_texts(read(level))))

    @property
    def header(self) -> dict[str, object]:
        """The names with what was gathered; lists are there even when empty."""
        return {**{name: list(seen) for name, seen in self._lists.items()}, **self._values}


def scan_of(
    document: MappingDocument,
    header: object,
    elements: int,
    broken: Iterable[str],
    redactor: Redactor,
) -> Scan:
    """The scan. `broken` says what could not be read of the report itself, one sentence each."""
    family = family_of(document)
    level = Level(header, header=header)

    def text(value: Value | None) -> str | None:
        found = as_text(compile_value(value)(level)) if value else None
        return redactor.people(found) if found else None

    given = document.scan
    image = text(given.image)
    covered = [
        redactor.text(told) for v in given.covered for told in as_texts(compile_value(v)(level))
    ]
    files = [told for told in covered if not OPERATION.match(told)]
    reasons = (*broken, *(redactor.people(each) for each in _reasons(document, header, elements)))
    return Scan(
        tool=document.tool,
        family=family,
        version=text(given.version),
        part=text(given.part) or (vocabulary.image_repository(image) if image else None),
        started=as_time(compile_value(given.started)(level)) if given.started else None,
        ended=as_time(compile_value(given.ended)(level)) if given.ended else None,
        commit=text(given.commit),
        branch=text(given.branch),
        repository=text(given.repository),
        complete=not reasons,
        reasons=reasons,
        covered=_once(map(as_template, covered), redactor) if given.covered else None,
        files=_once(files, redactor) if files else None,
    )


def _once(told: Iterable[str], redactor: Redactor) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(redactor.people, told)))


def family_of(document: MappingDocument) -> str:
    """The tool family: said by the mapping, else what the vocabulary makes of the tool's name."""
    return document.family or vocabulary.family(document.tool)


def _reasons(document: MappingDocument, header: object, elements: int) -> Iterable[str]:
    item = {**header, "elements": elements} if isinstance(header, dict) else header
    level = Level(item, header=item)
    for each in document.incomplete:
        if not is_absent(compile_path(each.when)(level)):
            yield HOLE.sub(lambda hole: _filled(compile_path(hole[1]), level), each.because)


def _filled(read: Read, level: Level) -> str:
    return ", ".join(as_texts(read(level))[:FEW]) or "nothing"
