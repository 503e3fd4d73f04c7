"""Which flaws of several tools are probably one problem, and whether their tickets are tied already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, select, update

from ticketbot.ledger.dialect import put
from ticketbot.ledger.records import numbers
from ticketbot.ledger.tables import flaws, relations


class Relation(NamedTuple):
    """`flaw` is the lesser UUID of the two."""

    flaw: str
    other: str
    because: str
    linked_at: str | None = None


_one, _two = flaws.alias("one"), flaws.alias("two")


def put_relations(connection: Connection, found: Iterable[Relation]) -> None:
    """Write them where they are not written yet; those of unknown flaws are left out."""
    found = list(found)
    nos = numbers(connection, (flaw for r in found for flaw in (r.flaw, r.other)))
    put(
        connection,
        relations,
        [
            {
                "flaw": nos[r.flaw],
                "other": nos[r.other],
                "because": r.because,
                "linked_at": r.linked_at,
            }
            for r in found
            if r.flaw in nos and r.other in nos
        ],
        key=("flaw", "other"),
    )


def every(connection: Connection) -> list[Relation]:
    """All of them, in the order of their UUIDs."""
    return _read(connection)


def unlinked(connection: Connection, target: str) -> list[Relation]:
    """Those of one target whose tickets are not tied yet."""
    return _read(connection, relations.c.linked_at.is_(None), _one.c.target == target)


def _read(connection: Connection, *where: ColumnElement[bool]) -> list[Relation]:
    found = (
        select(_one.c.id, _two.c.id, relations.c.because, relations.c.linked_at)
        .join(_one, _one.c.no == relations.c.flaw)
        .join(_two, _two.c.no == relations.c.other)
        .where(*where)
        .order_by(_one.c.id, _two.c.id)
    )
    return [Relation(*row) for row in connection.execute(found)]


def linked(connection: Connection, pair: tuple[str, str], at: str) -> None:
    """Their tickets are tied since `at`."""
    nos = numbers(connection, pair)
    one, two = nos.get(pair[0]), nos.get(pair[1])
    mine = and_(relations.c.flaw == one, relations.c.other == two)
    theirs = and_(relations.c.flaw == two, relations.c.other == one)
    connection.execute(update(relations).where(mine | theirs).values(linked_at=at))
