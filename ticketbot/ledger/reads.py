"""The questions planning asks of the ledger, each answered for a whole scope or target at once.

Row numbers come back as plain tuples from the driver's cursor: a hundred thousand are asked for at
every sync.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, and_, func, or_, select

from ticketbot.ledger.decisions import moment
from ticketbot.ledger.dialect import chunked
from ticketbot.ledger.ruled import barred
from ticketbot.ledger.tables import (
    aliases,
    decisions,
    flaws,
    members,
    results,
    scans,
    scopes,
    sightings,
    tickets,
)
from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.state import AppliedScan, FlawNo, KnownFlaw, ScopeState


def raw(connection: Connection, statement: Select[Any]) -> Sequence[tuple[Any, ...]]:
    """All rows as the driver gives them; several times faster than Row objects."""
    cursor = connection.execute(statement).cursor
    return cursor.fetchall()


def scope_no(connection: Connection, scope: Scope) -> int | None:
    """The scope's row number; None when the ledger never saw it."""
    where = [scopes.c[name] == getattr(scope, name) for name in Scope.__struct_fields__]
    return connection.execute(select(scopes.c.no).where(and_(*where))).scalar()


def scope_state(connection: Connection, scope: Scope) -> ScopeState:
    """What is known of one scope; an empty state when nothing is."""
    no = scope_no(connection, scope)
    if no is None:
        return ScopeState(scope=scope)
    last = (
        connection.execute(
            select(scans).join(scopes, scopes.c.last_scan == scans.c.no).where(scopes.c.no == no)
        )
        .mappings()
        .first()
    )
    # one that only a marker names was applied by another job: before or after ours, nobody knows
    here = (scans.c.scope == no, scans.c.tool != "")
    applied = raw(connection, select(scans.c.digest, scans.c.commit).where(*here))
    present = select(sightings.c.flaw).where(sightings.c.scope == no, sightings.c.absences == 0)
    absent = _absent(no)
    return ScopeState(
        scope=scope,
        last=applied_scan(scope, last) if last else None,
        applied=frozenset(digest for digest, _ in applied),
        commits={digest: commit for digest, commit in applied if commit},
        present=frozenset(row[0] for row in raw(connection, present)),
        absent=frozenset(row[0] for row in raw(connection, absent)),
    )


def _absent(no: int) -> Select[Any]:
    return (
        select(sightings.c.flaw)
        .join(members, members.c.flaw == sightings.c.flaw)
        .join(tickets, tickets.c.no == members.c.ticket)
        .where(sightings.c.scope == no, sightings.c.absences > 0, tickets.c.state == "open")
    )


def applied_scan(scope: Scope, row: Any) -> AppliedScan:
    """A row of `scans` as a value."""
    plain = {
        name: row[name]
        for name in AppliedScan.__struct_fields__
        if name not in ("scope", "reasons")
    }
    reasons = tuple(msgspec.json.decode(row["reasons"], type=list[str]))
    return AppliedScan(scope=scope, reasons=reasons, **plain)


def known_results(
    connection: Connection, scope: Scope, key: str | None = None
) -> dict[bytes, FlawNo]:
    """Result digest (16 bytes) → flaw (0: the result is no flaw), of the whole scope.

    With a `key` only for flaws that are settled under it.
    """
    no = scope_no(connection, scope)
    if no is None:
        return {}
    flaw = func.coalesce(results.c.flaw, 0)
    known = select(results.c.digest, flaw).where(results.c.scope == no)
    if key is not None:
        settled = select(flaws.c.no).where(flaws.c.target == scope.target, flaws.c.settled == key)
        known = known.where(results.c.flaw.in_(settled))
    return dict(raw(connection, known))


def unsettled(connection: Connection, target: str, key: str, now: str) -> set[FlawNo]:
    """Flaws that are not settled under `key`, or whose decision expired at or before `now`."""
    # Two ranges instead of <>: both are read from the index alone.
    other = select(flaws.c.no).where(
        flaws.c.target == target, or_(flaws.c.settled < key, flaws.c.settled > key)
    )
    found = {row[0] for row in raw(connection, other)}
    dated = (
        select(decisions.c.flaw, decisions.c.until)
        .join(flaws, flaws.c.no == decisions.c.flaw)
        .where(
            flaws.c.target == target,
            decisions.c.lifted_at.is_(None),
            decisions.c.until.is_not(None),
        )
    )
    found.update(no for no, until in raw(connection, dated) if moment(until) <= moment(now))
    return found


def known_debt(connection: Connection, target: str | None) -> list[FlawNo]:
    """The flaws in the baseline; None: of every target."""
    wanted = select(flaws.c.no).where(flaws.c.baseline).order_by(flaws.c.no)
    if target is not None:
        wanted = wanted.where(flaws.c.target == target)
    return [FlawNo(row[0]) for row in raw(connection, wanted)]


def births(connection: Connection, target: str, wanted: Iterable[str]) -> dict[str, int]:
    """Alias → how many flaws of the target hold or ever held it; 0 where none did."""
    counts = dict.fromkeys(wanted, 0)
    for chunk in chunked(list(counts)):
        # The target is compared here: as a condition it leads SQLite to walk all flaws of the target.
        held = (
            select(aliases.c.alias, flaws.c.target)
            .join(flaws, flaws.c.no == aliases.c.flaw)
            .where(aliases.c.alias.in_(chunk))
        )
        for alias, of_target in raw(connection, held):
            counts[alias] += of_target == target
    return counts


def candidates(
    connection: Connection, target: str, family: str, without: Container[FlawNo]
) -> list[KnownFlaw]:
    """The flaws of target and family, and those that scopes of this family see as well, that are not in
    `without`, in the order of their birth."""
    own = select(flaws.c.no).where(flaws.c.target == target, flaws.c.family == family)
    seen = (
        select(flaws.c.no)
        .join(sightings, sightings.c.flaw == flaws.c.no)
        .join(scopes, scopes.c.no == sightings.c.scope)
        .where(scopes.c.target == target, scopes.c.family == family, flaws.c.family != family)
    )
    found = {row[0] for statement in (own, seen) for row in raw(connection, statement)}
    return known_flaws(connection, [FlawNo(no) for no in sorted(found) if no not in without])


def holding(connection: Connection, target: str, wanted: Iterable[str]) -> list[KnownFlaw]:
    """The target's flaws of any family that hold one of these aliases, in the order of their birth."""
    found: set[FlawNo] = set()
    for chunk in chunked(dict.fromkeys(wanted)):
        held = (
            select(aliases.c.flaw, flaws.c.target)
            .join(flaws, flaws.c.no == aliases.c.flaw)
            .where(aliases.c.alias.in_(chunk))
        )
        found |= {FlawNo(no) for no, of_target in raw(connection, held) if of_target == target}
    return known_flaws(connection, sorted(found))


def ticketed(connection: Connection, target: str) -> list[KnownFlaw]:
    """The target's flaws that have an open ticket, in the order of their birth."""
    rows = (
        select(flaws.c.no)
        .join(members, members.c.flaw == flaws.c.no)
        .join(tickets, tickets.c.no == members.c.ticket)
        .where(flaws.c.target == target, tickets.c.state == "open")
    )
    return known_flaws(connection, sorted({FlawNo(row[0]) for row in raw(connection, rows)}))


def known_flaws(connection: Connection, nos: Iterable[FlawNo]) -> list[KnownFlaw]:
    """As the matcher sees them, without the aliases that standing splits took from them."""
    decode = msgspec.json.Decoder(Features).decode
    split = barred(connection)
    found: list[KnownFlaw] = []
    for chunk in chunked(nos):
        held = aliases_of(connection, chunk)
        columns = (flaws.c.no, flaws.c.id, flaws.c.features, flaws.c.family)
        rows = select(*columns).where(flaws.c.no.in_(chunk)).order_by(flaws.c.no)
        said = select(decisions.c.flaw).where(
            decisions.c.flaw.in_(chunk), decisions.c.lifted_at.is_(None)
        )
        decided = {row[0] for row in raw(connection, said)}
        for no, id_, features, family in raw(connection, rows):
            out = split.get(no, {})
            kept = tuple(alias for alias in held.get(no, ()) if alias not in out)
            known = KnownFlaw(no, id_, kept, decode(features), family, tuple(out), no in decided)
            found.append(known)
    return found


def aliases_of(connection: Connection, nos: Sequence[int]) -> dict[int, list[str]]:
    """Flaw → its aliases in the order they came, for one chunk."""
    rows = select(aliases.c.flaw, aliases.c.alias).where(aliases.c.flaw.in_(nos))
    held: dict[int, list[str]] = {}
    for no, alias in raw(connection, rows.order_by(aliases.c.no)):
        held.setdefault(no, []).append(alias)
    return held


def open_tickets(connection: Connection, scope: Scope) -> int:
    """How many open tickets have a member that was seen in the scope."""
    no = scope_no(connection, scope)
    count = (
        select(func.count(func.distinct(tickets.c.no)))
        .join(members, members.c.ticket == tickets.c.no)
        .join(sightings, sightings.c.flaw == members.c.flaw)
        .where(sightings.c.scope == no, tickets.c.state == "open")
    )
    return connection.execute(count).scalar_one() if no is not None else 0
