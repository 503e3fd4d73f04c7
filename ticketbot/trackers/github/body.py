"""The body of an issue: our words, the marker as a hidden comment, and behind it what people wrote.

The comment stands on a line of its own, so it is an HTML block whatever stands before it
(https://github.github.com/gfm/#html-blocks). It is the identity, a label is not: GitHub drops labels in
silence where the account may not set them.
"""

from __future__ import annotations

import hashlib
import re

from ticketbot.model.ticket import Marker
from ticketbot.trackers import marking
from ticketbot.trackers.markup import section
from ticketbot.trackers.markup.forms import GITHUB_BODY, github_markdown

MARKER_ROOM = 4096
"""Characters of a packed marker."""
_MARKED = re.compile(r"<!--\s*ticketbot:v1\s+(?P<packed>tb1\.[\w=-]+)\s*-->")
_SAID = "<!-- ticketbot:said {} -->"


def marker_of(body: str) -> Marker | None:
    """The marker in a body, where there is one that can be read."""
    found = _MARKED.search(body)
    return marking.unpacked(found["packed"]) if found else None


def digest(body: str) -> str:
    """Of our words alone."""
    return section.digest(section.split(body, _MARKED).ours)


def composed(ours: str, marker: Marker, theirs: str = "", *, new: bool = True) -> str:
    """A whole body of at most 65,536 characters; ours gives way to theirs. `new`: the marker is to know ours
    as it stands there now."""
    room = GITHUB_BODY - len(section.joined("x", _footer(marker), theirs)) - 1
    while True:
        text = section.unforged(github_markdown(ours, max(room, 0)) if room > 0 else "")
        footer = _footer(section.as_written(marker, ours=text.rstrip()) if new else marker)
        body = section.joined(text, footer, theirs)
        if len(body) <= GITHUB_BODY or room <= 0:
            return body
        room -= len(body) - GITHUB_BODY  # what was broken apart grew


def _footer(marker: Marker) -> str:
    return f"<!-- ticketbot:v1 {marking.packed(marker, MARKER_ROOM)} -->"


def rewritten(
    body: str, marker: Marker | None, ours: str | None = None, *, adopt: bool = False
) -> str:
    """The body with another marker, or other words of ours. `adopt`: a body without a marker is all
    theirs, and goes behind it; else a person has cut the marker out, and ours may be among it."""
    parts = section.split(body, _MARKED)
    kept = marker or marker_of(body)
    if kept is None or (marker is None and ours is None):
        return body
    if adopt and not parts.found:
        return composed("", kept, f"\n\n{body}" if body.strip() else "", new=False)
    if ours is None:
        return composed(parts.ours, kept, parts.theirs, new=False)
    return composed(ours, kept, parts.theirs)


def said(nonce: str) -> str:
    """What a comment is known by: hidden, and the same for the same nonce."""
    return _SAID.format(hashlib.blake2b(nonce.encode(), digest_size=8).hexdigest())


def comment(text: str, key: str) -> str:
    """A comment's text with its hidden key."""
    return github_markdown(section.unforged(text), GITHUB_BODY, f"\n\n{key}")
