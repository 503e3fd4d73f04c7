"""Recipes for findings in files: the producer's own fingerprints, the text at the place, and, where
nothing else is known, the place itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from ticketbot.identity.digest import digest, same_line, same_message
from ticketbot.identity.ingredients import Ingredients, Sources
from ticketbot.identity.producers import producer_fingerprints


def has_text(given: Ingredients) -> bool:
    """Does the report itself quote the line?"""
    return bool(_text(given.place.line_text))


def line_of(given: Ingredients) -> str:
    """The line as it is hashed: from the report, else from the checkout; empty where neither has it."""
    text, place, sources = _text(given.place.line_text), given.place, _sources(given)
    if not text and sources is not None and place.path and place.line is not None:
        text = _text(sources.line(place.path, place.line))
    return text


def source_lines(given: Ingredients) -> Sequence[str]:
    """The file in the checkout; empty where there is none, or the line is not what the report quotes:
    another commit."""
    place, sources = given.place, _sources(given)
    if sources is None or not place.path or place.line is None:
        return ()
    lines = sources.lines(place.path)
    if place.line > len(lines):
        return ()
    return lines if _text(place.line_text) in _text(lines[place.line - 1]) else ()


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
