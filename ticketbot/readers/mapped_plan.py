"""One result source of a mapping, compiled: every field's reader by name, and what a result
depends on.

Field names are those of the mapping file with dots (`location.path`, `evidence.0.text`). Holds no
report.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import msgspec
from pydantic import BaseModel

from ticketbot.readers.mapped_convert import is_absent
from ticketbot.readers.mapping_document import ResultSource
from ticketbot.readers.mapping_paths import Level, Read, compile_path
from ticketbot.readers.mapping_steps import Steps, descend, steps
from ticketbot.readers.mapping_values import compile_value, origin, outside
from ticketbot.readers.mapping_words import LINE_ITSELF, Value


class Field(msgspec.Struct, frozen=True):
    """A field's reader, and where it reads, for people."""

    read: Read
    origin: str


class Named(dict[str, object]):
    """A result with the names of `let`, each read when it is first asked for, and only then. A name
    that reads its own name gets what the report has under it."""

    __slots__ = ("_level", "_pending")

    def __init__(self, item: dict[str, object], lets: dict[str, Read], level: Level) -> None:
        super().__init__(item)
        self._pending = dict(lets)
        self._level = level

    def get(self, name: str, default: object = None) -> object:
        read = self._pending.pop(name, None)
        if read is not None:
            self[name] = read(self._level)
        return super().get(name, default)


class Plan(msgspec.Struct, frozen=True):
    """A compiled result source."""

    source: ResultSource
    each: tuple[Steps, ...]
    """One list of steps for each form of `each`; empty for a line itself."""
    where: Read | None
    lets: dict[str, Read]
    foreign_lets: tuple[str, ...]
    """Names of `let` that read beyond the result itself."""
    fields: dict[str, Field]
    nested: dict[str, Steps]
    """`location` and `flow`, where they have an `each` of their own."""
    outside: dict[str, list[Read]]
    """What the fields of each part (`location`, `flow`; empty: all others) read beyond the
    result."""

    def wanted(self, level: Level) -> bool:
        """Whether the element is a result at all."""
        return self.where is None or not is_absent(self.where(level))

    def stand(self, level: Level) -> Level:
        """The level with the names of `let` added to its item."""
        if not self.lets:
            return level
        here = Level(None, level.key, level.parent, level.header)
        here.item = Named(level.item if isinstance(level.item, dict) else {}, self.lets, here)
        return here

    def foreign(self, level: Level) -> list[object]:
        """Everything but the result's own bytes that its finding depends on."""
        item = level.item if isinstance(level.item, dict) else {}
        found = [item.get(name) for name in self.foreign_lets]
        for part, reads in self.outside.items():
            found += [read(at) for at in self.levels(part, level) for read in reads]
        return found

    def levels(self, part: str, level: Level) -> Iterator[Level]:
        """Where the fields of a part read: below its `each` where it has one, else at the
        result."""
        nested = self.nested.get(part)
        if nested is None:
            yield level
        else:
            yield from islice((below for below, _ in descend(level, "", nested)), MOST_PLACES)


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
    nested = {
        name: steps(part.each)
        for name, part in (("location", source.location), ("flow", source.flow))
        if part is not None and part.each is not None and part.each != LINE_ITSELF
    }
    return Plan(
        source=source,
        each=tuple([] if form == LINE_ITSELF else steps(form) for form in source.each),
        where=compile_path(source.where) if source.where else None,
        lets={name: compile_value(value) for name, value in source.let.items()},
        foreign_lets=tuple(name for name, value in source.let.items() if [*outside(value)]),
        fields=fields,
        nested=nested,
        outside=_outside(values, nested),
    )


def _outside(values: dict[str, list[Value]], nested: dict[str, Steps]) -> dict[str, list[Read]]:
    beyond: dict[str, dict[str, Value]] = {}
    for name, given in values.items():
        part = name.partition(".")[0]
        own = beyond.setdefault(part if part in nested else "", {})
        own.update((each.model_dump_json(), each) for one in given for each in outside(one))
    return {part: [compile_value(v) for v in own.values()] for part, own in beyond.items() if own}


MOST_PLACES = 100
"""Locations and steps of a flow that one result can have."""
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
