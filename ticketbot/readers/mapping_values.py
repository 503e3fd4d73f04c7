"""The values of a mapping: a `Value` of the document → a function that reads it where a result
stands.

Absent is None; an empty text, list or object and `false` count as absent for `first`, `join`,
`template` and `default`. Reading never raises. Refuses nothing by itself: the document was checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ticketbot.readers.mapped_convert import as_text, is_absent
from ticketbot.readers.mapping_paths import Level, Read, compile_path, reads_item
from ticketbot.readers.mapping_words import HOLE, Answer, Scalar, Value, fold


def compile_value(value: Value) -> Read:
    """The reader of one value. Raises PathError where a path is not in the language."""
    read = _source(value)
    if value.within is not None:
        read = _looked_up(read, value)
    if value.table is not None:
        read = _translated(read, value.table)
    return read if value.default is None else _defaulted(read, value.default)


def origin(value: Value) -> str:
    """Where a value comes from, in one line for a reader: `Severity via a table, else medium`."""
    if value.path is not None:
        text = value.path
    elif value.value is not None:
        text = f"the value {value.value!r}"
    elif value.first is not None:
        text = " or ".join(origin(each) for each in value.first)
    elif value.join is not None:
        text = " + ".join(origin(each) for each in value.join)
    else:
        text = f"the template {value.template!r}"
    if value.within is not None:
        text += f" looked up in {value.within}" + (f", {value.take}" if value.take else "")
    if value.table is not None:
        text += " via a table"
    return text if value.default is None else f"{text}, else {value.default!r}"


def outside(value: Value) -> Iterator[Value]:
    """The parts of a value that do not read the result alone: what else its finding depends on."""
    if value.within is not None:
        yield value
        return
    if value.path is not None and not reads_item(value.path):
        yield Value(path=value.path)
    for each in (*(value.first or ()), *(value.join or ())):
        yield from outside(each)
    for hole in HOLE.findall(value.template or ""):
        if not reads_item(hole):
            yield Value(path=hole)


def _source(value: Value) -> Read:
    if value.path is not None:
        return compile_path(value.path)
    if value.first is not None:
        return _first([compile_value(each) for each in value.first])
    if value.join is not None:
        return _joined([compile_value(each) for each in value.join], value.glue)
    if value.template is not None:
        return _filled(value.template)
    constant = value.value
    return lambda level: constant


def _first(reads: list[Read]) -> Read:
    def read(level: Level) -> object:
        return next((found for each in reads if not is_absent(found := each(level))), None)

    return read


def _joined(reads: list[Read], glue: str) -> Read:
    def read(level: Level) -> object:
        parts = (as_text(each(level)) for each in reads)
        return glue.join(part for part in parts if part) or None

    return read


def _filled(template: str) -> Read:
    literal = HOLE.split(template)[::2]
    reads = [compile_path(hole) for hole in HOLE.findall(template)]

    def read(level: Level) -> object:
        parts = [as_text(each(level)) for each in reads]
        if not all(parts):
            return None
        return literal[0] + "".join(f"{p}{t}" for p, t in zip(parts, literal[1:], strict=True))

    return read


def _looked_up(read: Read, value: Value) -> Read:
    table = compile_path(value.within or "")
    key = compile_path(value.key) if value.key is not None else None
    take = compile_path(value.take) if value.take is not None else None
    find = _remembering(key)

    def look(level: Level) -> object:
        wanted = as_text(read(level))
        found = None if wanted is None else find(table(level), wanted)
        return take(Level(found)) if take and found is not None else found

    return look


def _remembering(key: Read | None) -> Callable[[object, str], object]:
    """Finds in an object by name, in a list by what `key` reads of its elements. The list's index
    is kept while the same list is asked: a report's own list of components may have thousands of
    elements."""
    last: object = None
    index: dict[str, object] = {}

    def find(table: object, wanted: str) -> object:
        nonlocal last, index
        if isinstance(table, dict):
            return table.get(wanted)
        if not isinstance(table, list) or key is None:
            return None
        if last is not table:
            named = ((as_text(key(Level(each))), each) for each in reversed(table))
            last, index = table, {name: each for name, each in named if name is not None}
        return index.get(wanted)

    return find


def _translated(read: Read, table: dict[Scalar, Answer]) -> Read:
    ours = {fold(word): answer for word, answer in table.items()}

    def translate(level: Level) -> object:
        found = read(level)
        if isinstance(found, list):
            return [ours[word] for each in found if (word := _word(each)) in ours]
        return ours.get(_word(found))

    return translate


def _word(value: object) -> str:
    return "false" if value is False else fold(as_text(value) or "")


def _defaulted(read: Read, default: Answer) -> Read:
    def read_or(level: Level) -> object:
        found = read(level)
        return default if is_absent(found) else found

    return read_or
