"""Reads an exported ledger back.

Refuses other files, newer formats and damaged ones, before anything is kept.
"""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import IO, Any

import msgspec
from sqlalchemy import Connection, select

from ticketbot.errors import LedgerError
from ticketbot.ledger.dialect import chunked, put, put_pending
from ticketbot.ledger.export import (
    FORMAT,
    FlawlessLine,
    FlawLine,
    Header,
    IntentLine,
    Line,
    MarkLine,
    RelationLine,
    RulingLine,
    RunLine,
    ScanLine,
    TicketLine,
)
from ticketbot.ledger.journal import row_of
from ticketbot.ledger.merge import Merge
from ticketbot.ledger.relations import put_relations
from ticketbot.ledger.rulings import put_rulings
from ticketbot.ledger.tables import intents, marks
from ticketbot.ledger.upkeep import start_run


def load(connection: Connection, stream: IO[bytes], *, newer: bool) -> dict[str, int]:
    """Merge the export in `stream`; the caller holds the transaction. Kind of line → how many.

    `newer`: where both know a thing, the file is right. Raises LedgerError.
    """
    merge = Merge(connection, newer=newer)
    counts: Counter[str] = Counter()
    for _, lines in groupby(_read(stream), key=type):
        for chunk in chunked(lines):
            counts[str(chunk[0].__struct_config__.tag)] += len(chunk)
            _merge(connection, merge, chunk)
    return dict(counts)


def _merge(connection: Connection, merge: Merge, lines: list[Any]) -> None:
    match lines[0]:
        case RunLine():
            for line in lines:
                start_run(connection, line.run)
        case ScanLine():
            for line in lines:
                merge.scan(line)
        case FlawLine():
            merge.flaws(lines)
        case FlawlessLine():
            merge.flawless(lines)
        case RulingLine():
            put_rulings(connection, [line.ruling for line in lines])
        case RelationLine():
            put_relations(connection, [line.relation for line in lines])
        case TicketLine():
            merge.tickets([line.ticket for line in lines])
        case IntentLine():
            put_pending(connection, intents, [row_of(line.intent) for line in lines])
        case MarkLine():
            # Where both have one, neither is right for rows of either age: the tracker is read from
            # the beginning. Reading its changes twice is harmless, skipping some is not.
            known = set(connection.scalars(select(marks.c.tracker)))
            rows = [
                {"tracker": line.tracker, "mark": "" if line.tracker in known else line.mark}
                for line in lines
            ]
            put(connection, marks, rows, key=("tracker",), replace=("mark",))


def _read(stream: IO[bytes]) -> Iterator[Line]:
    number = 0
    try:
        with gzip.GzipFile(fileobj=stream, mode="rb") as lines:
            for number, text in enumerate(lines, 1):
                if number == 1:
                    _check(text)
                else:
                    yield msgspec.json.decode(text, type=Line)
    except (OSError, EOFError, zlib.error, msgspec.MsgspecError) as error:
        raise LedgerError(
            f"the file is no whole export of a ledger: at line {number or 1}: {error}",
            hint="make it again with `ticketbot ledger export`; nothing was imported",
        ) from error
    if number == 0:
        raise LedgerError("the file is empty, expected an export of a ledger")


def _check(text: bytes) -> None:
    header = msgspec.json.decode(text, type=Header)
    if header.format > FORMAT:
        raise LedgerError(
            f"the export has format {header.format}, this ticketbot reads up to {FORMAT}",
            hint="update ticketbot",
        )
