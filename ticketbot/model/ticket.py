"""Tickets: what we want one to say, what a tracker says of it, and the marker that ties both to flaws."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ticketbot.model.finding import Severity
from ticketbot.model.flaw import Decision, Features, Ruling, Sighting

Resolution = Literal["fixed", "wont_fix", "false_positive", "duplicate", "accepted"]
"""How a ticket was closed, in one vocabulary for all trackers."""

MARKER_FORMAT = 1


class MarkedFlaw(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One flaw in a marker: enough to rebuild the ledger's rows about it."""

    id: str
    target: str
    family: str
    birth: str
    n: int = 0
    first_seen: str
    aliases: tuple[str, ...] = ()
    """`recipe:value`, the strongest first."""
    features: Features
    sightings: tuple[Sighting, ...] = ()
    decision: Decision | None = None
    rulings: tuple[Ruling, ...] = ()
    """Every one about it, those taken back included, oldest first; without their reasons."""


class Marker(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Marker v1: what a ticket carries so that the ledger can be rebuilt from it."""

    format: int = MARKER_FORMAT
    subject: str
    """The flaw's UUID, or the group's: what look-ups, labels and `correlation_id` use."""
    group: str | None = None
    """`<group_by>:<value>` for a group ticket."""
    draft: str = ""
    """The draft hash this ticket was last written from."""
    closed: Resolution | None = None
    """How ticketbot itself closed the ticket; None where it is open or a person closed it."""
    severity: str = ""
    """The worst of its flaws that were open when it was last written."""
    asked: bool = False
    """A person has been asked to look: whether a secret was revoked, or an unchanged line is no flaw."""
    written: dict[str, str | list[str] | None] = {}
    """Field → what ticketbot wrote last (`planning.rows.written_values`)."""
    flaws: tuple[MarkedFlaw, ...] = ()


class TicketDraft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What we want a ticket to say. `body` is Markdown (CommonMark + tables), already neutralised."""

    subject: str
    title: str
    body: str
    severity: Severity
    labels: tuple[str, ...] = ()
    priority: str | None = None
    assignee: str | None = None
    due: str | None = None
    """A date, `YYYY-MM-DD`."""
    fields: dict[str, Any] = {}
    """Further fields in the tracker's own terms."""
    marker: Marker
    digest: str
    """The draft hash: over content only, not over wording, line numbers or dates of last sight."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a tracker says of one ticket now."""

    tracker: str
    id: str
    """Immutable in its tracker; numeric strings sort by value."""
    key: str
    """What people call it, as `SEC-12` or `#12`."""
    url: str = ""
    title: str = ""
    state: Literal["open", "closed"] = "open"
    resolution: Resolution | None = None
    """Only where closed; None: closed as done, nobody said how."""
    priority: str | None = None
    assignee: str | None = None
    due: str | None = None
    labels: tuple[str, ...] = ()
    revision: str = ""
    """Changes with every change of the ticket."""
    updated: str = ""
    """ISO 8601, UTC."""
    changed_by: str | None = None
    """Who made the last change of state, where the tracker says so."""
    body_digest: str = ""
    """blake2b of the body as the tracker gives it back, to notice a person's edit."""
    marker: Marker | None = None


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a tracker can do; what it cannot is left out and said so, never emulated badly."""

    due_dates: bool = True
    priorities: bool = True
    assignees: bool = True
    reopen: bool = True
    links: bool = True
    title_limit: int = 255
    """Characters."""
    body_limit: int = 65_000
    """Characters after conversion."""
    settle: float = 0.0
    """Seconds after which a request that nobody answered is over: carried out by then, or never."""
    bulk_create: int = 1
    """How many creates may share one request (or one transaction)."""
    remote: bool = True
    """False for the local tracker: `guard.max_create` is for remote ones."""
