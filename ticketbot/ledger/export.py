"""The ledger as one small file: gzip JSON Lines, a header first. The same ledger gives the same
bytes.

Closed intents stay behind: a ledger that is carried from CI job to CI job needs only the pending
ones.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import IO, Any

import msgspec
from sqlalchemy import Connection, select

from ticketbot.ledger import relations, rulings
from ticketbot.ledger import tickets as ticket_rows
from ticketbot.ledger.decisions import decision_of
from ticketbot.ledger.dialect import chunked
from ticketbot.ledger.journal import Intent, intent_of
from ticketbot.ledger.reads import applied_scan, raw
from ticketbot.ledger.records import records, scope_names
from ticketbot.ledger.relations import Relation
from ticketbot.ledger.tables import (
    aliases,
    decisions,
    flaws,
    intents,
    marks,
    members,
    results,
    runs,
    scans,
    scopes,
    tickets,
)
from ticketbot.ledger.upkeep import Run, run_of
from ticketbot.model.flaw import Decision, Flaw, Ruling, Scope, Sighting
from ticketbot.planning.state import AppliedScan, FlawNo, TicketRow

FORMAT = 2


class Header(msgspec.Struct, frozen=True, tag_field="kind", tag="ticketbot-ledger"):
    """The first line."""

    format: int = FORMAT


class RunLine(msgspec.Struct, frozen=True, tag_field="kind", tag="run"):
    """A run."""

    run: Run


class ScanLine(msgspec.Struct, frozen=True, tag_field="kind", tag="scan"):
    """`last`: it is the last that counted for its scope."""

    scan: AppliedScan
    run: str | None
    last: bool


class FlawLine(msgspec.Struct, frozen=True, tag_field="kind", tag="flaw", omit_defaults=True):
    """A flaw with everything the ledger alone knows of it."""

    flaw: Flaw
    settled: str = ""
    aliases: tuple[tuple[str, str], ...] = ()
    """(alias, stage), in the order they came."""
    sightings: tuple[Sighting, ...] = ()
    decisions: tuple[tuple[Decision, str | None], ...] = ()
    """(decision, when it was taken back), oldest first."""
    results: tuple[tuple[Scope, str], ...] = ()
    """(scope, result digest as hex)."""


class FlawlessLine(msgspec.Struct, frozen=True, tag_field="kind", tag="flawless"):
    """Digests of results that are no flaw, so that they need not be looked at again."""

    scope: Scope
    results: tuple[str, ...]


class TicketLine(msgspec.Struct, frozen=True, tag_field="kind", tag="ticket"):
    """A ticket."""

    ticket: TicketRow


class RulingLine(msgspec.Struct, frozen=True, tag_field="kind", tag="ruling"):
    """A ruling; behind the flaws it is about."""

    ruling: Ruling


class RelationLine(msgspec.Struct, frozen=True, tag_field="kind", tag="relation"):
    """Two related flaws; behind both."""

    relation: Relation


class IntentLine(msgspec.Struct, frozen=True, tag_field="kind", tag="intent"):
    """A pending intent."""

    intent: Intent


class MarkLine(msgspec.Struct, frozen=True, tag_field="kind", tag="mark"):
    """How far a tracker was read."""

    tracker: str
    mark: str


Line = (
    RunLine
    | ScanLine
    | FlawLine
    | FlawlessLine
    | RulingLine
    | RelationLine
    | TicketLine
    | IntentLine
    | MarkLine
)


def write(connection: Connection, stream: IO[bytes], *, unticketed: bool = False) -> None:
    """Write the whole ledger to `stream`, or only the scans and the flaws that no ticket has."""
    encode = msgspec.json.Encoder().encode
    with gzip.GzipFile(filename="", mode="wb", fileobj=stream, compresslevel=6, mtime=0) as packed:
        packed.write(encode(Header()) + b"\n")
        for line in _alone(connection) if unticketed else _lines(connection):
            packed.write(encode(line) + b"\n")


def _alone(connection: Connection) -> Iterator[Line]:
    yield from _scan_lines(connection)
    yield from _flaw_lines(connection, ticketed=False)
    yield from _flawless_lines(connection)
    yield from _identity_lines(connection)


def _lines(connection: Connection) -> Iterator[Line]:
    for row in connection.execute(select(runs).order_by(runs.c.id)).mappings().all():
        yield RunLine(run_of(row))
    yield from _scan_lines(connection)
    yield from _flaw_lines(connection, ticketed=True)
    yield from _flawless_lines(connection)
    yield from _identity_lines(connection)
    nos = [row[0] for row in raw(connection, select(tickets.c.no).order_by(tickets.c.no))]
    for chunk in chunked(nos):
        yield from map(TicketLine, ticket_rows.where(connection, tickets.c.no.in_(chunk)).values())
    pending = select(intents).where(intents.c.state.in_(("open", "unknown"))).order_by(intents.c.id)
    for row in connection.execute(pending).mappings().all():
        yield IntentLine(intent_of(row))
    for tracker, mark in connection.execute(select(marks).order_by(marks.c.tracker)).all():
        yield MarkLine(tracker, mark)


def _scan_lines(connection: Connection) -> Iterator[ScanLine]:
    """Every scan, with its scope."""
    named = scope_names(connection)
    last = {row[0] for row in raw(connection, select(scopes.c.last_scan))}
    for row in connection.execute(select(scans).order_by(scans.c.no)).mappings().all():
        yield ScanLine(applied_scan(named[row["scope"]], row), row["run"], row["no"] in last)


def _flaw_lines(connection: Connection, *, ticketed: bool) -> Iterator[FlawLine]:
    """Every flaw; without `ticketed` only those that no ticket has."""
    named = scope_names(connection)
    wanted = select(flaws.c.no, flaws.c.settled).order_by(flaws.c.no)
    if not ticketed:
        wanted = wanted.where(flaws.c.no.not_in(select(members.c.flaw)))
    for chunk in chunked(raw(connection, wanted)):
        settled = {FlawNo(no): key for no, key in chunk}
        held = _grouped(connection, aliases, list(settled), aliases.c.no)
        said = _grouped(connection, decisions, list(settled), decisions.c.no)
        known = _grouped(connection, results, list(settled), results.c.digest)
        for record in records(connection, settled):
            no = record.no or FlawNo(0)
            yield FlawLine(
                flaw=record.flaw,
                settled=settled[no],
                aliases=tuple((row["alias"], row["stage"]) for row in held.get(no, ())),
                sightings=record.sightings,
                decisions=tuple((decision_of(d), d["lifted_at"]) for d in said.get(no, ())),
                results=tuple((named[r["scope"]], r["digest"].hex()) for r in known.get(no, ())),
            )


def _flawless_lines(connection: Connection) -> Iterator[FlawlessLine]:
    for no, scope in sorted(scope_names(connection).items()):
        mine = (results.c.scope == no, results.c.flaw.is_(None))
        digests = raw(connection, select(results.c.digest).where(*mine).order_by(results.c.digest))
        for chunk in chunked(digests):
            yield FlawlessLine(scope, tuple(digest.hex() for (digest,) in chunk))


def _identity_lines(connection: Connection) -> Iterator[Line]:
    """What was said about identity, and what is related."""
    yield from map(RulingLine, rulings.every(connection))
    yield from map(RelationLine, relations.every(connection))


def _grouped(
    connection: Connection, table: Any, nos: list[FlawNo], order: Any
) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for row in connection.execute(
        select(table).where(table.c.flaw.in_(nos)).order_by(order)
    ).mappings():
        grouped.setdefault(row["flaw"], []).append(row)
    return grouped
