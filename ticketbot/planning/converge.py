"""Two jobs that did not know of each other made two tickets for one flaw: which survives, and what becomes
of the others. Everybody who looks comes to the same answer, so it does not matter who heals it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ticketbot.model.finding import SEVERITIES, Severity
from ticketbot.model.ticket import Ticket
from ticketbot.planning.assemble import id_order
from ticketbot.planning.changes import AnyChange, Close, Precondition


def converge(tickets: Sequence[Ticket]) -> list[AnyChange]:
    """The open ticket with the lowest id survives; the others are closed as its duplicates."""
    twins = sorted(
        (t for t in tickets if t.state == "open" and t.marker is not None),
        key=lambda ticket: id_order(ticket.id),
    )
    return [_close(twin, twins[0]) for twin in twins[1:]]


def _close(twin: Ticket, survivor: Ticket) -> AnyChange:
    marker = twin.marker
    flaws = marker.flaws if marker else ()
    worst: Severity = min(
        (f.features.severity for f in flaws), key=SEVERITIES.index, default="info"
    )
    return Close(
        tracker=twin.tracker,
        ticket=twin.key,
        ticket_id=twin.id,
        subject=marker.subject if marker else "",
        flaws=tuple(flaw.id for flaw in flaws),
        title=twin.title,
        severity=worst,
        reason=f"two jobs made a ticket for the same flaw at once; {survivor.key} is kept",
        resolution="duplicate",
        comment=f"Two jobs made a ticket for the same flaw at once. Please go on in {survivor.key}.",
        marker=msgspec.structs.replace(marker, closed="duplicate") if marker else None,
        duplicate_of=survivor.id,
        precondition=Precondition(revision=twin.revision),
    )
