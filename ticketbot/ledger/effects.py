"""Writes what a plan says of the ledger, in sets and in one transaction; writing it twice is
writing it once.

The caller holds the transaction. Each scan in the effects counts: it becomes the last one of its
scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, case, delete, select, update

from ticketbot.ledger.decisions import decide
from ticketbot.ledger.dialect import chunked, put
from ticketbot.ledger.records import numbers
from ticketbot.ledger.scans import last_of, put_scan, put_scope, set_last
from ticketbot.ledger.tables import aliases, flaws, results, runs, sightings
from ticketbot.model.flaw import Features, Flaw
from ticketbot.planning.state import Effects, FlawNo


def apply(connection: Connection, effects: Effects, run: str, key: str) -> dict[str, FlawNo]:
    """Write them. Gives UUID → number of every flaw that the effects name."""
    put_flaws(connection, effects.flaws)
    nos = numbers(connection, _named(effects))
    named = {(flaw, alias): stage for flaw, alias, stage in effects.aliases}
    births = {(flaw.id, flaw.birth): "birth" for flaw in effects.flaws}
    held = named | {pair: stage for pair, stage in births.items() if pair not in named}
    put_aliases(connection, [(nos[flaw], alias, stage) for (flaw, alias), stage in held.items()])
    set_features(connection, {nos[flaw]: value for flaw, value in effects.features.items()})
    for index, scan in enumerate(effects.scans):
        before, complete = last_of(connection, put_scope(connection, scan.scope))
        scope, no = put_scan(connection, scan, run)
        stale = [bytes.fromhex(digest) for i, digest in effects.stale if i == index]
        known = {bytes.fromhex(d): nos.get(flaw) for i, d, flaw in effects.results if i == index}
        _results(connection, scope, known, [digest for digest in stale if digest not in known])
        _seen(connection, scope, no, [nos[flaw] for i, flaw in effects.seen if i == index])
        if before != no or not complete:  # else these absences are counted already
            missed = [nos[flaw] for i, flaw in effects.missed if i == index]
            _missed(connection, scope, before if complete else None, missed)
            set_last(connection, scope, no)
    if effects.decided:
        at = connection.execute(select(runs.c.started_at).where(runs.c.id == run)).scalar_one()
        decide(connection, {nos[flaw]: said for flaw, said in effects.decided.items()}, at)
    settle(connection, [nos[flaw] for flaw in effects.unsettled], "")
    settle(connection, [nos[flaw] for flaw in effects.settled], key)
    return nos


def _named(effects: Effects) -> Iterable[str]:
    yield from (flaw.id for flaw in effects.flaws)
    yield from effects.features
    yield from (flaw for flaw, _, _ in effects.aliases)
    yield from (flaw for _, _, flaw in effects.results if flaw)
    yield from (flaw for _, flaw in effects.seen)
    yield from (flaw for _, flaw in effects.missed)
    yield from effects.decided
    yield from effects.settled
    yield from effects.unsettled


def put_flaws(connection: Connection, new: Iterable[Flaw]) -> None:
    """Insert flaws that are not there yet. What is minted is never minted again."""
    rows: list[dict[str, Any]] = [
        {
            **{name: getattr(flaw, name) for name in Flaw.__struct_fields__},
            "features": msgspec.json.encode(flaw.features),
            "settled": "",
        }
        for flaw in new
    ]
    put(connection, flaws, rows, key=("id",))


def put_aliases(connection: Connection, new: Sequence[tuple[int, str, str]]) -> None:
    """Insert (flaw, alias, stage) where the flaw does not hold that alias yet."""
    rows = [{"flaw": no, "alias": alias, "stage": stage} for no, alias, stage in new]
    put(connection, aliases, rows, key=("alias", "flaw"))


def set_features(connection: Connection, changed: dict[FlawNo, Features]) -> None:
    """Overwrite the features of these flaws."""
    rows = [{"it": no, "new": msgspec.json.encode(value)} for no, value in changed.items()]
    if rows:
        where = flaws.c.no == bindparam("it")
        connection.execute(update(flaws).where(where).values(features=bindparam("new")), rows)


def settle(connection: Connection, nos: Iterable[int], key: str) -> None:
    """Say that these flaws need no look under `key`; "" says that they do."""
    for chunk in chunked(nos):
        where = (flaws.c.no.in_(chunk), flaws.c.settled != key)
        connection.execute(update(flaws).where(*where).values(settled=key))


def _results(
    connection: Connection, scope: int, known: Mapping[bytes, FlawNo | None], stale: Sequence[bytes]
) -> None:
    for chunk in chunked(stale):
        where = (results.c.scope == scope, results.c.digest.in_(chunk))
        connection.execute(delete(results).where(*where))
    rows = [{"scope": scope, "digest": digest, "flaw": no} for digest, no in known.items()]
    put(connection, results, rows, key=("scope", "digest"), replace=("flaw",))


def _seen(connection: Connection, scope: int, scan: int, nos: Iterable[int]) -> None:
    rows = [
        {"scope": scope, "flaw": no, "first_scan": scan, "last_scan": scan, "absences": 0}
        for no in dict.fromkeys(nos)
    ]
    put(connection, sightings, rows, key=("scope", "flaw"), replace=("last_scan", "absences"))


def _missed(connection: Connection, scope: int, before: int | None, nos: Iterable[int]) -> None:
    """One more absence each.

    With the first, the scan before (when complete) is the last that saw it.
    """
    values: dict[str, Any] = {"absences": sightings.c.absences + 1}
    if before is not None:
        first = sightings.c.absences == 0
        values["last_scan"] = case((first, before), else_=sightings.c.last_scan)
    for chunk in chunked(dict.fromkeys(nos)):
        where = (sightings.c.scope == scope, sightings.c.flaw.in_(chunk))
        connection.execute(update(sightings).where(*where).values(**values))
