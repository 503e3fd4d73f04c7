"""One job at a time on an embedded ledger: jobs on one machine queue instead of racing.

The kernel gives the lock back when a job ends, killed or not. PostgreSQL needs none: it has its own.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ticketbot.errors import LedgerError
from ticketbot.ledger import dialect, place


@contextmanager
def held(url: str, waiting: Callable[[str], None]) -> Iterator[None]:
    """Hold the ledger's lock. `waiting` is told once, with a sentence, where another job has it.

    Raises LedgerError where the lock file cannot be made.
    """
    parsed = dialect.parse(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        yield
        return
    path = Path(f"{parsed.database}.lock")
    place.prepare(path)
    try:
        file = path.open("a")
    except OSError as error:
        raise LedgerError(
            f"the ledger's lock {path} cannot be made: {error.strerror}",
            hint="check who may write to that folder",
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting(f"another job uses the ledger {parsed.database}; waiting until it is done")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
