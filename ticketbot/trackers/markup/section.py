"""Whose words are whose in a ticket's body: ours stand above the footer, people's below it.

Replacing our section keeps theirs byte for byte. Refuses to guess: where the footer is gone a person has
taken the text over, and all of it counts as ours, edited, so that callers leave it alone.
"""

from __future__ import annotations

import re

import msgspec

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
