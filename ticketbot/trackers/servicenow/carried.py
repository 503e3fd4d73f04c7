"""A marker that a record carries in its own text, from the moment it is made until its attachment is there.

Whoever is killed between the two leaves a record that still tells everything. It stands below our footer,
where no text of a report ever stands; what else looks like one is text.
"""

from __future__ import annotations

import re

from ticketbot.model.ticket import Marker
from ticketbot.trackers.marking import packed, unpacked
from ticketbot.trackers.markup.section import FOOTER_PATTERN, split

_LIMIT = 3000
"""Characters, of the 4,000 of the column."""
_WORDS = "ticketbot is still writing this record: "
_LINE = re.compile(rf"\s*{re.escape(_WORDS)}(tb1\.[\w=-]+)")


def carrying(marker: Marker) -> str:
    """What comes behind the footer; "" for a marker that is too large."""
    text = packed(marker, _LIMIT)
    return f"\n\n{_WORDS}{text}" if len(text) <= _LIMIT else ""


def carried(body: str, subject: str) -> Marker | None:
    """The marker that a record's text carries for this subject."""
    found = _LINE.search(split(body, FOOTER_PATTERN).theirs)
    marker = unpacked(found[1]) if found else None
    return marker if marker is not None and marker.subject == subject else None


def without(theirs: str) -> str:
    """What people wrote below the footer, alone."""
    return _LINE.sub("", theirs)
