"""Whose words are whose in a ticket's body: ours stand above the footer, people's below it.

Replacing our section keeps theirs byte for byte. Refuses to guess: where the footer is gone a person has
taken the text over, and all of it counts as ours, edited, so that callers leave it alone.
"""

from __future__ import annotations

import re

import msgspec

from ticketbot.planning.rows import text_digest

FOOTER = "ticketbot keeps the text above up to date; write below this line."
"""The visible footer of Jira and ServiceNow. GitHub's is its marker, a hidden comment."""
FOOTER_PATTERN = re.compile(r"\s+".join(re.escape(word) for word in FOOTER.split()))
"""The visible footer as an editor may have laid it out: `\\s` takes non-breaking spaces too."""

# A report may quote a footer or a marker. Broken by a zero-width space, ours never holds a second one.
_FORGED = re.compile(r"<!--(?=\s*ticketbot)|ticketbot(?=\s+keeps\s+the\s+text\s+above)", re.I)
_BREAK = "\u200b"


class Split(msgspec.Struct, frozen=True):
    """A body in two. `theirs` begins right after the footer, line end included."""

    ours: str
    theirs: str
    found: bool


def unforged(ours: str) -> str:
    """Our text without anything that could pass for a footer or a marker. Twice changes nothing."""
    return _FORGED.sub(lambda found: found[0] + _BREAK, ours)


def joined(ours: str, footer: str, theirs: str) -> str:
    """The whole body. `footer` may be empty, where a tracker has none."""
    parts = [part for part in (unforged(ours).rstrip(), footer + theirs) if part]
    return "\n\n".join(parts)


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
