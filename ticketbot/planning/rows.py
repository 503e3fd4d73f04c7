"""A change that was carried out → the ledger's row of its ticket."""

from __future__ import annotations

import hashlib

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
            closed_at=ticket.updated if ticket.state == "closed" else None,
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
    written = dict(marker.written)
    if "body" in fields:
        written["body"] = ticket.body_digest  # a tracker may give a body back in other words
    if "title" in fields:
        written["title"] = text_digest(ticket.title)  # or cut a title
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
        written=written,
    )


def written_values(
    draft: TicketDraft, fields: tuple[str, ...] = (*FIELDS, "body", "labels")
) -> dict[str, str | list[str] | None]:
    """Field → the value as written; of the title and the body only digests, for a small marker."""
    values: dict[str, str | list[str] | None] = {
        name: getattr(draft, name) for name in FIELDS if name in fields
    }
    if "title" in fields:
        values["title"] = text_digest(draft.title)
    if "body" in fields:
        values["body"] = text_digest(draft.body)
    if "labels" in fields:
        values["labels"] = list(draft.labels)
    return values


def text_digest(text: str) -> str:
    """blake2b-16 of the UTF-8 text, as `Ticket.body_digest` has it of the body."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def untouched(row: TicketRow, ticket: Ticket) -> frozenset[str]:
    """The fields that still say what ticketbot wrote, or that it never wrote: it may write these."""
    now: dict[str, str | None] = {name: getattr(ticket, name) for name in FIELDS}
    now |= {"title": text_digest(ticket.title), "body": ticket.body_digest}
    same = {name for name, value in now.items() if row.written.get(name, value) == value}
    return frozenset(same | {"labels"})
