"""The beginning of a report, decoded as far as it goes, for detection.

Closes what the cut left open: a list of thousands is here a list of its first few. Never
refuses: what is not JSON has the shape `other`. Says nothing of what comes later in the report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from ticketbot.readers import tolerant
from ticketbot.readers.report import Limits, Source
from ticketbot.readers.source import open_report

SIZE = 64 * 1024
"""Bytes of a report that detection looks at."""
TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{},"]', re.DOTALL)
CLOSER = {"{": "}", "[": "]"}

Shape = Literal["object", "array", "lines", "other"]


@dataclass(frozen=True)
class Prefix:
    """`value` is the partial document; for `lines` the list of the lines' values, for `other` None.

    One JSON object on a line of its own may be a whole JSON Lines report: its shape is `object`.
    """

    shape: Shape
    value: object
    text: str = field(repr=False)

    @property
    def keys(self) -> frozenset[str]:
        """The names of a top-level object's members; of an array's or of lines' first item."""
        first = self.value
        if isinstance(first, list):
            first = first[0] if first else None
        return frozenset(first) if isinstance(first, dict) else frozenset()

    @classmethod
    def of(cls, head: bytes) -> Prefix:
        """Of a report's first bytes, without gzip and byte order mark."""
        text = head.decode("utf-8", "replace")
        if (values := _lines(text)) is not None:
            return cls("lines", values, text)
        value = _partial(text)
        if isinstance(value, dict):
            return cls("object", value, text)
        if isinstance(value, list):
            return cls("array", value, text)
        return cls("other", None, text)


def read_prefix(source: Source, limits: Limits) -> Prefix:
    """The prefix of a source. Raises ReportError for damaged gzip."""
    with open_report(source, limits) as stream:
        head = b""
        while len(head) < SIZE and (chunk := stream.read(SIZE)):
            head += chunk
    return Prefix.of(head[:SIZE])


def _lines(text: str) -> list[object] | None:
    """The values of JSON Lines that are complete; None where it is anything else."""
    lines = text.split("\n")
    complete = lines if len(text.encode("utf-8", "replace")) < SIZE else lines[:-1]
    filled = [line for line in complete if line.strip()]
    if not filled or (len(filled) == 1 and len(complete) == len(lines)):
        return None
    if any(line.lstrip()[:1] not in ("{", "[") for line in filled[:2]):
        return None
    values = []
    for number, line in enumerate(filled):
        try:
            values.append(tolerant.decode(line.encode("utf-8", "replace"), Limits()))
        except tolerant.Broken:
            if number == 0:
                return None
    return values


def _partial(text: str) -> object:
    """What a document that is cut off, or broken somewhere, says up to there."""
    whole = text.strip().encode("utf-8", "replace")
    try:
        return tolerant.decode(whole, Limits())
    except tolerant.Broken as broken:
        body = whole[: broken.at].decode("utf-8", "ignore")
    stack: list[str] = []
    end, closers = 0, ""
    for match in TOKEN.finditer(body):
        token = match.group()
        if token in CLOSER:
            stack.append(CLOSER[token])
            end, closers = match.end(), "".join(reversed(stack))
        elif token == ",":
            end, closers = match.start(), "".join(reversed(stack))
        elif stack and token == stack[-1]:
            stack.pop()
            end, closers = match.end(), "".join(reversed(stack))
        elif token[0] != '"' or token == '"':
            break
    try:
        return tolerant.decode((body[:end] + closers).encode("utf-8", "replace"), Limits())
    except tolerant.Broken:
        return None
