"""A draft as the fields of an issue, and what of it GitHub has no place for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ticketbot.model.ticket import TicketDraft
from ticketbot.trackers.github import body as github_body
from ticketbot.trackers.github.labels import LONGEST, fitting, found_by
from ticketbot.trackers.github.rows import Row
from ticketbot.trackers.markup.forms import GITHUB_TITLE, title
from ticketbot.trackers.markup.section import as_written


def created(
    draft: TicketDraft, settings: Mapping[str, Any], repository: str
) -> tuple[dict[str, Any], str]:
    """The body of the create call, and what was left out."""
    labels, long = fitting((*draft.labels, *found_by(repository, draft.marker)))
    named = title(draft.title, GITHUB_TITLE)
    fields: dict[str, Any] = {
        "title": named,
        "body": github_body.composed(draft.body, as_written(draft.marker, title=named)),
        "labels": labels,
    }
    if settings.get("issue_type"):
        fields["type"] = settings["issue_type"]
    own, unknown = _own(draft)
    fields |= own
    if draft.assignee:
        fields["assignees"] = sorted({*fields.get("assignees", ()), draft.assignee})
    return fields, _said(long, unknown)


def edited(
    row: Row,
    draft: TicketDraft,
    names: Sequence[str],
    remove: Sequence[str],
    repository: str,
) -> tuple[dict[str, Any], str]:
    """The body of the PATCH: the named fields, the marker, and what the ticket is found by. No names: a
    ticket of somebody else's, whose words go behind our marker."""
    added = draft.labels if "labels" in names else ()
    labels, long = fitting((*row.labels, *added, *found_by(repository, draft.marker)))
    away = {label.lower() for label in remove} - {label.lower() for label in draft.labels}
    ours = draft.body if "body" in names else None
    named = title(draft.title, GITHUB_TITLE) if "title" in names else None
    marker = as_written(draft.marker, title=named)
    fields: dict[str, Any] = {
        "body": github_body.rewritten(row.body, marker, ours, adopt=not names),
        "labels": [label for label in labels if label.lower() not in away],
    }
    if named is not None:
        fields["title"] = named
    if "assignee" in names:
        fields["assignees"] = [draft.assignee] if draft.assignee else []
    return fields, _said(long, ())


def _own(draft: TicketDraft) -> tuple[dict[str, Any], list[str]]:
    """`type` (a name), `milestone` (a number), `assignees` (logins); the rest GitHub has not."""
    own: dict[str, Any] = {}
    unknown = []
    for name, value in draft.fields.items():
        match name, value:
            case "type", str():
                own["type"] = value
            case "milestone", int() if not isinstance(value, bool):
                own["milestone"] = value
            case "assignees", list() if all(isinstance(each, str) for each in value):
                own["assignees"] = value
            case _:
                unknown.append(name)
    return own, unknown


def _said(long: Sequence[str], unknown: Sequence[str]) -> str:
    parts = []
    if long:
        parts.append(f"labels over {LONGEST} characters left out: {', '.join(long)}")
    if unknown:
        parts.append(f"GitHub takes no field {', '.join(sorted(unknown))}: left out")
    return "; ".join(parts)
