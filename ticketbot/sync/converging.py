"""After creating, look once whether another job made a ticket for the same flaw at the same time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ticketbot.ledger.ledger import Ledger
from ticketbot.planning.changes import AnyChange
from ticketbot.planning.converge import converge
from ticketbot.sync.absorb import take_in
from ticketbot.sync.noted import Note, unheard
from ticketbot.trackers.base import Tracker


def converge_created(
    created: Mapping[str, Sequence[str]],
    trackers: Mapping[str, Tracker],
    ledger: Ledger,
    now: str,
    note: Note = unheard,
) -> list[AnyChange]:
    """Closes of the twins of what this run created; the ledger learns of them first."""
    changes: list[AnyChange] = []
    for name, subjects in sorted(created.items()):
        for tickets in trackers[name].find(subjects).values():
            found = converge(tickets)
            if found:
                take_in(ledger, name, tickets, now, note)
                changes += found
    return changes
