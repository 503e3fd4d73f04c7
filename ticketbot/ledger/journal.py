"""The journal: what is about to be asked of a tracker is written down first, and then what came of
it.

It allows one pending intent for each (tracker, subject, action), and keeps no bodies. It sends
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, and_, or_, select, update

from ticketbot.ledger import tickets as ticket_rows
from ticketbot.ledger.dialect import chunked, put_pending
from ticketbot.ledger.records import numbers
from ticketbot.ledger.session import Session
from ticketbot.ledger.tables import intents, tickets
from ticketbot.planning.state import TicketRow


class Intent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request to a tracker, before and after it was sent."""

    id: str
    """Never used before."""
    run: str
    tracker: str
    subject: str
    action: str
    nonce: str
    high_water_mark: str = ""
    """The tracker's mark when the intent was written: probing starts there."""
    sent_at: str
    """ISO 8601, UTC."""
    state: Literal["open", "applied", "rejected", "unknown"] = "open"
    ticket_id: str | None = None
    reason: str = ""
    """Why the change is made."""
    note: str = ""
    """What the tracker said."""
    flaws: tuple[str, ...] = ()
    finished_at: str | None = None


class Journal:
    """The intents of one ledger."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open_many(self, wanted: Sequence[Intent]) -> list[Intent | None]:
        """Write intents in one transaction; commit it before sending anything.

        None where another intent of the same tracker, subject and action is open or unknown.
        """
        with self._session.transaction() as connection:
            taken: set[str] = set()
            for chunk in chunked(wanted):
                put_pending(connection, intents, [row_of(intent) for intent in chunk])
                mine = select(intents.c.id, intents.c.nonce).where(
                    intents.c.id.in_([intent.id for intent in chunk]), intents.c.state == "open"
                )
                nonces = {intent.id: intent.nonce for intent in chunk}
                taken.update(id_ for id_, nonce in connection.execute(mine) if nonces[id_] == nonce)
            return [intent if intent.id in taken else None for intent in wanted]

    def finish(
        self,
        intent_id: str,
        state: Literal["applied", "rejected", "unknown"],
        *,
        now: str,
        ticket_id: str | None = None,
        note: str = "",
        rows: Iterable[TicketRow] = (),
    ) -> None:
        """Write down what came of it, and the ticket's rows, in one transaction.

        An unknown outcome may be finished again once it is known; an applied one stays applied.
        """
        values: dict[str, Any] = {"state": state, "note": note, "finished_at": now}
        if ticket_id is not None:
            values["ticket_id"] = ticket_id
        with self._session.transaction() as connection:
            # Another process may have probed it meanwhile: what is known is not made unknown again.
            over = ("applied", "rejected") if state == "unknown" else ("applied",)
            mine = (intents.c.id == intent_id, intents.c.state.not_in(over))
            connection.execute(update(intents).where(*mine).values(**values))
            kept = list(rows)
            if kept:
                nos = numbers(connection, (flaw for row in kept for flaw in row.flaws))
                ticket_rows.save(connection, kept, dict(nos))

    def pending(self, tracker: str) -> list[Intent]:
        """Intents of the tracker that are open or unknown, oldest first."""
        return self._read(
            intents.c.tracker == tracker,
            or_(intents.c.state == "open", intents.c.state == "unknown"),
        )

    def of_run(self, run: str) -> list[Intent]:
        """Everything one run asked for, oldest first."""
        return self._read(intents.c.run == run)

    def history(self, ref: str) -> list[Intent]:
        """Everything ever asked about a flaw (its UUID) or a ticket (its key), oldest first."""
        with self._session.reading() as connection:
            of_flaw = numbers(connection, [ref])
            held = ticket_rows.of_flaws(connection, list(of_flaw.values()))
            rows = [row for rows in held.values() for row in rows]
            rows += ticket_rows.where(connection, tickets.c.key == ref).values()
        about = [
            and_(intents.c.tracker == row.tracker, intents.c.ticket_id == row.id) for row in rows
        ]
        # A rejected create of a group has neither ticket nor flaw as its subject: look into the
        # list.
        about += [
            or_(intents.c.subject == flaw, intents.c.flaws.contains(flaw)) for flaw in of_flaw
        ]
        return self._read(or_(*about)) if about else []

    def _read(self, *conditions: ColumnElement[bool]) -> list[Intent]:
        order = (intents.c.sent_at, intents.c.id)
        with self._session.reading() as connection:
            rows = connection.execute(
                select(intents).where(*conditions).order_by(*order)
            ).mappings()
            return [intent_of(row) for row in rows]


def row_of(intent: Intent) -> dict[str, Any]:
    """An intent as a row."""
    row = {name: getattr(intent, name) for name in Intent.__struct_fields__}
    return row | {"flaws": msgspec.json.encode(intent.flaws).decode()}


def intent_of(row: Any) -> Intent:
    """A row of `intents` as a value."""
    values = {name: row[name] for name in Intent.__struct_fields__}
    return Intent(**(values | {"flaws": tuple(msgspec.json.decode(row["flaws"]))}))
