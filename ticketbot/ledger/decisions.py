"""Decisions with their history: one stands at a time, those taken back are kept, so that `paused`
is exact.

It records what was said and when; what follows from it is planning's business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from ticketbot.ledger.dialect import chunked
from ticketbot.ledger.tables import decisions
from ticketbot.model.flaw import Decision


def moment(text: str) -> datetime:
    """ISO 8601 → an aware time; a date is its first second, and no offset means UTC."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def decision_of(row: Any) -> Decision:
    """A row of `decisions` as a value."""
    return Decision(**{name: row[name] for name in Decision.__struct_fields__})


def row_of(no: int, decision: Decision, lifted_at: str | None = None) -> dict[str, Any]:
    """A decision about flaw `no` as a row."""
    values = {name: getattr(decision, name) for name in Decision.__struct_fields__}
    return {"flaw": no, **values, "lifted_at": lifted_at}


def standing(connection: Connection, nos: list[int]) -> dict[int, Decision]:
    """Flaw → the decision not taken back, expired or not."""
    rows = select(decisions).where(decisions.c.flaw.in_(nos), decisions.c.lifted_at.is_(None))
    return {row["flaw"]: decision_of(row) for row in connection.execute(rows).mappings()}


def decide(connection: Connection, decided: Mapping[int, Decision | None], at: str) -> None:
    """Set or (None) take back decisions at time `at`. Saying the same again changes nothing."""
    for chunk in chunked(decided):
        before = standing(connection, chunk)
        changed = [no for no in chunk if before.get(no) != decided[no]]
        lifted = [{"it": no, "at": at} for no in changed if no in before]
        if lifted:
            connection.execute(
                update(decisions)
                .where(decisions.c.flaw == bindparam("it"), decisions.c.lifted_at.is_(None))
                .values(lifted_at=bindparam("at")),
                lifted,
            )
        new = [(no, decided[no]) for no in changed]
        rows = [row_of(no, decision) for no, decision in new if decision is not None]
        if rows:
            connection.execute(decisions.insert(), rows)


def paused(rows: Sequence[Any]) -> float:
    """Seconds that accepted decisions stopped the SLA clock; only those taken back count."""
    total = 0.0
    for row in rows:
        if row["kind"] == "accepted" and row["lifted_at"] is not None:
            end = moment(row["lifted_at"])
            if row["until"] is not None:
                end = min(end, moment(row["until"]))
            total += max(0.0, (end - moment(row["made_at"])).total_seconds())
    return total
