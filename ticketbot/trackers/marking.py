"""A marker as text of a limited size, and back: compressed where it is hidden in a text, as JSON where a
tracker has a place for values.

Too large, it sheds what a scan can tell again: traits first, then the oldest aliases, sightings, features; at
the very last what people ruled. The UUIDs and the birth aliases never go. What it reads is
anybody's text: nonsense gives None.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import msgspec

from ticketbot.model.flaw import NO_TRAITS, Features
from ticketbot.model.ticket import MARKER_FORMAT, MarkedFlaw, Marker

PREFIX = "tb1."
_LARGEST = 4_000_000
"""Bytes a packed marker may grow to: a bomb is nonsense."""


def packed(marker: Marker, limit: int) -> str:
    """`tb1.` and letters, digits, `-` and `_`: harmless in comments, attributes and fields. At most `limit`
    characters where that is possible without losing a UUID."""
    return _fitted(marker, _packed, limit)


def unpacked(text: str) -> Marker | None:
    """What `packed` made; None for anything else."""
    if not text.startswith(PREFIX):
        return None
    try:
        raw = base64.urlsafe_b64decode(text[len(PREFIX) :].encode("ascii"))
        unzip = zlib.decompressobj()
        plain = unzip.decompress(raw, _LARGEST)
        if unzip.unconsumed_tail:
            return None
        return _known(msgspec.json.decode(plain, type=Marker))
    except (binascii.Error, zlib.error, msgspec.DecodeError, UnicodeError, ValueError):
        return None


def plain(marker: Marker, limit: int) -> dict[str, Any]:
    """As a JSON object whose text has at most `limit` characters, where that is possible."""
    text = _fitted(marker, lambda m: msgspec.json.encode(m).decode(), limit)
    value: dict[str, Any] = msgspec.json.decode(text)
    return value


def of_plain(value: object) -> Marker | None:
    """What `plain` made; None for anything else."""
    try:
        return _known(msgspec.convert(value, Marker))
    except (msgspec.ValidationError, TypeError):
        return None


def _known(marker: Marker) -> Marker | None:
    """A marker of a newer format may mean something else by the same names."""
    return marker if marker.format <= MARKER_FORMAT and marker.subject else None


def _packed(marker: Marker) -> str:
    # zlib's bytes, not only its text, must be the same everywhere: level and strategy are said
    raw = zlib.compress(msgspec.json.encode(marker), 9)
    return PREFIX + base64.urlsafe_b64encode(raw).decode("ascii")


def _fitted(marker: Marker, form: Callable[[Marker], str], limit: int) -> str:
    text = form(marker)
    for smaller in _smaller(marker):
        if len(text) <= limit:
            break
        text = form(smaller)
    return text


def _smaller(marker: Marker) -> Iterator[Marker]:
    """Less and less. Aliases stand in the order they came."""
    yield (marker := _each(marker, _traitless))
    longest = max((len(flaw.aliases) for flaw in marker.flaws), default=0)
    for kept in (8, 4, 2, 1, 0):
        if kept < longest:
            yield _each(marker, partial(_newest, kept))
    yield (marker := _each(marker, lambda flaw: {"aliases": (), "sightings": ()}))
    yield (marker := _each(marker, lambda flaw: {"features": _short(flaw.features)}))
    yield _each(marker, lambda flaw: {"rulings": ()})


def _traitless(flaw: MarkedFlaw) -> dict[str, Any]:
    return {"features": msgspec.structs.replace(flaw.features, traits=NO_TRAITS)}


def _newest(count: int, flaw: MarkedFlaw) -> dict[str, Any]:
    return {"aliases": flaw.aliases[-count:] if count else ()}


def _each(marker: Marker, changes: Callable[[MarkedFlaw], dict[str, Any]]) -> Marker:
    flaws = tuple(msgspec.structs.replace(flaw, **changes(flaw)) for flaw in marker.flaws)
    return msgspec.structs.replace(marker, flaws=flaws)


def _short(features: Features) -> Features:
    """What cannot be done without: routing and the words of a list."""
    return Features(
        rule=features.rule[:80],
        title=features.title[:80],
        severity=features.severity,
        kind=features.kind,
        tool=features.tool,
        content=features.content,
    )
