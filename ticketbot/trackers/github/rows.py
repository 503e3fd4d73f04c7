"""An issue as REST and GraphQL give it, as one row, and the row as a ticket: pure, asks nobody.

The number is the ticket's id. It never changes and is never given again in its repository, it sorts by
age, and it is what both APIs want; a transferred issue has another number *and* another database id and
node id elsewhere, so those would not last longer. The repository's own id is in the mark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from ticketbot.model.ticket import Marker, Resolution, Ticket
from ticketbot.trackers.github import body as github_body


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One issue. Stamps are ISO 8601 in UTC."""

    number: int
    id: int = 0
    """The database id, as `duplicate_issue_id` wants it; 0 where it was not asked for."""
    repository: str
    """owner/name."""
    title: str
    body: str
    open: bool
    reason: str | None = None
    """completed, not_planned, duplicate, reopened."""
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    comments: int = 0
    closed_by: str | None = None
    created: str
    updated: str
    url: str
    type: str | None = None
    """The name of its issue type, where that was asked for."""
    marker: Marker | None = None
    """None: not ours, or a person cut it out."""
    known: int | None = None
    """The number it had here, where it has been transferred to another repository."""


class _Named(msgspec.Struct):
    name: str


class _User(msgspec.Struct):
    login: str


class _Rest(msgspec.Struct):
    number: int
    id: int
    title: str
    state: str
    repository_url: str
    html_url: str
    created_at: str
    updated_at: str
    labels: list[_Named | str]
    comments: int = 0
    body: str | None = None
    state_reason: str | None = None
    assignees: list[_User] | None = None
    closed_by: _User | None = None
    type: _Named | None = None
    pull_request: msgspec.Raw | dict[str, Any] | None = None


def of_rest(value: Any) -> Row | None:
    """None for a pull request, which lists of issues hold as well. Raises msgspec.ValidationError."""
    each = msgspec.convert(value, _Rest)
    if each.pull_request is not None:
        return None
    return Row(
        number=each.number,
        id=each.id,
        repository="/".join(each.repository_url.rstrip("/").split("/")[-2:]),
        title=each.title,
        body=each.body or "",
        marker=github_body.marker_of(each.body or ""),
        open=each.state == "open",
        reason=each.state_reason,
        labels=tuple(sorted(x if isinstance(x, str) else x.name for x in each.labels)),
        assignees=tuple(sorted(user.login for user in each.assignees or ())),
        comments=each.comments,
        closed_by=each.closed_by.login if each.closed_by and each.state == "closed" else None,
        created=each.created_at,
        updated=each.updated_at,
        url=each.html_url,
        type=each.type.name if each.type else None,
    )


FIELDS = """fragment fields on Issue {
  number title body state stateReason(enableDuplicate: true) url createdAt updatedAt
  labels(first: 100) { nodes { name } }
  assignees(first: 20) { nodes { login } }
  comments { totalCount }
  repository { nameWithOwner }
  timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) {
    nodes { ... on ClosedEvent { actor { login __typename } } }
  }
}"""


def of_graphql(value: Mapping[str, Any]) -> Row | None:
    """None for a pull request. Raises KeyError, TypeError for anything else that is no issue."""
    if value["__typename"] != "Issue":
        return None
    is_open = value["state"] == "OPEN"
    events = _nodes(value, "timelineItems")
    return Row(
        number=value["number"],
        repository=value["repository"]["nameWithOwner"],
        title=value["title"],
        body=value["body"] or "",
        marker=github_body.marker_of(value["body"] or ""),
        open=is_open,
        reason=value["stateReason"].lower() if value["stateReason"] else None,
        labels=tuple(sorted(each["name"] for each in _nodes(value, "labels"))),
        assignees=tuple(sorted(each["login"] for each in _nodes(value, "assignees"))),
        comments=value["comments"]["totalCount"],
        closed_by=None if is_open or not events else _login(events[-1].get("actor")),
        created=value["createdAt"],
        updated=value["updatedAt"],
        url=value["url"],
    )


def _nodes(value: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Of a connection; both it and its nodes may be null by GitHub's schema."""
    return [each for each in (value[name] or {}).get("nodes") or () if each]


def _login(actor: Mapping[str, Any] | None) -> str | None:
    """GraphQL leaves out what REST writes behind a bot's name."""
    if not actor:
        return None
    suffix = "[bot]" if actor.get("__typename") == "Bot" else ""
    return str(actor["login"]).removesuffix("[bot]") + suffix


def seconds(stamp: str) -> float:
    """Since 1970. Raises ValueError."""
    return datetime.fromisoformat(stamp).timestamp()


REASONS: dict[Resolution, tuple[str, ...]] = {
    "fixed": ("completed",),
    "duplicate": ("duplicate", "not_planned"),
    "wont_fix": ("not_planned",),
    "false_positive": ("not_planned",),
    "accepted": ("not_planned",),
}
"""How each is closed on GitHub; the second where a server does not know the first."""


def resolution_of(row: Row, decided: Mapping[str, Resolution]) -> Resolution | None:
    """How it was closed. What ticketbot wrote counts while the state says the same, then what a label
    says (`decided`: label in lower case → resolution), then the reason alone."""
    if row.open:
        return None
    closed = row.marker.closed if row.marker else None
    if closed and row.reason in REASONS[closed]:
        return closed
    if row.reason == "duplicate":
        return "duplicate"
    for label in row.labels:
        if label.lower() in decided:
            return decided[label.lower()]
    return "wont_fix" if row.reason == "not_planned" else None


def ticket_of(row: Row, tracker: str, decided: Mapping[str, Resolution]) -> Ticket:
    """One that was transferred keeps the id that it had here; its key says where it is."""
    return Ticket(
        tracker=tracker,
        id=str(row.known or row.number),
        key=f"{row.repository}#{row.number}" if row.known else f"#{row.number}",
        url=row.url,
        title=row.title,
        state="open" if row.open else "closed",
        resolution=resolution_of(row, decided),
        assignee=row.assignees[0] if row.assignees else None,
        labels=row.labels,
        revision=_revision(row),
        updated=row.updated,
        changed_by=row.closed_by,
        body_digest=github_body.digest(row.body),
        marker=row.marker,
    )


def _revision(row: Row) -> str:
    """GitHub's stamp counts whole seconds: what both APIs show is in it as well."""
    seen = (
        row.updated, row.title, row.body, row.open, row.reason, row.labels, row.assignees, row.comments,
    )  # fmt: skip
    return hashlib.blake2b(msgspec.json.encode(seen), digest_size=12).hexdigest()
