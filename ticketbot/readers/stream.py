"""Reads big JSON reports in windows: everything but the long arrays first, then the items of
those arrays.

A report is never held whole in memory, and items are not decoded here: they are handed on as raw
JSON. Refuses documents that are cut off, whose brackets do not match, or that are over the
limits.

How items are found quickly (design/performance.md, section 1): the text between two items is
learnt from the first two; the last such text in a window is where the window is cut; what lies
before it, put in brackets, must decode as a list. A wrong cut (inside a string, a nested array,
or behind the array's end) cannot pass, because the closing bracket completes the list only where
the nesting is that of the array itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ticketbot.errors import ReportError
from ticketbot.readers import tolerant
from ticketbot.readers.cursor import Cursor
from ticketbot.readers.report import Limits, Source
from ticketbot.readers.source import ReportStream, open_report

__all__ = ["Found", "Skeleton", "Window", "items", "lines", "open_report", "skeleton"]

WINDOW = 64 * 1024
"""Bytes; bigger windows are slower (caches, page faults)."""
WRONG_CUTS = 32
RAWS = msgspec.json.Decoder(list[msgspec.Raw])
NONE: list[msgspec.Raw] = []

Pattern = tuple[str, ...]
"""Where an array is, as `("runs", "*", "results")`; `*` is any index; `()` is the document
itself."""
Path = tuple[str | int, ...]


class Found(msgspec.Struct, frozen=True):
    """A value that stands where a pattern points: an array with so many items, `null`, or
    something else."""

    path: Path
    kind: str
    items: int = 0


class Skeleton(msgspec.Struct, frozen=True):
    """A document without the items of its long arrays, which are there as empty lists."""

    value: object
    found: tuple[Found, ...]

    def at(self, path: Path) -> Found | None:
        """What stands at a place that a pattern names; None: nothing. Of duplicate members the
        last."""
        return next((found for found in reversed(self.found) if found.path == path), None)


class Window(msgspec.Struct, frozen=True, gc=False):
    """Some consecutive items of one array. `items` may share the memory of `raw`: copy what is
    kept.

    Where `refused` is not empty, the window stands for one item that is not given, and says why.
    """

    path: Path
    first: int
    items: list[msgspec.Raw]
    raw: bytes
    refused: str = ""


def skeleton(
    source: Source, limits: Limits, arrays: Sequence[Pattern], window: int = WINDOW
) -> Skeleton:
    """The first pass. Raises ReportError."""
    kept = bytearray()
    with open_report(source, limits) as stream:
        walk = _Walk(Cursor(stream, limits, window, kept), arrays)
        for _ in walk.document():
            pass
    try:
        value = tolerant.decode(bytes(kept), limits)
    except tolerant.Broken as broken:
        at = broken.at + sum(size for place, size in walk.cuts if place <= broken.at)
        raise ReportError(
            f"{source.name}: not valid JSON at byte {at:,}: {broken.reason}",
            hint="Write the report again with the scanner's own option for an output file.",
        ) from broken
    return Skeleton(value, tuple(walk.found))


def items(
    source: Source, limits: Limits, arrays: Sequence[Pattern], window: int = WINDOW
) -> Iterator[Window]:
    """The second pass: the items of every array the patterns name, in file order. Raises
    ReportError."""
    with open_report(source, limits) as stream:
        yield from _Walk(Cursor(stream, limits, window), arrays).document()


def lines(
    source: Source, limits: Limits, window: int = WINDOW
) -> Iterator[tuple[int, bytes | str]]:
    """(number from 0, text) of each line that is not blank; in place of one that is too long,
    why. Blank lines are counted."""
    with open_report(source, limits) as stream:
        for number, line in enumerate(_split(stream, limits.result, window)):
            if len(line) > limits.result:
                yield number, f"longer than {limits.result:,} bytes, the limit for one result"
            elif text := line.strip():
                yield number, text


def _split(stream: ReportStream, most: int, window: int) -> Iterator[bytes]:
    """Lines; of one longer than `most` only a little more than that."""
    rest = bytearray()
    while chunk := stream.read(window):
        first, *others = chunk.split(b"\n")
        rest += first[: most + 1 - min(len(rest), most)]
        for part in others:
            yield bytes(rest)
            rest = bytearray(part)
    if rest:
        yield bytes(rest)


class _Walk:
    """Once through a document. `found` and `cuts` are complete when `document()` is exhausted."""

    def __init__(self, cursor: Cursor, arrays: Sequence[Pattern]) -> None:
        self.cursor = cursor
        self.arrays = arrays
        self.found: list[Found] = []
        self.cuts: list[tuple[int, int]] = []
        """(place in what is kept, bytes left out there)."""

    def document(self) -> Iterator[Window]:
        yield from self._value(())
        if self.cursor.peek() >= 0:
            raise self.cursor.error("expected the end of the document")

    def _value(self, path: Path) -> Iterator[Window]:
        first = self.cursor.peek()
        wanted = self._leads(path)
        if len(path) in wanted:
            yield from self._wanted(path, first)
        elif wanted and first == ord("{"):
            yield from self._members(path)
        elif wanted and first == ord("["):
            yield from self._elements(path)
        else:
            depth = len(path) + self.cursor.pass_value()
            if depth > self.cursor.limits.nesting:
                raise self.cursor.error(
                    f"a value nested {depth:,} levels deep ends here, the limit is"
                    f" {self.cursor.limits.nesting}"
                )

    def _leads(self, path: Path) -> set[int]:
        """The lengths of the patterns that begin like this path."""
        return {
            len(pattern)
            for pattern in self.arrays
            if len(pattern) >= len(path)
            and all(
                isinstance(step, int) if want == "*" else want == step
                for want, step in zip(pattern, path, strict=False)
            )
        }

    def _members(self, path: Path) -> Iterator[Window]:
        end = self.cursor.expect(b"{")
        if self.cursor.peek() == ord("}"):
            end = self.cursor.expect(b"}")
        while end != ord("}"):
            try:
                name = msgspec.json.decode(self.cursor.key(), type=str)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                name = ""
            yield from self._value((*path, name))
            end = self.cursor.expect(b",}")

    def _elements(self, path: Path) -> Iterator[Window]:
        end = self.cursor.expect(b"[")
        if self.cursor.peek() == ord("]"):
            end = self.cursor.expect(b"]")
        index = 0
        while end != ord("]"):
            yield from self._value((*path, index))
            end = self.cursor.expect(b",]")
            index += 1

    def _wanted(self, path: Path, first: int) -> Iterator[Window]:
        if first != ord("["):
            self.cursor.pass_value()
            self.found.append(Found(path, "null" if first == ord("n") else "other"))
            return
        self.cursor.expect(b"[")
        kept, start = self.cursor.kept, self.cursor.offset
        self.cursor.kept = None
        count = 0
        for window in _windows(self.cursor, path):
            count = window.first + (1 if window.refused else len(window.items))
            yield window
        self.cursor.kept = kept
        if kept is not None:
            self.cuts.append((len(kept), self.cursor.offset - start))
        self.cursor.expect(b"]")
        self.found.append(Found(path, "array", count))


def _windows(cursor: Cursor, path: Path) -> Iterator[Window]:
    """From behind the opening bracket up to the closing one."""
    index = careful_until = 0
    between = b""
    end = cursor.peek()
    while end != ord("]"):
        cursor.fill()
        cut, raws = 0, NONE
        if between and cursor.offset >= careful_until:
            cut, raws = _cut(cursor, between)
            careful_until = 0 if raws else cursor.offset + len(cursor.buf) - cursor.pos
        if raws:
            raw = cursor.buf[cursor.pos : cut]
            cursor.move(cut)
            yield Window(path, index, raws, raw)
        else:
            item = cursor.take_value()
            text, refused = (b"", item) if isinstance(item, str) else (item, "")
            yield Window(path, index, NONE if refused else [msgspec.Raw(text)], text, refused)
        index += max(1, len(raws))
        behind = cursor.offset
        end = cursor.peek()
        if end != ord("]"):
            cursor.expect(b",")
            cursor.peek()
            start = cursor.pos - (cursor.offset - behind) - 1
            between = between if raws or start < 0 else cursor.buf[start : cursor.pos + 1]


def _cut(cursor: Cursor, between: bytes) -> tuple[int, list[msgspec.Raw]]:
    """Where the last item in the window ends, and the items up to there; none where that cannot
    be told."""
    end = len(cursor.buf)
    for _ in range(WRONG_CUTS):
        end = cursor.buf.rfind(between, cursor.pos, end) + 1
        if not end:
            break
        try:
            return end, RAWS.decode(b"[" + cursor.buf[cursor.pos : end] + b"]")
        except (msgspec.DecodeError, RecursionError):
            continue
    return 0, NONE
