"""Brings a ledger's schema up to date. Alembic is imported only where there is something to bring.

Refuses a ledger that a newer ticketbot wrote, and a database that is not a ledger.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from ticketbot.errors import LedgerError
from ticketbot.ledger.session import Session

CURRENT = "0002"
"""The newest revision in `migrations/versions`; revisions are numbered and sort as text."""


def ensure(session: Session) -> None:
    """Migrate to CURRENT.

    Two processes that do so at once wait for one another. Raises LedgerError.
    """
    with session.reading() as connection:
        if _version(connection) == CURRENT:
            return
    with session.transaction() as connection:
        if _version(connection) != CURRENT:
            _upgrade(connection)


def _version(connection: Connection) -> str | None:
    """The schema's revision; None for an empty database.

    Raises LedgerError where it is not ours to touch.
    """
    seen = inspect(connection)
    if not seen.has_table("alembic_version"):
        if tables := seen.get_table_names():
            raise LedgerError(
                f"this database is not a ledger: it has a table {tables[0]} and no schema version",
                hint="name another file or database under `ledger:`",
            )
        return None
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    found = str(version or "")
    if found > CURRENT:
        raise LedgerError(
            f"a newer ticketbot wrote the ledger: its schema is {found}, this one knows {CURRENT}",
            hint="update ticketbot, or use another ledger",
        )
    return found


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option(
        "script_location", str(Path(__file__).parent / "migrations").replace("%", "%%")
    )
    config.attributes["connection"] = connection
    command.upgrade(config, CURRENT)
