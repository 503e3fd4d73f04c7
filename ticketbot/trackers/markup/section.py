"""Whose words are whose in a ticket's body: ours stand above the footer, people's below it.

Replacing our section keeps theirs byte for byte. Refuses to guess: where the footer is gone a person has
taken the text over, and all of it counts as ours, edited, so that callers leave it alone.
"""

from __future__ import annotations

import re

import msgspec

from ticketbot.model.ticket import Marker
from ticketbot.planning.rows import text_digest
from ticketbot.trackers.markup.footer import FOOTER as FOOTER
from ticketbot.trackers.markup.footer import FOOTER_PATTERN as FOOTER_PATTERN
from ticketbot.trackers.markup.footer import joined as joined
from ticketbot.trackers.markup.footer import unforged as unforged


class Split(msgspec.Struct, frozen=True):
    """A body in two. `theirs` begins right after the footer, line end included."""

    ours: str
    theirs: str
    found: bool


def split(body: str, footer_pattern: re.Pattern[str]) -> Split:
    """At the first footer. `ours` comes without the blank line before it."""
    footer = footer_pattern.search(body)
    if footer is None:
        return Split(body, "", found=False)
    return Split(body[: footer.start()].rstrip(), body[footer.end() :], found=True)


def digest(ours: str) -> str:
    """blake2b-16 as `planning.rows.text_digest`, the same after what trackers and editors do to text:
    CRLF, non-breaking spaces, spaces at line ends, blank lines at the ends."""
    lines = ours.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").split("\n")
    return text_digest("\n".join(line.rstrip() for line in lines).strip("\n"))


def as_written(marker: Marker, *, title: str | None = None, ours: str | None = None) -> Marker:
    """The marker, telling the title and our section as they stand in the ticket: a title may be cut, and a
    body is no Markdown any more. Whoever learns of the ticket from its marker then knows what a person
    changed."""
    now = {
        "title": None if title is None else text_digest(title),
        "body": None if ours is None else digest(ours),
    }
    told = {name: value for name, value in now.items() if value and name in marker.written}
    return msgspec.structs.replace(marker, written=marker.written | told)
