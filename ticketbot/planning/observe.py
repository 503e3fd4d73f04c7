"""What people did to tickets, read from what the trackers say now: decisions, and refreshed rows.

A change that ticketbot made itself is recognised by the marker's `closed` and never taken for a person's.
"""

from __future__ import annotations

import msgspec

from ticketbot.model.flaw import Decision, DecisionKind
from ticketbot.model.ticket import Resolution, Ticket
from ticketbot.planning.state import TicketRow

_KINDS: dict[str | None, DecisionKind] = {
    None: "fixed",
    "fixed": "fixed",
    "wont_fix": "wont_fix",
    "false_positive": "false_positive",
    "duplicate": "duplicate",
    "accepted": "accepted",
}


class Observation(msgspec.Struct, frozen=True):
    """The row as it should be now, and what was decided about its flaws, if anything."""

    row: TicketRow
    decision: Decision | None = None
    lifted: bool = False
    """True where a person took back what was decided before."""


def observe(row: TicketRow, ticket: Ticket) -> Observation:
    """Compare the ledger's row with the ticket. The decision's `commit` is left to the caller."""
    closed_by_us = _closed_by_us(row, ticket)
    fresh = msgspec.structs.replace(
        _written_elsewhere(row, ticket),
        state=ticket.state,
        key=ticket.key,
        url=ticket.url,
        revision=ticket.revision,
    )
    if ticket.state == "open":
        if row.state == "open":
            return Observation(fresh)
        # our own reopening, here or by another job, takes `closed` out of the marker
        by_us = ticket.marker is not None and ticket.marker.closed is None
        kept = row.closed == "fixed" and not by_us
        fresh = msgspec.structs.replace(fresh, closed=None, closed_at=None, kept_open=kept)
        return Observation(fresh, lifted=True)
    if row.state == "closed" and row.closed in (closed_by_us, ticket.resolution):
        return Observation(fresh)
    fresh = msgspec.structs.replace(fresh, closed=closed_by_us, closed_at=ticket.updated)
    if closed_by_us is not None:
        return Observation(fresh)
    return Observation(fresh, decision=_decision(ticket))


def _closed_by_us(row: TicketRow, ticket: Ticket) -> Resolution | None:
    """How ticketbot closed it. The marker outlives a person's reopening and closing: it counts only where
    the ticket still says the same, and where nobody was seen to open it meanwhile."""
    closed = ticket.marker.closed if ticket.marker and ticket.state == "closed" else None
    reopened = row.state == "open" and row.kept_open
    return closed if closed == ticket.resolution and not reopened else None


def _written_elsewhere(row: TicketRow, ticket: Ticket) -> TicketRow:
    """What another job, with a ledger of its own, has written into the ticket since."""
    marker = ticket.marker
    if marker is None or marker.draft == row.draft:
        return row
    return msgspec.structs.replace(
        row,
        draft=marker.draft,
        severity=marker.severity or row.severity,
        due=ticket.due,
        written=marker.written,
        flaws=tuple(flaw.id for flaw in marker.flaws),
    )


def _decision(ticket: Ticket) -> Decision:
    return Decision(
        kind=_KINDS[ticket.resolution],
        made_at=ticket.updated,
        source="ticket",
        by=ticket.changed_by,
        reason=f"{ticket.key} was closed by a person"
        + (f" as {ticket.resolution.replace('_', ' ')}" if ticket.resolution else ""),
    )
