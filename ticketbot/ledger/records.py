"""Flaws with everything known of them, read in sets; and the numbers behind their UUIDs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from ticketbot.ledger import decisions as decided
from ticketbot.ledger import tickets as ticket_rows
from ticketbot.ledger.dialect import chunked
from ticketbot.ledger.reads import aliases_of, raw
from ticketbot.ledger.ruled import of_flaws as ruled_about
from ticketbot.ledger.ruled import related
from ticketbot.ledger.tables import decisions, flaws, scans, scopes, sightings
from ticketbot.model.flaw import Decision, Features, Flaw, Ruling, Scope, Sighting
from ticketbot.planning.state import FlawNo, FlawRecord

_features = msgspec.json.Decoder(Features)


def numbers(connection: Connection, ids: Iterable[str]) -> dict[str, FlawNo]:
    """UUID → number; those the ledger does not know are missing."""
    found: dict[str, FlawNo] = {}
    for chunk in chunked(dict.fromkeys(ids)):
        found.update(raw(connection, select(flaws.c.id, flaws.c.no).where(flaws.c.id.in_(chunk))))
    return found


def scope_names(connection: Connection) -> dict[int, Scope]:
    """Number → scope, all of them: they are few."""
    columns = [scopes.c[name] for name in ("no", *Scope.__struct_fields__)]
    return {no: Scope(*rest) for no, *rest in connection.execute(select(*columns))}


def records(connection: Connection, nos: Iterable[FlawNo]) -> list[FlawRecord]:
    """The flaws with these numbers, in the order given; unknown ones are left out."""
    named = scope_names(connection)
    digests: dict[int, str] = dict(raw(connection, select(scans.c.no, scans.c.digest)))
    found: list[FlawRecord] = []
    for chunk in chunked(dict.fromkeys(nos)):
        rows = select(flaws).where(flaws.c.no.in_(chunk))
        by_no = {row["no"]: row for row in connection.execute(rows).mappings()}
        held = aliases_of(connection, chunk)
        seen = _sightings(connection, chunk, named, digests)
        said = _decisions(connection, chunk)
        ticketed = ticket_rows.of_flaws(connection, chunk)
        ruled, others = ruled_about(connection, chunk), related(connection, chunk)
        found += [
            FlawRecord(
                no=no,
                flaw=flaw_of(by_no[no]),
                aliases=_kept(held.get(no, ()), flaw_of(by_no[no]).id, ruled[no]),
                sightings=tuple(seen.get(no, ())),
                decision=_standing(said.get(no, ())),
                paused=decided.paused(said.get(no, ())),
                tickets=tuple(ticketed.get(no, ())),
                rulings=tuple(ruled[no]),
                related=tuple(others.get(no, ())),
            )
            for no in chunk
            if no in by_no
        ]
    return found


def _kept(held: Sequence[str], flaw: str, ruled: Sequence[Ruling]) -> tuple[str, ...]:
    """Without what standing splits took from it."""
    out = {alias for r in ruled if r.flaw == flaw and r.undone_at is None for alias in r.aliases}
    return tuple(alias for alias in held if alias not in out)


def _standing(said: Sequence[Any]) -> Decision | None:
    return next((decided.decision_of(d) for d in said if d["lifted_at"] is None), None)


def flaw_of(row: Any) -> Flaw:
    """A row of `flaws` as a value."""
    return Flaw(
        id=row["id"],
        target=row["target"],
        family=row["family"],
        birth=row["birth"],
        n=row["n"],
        first_seen=row["first_seen"],
        features=_features.decode(row["features"]),
        baseline=row["baseline"],
    )


def _sightings(
    connection: Connection, nos: Sequence[int], named: dict[int, Scope], digests: dict[int, str]
) -> dict[int, list[Sighting]]:
    seen: dict[int, list[Sighting]] = {}
    rows = select(sightings).where(sightings.c.flaw.in_(nos)).order_by(sightings.c.scope)
    for row in connection.execute(rows).mappings():
        seen.setdefault(row["flaw"], []).append(
            Sighting(
                named[row["scope"]],
                digests[row["first_scan"]],
                digests[row["last_scan"]],
                row["absences"],
            )
        )
    return seen


def _decisions(connection: Connection, nos: Sequence[int]) -> dict[int, list[Any]]:
    said: dict[int, list[Any]] = {}
    rows = select(decisions).where(decisions.c.flaw.in_(nos)).order_by(decisions.c.no)
    for row in connection.execute(rows).mappings():
        said.setdefault(row["flaw"], []).append(row)
    return said
