"""Rulings: what was said about identity, kept with what was taken back.

It records; what follows from a ruling for matching and for tickets is said where flaws are read
(`reads`, `records`). A ruling taken back anywhere is taken back: the same one never stands again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, or_, select, update

from ticketbot.ledger.dialect import chunked, put
from ticketbot.ledger.effects import put_aliases, settle
from ticketbot.ledger.records import numbers
from ticketbot.ledger.ruled import rows
from ticketbot.ledger.tables import rulings
from ticketbot.model.flaw import Ruling
from ticketbot.planning.state import FlawNo


def put_rulings(connection: Connection, said: Iterable[Ruling]) -> int:
    """Write rulings, or that they were taken back; how many were news. Those about flaws that the ledger
    does not know are left out. The flaws want a look."""
    said = list(said)
    nos = numbers(connection, (flaw for r in said for flaw in (r.flaw, r.other) if flaw))
    mine = [r for r in said if r.flaw in nos and (not r.other or r.other in nos)]
    before = _written(connection, mine)
    new = [r for r in mine if r.id not in before]
    undone = [r for r in mine if r.undone_at and before.get(r.id, r.undone_at) is None]
    put(connection, rulings, [_row(r, nos) for r in new], key=("id",))
    for ruling in undone:
        change = update(rulings).where(rulings.c.id == ruling.id)
        connection.execute(change.values(undone_at=ruling.undone_at))
    # whose flaw had them once is told by these rows: the next one born of them is another (`births`)
    split = [(nos[r.flaw], alias, "split off") for r in new for alias in r.aliases]
    put_aliases(connection, split)
    settle(connection, {nos[f] for r in (*new, *undone) for f in (r.flaw, r.other) if f}, "")
    return len(new) + len(undone)


def _row(ruling: Ruling, nos: dict[str, FlawNo]) -> dict[str, Any]:
    values = {name: getattr(ruling, name) for name in Ruling.__struct_fields__}
    values |= {"id": ruling.id, "flaw": nos[ruling.flaw]}
    values |= {"other": nos[ruling.other] if ruling.other else None}
    return values | {"aliases": msgspec.json.encode(ruling.aliases).decode()}


def _written(connection: Connection, said: Sequence[Ruling]) -> dict[str, str | None]:
    """Id → when it was taken back, of those that are written already."""
    found: dict[str, str | None] = {}
    for chunk in chunked([r.id for r in said]):
        known = select(rulings.c.id, rulings.c.undone_at).where(rulings.c.id.in_(chunk))
        found |= {row.id: row.undone_at for row in connection.execute(known)}
    return found


def every(connection: Connection) -> list[Ruling]:
    """All of them, oldest first."""
    return [row.ruling for row in rows(connection)]


def called(connection: Connection, prefix: str) -> list[Ruling]:
    """Those whose id begins so."""
    begins = rulings.c.id.startswith(prefix.lower(), autoescape=True)
    return [row.ruling for row in rows(connection, begins)]


def about(connection: Connection, nos: Sequence[int]) -> list[Ruling]:
    """Those about any of these flaws, oldest first, each once."""
    mine = or_(rulings.c.flaw.in_(nos), rulings.c.other.in_(nos))
    return [row.ruling for row in rows(connection, mine)]
