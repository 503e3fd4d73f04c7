"""One result source of a mapping, compiled: every field's reader by name, and what a result
depends on.

Field names are those of the mapping file with dots (`location.path`, `evidence.0.text`). Holds no
report.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from pydantic import BaseModel

from ticketbot.readers.mapped_convert import is_absent
from ticketbot.readers.mapping_document import ResultSource
from ticketbot.readers.mapping_paths import Level, Read, compile_path, steps
from ticketbot.readers.mapping_values import compile_value, origin, outside
from ticketbot.readers.mapping_words import LINE_ITSELF, Value

Steps = list[list[str]]


class Field(msgspec.Struct, frozen=True):
    """A field's reader, and where it reads, for people."""

    read: Read
    origin: str


class Plan(msgspec.Struct, frozen=True):
    """A compiled result source."""

    source: ResultSource
    each: tuple[Steps, ...]
    """One list of steps for each form of `each`; empty for a line itself."""
    where: Read | None
    lets: tuple[tuple[str, Read], ...]
    fields: dict[str, Field]
    nested: dict[str, Steps]
    """`location` and `flow`, where they have an `each` of their own."""
    outside: tuple[Read, ...]
    """What the fields read beyond the result itself."""

    def wanted(self, level: Level) -> bool:
        """Whether the element is a result at all."""
        return self.where is None or not is_absent(self.where(level))

    def stand(self, level: Level) -> Level:
        """The level with the names of `let` added to its item."""
        if not self.lets:
            return level
        item = dict(level.item) if isinstance(level.item, dict) else {}
        here = Level(item, level.key, level.parent, level.header)
        for name, read in self.lets:
            item[name] = read(here)
        return here

    def foreign(self, level: Level) -> list[object]:
        """Everything but the result's own bytes that its finding depends on."""
        item = level.item if isinstance(level.item, dict) else {}
        return [[item.get(name) for name, _ in self.lets], [read(level) for read in self.outside]]


def compile_source(source: ResultSource) -> Plan:
    """The plan of one checked result source."""
    values = {name: value for name, value in _flat(source, "") if not name.startswith("let.")}
    reads: dict[str, list[Read]] = {}
    for name, given in values.items():
        reads[name] = [compile_value(each) for each in given]
    fields = {
        name: Field(_all(reads[name]) if _is_list(name) else reads[name][0], _told(given))
        for name, given in values.items()
    }
    beyond = {
        v.model_dump_json(): v for given in values.values() for one in given for v in outside(one)
    }
    return Plan(
        source=source,
        each=tuple([] if form == LINE_ITSELF else steps(form) for form in source.each),
        where=compile_path(source.where) if source.where else None,
        lets=tuple((name, compile_value(value)) for name, value in source.let.items()),
        fields=fields,
        nested={
            name: steps(part.each)
            for name, part in (("location", source.location), ("flow", source.flow))
            if part is not None and part.each is not None and part.each != LINE_ITSELF
        },
        outside=tuple(compile_value(value) for value in beyond.values()),
    )


LISTS = frozenset({"cwe", "owasp", "vulnerabilities", "tags", "links", "component.fixed"})


def _is_list(name: str) -> bool:
    return name in LISTS


def _all(reads: list[Read]) -> Read:
    return lambda level: [read(level) for read in reads]


def _told(given: list[Value]) -> str:
    return " and ".join(origin(value) for value in given)


def _flat(part: BaseModel, prefix: str) -> Iterator[tuple[str, list[Value]]]:
    """Every value of the document below a part, by its dotted name."""
    for name in type(part).model_fields:
        yield from _named(f"{prefix}{name}", getattr(part, name))


def _named(name: str, given: object) -> Iterator[tuple[str, list[Value]]]:
    if isinstance(given, Value):
        yield name, [given]
    elif isinstance(given, BaseModel):
        yield from _flat(given, f"{name}.")
    elif isinstance(given, dict):
        for key, value in given.items():
            yield from _named(f"{name}.{key}", value)
    elif isinstance(given, list):
        values = [value for value in given if isinstance(value, Value)]
        if values:
            yield name, values
        else:
            for index, value in enumerate(given):
                yield from _named(f"{name}.{index}", value)
