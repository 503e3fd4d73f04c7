"""Looking after a ledger: counts for `ledger status`, runs, renamed targets, old rows removed."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, func, or_, select, union, update

from ticketbot.ledger.dialect import put
from ticketbot.ledger.tables import (
    decisions,
    flaws,
    intents,
    metadata,
    results,
    runs,
    scans,
    scopes,
    sightings,
    tickets,
)
from ticketbot.model.flaw import Scope


class Run(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One call of ticketbot that may write."""

    id: str
    command: str
    """As `sync`."""
    version: str = ""
    """ticketbot's."""
    url: str | None = None
    """The CI run."""
    started_at: str
    """ISO 8601, UTC: also the time of what the run's effects take back."""
    ended_at: str | None = None
    outcome: str = ""
    """"" while it runs or when it was killed."""
    summary: dict[str, int] = {}


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger in numbers."""

    schema: str
    flaws: int
    baseline: int
    decided: int
    tickets_open: int
    tickets_closed: int
    scopes: int
    scans: int
    pending: int
    """Intents that are open or of unknown outcome."""
    last_run: Run | None


def status(connection: Connection, schema: str) -> Status:
    """Count."""

    def count(table: Table, *where: Any) -> int:
        return connection.execute(
            select(func.count()).select_from(table).where(*where)
        ).scalar_one()

    latest = select(runs).order_by(runs.c.started_at.desc(), runs.c.id.desc()).limit(1)
    row = connection.execute(latest).mappings().first()
    return Status(
        schema=schema,
        flaws=count(flaws),
        baseline=count(flaws, flaws.c.baseline),
        decided=count(decisions, decisions.c.lifted_at.is_(None)),
        tickets_open=count(tickets, tickets.c.state == "open"),
        tickets_closed=count(tickets, tickets.c.state != "open"),
        scopes=count(scopes),
        scans=count(scans),
        pending=count(intents, intents.c.state.in_(("open", "unknown"))),
        last_run=run_of(row) if row else None,
    )


def start_run(connection: Connection, run: Run) -> None:
    """Write a run down; the same run twice is one."""
    put(connection, runs, [_row(run)], key=("id",))


def end_run(
    connection: Connection, run: str, *, now: str, outcome: str, summary: dict[str, int]
) -> None:
    """Write down how it ended."""
    counts = msgspec.json.encode(summary).decode()
    values = {"ended_at": now, "outcome": outcome, "summary": counts}
    connection.execute(update(runs).where(runs.c.id == run).values(**values))


def read_run(connection: Connection, run: str) -> Run | None:
    """The run with this id."""
    row = connection.execute(select(runs).where(runs.c.id == run)).mappings().first()
    return run_of(row) if row else None


def _row(run: Run) -> dict[str, Any]:
    row = {name: getattr(run, name) for name in Run.__struct_fields__}
    return row | {"summary": msgspec.json.encode(run.summary).decode()}


def run_of(row: Any) -> Run:
    """A row of `runs` as a value."""
    return Run(**(dict(row) | {"summary": msgspec.json.decode(row["summary"])}))


def rename_target(connection: Connection, old: str, new: str) -> int:
    """`old` is called `new` from now on.

    Ids of flaws stay. Gives the number of flaws that moved.
    """
    moved = connection.execute(
        update(flaws).where(flaws.c.target == old).values(target=new)
    ).rowcount
    for row in connection.execute(select(scopes).where(scopes.c.target == old)).mappings().all():
        same = [scopes.c[name] == row[name] for name in Scope.__struct_fields__ if name != "target"]
        there = connection.execute(
            select(scopes.c.no).where(scopes.c.target == new, *same)
        ).scalar()
        if there is None:
            connection.execute(update(scopes).where(scopes.c.no == row["no"]).values(target=new))
        else:
            _merge_scope(connection, row["no"], there)
    return moved


def _merge_scope(connection: Connection, old: int, new: int) -> None:
    """Both names were scanned: what the new one knows wins, the rest moves over."""
    for table, key in ((scans, scans.c.digest), (results, results.c.digest)):
        known = select(key).where(table.c.scope == new)
        moving = (table.c.scope == old, key.not_in(known))
        connection.execute(update(table).where(*moving).values(scope=new))
    seen = select(sightings.c.flaw).where(sightings.c.scope == new)
    moving = (sightings.c.scope == old, sightings.c.flaw.not_in(seen))
    connection.execute(update(sightings).where(*moving).values(scope=new))
    connection.execute(delete(results).where(results.c.scope == old))
    connection.execute(delete(sightings).where(sightings.c.scope == old))
    # Scans of both stay with the old scope's row, which sightings may refer to; nobody asks for it
    # again.


def prune(connection: Connection, before: str) -> dict[str, int]:
    """Remove what ended before the time `before` and nothing refers to.

    Gives table → rows removed.
    """
    kept = select(intents.c.run).union(select(scans.c.run).where(scans.c.run.is_not(None)))
    in_use = union(
        select(sightings.c.first_scan),
        select(sightings.c.last_scan),
        select(scopes.c.last_scan).where(scopes.c.last_scan.is_not(None)),
    )
    ended = select(runs.c.id).where(runs.c.ended_at < before)
    closed = intents.c.state.in_(("applied", "rejected"))
    steps = (
        (intents, (closed, intents.c.finished_at < before)),
        (scans, (or_(scans.c.run.is_(None), scans.c.run.in_(ended)), scans.c.no.not_in(in_use))),
        (runs, (runs.c.ended_at < before, runs.c.id.not_in(kept))),
    )
    return {
        table.name: connection.execute(delete(table).where(*where)).rowcount
        for table, where in steps
    }


def forget_everything(connection: Connection) -> None:
    """Empty every table; the schema stays."""
    for table in reversed(metadata.sorted_tables):
        connection.execute(delete(table))
