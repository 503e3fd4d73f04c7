"""Recipes for findings in files: the producer's own fingerprints, the text at the place, and, where
nothing else is known, the place itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from ticketbot.identity.digest import digest, same_line, same_message
from ticketbot.identity.ingredients import Ingredients, Sources
from ticketbot.identity.producers import producer_fingerprints

_NEAR = 8
"""Lines above and below a place where its quote may stand."""
_FARTHEST = 50
"""Lines of a place that are looked at."""


def has_text(given: Ingredients) -> bool:
    """Does the report itself quote the line?"""
    return bool(_text(given.place.line_text))


def line_of(given: Ingredients) -> str:
    """The line as it is hashed: from the report, else from the checkout; empty where neither has it."""
    text, place, sources = _text(given.place.line_text), given.place, _sources(given)
    if not text and sources is not None and place.path and place.line is not None:
        text = _text(sources.line(place.path, place.line))
    return text


def true_line(given: Ingredients) -> str:
    """The line that the place names: from the checkout where it shows what the report saw, else as hashed."""
    lines, line = source_lines(given), given.place.line
    return (_text(lines[line - 1]) if lines and line is not None else "") or line_of(given)


def source_lines(given: Ingredients) -> Sequence[str]:
    """The file in the checkout; empty where there is none, or nothing near the place is what the report
    quotes: another commit. Near, for some tools quote another line of a call than they name."""
    place, sources = given.place, _sources(given)
    if sources is None or not place.path or place.line is None:
        return ()
    lines = sources.lines(place.path)
    if place.line > len(lines):
        return ()
    quote, at = _text(place.line_text), place.line - 1
    end = max(at + 1, min(place.end_line or 0, at + _FARTHEST))
    near = (at, *range(max(0, at - _NEAR), min(len(lines), end + _NEAR)))
    return lines if any(quote in _text(lines[n]) for n in near) else ()


def _sources(given: Ingredients) -> Sources | None:
    """None for a leaked value: redaction knows no plain password, and its hash could be guessed back."""
    leaked = given.finding.kind == "secret" or given.finding.secret is not None
    return None if leaked else given.grounds.sources


@lru_cache(maxsize=1 << 12)
def _text(text: str | None) -> str:
    return same_line(text) if text else ""


def producer(given: Ingredients) -> Iterator[str]:
    """`prod/1`: what the tool wrote as fingerprint, where that is known to be one."""
    for key, value in producer_fingerprints(given.family, given.finding.fingerprints):
        yield digest("prod/1", given.family, given.rule, given.path, key, value)


def scoped_line(given: Ingredients) -> Iterator[str]:
    """`sline/1`: the line inside the function that the report names."""
    text = line_of(given)
    if given.place.logical and text:
        yield digest("sline/1", given.family, given.rule, given.path, given.place.logical, text)


def plain_line(given: Ingredients) -> Iterator[str]:
    """`line/1`: the line inside its file."""
    text = line_of(given)
    if text:
        yield digest("line/1", given.family, given.rule, given.path, text)


def position(given: Ingredients) -> Iterator[str]:
    """`loc/1`: line, column and message."""
    at = (str(given.place.line or ""), str(given.place.column or ""))
    message = same_message(given.finding.message or given.finding.title)
    yield digest("loc/1", given.family, given.rule, given.path, *at, message)


def bare_place(given: Ingredients) -> Iterator[str]:
    """`place/1`: file, named place and message."""
    message = same_message(given.finding.message or given.finding.title)
    yield digest("place/1", given.family, given.rule, given.path, given.place.logical, message)
