"""Opens report bytes for reading from the beginning: gzip and UTF-16 undone, byte order mark
gone, size limited.

Refuses reports over `Limits.file` (counted after decompression, so a gzip bomb stops there) and
damaged gzip. Knows nothing of JSON.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from types import TracebackType
from typing import IO, cast

from ticketbot.errors import ReportError
from ticketbot.readers.report import Limits, Source

GZIP = b"\x1f\x8b"
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
BARE_UTF16 = (
    ((b"{\0", b"[\0"), "utf-16-le"),
    ((b"\0{", b"\0["), "utf-16-be"),
)
"""How a JSON document without a byte order mark begins in UTF-16 (RFC 4627, section 3)."""


class ReportStream:
    """A report's text as UTF-8 bytes. Close it, or use it in a `with` block."""

    def __init__(self, name: str, raw: IO[bytes], limits: Limits) -> None:
        self.name = name
        self._raw = raw
        self._limit = limits.file
        self._seen = 0
        self._decoder: codecs.IncrementalDecoder | None = None
        head = raw.read(2)
        raw.seek(0)
        self._bytes = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if head == GZIP else raw
        self._head = self._strip_mark(self._pull(4))

    def read(self, size: int) -> bytes:
        """Up to about `size` bytes, at least one of them unless the report is at its end."""
        while True:
            chunk, self._head = self._head, b""
            chunk = chunk or self._pull(size)
            if self._decoder is None:
                return chunk
            text = self._decoder.decode(chunk, final=not chunk)
            if text or not chunk:
                return text.encode("utf-8", "replace")

    def close(self) -> None:
        self._bytes.close()
        self._raw.close()

    def __enter__(self) -> ReportStream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _strip_mark(self, head: bytes) -> bytes:
        for mark, encoding in BOMS:
            if head.startswith(mark):
                self._decode_from(encoding)
                return head[len(mark) :]
        for starts, encoding in BARE_UTF16:
            if head.startswith(starts):
                self._decode_from(encoding)
        return head

    def _decode_from(self, encoding: str) -> None:
        if encoding != "utf-8":
            self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def _pull(self, size: int) -> bytes:
        try:
            chunk = self._bytes.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ReportError(
                f"{self.name}: the gzip data is damaged or cut off after {self._seen:,} bytes"
                f" of text ({error})",
                hint="Check that the file was uploaded completely, or write the report again.",
            ) from error
        self._seen += len(chunk)
        if self._seen > self._limit:
            raise ReportError(
                f"{self.name}: the report has more than {self._limit:,} bytes of text,"
                " the most that is read of one report",
                hint="Split the scan into parts (one report for each folder or image).",
            )
        return chunk


def open_report(source: Source, limits: Limits) -> ReportStream:
    """The report's text from its beginning. Raises ReportError; so do later reads of it."""
    return ReportStream(source.name, source.open(), limits)
