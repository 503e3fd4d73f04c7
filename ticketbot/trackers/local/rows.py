"""The local tracker's rows as values and back: pure, and knows no file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ticketbot.model.ticket import Capabilities, Marker, Resolution, Ticket, TicketDraft

EDITABLE = ("title", "body", "priority", "due", "assignee")
"""Columns that a draft has under the same name. Labels are apart: they are added, not replaced."""

ABILITIES = Capabilities(body_limit=1_000_000, bulk_create=500, remote=False)


class Note(msgspec.Struct, frozen=True):
    """A comment, or one line of a ticket's history. `what`: comment, create, state, a field…"""

    at: str
    who: str
    what: str
    text: str


def ticket_of(row: Mapping[str, Any], tracker: str) -> Ticket:
    """A row as the tracker shows it."""
    marker = row["marker"]
    return Ticket(
        tracker=tracker,
        id=str(row["id"]),
        key=f"{row['project']}-{row['id']}",
        title=row["title"],
        state=row["state"],
        resolution=row["resolution"],
        priority=row["priority"],
        assignee=row["assignee"],
        due=row["due"],
        labels=tuple(msgspec.json.decode(row["labels"])),
        revision=str(row["revision"]),
        updated=row["updated"],
        changed_by=row["changed_by"],
        body_digest=body_digest(row["body"]),
        marker=msgspec.json.decode(marker, type=Marker) if marker else None,
    )


def body_digest(body: str) -> str:
    """blake2b of the text in UTF-8, 16 bytes as hex."""
    return hashlib.blake2b(body.encode(), digest_size=16).hexdigest()


def edited(
    labels_now: str, draft: TicketDraft, fields: Sequence[str], remove: Sequence[str]
) -> dict[str, Any]:
    """Column → value for the named fields of the draft, its labels (as JSON now) and its marker."""
    values: dict[str, Any] = {name: getattr(draft, name) for name in EDITABLE if name in fields}
    labels = [label for label in msgspec.json.decode(labels_now) if label not in remove]
    if "labels" in fields:
        labels += draft.labels
    values["labels"] = encoded(list(dict.fromkeys(labels)))
    values["subject"] = draft.subject
    values["severity"] = draft.severity
    values["fields"] = encoded(draft.fields)
    return values | marked(draft.marker)


def state(value: str, resolution: Resolution | None, who: str) -> dict[str, Any]:
    """Column → value for opening or closing."""
    return {"state": value, "resolution": resolution, "changed_by": who}


def marked(marker: Marker | None) -> dict[str, Any]:
    """Column → value for a marker; nothing for none."""
    return {"marker": encoded(marker)} if marker is not None else {}


def refusal(draft: TicketDraft) -> str:
    """Why the tracker would not take this draft; "" when it would."""
    if not draft.title.strip():
        return "a ticket needs a title"
    for what, text, limit in (
        ("title", draft.title, ABILITIES.title_limit),
        ("body", draft.body, ABILITIES.body_limit),
    ):
        if len(text) > limit:
            return f"the {what} has {len(text)} characters, the limit is {limit}"
    return ""


def encoded(value: Any) -> str:
    """As JSON text."""
    return msgspec.json.encode(value).decode()
