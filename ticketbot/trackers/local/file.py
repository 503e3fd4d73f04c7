"""The local tracker's file: its schema, how it is opened, and transactions.

Knows no ticket's meaning.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from ticketbot.errors import TrackerError

VERSION = 2
BUSY_SECONDS = 30
CHUNK = 500
MINE = "tracker IN (?, '')"
"""In a file of several trackers, each has its own tickets."""

SCHEMA = """
CREATE TABLE tickets (
  id INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, title TEXT NOT NULL,
  body TEXT NOT NULL, severity TEXT NOT NULL, labels TEXT NOT NULL, priority TEXT, assignee TEXT,
  due TEXT, fields TEXT NOT NULL, state TEXT NOT NULL, resolution TEXT, marker TEXT,
  created TEXT NOT NULL, updated TEXT NOT NULL, changed_by TEXT, revision INTEGER NOT NULL,
  changed INTEGER NOT NULL, tracker TEXT NOT NULL DEFAULT '', project TEXT NOT NULL DEFAULT 'LOC');
CREATE INDEX tickets_by_subject ON tickets (subject);
CREATE INDEX tickets_by_change ON tickets (changed);
CREATE TABLE notes (
  no INTEGER PRIMARY KEY, ticket INTEGER NOT NULL REFERENCES tickets, at TEXT NOT NULL,
  who TEXT NOT NULL, what TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX notes_by_ticket ON notes (ticket);
CREATE TABLE links (
  ticket INTEGER NOT NULL REFERENCES tickets, other INTEGER NOT NULL REFERENCES tickets,
  relation TEXT NOT NULL, PRIMARY KEY (ticket, other, relation));
CREATE TABLE nonces (nonce TEXT PRIMARY KEY, ticket INTEGER NOT NULL REFERENCES tickets);
"""

# Until format 1 a file had one tracker, and nobody wrote down which: its tickets are everybody's.
FROM_1 = """
ALTER TABLE tickets ADD COLUMN tracker TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN project TEXT NOT NULL DEFAULT 'LOC'
"""


def _busy(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorname.startswith(
        "SQLITE_BUSY"
    )


# SQLite's own busy timeout does not wait while another process switches a new file to WAL, nor while
# the last one to leave cleans it up: https://www.sqlite.org/wal.html#sometimes_queries_return_sqlite_busy_in_wal_mode
PATIENCE = Retrying(
    retry=retry_if_exception(_busy),
    stop=stop_after_delay(BUSY_SECONDS),
    wait=wait_random(0.001, 0.02),
    reraise=True,
)


class LocalFile:
    """One file of tickets, opened when first needed and made when first written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._open: sqlite3.Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view; of nothing, where there is no file yet. Raises TrackerError."""
        if self._open is None and not self.path.exists():
            with closing(_connect(":memory:")) as empty:
                yield empty
            return
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing. Raises TrackerError, and then nothing was written."""
        if self._open is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            connection = PATIENCE(self._begun, begin)
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname == "SQLITE_ERROR":
                raise  # a wrong statement: a bug
            raise self._explained(error) from error
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise self._explained(error) from error

    def _begun(self, begin: str) -> sqlite3.Connection:
        if self._open is None:
            self._open = _connect(str(self.path))
        self._open.execute(begin)
        return self._open

    def _explained(self, error: sqlite3.Error) -> TrackerError:
        return TrackerError(
            f"the local tracker {self.path} cannot be used: {error}",
            hint="check that the file is whole and may be written, and that nobody holds it",
        )

    def close(self) -> None:
        """Give the file back."""
        if self._open is not None:
            self._open.close()
            self._open = None


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: str) -> None:
    connection.row_factory = sqlite3.Row
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    if _version(connection) < VERSION:
        connection.execute("BEGIN IMMEDIATE")  # two processes may want to make it
        if (found := _version(connection)) < VERSION:
            for statement in (FROM_1 if found else SCHEMA).split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    if (found := _version(connection)) > VERSION:
        raise TrackerError(
            f"a newer ticketbot wrote the local tracker {path}: format {found}, expected {VERSION}",
            hint="update ticketbot, or name another file",
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def select(
    connection: sqlite3.Connection, tracker: str, column: str, values: Iterable[str | int]
) -> Iterator[sqlite3.Row]:
    """The tracker's tickets whose `column` (never from outside) is one of the values, lowest id first."""
    wanted = list(dict.fromkeys(values))
    rows: list[sqlite3.Row] = []
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        marks = ",".join("?" * len(chunk))
        sql = f"SELECT * FROM tickets WHERE {column} IN ({marks}) AND {MINE}"  # noqa: S608
        rows += connection.execute(sql, (*chunk, tracker))
    yield from sorted(rows, key=lambda row: int(row["id"]))
