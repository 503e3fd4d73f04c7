"""Decodes JSON that strict decoders refuse, where its meaning is still plain.

Reads NaN and Infinity as null, lone surrogates and invalid UTF-8 as U+FFFD, raw control
characters as themselves, numbers out of range as infinity's substitute null; of duplicate keys
the last counts. Refuses everything else: a document whose structure is broken is not guessed at.
"""

from __future__ import annotations

import json
import re

import msgspec

from ticketbot.readers.report import Limits

LONE = re.compile("[\ud800-\udfff]")
BRACKET = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)


class Broken(ValueError):  # noqa: N818 - says what the document is
    """A document that cannot be read: why, and at which byte of it."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


def nesting(raw: bytes) -> int:
    """How deep the objects and arrays of a document are nested."""
    depth = deepest = 0
    for match in BRACKET.finditer(raw):
        bracket = match.group()
        if bracket in (b"{", b"["):
            depth += 1
            deepest = max(deepest, depth)
        elif bracket in (b"}", b"]"):
            depth -= 1
    return deepest


def too_deep(raw: bytes, limits: Limits) -> bool:
    """Whether a document is nested over the limit. Quick for one that is not: few brackets
    cannot nest deeply."""
    return raw.count(b"{") + raw.count(b"[") > limits.nesting and nesting(raw) > limits.nesting


def decode(raw: bytes, limits: Limits) -> object:
    """A JSON document as Python values. Raises Broken."""
    if too_deep(raw, limits):
        raise Broken(f"it is nested {nesting(raw):,} levels deep, the limit is {limits.nesting}", 0)
    try:
        return msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    text = raw.decode("utf-8", "replace")
    try:
        value = json.JSONDecoder(
            parse_constant=lambda _: None, parse_float=_float, parse_int=_int, strict=False
        ).decode(text)
    except json.JSONDecodeError as error:
        at = len(text[: error.pos].encode())
        raise Broken(f"{error.msg[:1].lower()}{error.msg[1:]}", at) from error
    return _clean(value)


def _float(digits: str) -> float | None:
    value = float(digits)
    return None if value in (float("inf"), float("-inf")) else value


def _int(digits: str) -> int | None:
    return int(digits) if len(digits) <= 19 else None


def _clean(value: object) -> object:
    if isinstance(value, str):
        return LONE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {LONE.sub("\ufffd", key): _clean(item) for key, item in value.items()}
    return value
