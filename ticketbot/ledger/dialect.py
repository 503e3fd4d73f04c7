"""What differs between databases: how to connect, begin, and insert what may be there already.

The only file that may say anything special to SQLite or PostgreSQL. It knows no table of the
ledger.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, InterfaceError, OperationalError
from sqlalchemy.pool import StaticPool

from ticketbot.errors import LedgerError

BUSY_SECONDS = 30
CHUNK = 500
"""Parameters in one statement: safely under every database's limit."""

T = TypeVar("T")


def parse(url: str) -> URL:
    """The URL of a ledger.

    Raises LedgerError where it is none, or of a database that is not supported.
    """
    hint = "write `sqlite:///path/to/ledger.db` or `postgresql://user@host/database`"
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise LedgerError("the ledger's URL cannot be read", hint=hint) from None
    if parsed.drivername == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise LedgerError(f"a ledger on {parsed.get_backend_name()} is not supported", hint=hint)
    return parsed


def connect(url: URL) -> Engine:
    """An engine for one ledger.

    On SQLite it holds one connection: a ledger belongs to one thread at a time.
    """
    if url.get_backend_name() != "sqlite":
        try:
            return create_engine(url)
        except ModuleNotFoundError as error:
            raise LedgerError(
                f"a ledger on PostgreSQL needs the package {error.name}",
                hint="pip install 'psycopg[binary]'",
            ) from None
    engine = create_engine(
        url,
        poolclass=StaticPool,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own idea of when to begin would start writes as reads, and then fail to upgrade
    # them.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turns what a database says of itself (locked, damaged, unreachable) into LedgerError."""
    try:
        yield
    except DatabaseError as error:
        ours = getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR"
        if ours or type(error) not in (DatabaseError, OperationalError):
            raise  # a constraint, or a statement that is wrong: a bug
        raise _explain(url, error.orig) from error
    except InterfaceError as error:
        raise _explain(url, error.orig) from error
    except (
        sqlite3.DatabaseError
    ) as error:  # from the driver itself: a file is copied below SQLAlchemy
        raise _explain(url, error) from error


def _explain(url: URL, error: BaseException | None) -> LedgerError:
    what = str(error).strip()
    name = url.render_as_string(hide_password=True)
    if "locked" in what:
        hint = (
            f"another process has been writing to it for {BUSY_SECONDS} s: wait for it, or end it"
        )
    elif "malformed" in what or "not a database" in what:
        hint = "restore it from a copy, or remove the file and run `ticketbot ledger rebuild`"
    elif "full" in what:
        hint = "free some space and run again"
    else:
        hint = "check that the ledger is there and may be written"
    return LedgerError(f"the ledger {name} cannot be used: {what}", hint=hint)


def put(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    *,
    key: Sequence[str],
    replace: Sequence[str] = (),
) -> None:
    """Insert rows.

    Where `key` is there already, its columns in `replace` are overwritten; with none, kept.
    """
    if not rows:
        return
    statement = _insert(connection, table)
    if replace:
        new = {name: statement.excluded[name] for name in replace}
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=new)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    connection.execute(statement, rows)


def put_pending(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, leaving out each that any unique index refuses, the partial ones included."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def _insert(connection: Connection, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT; the two databases spell it alike."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # a tenth of a second, for those who use it

        return postgresql.insert(table)
    return sqlite.insert(table)


def copy_file(path: str, engine: Engine) -> None:
    """Copy the SQLite file at `path` into the engine's database, touching nothing on disk."""
    # Opening a WAL file that nobody has open would create -wal and -shm beside it; `immutable` does
    # not, and is safe as long as nobody opens it meanwhile, which the -wal file would show.
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    raw = engine.raw_connection()
    target: Any = raw.driver_connection
    try:
        for mode in ("immutable=1", "mode=ro"):
            if mode == "immutable=1" and os.path.exists(path + "-wal"):
                continue
            source = sqlite3.connect(f"file:{quoted}?{mode}", uri=True, timeout=BUSY_SECONDS)
            try:
                source.backup(target)
            finally:
                source.close()
            if not os.path.exists(path + "-wal"):
                return
    finally:
        raw.close()


def chunked(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
