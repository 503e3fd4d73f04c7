"""Where an issue keeps its marker: in an entity property, and on Data Center in its description too.

Data Center gives properties with single issues alone (https://jira.atlassian.com/browse/JRASERVER-62898),
descriptions with every search. So a marker in a description is what many are read by, and the property
beside it is the proof: words are copied when somebody clones an issue, properties are not.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from ticketbot.model.ticket import Marker
from ticketbot.trackers.marking import of_plain, packed, unpacked
from ticketbot.trackers.markup.section import FOOTER, FOOTER_PATTERN, split

PROPERTY = "ticketbot"
"""The entity property that holds the marker; of a comment, its nonce."""
CLOSING = "closing"
"""In the property: how ticketbot was about to close the ticket. It counts where the ticket is done, so that
a job that was killed in between leaves neither a person's close nor a ticket that a person reopened."""
LONGEST = 4_000
"""Characters of a marker in a description."""
_PREFIX = "tb1."
# Jira's own macro for a place in a text: it shows nothing, and is part of every Data Center.
_ANCHOR = re.compile(
    r"\s*\{anchor:(tb1\.[A-Za-z0-9_=-]+)(?:\.([A-Za-z][A-Za-z0-9_]*))?(\.alone)?\}"
)

Issue = dict[str, Any]
"""As /rest/api/2/issue gives it. `properties` are there where they were asked for."""


class Held(msgspec.Struct, frozen=True):
    """A marker as an issue holds it. `home`: the project it was made in; "" where that is not told."""

    marker: Marker | None
    home: str = ""
    alone: bool = False
    """No property goes with it: this Jira refuses them."""


def held(issue: Issue) -> Held | None:
    """From the property, else from the description; None for an issue that is not ours."""
    value = (issue.get("properties") or {}).get(PROPERTY)
    if value is not None:
        marker = of_plain(value)
        if marker is None:
            return None
        closing = value.get(CLOSING) if is_done(issue) else None
        marker = msgspec.structs.replace(marker, closed=closing) if closing else marker
        return Held(marker, str(value.get("home") or ""))
    found = described(issue)
    copied = found is not None and not found.alone and "properties" in issue
    return None if copied else found


def marker_of(issue: Issue) -> Marker | None:
    """The marker alone."""
    found = held(issue)
    return found.marker if found else None


def described(issue: Issue) -> Held | None:
    """What the description says alone."""
    anchors = _ANCHOR.findall(split(description(issue), FOOTER_PATTERN).ours)
    if not anchors:
        return None
    text, home, alone = anchors[-1]
    marker = unpacked(text + "=" * (-len(text.removeprefix(_PREFIX)) % 4))
    return Held(marker, home, bool(alone) or not home) if marker else None


def anchor(marker: Marker, home: str, *, alone: bool) -> str:
    """The marker as a line of a description. "" for one that has no room there as a whole: its issue is
    then asked for the property; where it stands alone, it is cut."""
    text = packed(marker, LONGEST)
    if not alone and unpacked(text) != marker:
        return ""
    # macros take what stands around `=` for a name and its value
    return f"{{anchor:{text.rstrip('=')}.{home}{'.alone' if alone else ''}}}"


def remarked(text: str, line: str) -> str:
    """A description with this anchor and no other; not a word changed."""
    if not line and not _ANCHOR.search(text):
        return text
    parts = split(text, FOOTER_PATTERN)
    tail = f"\n\n{FOOTER}{parts.theirs}" if parts.found else ""
    return "\n\n".join(filter(None, (our_words(text).rstrip(), line))) + tail


def our_words(text: str) -> str:
    """Our section of a description, without the marker that may stand in it."""
    return _ANCHOR.sub("", split(text, FOOTER_PATTERN).ours)


def description(issue: Issue) -> str:
    """The text; version 2 of the API gives wiki markup."""
    return str((issue.get("fields") or {}).get("description") or "")


def is_done(issue: Issue) -> bool:
    """Statuses have names of the project's own; their categories have not."""
    status = (issue.get("fields") or {}).get("status") or {}
    return bool((status.get("statusCategory") or {}).get("key") == "done")
