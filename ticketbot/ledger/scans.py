"""Scopes and the scans that were applied to them."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from ticketbot.ledger.dialect import put
from ticketbot.ledger.reads import scope_no
from ticketbot.ledger.tables import scans, scopes
from ticketbot.model.flaw import Scope
from ticketbot.planning.state import AppliedScan

SCOPE_KEY = Scope.__struct_fields__


def put_scope(connection: Connection, scope: Scope) -> int:
    """The scope's number; a row is made where there is none."""
    no = scope_no(connection, scope)
    if no is None:
        put(connection, scopes, [msgspec.structs.asdict(scope)], key=SCOPE_KEY)
        no = scope_no(connection, scope)
    if no is None:
        raise RuntimeError(f"the scope {scope} was written and is not there")
    return no


def put_scan(connection: Connection, scan: AppliedScan, run: str | None) -> tuple[int, int]:
    """The numbers of its scope and of itself. One known by its digest alone, or whose absences were not
    counted the first time, learns the rest; one that says the same of another commit is that commit's."""
    scope = put_scope(connection, scan.scope)
    values = _values(scan) | {"scope": scope, "run": run}
    put(connection, scans, [values], key=("scope", "digest"))
    mine = (scans.c.scope == scope) & (scans.c.digest == scan.digest)
    if scan.tool:
        less = (scans.c.tool == "") | scans.c.complete.is_(False)
        if scan.commit:
            less = less | scans.c.commit.is_distinct_from(scan.commit)
        connection.execute(update(scans).where(mine, less).values(**values))
    return scope, connection.execute(select(scans.c.no).where(mine)).scalar_one()


def last_of(connection: Connection, scope: int) -> tuple[int | None, bool]:
    """The number of the last scan that counted for the scope, and whether it was complete."""
    row = connection.execute(
        select(scans.c.no, scans.c.complete)
        .join(scopes, scopes.c.last_scan == scans.c.no)
        .where(scopes.c.no == scope)
    ).first()
    return (row.no, row.complete) if row else (None, False)


def set_last(connection: Connection, scope: int, scan: int) -> None:
    """From now on `scan` is the last that counted for the scope."""
    connection.execute(update(scopes).where(scopes.c.no == scope).values(last_scan=scan))


def _values(scan: AppliedScan) -> dict[str, Any]:
    values = {
        name: getattr(scan, name) for name in AppliedScan.__struct_fields__ if name != "scope"
    }
    return values | {"reasons": msgspec.json.encode(scan.reasons).decode()}
