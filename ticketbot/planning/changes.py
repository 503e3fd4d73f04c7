"""The changes a plan is made of: one thing to do to one ticket, always with its reason.

A change is a decision already taken: it carries everything `sync.apply` needs, and calls nobody.
"""

from __future__ import annotations

from typing import TypedDict

import msgspec

from ticketbot.model.finding import Severity
from ticketbot.model.ticket import Marker, Resolution, TicketDraft


class Precondition(msgspec.Struct, frozen=True, omit_defaults=True):
    """What must still be true when the change is applied."""

    revision: str | None = None
    """The ticket's revision; None where there must be no open ticket with this subject."""
    state: str = ""
    """Digest of what the ledger knew of the flaws (`planning.state.digest_of`)."""


class Change(msgspec.Struct, frozen=True, kw_only=True, tag_field="action"):
    """What all changes have. `ticket` is the key people use, `ticket_id` the immutable id."""

    tracker: str | None
    ticket: str | None = None
    ticket_id: str | None = None
    subject: str
    """The flaw's UUID or the group's: what the journal allows one open intent for."""
    flaws: tuple[str, ...]
    title: str
    severity: Severity
    route: str = ""
    reason: str
    held: str | None = None
    """Why the guard holds it back; None: it may be applied."""
    draft: TicketDraft | None = None
    precondition: Precondition = Precondition()


class Common(TypedDict):
    """What a subject gives to every change about it."""

    tracker: str
    ticket: str | None
    ticket_id: str | None
    subject: str
    flaws: tuple[str, ...]
    title: str
    severity: Severity
    route: str
    reason: str
    precondition: Precondition


class Create(Change, frozen=True, kw_only=True, tag="create"):
    """A new ticket. `regression_of`: the immutable id of the closed ticket it continues."""

    regression_of: str | None = None


class Update(Change, frozen=True, kw_only=True, tag="update"):
    """Write these fields of `draft`; `comment` is said once where readers should notice."""

    fields: tuple[str, ...] = ()
    """Of: title, body, priority, due, labels, assignee. The marker always goes with them."""
    remove_labels: tuple[str, ...] = ()
    comment: str | None = None


class Comment(Change, frozen=True, kw_only=True, tag="comment"):
    """Say something, change nothing but the marker."""

    comment: str
    marker: Marker | None = None


class Close(Change, frozen=True, kw_only=True, tag="close"):
    """Close the ticket, saying why. `duplicate_of`: the survivor's immutable id."""

    resolution: Resolution
    comment: str
    marker: Marker | None = None
    duplicate_of: str | None = None


class Reopen(Change, frozen=True, kw_only=True, tag="reopen"):
    """Open the ticket again, saying why."""

    comment: str
    marker: Marker | None = None


class Link(Change, frozen=True, kw_only=True, tag="link"):
    """Tie the ticket to another one of the same tracker: `duplicates`, `regression` or `related`."""

    other_id: str
    relation: str


class Leave(Change, frozen=True, kw_only=True, tag="leave"):
    """Do nothing, for a reason worth telling. Flaws where simply nothing changed are only counted."""


AnyChange = Create | Update | Comment | Close | Reopen | Link | Leave
