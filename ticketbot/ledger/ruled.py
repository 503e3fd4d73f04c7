"""Rulings and relations as they are read: with the flaws they are about, and for each flaw what it is
barred from. It writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, or_, select

from ticketbot.ledger.tables import flaws, relations, rulings
from ticketbot.model.flaw import Features, Related, Ruling

_survivor, _other = flaws.alias("survivor"), flaws.alias("the_other")
_features = msgspec.json.Decoder(Features).decode


class Row(NamedTuple):
    """A ruling with the numbers of its flaws."""

    ruling: Ruling
    flaw: int
    other: int | None


def rows(connection: Connection, *where: ColumnElement[bool]) -> list[Row]:
    """Oldest first."""
    found = (
        select(rulings, _survivor.c.id.label("flaw_id"), _other.c.id.label("other_id"))
        .join(_survivor, _survivor.c.no == rulings.c.flaw)
        .outerjoin(_other, _other.c.no == rulings.c.other)
        .where(*where)
        .order_by(rulings.c.made_at, rulings.c.id)
    )
    return [
        Row(_ruling(row), row["flaw"], row["other"]) for row in connection.execute(found).mappings()
    ]


def _ruling(row: Any) -> Ruling:
    return Ruling(
        kind=row["kind"],
        flaw=row["flaw_id"],
        other=row["other_id"] or "",
        aliases=tuple(msgspec.json.decode(row["aliases"])),
        made_at=row["made_at"],
        source=row["source"],
        by=row["by"],
        reason=row["reason"],
        undone_at=row["undone_at"],
    )


def of_flaws(connection: Connection, nos: Sequence[int]) -> dict[int, list[Ruling]]:
    """Flaw → every ruling about it, oldest first, for one chunk."""
    found: dict[int, list[Ruling]] = {no: [] for no in nos}
    for row in rows(connection, or_(rulings.c.flaw.in_(nos), rulings.c.other.in_(nos))):
        for no in {row.flaw, row.other} & found.keys():
            found[no or 0].append(row.ruling)
    return found


def barred(connection: Connection) -> dict[int, dict[str, None]]:
    """Flaw → the aliases that standing splits say it is not. They are few."""
    found: dict[int, dict[str, None]] = {}
    for row in rows(connection, rulings.c.kind == "split", rulings.c.undone_at.is_(None)):
        found.setdefault(row.flaw, {}).update(dict.fromkeys(row.ruling.aliases))
    return found


def related(connection: Connection, nos: Sequence[int]) -> dict[int, list[Related]]:
    """Flaw → other tools' flaws that are probably the same problem, for one chunk."""
    found: dict[int, list[Related]] = {}
    for mine, theirs in (
        (relations.c.flaw, relations.c.other),
        (relations.c.other, relations.c.flaw),
    ):
        pairs = (
            select(mine.label("mine"), flaws.c.id, flaws.c.features)
            .join(flaws, flaws.c.no == theirs)
            .where(mine.in_(nos))
        )
        for no, id_, features in connection.execute(pairs):
            told = _features(features)
            found.setdefault(no, []).append(Related(id_, told.tool, told.rule))
    return {no: sorted(each) for no, each in found.items()}
