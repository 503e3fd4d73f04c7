"""Brings what another ledger, or a marker, knows into this one, without duplicating anything.

It mints no ids, and a flaw's birth stays as this ledger knows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select, update

from ticketbot.ledger import tickets as ticket_rows
from ticketbot.ledger.decisions import decision_of, moment, row_of
from ticketbot.ledger.dialect import chunked, put
from ticketbot.ledger.effects import put_aliases, put_flaws, set_features, settle
from ticketbot.ledger.export import FlawlessLine, FlawLine, ScanLine
from ticketbot.ledger.records import numbers
from ticketbot.ledger.scans import last_of, put_scan, put_scope, set_last
from ticketbot.ledger.tables import decisions, flaws, results, sightings, tickets
from ticketbot.model.flaw import Decision, Scope
from ticketbot.planning.state import AppliedScan, FlawNo, TicketRow


class Merge:
    """One merge into one ledger. `newer`: where both know a thing, what comes in is right."""

    def __init__(self, connection: Connection, *, newer: bool) -> None:
        self._connection = connection
        self._newer = newer
        self._scopes: dict[Scope, int] = {}
        self._scans: dict[tuple[Scope, str], tuple[int, int]] = {}

    def scan(self, line: ScanLine) -> None:
        """A scan, and whether it was the last of its scope."""
        scope, no = put_scan(self._connection, line.scan, line.run)
        self._scans[line.scan.scope, line.scan.digest] = scope, no
        if line.last and (self._newer or last_of(self._connection, scope)[0] is None):
            set_last(self._connection, scope, no)

    def _scope(self, scope: Scope) -> int:
        if scope not in self._scopes:
            self._scopes[scope] = put_scope(self._connection, scope)
        return self._scopes[scope]

    def _scan(self, scope: Scope, digest: str) -> tuple[int, int]:
        """The numbers of a scope and a scan of which perhaps only the digest is known."""
        if (scope, digest) not in self._scans:
            named = AppliedScan(scope=scope, digest=digest, tool="")
            self._scans[scope, digest] = put_scan(self._connection, named, None)
        return self._scans[scope, digest]

    def flaws(self, lines: Sequence[FlawLine]) -> None:
        """Flaws with all that is known of them; a flaw that was known and learns something wants a
        look.
        """
        known = numbers(self._connection, (line.flaw.id for line in lines))
        put_flaws(self._connection, (line.flaw for line in lines))
        nos = numbers(self._connection, (line.flaw.id for line in lines))
        fresh = [line for line in lines if line.flaw.id not in known]
        for key in {line.settled for line in fresh if line.settled}:
            mine = [nos[line.flaw.id] for line in fresh if line.settled == key]
            settle(self._connection, mine, key)
        if self._newer:
            self._overwrite([line for line in lines if line.flaw.id in known], nos)
        pairs = [(nos[line.flaw.id], line) for line in lines]
        put_aliases(self._connection, [(no, *held) for no, line in pairs for held in line.aliases])
        self._sightings(pairs)
        self._decisions(pairs)

    def _overwrite(self, lines: Sequence[FlawLine], nos: dict[str, FlawNo]) -> None:
        set_features(self._connection, {nos[line.flaw.id]: line.flaw.features for line in lines})
        for known_debt in (True, False):
            mine = [nos[line.flaw.id] for line in lines if line.flaw.baseline == known_debt]
            change = update(flaws).where(flaws.c.no.in_(mine))
            self._connection.execute(change.values(baseline=known_debt, settled=""))

    def _sightings(self, pairs: Sequence[tuple[FlawNo, FlawLine]]) -> None:
        seen: list[dict[str, Any]] = []
        known: list[dict[str, Any]] = []
        for no, line in pairs:
            for s in line.sightings:
                scope, first = self._scan(s.scope, s.first_scan)
                last = self._scan(s.scope, s.last_scan)[1]
                row = {"scope": scope, "flaw": no, "first_scan": first, "last_scan": last}
                seen.append(row | {"absences": s.absences})
            for where, digest in line.results:
                scope = self._scope(where)
                known.append({"scope": scope, "digest": bytes.fromhex(digest), "flaw": no})
        news = ("last_scan", "absences") if self._newer else ()
        put(self._connection, sightings, seen, key=("scope", "flaw"), replace=news)
        self._results(known)

    def flawless(self, lines: Sequence[FlawlessLine]) -> None:
        """Results that are no flaw."""
        for line in lines:
            scope = self._scope(line.scope)
            digests = [bytes.fromhex(digest) for digest in line.results]
            self._results([{"scope": scope, "digest": d, "flaw": None} for d in digests])

    def _results(self, rows: Sequence[dict[str, Any]]) -> None:
        news = ("flaw",) if self._newer else ()
        put(self._connection, results, rows, key=("scope", "digest"), replace=news)

    def _decisions(self, pairs: Sequence[tuple[FlawNo, FlawLine]]) -> None:
        """Join both histories; where nothing newer comes in, only flaws without any history learn
        theirs.
        """
        ours = _histories(self._connection, [no for no, _ in pairs])
        joined: dict[int, list[tuple[Decision, str | None]]] = {}
        for no, line in pairs:
            if line.decisions and (self._newer or no not in ours):
                joined[no] = join(ours.get(no, []), line.decisions)
        gone = delete(decisions).where(decisions.c.flaw.in_(list(joined)))
        self._connection.execute(gone)
        rows = [
            row_of(no, said, lifted) for no, history in joined.items() for said, lifted in history
        ]
        if rows:
            self._connection.execute(decisions.insert(), rows)

    def tickets(self, rows: Iterable[TicketRow]) -> None:
        """Ticket rows; their flaws must be known by now."""
        for chunk in chunked(rows):
            wanted = chunk if self._newer else self._unknown(chunk)
            nos = numbers(self._connection, (flaw for row in wanted for flaw in row.flaws))
            ticket_rows.save(self._connection, wanted, dict(nos))

    def _unknown(self, rows: Sequence[TicketRow]) -> list[TicketRow]:
        found = select(tickets.c.tracker, tickets.c.id).where(
            tickets.c.id.in_([r.id for r in rows])
        )
        known = {(tracker, id_) for tracker, id_ in self._connection.execute(found)}
        return [row for row in rows if (row.tracker, row.id) not in known]


def _histories(
    connection: Connection, nos: Sequence[int]
) -> dict[int, list[tuple[Decision, str | None]]]:
    histories: dict[int, list[tuple[Decision, str | None]]] = {}
    rows = select(decisions).where(decisions.c.flaw.in_(nos)).order_by(decisions.c.no)
    for row in connection.execute(rows).mappings():
        histories.setdefault(row["flaw"], []).append((decision_of(row), row["lifted_at"]))
    return histories


def join(
    ours: Iterable[tuple[Decision, str | None]], theirs: Iterable[tuple[Decision, str | None]]
) -> list[tuple[Decision, str | None]]:
    """Two histories of one flaw as one, in order of time. At most the last decision stands."""
    both = {(moment(d.made_at), d.kind): (d, lifted) for d, lifted in (*ours, *theirs)}
    history = [both[when] for when in sorted(both)]
    last = len(history) - 1
    return [
        (d, lifted or (history[n + 1][0].made_at if n < last else None))
        for n, (d, lifted) in enumerate(history)
    ]
