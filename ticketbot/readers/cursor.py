"""A window that slides over a report's text: whitespace, strings and brackets, and nothing of
what they mean.

Holds only the window and, while an item is taken, that item, up to `Limits.result`. Refuses text
that is cut off and brackets that do not match, each with the byte where it happened.
"""

from __future__ import annotations

import re

from ticketbot.errors import ReportError
from ticketbot.readers.report import Limits
from ticketbot.readers.source import ReportStream

SPACE = re.compile(rb"[ \t\r\n]*+")
QUIET = re.compile(rb'[^\[\]{}"]*+(?:"(?:[^"\\]++|\\.)*+"[^\[\]{}"]*+)*+', re.DOTALL)
"""Everything up to the next bracket, or up to a string that does not end in the window."""
STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
SCALAR = re.compile(rb"[^\[\]{},:\"\s]*+")
CLOSER = {ord("{"): ord("}"), ord("["): ord("]")}
QUOTE = ord('"')
MOST_KEPT = 256 * 1024**2
"""Bytes of a document that may stand outside its long arrays."""


class Cursor:
    """`buf[pos:]` is what was read and is not consumed; `kept`, where given, collects what is
    consumed."""

    def __init__(
        self, stream: ReportStream, limits: Limits, window: int, kept: bytearray | None = None
    ) -> None:
        self.stream = stream
        self.limits = limits
        self.window = window
        self.kept = kept
        self.buf = b""
        self.pos = 0
        self._base = 0
        self._hold: int | None = None
        self._ended = False

    @property
    def offset(self) -> int:
        """Where `pos` is in the report's text, in bytes from 0."""
        return self._base + self.pos

    def more(self) -> bool:
        """Read on, forgetting what is consumed; twice as much as is held, so that big values
        cost little."""
        if self._hold is not None and self.pos - self._hold > self.limits.result:
            self._hold = None
        if self.kept is not None and len(self.kept) > MOST_KEPT:
            raise ReportError(
                f"{self.stream.name}: more than {MOST_KEPT:,} bytes stand outside the results",
                hint="Leave the contents of files out of the report (an option of most scanners).",
            )
        start = self.pos if self._hold is None else self._hold
        rest = self.buf[start:]
        chunk = b"" if self._ended else self.stream.read(max(self.window, len(rest)))
        self._ended = self._ended or not chunk
        self._base += start
        self.pos -= start
        self._hold = None if self._hold is None else 0
        self.buf = rest + chunk
        return bool(chunk)

    def fill(self) -> None:
        """Have a window ahead, or all that is left."""
        while len(self.buf) - self.pos < self.window and self.more():
            pass

    def move(self, to: int) -> None:
        """Consume up to `to`."""
        if self.kept is not None:
            self.kept += self.buf[self.pos : to]
        self.pos = to

    def peek(self) -> int:
        """The next byte that is not whitespace, not consumed; -1 at the end."""
        self._run(SPACE)
        return self.buf[self.pos] if self.pos < len(self.buf) else -1

    def expect(self, wanted: bytes) -> int:
        """Consume one of the wanted bytes and return it."""
        found = self.peek()
        if found < 0 or found not in wanted:
            raise self.error(f"expected {' or '.join(f'`{chr(byte)}`' for byte in wanted)}")
        self.move(self.pos + 1)
        return found

    def key(self) -> bytes:
        """Consume a member's name and its colon; the name with its quotes."""
        if self.peek() != QUOTE:
            raise self.error("expected a member's name")
        while not (match := STRING.match(self.buf, self.pos)):
            if len(self.buf) - self.pos > self.limits.result or not self.more():
                raise self.error("a member's name that does not end")
        self.move(match.end())
        self.expect(b":")
        return match.group()

    def take_value(self) -> bytes | str:
        """Consume the next value and give its bytes, or say why it is refused."""
        self.peek()
        self._hold = self.pos
        depth = self.pass_value()
        start = self._let_go()
        if depth > self.limits.nesting:
            return f"nested {depth:,} levels deep; the limit is {self.limits.nesting}"
        if start is None or self.pos - start > self.limits.result:
            return f"longer than {self.limits.result:,} bytes, the limit for one result"
        return self.buf[start : self.pos]

    def _let_go(self) -> int | None:
        """Where the value that is held begins; None where it grew over the limit meanwhile."""
        start, self._hold = self._hold, None
        return start

    def pass_value(self) -> int:
        """Consume the next value, whatever its size; how deep it is nested."""
        closers = bytearray()
        deepest = 0
        while True:
            found = self.peek()
            if found in CLOSER:
                closers.append(CLOSER[found])
                deepest = max(deepest, len(closers))
            elif not closers and found != QUOTE:
                self._pass_scalar()
                return 0
            elif found != QUOTE and found != closers.pop():
                raise self.error("a bracket that does not match the one opened before it")
            if found == QUOTE:
                self._pass_string()
            else:
                self.move(self.pos + 1)
            if not closers:
                return deepest
            self._run(QUIET)

    def error(self, what: str) -> ReportError:
        """What is wrong at `pos`."""
        if self.pos >= len(self.buf) and self._ended:
            return ReportError(
                f"{self.stream.name}: the report is cut off: its JSON does not end within its"
                f" {self.offset:,} bytes",
                hint="The scanner or the upload was stopped: write the report again.",
            )
        found = self.buf[self.pos : self.pos + 1].decode("ascii", "backslashreplace")
        return ReportError(
            f"{self.stream.name}: not valid JSON at byte {self.offset:,}: {what}, found `{found}`",
            hint="Write the report again with the scanner's own option for an output file.",
        )

    def _run(self, pattern: re.Pattern[bytes]) -> None:
        """Consume what matches, also over the window's end."""
        while True:
            match = pattern.match(self.buf, self.pos)
            if match and match.end() > self.pos:
                self.move(match.end())
            if self.pos < len(self.buf) or not self.more():
                return

    def _pass_scalar(self) -> None:
        start = self.offset
        self._run(SCALAR)
        if self.offset == start:
            raise self.error("expected a value")

    def _pass_string(self) -> None:
        self.move(self.pos + 1)
        while True:
            self._run(IN_STRING)
            if self.pos < len(self.buf) and self.buf[self.pos] == QUOTE:
                self.move(self.pos + 1)
                return
            if not self.more():
                self.pos = len(self.buf)
                raise self.error("a string that does not end")
