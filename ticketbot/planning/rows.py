"""A change that was carried out → the ledger's row of its ticket."""

from __future__ import annotations

import msgspec

from ticketbot.model.ticket import Ticket, TicketDraft
from ticketbot.planning.changes import AnyChange, Close, Comment, Create, Reopen, Update
from ticketbot.planning.state import TicketRow

FIELDS = ("title", "priority", "assignee", "due")
"""Draft fields that are compared by value; body and labels have rules of their own."""


def row_after(change: AnyChange, ticket: Ticket, row: TicketRow | None, now: str) -> TicketRow:
    """What the ledger remembers once the tracker has answered `applied`."""
    if row is None:
        row = TicketRow(
            tracker=ticket.tracker,
            id=ticket.id,
            key=ticket.key,
            subject=change.subject,
            created_at=now,
        )
    row = msgspec.structs.replace(
        row, key=ticket.key, url=ticket.url, revision=ticket.revision, state=ticket.state
    )
    if isinstance(change, Create | Update) and change.draft is not None:
        fields = (*FIELDS, "body", "labels") if isinstance(change, Create) else change.fields
        return _written(row, change, change.draft, ticket, fields)
    if isinstance(change, Close):
        return msgspec.structs.replace(row, closed=change.resolution, closed_at=now)
    if isinstance(change, Reopen):
        return msgspec.structs.replace(
            row, flaws=change.flaws, closed=None, closed_at=None, kept_open=False, asked=False
        )
    if isinstance(change, Comment):
        return msgspec.structs.replace(row, asked=True)
    return row


def _written(
    row: TicketRow, change: AnyChange, draft: TicketDraft, ticket: Ticket, fields: tuple[str, ...]
) -> TicketRow:
    marker = draft.marker
    return msgspec.structs.replace(
        row,
        group=marker.group,
        flaws=tuple(flaw.id for flaw in marker.flaws),
        struck=tuple(
            f.id for f in marker.flaws if f.sightings and all(s.absences for s in f.sightings)
        ),
        draft=draft.digest,
        severity=draft.severity,
        due=draft.due if "due" in fields else row.due,
        written=row.written | written_values(draft, ticket, fields),
    )


def written_values(
    draft: TicketDraft, ticket: Ticket, fields: tuple[str, ...]
) -> dict[str, str | list[str] | None]:
    """Field → the value as written; the body as the digest of what the tracker gave back."""
    values: dict[str, str | list[str] | None] = {
        name: getattr(draft, name) for name in FIELDS if name in fields
    }
    if "body" in fields:
        values["body"] = ticket.body_digest
    if "labels" in fields:
        values["labels"] = list(draft.labels)
    return values


def untouched(row: TicketRow, ticket: Ticket) -> frozenset[str]:
    """The fields that still say what ticketbot wrote, or that it never wrote: it may write these."""
    same = {
        name
        for name in FIELDS
        if name not in row.written or row.written[name] == getattr(ticket, name)
    }
    if row.written.get("body", ticket.body_digest) == ticket.body_digest:
        same.add("body")
    return frozenset(same | {"labels"})
