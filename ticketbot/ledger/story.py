"""Everything the ledger remembers of one flaw, one ticket or one run, for people who ask why.

Reads only, and decides nothing. What a ticket says now is the tracker's to tell.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from ticketbot.ledger import tickets as ticket_rows
from ticketbot.ledger.decisions import decision_of
from ticketbot.ledger.journal import Intent
from ticketbot.ledger.ledger import Ledger
from ticketbot.ledger.reads import applied_scan
from ticketbot.ledger.records import numbers, records, scope_names
from ticketbot.ledger.tables import aliases, decisions, flaws, scans, tickets
from ticketbot.ledger.upkeep import Run
from ticketbot.model.flaw import Decision
from ticketbot.planning.state import AppliedScan, FlawRecord, TicketRow


class FlawStory(msgspec.Struct, frozen=True, kw_only=True):
    """One flaw. `scans`: digest → scan, those that its sightings name."""

    record: FlawRecord
    aliases: tuple[tuple[str, str], ...]
    """(alias, stage of the match that brought it), in the order they came."""
    decisions: tuple[tuple[Decision, str | None], ...]
    """(decision, when it was taken back), oldest first."""
    scans: dict[str, AppliedScan]
    intents: tuple[Intent, ...]


class TicketStory(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket and its members."""

    row: TicketRow
    flaws: tuple[FlawRecord, ...]
    intents: tuple[Intent, ...]


class RunStory(msgspec.Struct, frozen=True, kw_only=True):
    """One run: the scans it applied, what it asked of trackers."""

    run: Run
    scans: tuple[AppliedScan, ...]
    intents: tuple[Intent, ...]


def flaw_ids(ledger: Ledger, prefix: str) -> list[str]:
    """The UUIDs that begin so, at most 20, sorted."""
    begins = flaws.c.id.startswith(prefix.lower(), autoescape=True)
    with ledger.reading() as connection:
        rows = connection.execute(select(flaws.c.id).where(begins).order_by(flaws.c.id).limit(20))
        return [row[0] for row in rows]


def tickets_called(ledger: Ledger, ref: str) -> list[TicketRow]:
    """The tickets with this key, or about this subject (a group's UUID), oldest first."""
    named = tickets.c.key.in_([ref, ref.upper()]) | (tickets.c.subject == ref.lower())
    with ledger.reading() as connection:
        return list(ticket_rows.where(connection, named).values())


def of_flaw(ledger: Ledger, flaw_id: str) -> FlawStory:
    """The flaw must be known."""
    intents = tuple(ledger.journal.history(flaw_id))
    with ledger.reading() as connection:
        no = numbers(connection, [flaw_id])[flaw_id]
        record = records(connection, [no])[0]
        held = select(aliases.c.alias, aliases.c.stage).where(aliases.c.flaw == no)
        said = select(decisions).where(decisions.c.flaw == no).order_by(decisions.c.no)
        digests = {d for s in record.sightings for d in (s.first_scan, s.last_scan)}
        return FlawStory(
            record=record,
            aliases=tuple((a, s) for a, s in connection.execute(held.order_by(aliases.c.no))),
            decisions=tuple(
                (decision_of(row), row["lifted_at"]) for row in connection.execute(said).mappings()
            ),
            scans={scan.digest: scan for scan in _scans(connection, scans.c.digest.in_(digests))},
            intents=intents,
        )


def of_ticket(ledger: Ledger, row: TicketRow) -> TicketStory:
    """Its members as the ledger knows them, and its journal."""
    mine = [i for i in ledger.journal.history(row.key) if i.tracker == row.tracker]
    return TicketStory(row=row, flaws=tuple(ledger.records_by_id(row.flaws)), intents=tuple(mine))


def of_run(ledger: Ledger, run: Run) -> RunStory:
    """What one run did."""
    intents = tuple(ledger.journal.of_run(run.id))
    with ledger.reading() as connection:
        return RunStory(
            run=run, scans=tuple(_scans(connection, scans.c.run == run.id)), intents=intents
        )


def keys_of(ledger: Ledger, intents: Iterable[Intent]) -> dict[tuple[str, str], str]:
    """(tracker, id) → key of the tickets that the intents are about."""
    wanted: dict[str, set[str]] = {}
    for intent in intents:
        if intent.ticket_id:
            wanted.setdefault(intent.tracker, set()).add(intent.ticket_id)
    return {
        (tracker, row.id): row.key
        for tracker, ids in wanted.items()
        for row in ledger.tickets(tracker, ids).values()
    }


def keys_of_flaws(ledger: Ledger, told: Iterable[FlawRecord]) -> dict[str, str]:
    """UUID → key of the ticket about it, of the flaws that these records' rulings and relations name."""
    wanted: set[str] = set()
    for record in told:
        wanted |= {flaw for r in record.rulings for flaw in (r.flaw, r.other) if flaw}
        wanted |= {r.flaw for r in record.related}
    keys: dict[str, str] = {}
    for record in ledger.records_by_id(sorted(wanted)):
        flaw = record.flaw.id
        for row in sorted(record.tickets, key=lambda row: row.subject != flaw):
            keys.setdefault(flaw, row.key)
    return keys


def _scans(connection: Connection, condition: ColumnElement[bool]) -> list[AppliedScan]:
    named = scope_names(connection)
    found = select(scans).where(condition).order_by(scans.c.no)
    return [applied_scan(named[row["scope"]], row) for row in connection.execute(found).mappings()]
