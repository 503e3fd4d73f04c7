"""An issue as Jira gives it → a Ticket. Reads anybody's data: what has another shape is taken as absent."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from ticketbot.model.ticket import Marker, Ticket
from ticketbot.trackers.base import Text
from ticketbot.trackers.jira.resolution import Resolutions
from ticketbot.trackers.marking import of_plain, packed, unpacked
from ticketbot.trackers.markup.section import FOOTER_PATTERN, digest, split

PROPERTY = "ticketbot"
"""The entity property that holds the marker; of a comment, its nonce."""
CLOSING = "closing"
"""In the property: how ticketbot was about to close the ticket. It counts where the ticket is done, so that
a job that was killed in between leaves neither a person's close nor a ticket that a person reopened."""
FIELDS = (
    "summary description status resolution priority assignee duedate labels updated created project"
    " issuetype"
).split()
FOOTER_MARKER = 4_000
"""Characters of a marker in a description."""
# Jira's own macro for a place in a text: it shows nothing, and is part of every Data Center.
_ANCHOR = re.compile(r"\s*\{anchor:(tb1\.[A-Za-z0-9_=-]+)\}")

Issue = dict[str, Any]
"""As /rest/api/2/issue gives it."""


class Rows:
    """Issues of one configured tracker."""

    def __init__(self, tracker: str, links: str, resolutions: Resolutions) -> None:
        self._tracker, self._links, self.resolutions = tracker, links, resolutions
        self.people: dict[str, str] = {}
        """Account id or name → what the configuration calls that person."""

    def ticket(self, issue: Issue) -> Ticket:
        """What the issue says, in our words."""
        fields = issue.get("fields") or {}
        marker, labels = marker_of(issue), tuple(map(str, fields.get("labels") or ()))
        done = is_done(issue)
        name = _name(fields.get("resolution"))
        closed = marker.closed if marker else None
        return Ticket(
            tracker=self._tracker,
            id=str(issue["id"]),
            key=str(issue["key"]),
            url=f"{self._links}/browse/{issue['key']}",
            title=str(fields.get("summary") or ""),
            state="closed" if done else "open",
            resolution=self.resolutions.meaning(name, labels, closed) if done else None,
            priority=_name(fields.get("priority")),
            assignee=self._person(fields.get("assignee")),
            due=fields.get("duedate"),
            labels=labels,
            revision=_revision(issue),
            updated=utc(fields.get("updated")),
            body_digest=digest(our_words(description(issue))),
            marker=marker,
        )

    def text(self, issue: Issue) -> Text:
        """The ticket with its words."""
        return Text(self.ticket(issue), description(issue))

    def _person(self, user: Any) -> str | None:
        if not isinstance(user, dict):
            return None
        known = str(user.get("accountId") or user.get("name") or "")
        return self.people.get(known) or user.get("emailAddress") or known or None


def our_words(text: str) -> str:
    """Our section of a description, without the marker that may stand in it."""
    return _ANCHOR.sub("", split(text, FOOTER_PATTERN).ours)


def marker_of(issue: Issue) -> Marker | None:
    """From the property, else from the description."""
    value = (issue.get("properties") or {}).get(PROPERTY)
    if value is not None:
        marker = of_plain(value)
        closing = value.get(CLOSING) if marker and is_done(issue) else None
        return msgspec.structs.replace(marker, closed=closing) if marker and closing else marker
    found = _ANCHOR.search(split(description(issue), FOOTER_PATTERN).ours)
    return unpacked(found[1]) if found else None


def anchored(wiki: str, marker: Marker | None) -> str:
    """A managed section with the marker in it, for a Jira that refuses properties."""
    bare = _ANCHOR.sub("", wiki).rstrip()
    return f"{bare}\n\n{anchor(marker)}" if marker else bare


def anchor(marker: Marker) -> str:
    """The marker as a line of a description."""
    return f"{{anchor:{packed(marker, FOOTER_MARKER)}}}"


def description(issue: Issue) -> str:
    """The text; version 2 of the API gives wiki markup."""
    return str((issue.get("fields") or {}).get("description") or "")


def is_done(issue: Issue) -> bool:
    """Statuses have names of the project's own; their categories have not."""
    status = (issue.get("fields") or {}).get("status") or {}
    return bool((status.get("statusCategory") or {}).get("key") == "done")


def project_of(issue: Issue) -> str:
    """The project's key, also of an issue that was moved."""
    return str(((issue.get("fields") or {}).get("project") or {}).get("key") or "")


def number(key: str) -> int:
    """12 of SEC-12."""
    tail = key.rpartition("-")[2]
    return int(tail) if tail.isdecimal() else 0


def utc(stamp: Any) -> str:
    """`2026-03-01T12:00:00.000+0100` → ISO 8601 in UTC, whole seconds; "" for anything else."""
    try:
        moment = datetime.strptime(str(stamp), "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        return ""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _revision(issue: Issue) -> str:
    """`updated` is too coarse on some databases, and properties do not move it."""
    fields = issue.get("fields") or {}
    seen = [issue["key"], issue.get("properties"), *(fields.get(name) for name in FIELDS)]
    raw = msgspec.json.encode(seen, order="deterministic")
    return hashlib.blake2b(raw, digest_size=12).hexdigest()


def _name(value: Any) -> str | None:
    return str(value["name"]) if isinstance(value, dict) and value.get("name") else None
