"""One open ledger database: reading, and transactions that nest by joining.

Knows no question and no fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from ticketbot.ledger import dialect


class Session:
    """A connection to one ledger, for one thread at a time.

    With `keep` off, closing undoes everything.
    """

    def __init__(self, url: URL, *, keep: bool = True) -> None:
        self.url = url
        self.engine = dialect.connect(url)
        self._current: Connection | None = None
        if not keep:
            with dialect.explained(url):
                self._current = self.engine.connect()
                self._current.begin()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A write transaction: all or nothing, also when killed. Inside one it joins that one.

        Raises LedgerError when another process holds the ledger for longer than the busy timeout.
        """
        if self._current is not None:
            yield self._current
            return
        with dialect.explained(self.url), self.engine.connect() as connection:
            connection.execution_options(write=True)
            with connection.begin():
                self._current = connection
                try:
                    yield connection
                finally:
                    self._current = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view for reading; inside a transaction, that transaction's."""
        if self._current is not None:
            yield self._current
            return
        with dialect.explained(self.url), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give back the connection. An unfinished transaction is undone."""
        if self._current is not None:
            self._current.close()
            self._current = None
        self.engine.dispose()
