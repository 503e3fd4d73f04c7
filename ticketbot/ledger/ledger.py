"""The ledger as the rest of ticketbot sees it: open one, ask by sets, write by sets.

Each method is one question or one fact, and joins the transaction that is open. How is in the files
beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from sqlalchemy import select, update
from sqlalchemy.engine import URL

from ticketbot.ledger import (
    adopt,
    decisions,
    dialect,
    effects,
    export,
    load,
    place,
    reads,
    records,
    relations,
    rulings,
    schema,
    tables,
    tickets,
    upkeep,
)
from ticketbot.ledger.identities import Identities
from ticketbot.ledger.journal import Journal
from ticketbot.ledger.relations import Relation
from ticketbot.ledger.upkeep import Run, Status
from ticketbot.model.flaw import Decision, Scope
from ticketbot.model.ticket import Ticket
from ticketbot.planning.state import (
    Effects,
    FlawNo,
    FlawRecord,
    ScopeState,
    TicketRow,
)


class Ledger(Identities):
    """One open ledger, for one thread at a time. All methods may raise LedgerError."""

    @classmethod
    def open(cls, url: str) -> Self:
        """`sqlite:///path` (from the working directory), `sqlite://` (memory), `postgresql://…`.

        Made and migrated where needed. Raises LedgerError where it is too new, damaged or on a
        network file system.
        """
        parsed = dialect.parse(url)
        if path := _path(parsed):
            place.prepare(path)
        ledger = cls(parsed)
        schema.ensure(ledger)
        return ledger

    @classmethod
    def snapshot(cls, url: str) -> Self:
        """A copy in memory to plan on: nothing on disk is touched, nor made where there is nothing
        yet.
        """
        parsed = dialect.parse(url)
        if parsed.get_backend_name() != "sqlite":
            ledger = cls(parsed, keep=False)
            schema.ensure(ledger)
            return ledger
        copy = cls(dialect.parse("sqlite://"))
        path = _path(parsed)
        if path and path.exists():
            with dialect.explained(parsed):
                dialect.copy_file(str(path), copy.engine)
        schema.ensure(copy)
        return copy

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def journal(self) -> Journal:
        return Journal(self)

    # Questions

    def scope_state(self, scope: Scope) -> ScopeState:
        with self.reading() as connection:
            return reads.scope_state(connection, scope)

    def known_results(self, scope: Scope, key: str | None = None) -> dict[bytes, FlawNo]:
        """Result digest (16 bytes) → flaw (0: the result is no flaw), of the whole scope; with a
        `key` only for flaws that are settled under it."""
        with self.reading() as connection:
            return reads.known_results(connection, scope, key)

    def records(self, nos: Iterable[FlawNo]) -> list[FlawRecord]:
        """In the order given; unknown ones are left out."""
        with self.reading() as connection:
            return records.records(connection, nos)

    def records_by_id(self, ids: Iterable[str]) -> list[FlawRecord]:
        """In the order given; unknown ones are left out."""
        with self.reading() as connection:
            return records.records(connection, records.numbers(connection, ids).values())

    def unsettled(self, target: str, key: str, now: str) -> set[FlawNo]:
        """Flaws that are not settled under `key`, or whose decision expired at or before `now`."""
        with self.reading() as connection:
            return reads.unsettled(connection, target, key, now)

    def known_debt(self, target: str | None) -> list[FlawRecord]:
        """The flaws in the baseline, of one target or (None) all, oldest first."""
        with self.reading() as connection:
            return records.records(connection, reads.known_debt(connection, target))

    def tickets(self, tracker: str, ids: Iterable[str] | None) -> dict[str, TicketRow]:
        """Id → ticket; None asks for all of the tracker's."""
        with self.reading() as connection:
            mine = tables.tickets.c.tracker == tracker
            if ids is None:
                found = list(tickets.where(connection, mine).values())
            else:
                found = tickets.by(connection, tracker, "id", ids)
            return {row.id: row for row in found}

    def tickets_by_subject(
        self, tracker: str, subjects: Iterable[str]
    ) -> dict[str, list[TicketRow]]:
        """Subject → its tickets, oldest first; subjects without one are missing."""
        found: dict[str, list[TicketRow]] = {}
        with self.reading() as connection:
            for row in tickets.by(connection, tracker, "subject", subjects):
                found.setdefault(row.subject, []).append(row)
        return found

    def ticket_by_key(self, key: str) -> TicketRow | None:
        """The ticket that people call `key`; the newest where two trackers use the same."""
        with self.reading() as connection:
            found = list(tickets.where(connection, tables.tickets.c.key == key).values())
            return found[-1] if found else None

    def open_tickets(self, scope: Scope) -> int:
        """How many open tickets have a member that was seen in the scope."""
        with self.reading() as connection:
            return reads.open_tickets(connection, scope)

    def mark(self, tracker: str) -> str:
        """How far the tracker's changes were read; "" when never."""
        with self.reading() as connection:
            where = tables.marks.c.tracker == tracker
            return connection.execute(select(tables.marks.c.mark).where(where)).scalar() or ""

    def status(self) -> Status:
        with self.reading() as connection:
            return upkeep.status(connection, schema.CURRENT)

    def run(self, run_id: str) -> Run | None:
        with self.reading() as connection:
            return upkeep.read_run(connection, run_id)

    # Facts

    def start_run(self, run: Run) -> None:
        with self.transaction() as connection:
            upkeep.start_run(connection, run)

    def end_run(self, run_id: str, *, now: str, outcome: str, summary: dict[str, int]) -> None:
        with self.transaction() as connection:
            upkeep.end_run(connection, run_id, now=now, outcome=outcome, summary=summary)

    def apply_effects(self, planned: Effects, run_id: str, key: str) -> dict[str, FlawNo]:
        """All of it or nothing; twice is once.

        The run must have been started. UUID → number of all named.
        """
        with self.transaction() as connection:
            nos = effects.apply(connection, planned, run_id, key)
            rulings.put_rulings(connection, planned.rulings)
            relations.put_relations(connection, (Relation(*each) for each in planned.relations))
            return nos

    def save_tickets(self, rows: Iterable[TicketRow]) -> None:
        """Write tickets as they are now. The ledger must know their flaws."""
        kept = list(rows)
        with self.transaction() as connection:
            nos = records.numbers(connection, (flaw for row in kept for flaw in row.flaws))
            tickets.save(connection, kept, dict(nos))

    def adopt(self, ticket: Ticket) -> TicketRow | None:
        """Learn from the marker what the ledger does not know yet. None when there is no marker."""
        return next(iter(self.adopt_all([ticket])), None)

    def adopt_all(self, found: Iterable[Ticket]) -> list[TicketRow]:
        """The rows of the tickets that have a marker, as the ledger has them now."""
        with self.transaction() as connection:
            return adopt.adopt(connection, found)

    def decide(self, flaw_id: str, decision: Decision | None, at: str) -> None:
        """Set, or (None) take back, what a person said. The flaw wants a look."""
        with self.transaction() as connection:
            no = records.numbers(connection, [flaw_id])[flaw_id]
            decisions.decide(connection, {no: decision}, at)
            effects.settle(connection, [no], "")

    def settle(self, ids: Iterable[str], key: str) -> None:
        with self.transaction() as connection:
            effects.settle(connection, records.numbers(connection, ids).values(), key)

    def unsettle(self, ids: Iterable[str]) -> None:
        self.settle(ids, "")

    def set_baseline(self, ids: Iterable[str], known_debt: bool) -> None:
        """Make flaws known debt, or no longer. They want a look."""
        with self.transaction() as connection:
            nos = records.numbers(connection, ids).values()
            for chunk in dialect.chunked(nos):
                change = update(tables.flaws).where(tables.flaws.c.no.in_(chunk))
                connection.execute(change.values(baseline=known_debt, settled=""))

    def set_mark(self, tracker: str, mark: str) -> None:
        with self.transaction() as connection:
            row = {"tracker": tracker, "mark": mark}
            dialect.put(connection, tables.marks, [row], key=("tracker",), replace=("mark",))

    def rename_target(self, old: str, new: str) -> int:
        """`old` is called `new` from now on; ids of flaws stay. Gives how many flaws moved."""
        with self.transaction() as connection:
            return upkeep.rename_target(connection, old, new)

    # Copies

    def export(self, stream: IO[bytes]) -> None:
        """Everything but closed intents, as gzip JSON Lines."""
        with self.reading() as connection:
            export.write(connection, stream)

    def import_(self, stream: IO[bytes]) -> dict[str, int]:
        """Merge an export of a newer state.

        Kind of line → how many. Raises LedgerError on other files.
        """
        with self.transaction() as connection:
            return load.load(connection, stream, newer=True)

    def rebuild(self, found: Mapping[str, Iterable[Ticket]]) -> dict[str, int]:
        """Forget everything but what the ledger alone knows, and adopt all tickets of every
        tracker.
        """
        with self.transaction() as connection:
            return adopt.rebuild(connection, [t for ts in found.values() for t in ts])

    def prune(self, before: str) -> dict[str, int]:
        """Remove closed intents, scans and runs from before that nothing refers to.

        Table → rows.
        """
        with self.transaction() as connection:
            return upkeep.prune(connection, before)

    def forget_everything(self) -> None:
        with self.transaction() as connection:
            upkeep.forget_everything(connection)


def _path(url: URL) -> Path | None:
    """The file of a SQLite ledger; None in memory or on a server."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))
