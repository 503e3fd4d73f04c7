"""An issue as Jira gives it → a Ticket. Reads anybody's data: what has another shape is taken as absent."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec

from ticketbot.model.ticket import Ticket
from ticketbot.trackers.base import Text
from ticketbot.trackers.jira.marker import (
    Issue,
    description,
    held,
    is_done,
    marker_of,
    our_words,
)
from ticketbot.trackers.jira.resolution import Resolutions
from ticketbot.trackers.markup.section import digest

FIELDS = (
    "summary description status resolution priority assignee duedate labels updated created project"
    " issuetype"
).split()


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
    """Properties do not move `updated`, which searches of Data Center give in whole seconds: the same
    issue has one revision, however it was read."""
    fields = issue.get("fields") or {}
    given = {name: fields.get(name) for name in FIELDS} | {"created": None}
    if "updated" in given and "creator" in fields:
        given["updated"] = utc(given["updated"])
    raw = msgspec.json.encode([issue["key"], held(issue), given], order="deterministic")
    return hashlib.blake2b(raw, digest_size=12).hexdigest()


def _name(value: Any) -> str | None:
    return str(value["name"]) if isinstance(value, dict) and value.get("name") else None
