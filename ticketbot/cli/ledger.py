"""`ticketbot ledger`: look at the ledger, carry it about, tidy it up, and make it anew from the trackers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from ticketbot.cli.options import General

if TYPE_CHECKING:
    from ticketbot.cli.place import Place
    from ticketbot.ledger.ledger import Ledger


@contextmanager
def existing(here: Place) -> Iterator[Ledger]:
    """The ledger to look at: a copy, so that nothing is written. Raises UsageError where there is none."""
    from ticketbot.errors import UsageError
    from ticketbot.ledger.ledger import Ledger

    url = here.ledger_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        raise UsageError(
            f"there is no ledger yet at {url.removeprefix('sqlite:///')}",
            hint="`ticketbot sync REPORT` makes one; --config names another configuration.",
        )
    with Ledger.snapshot(url) as ledger:
        yield ledger


@contextmanager
def own(here: Place) -> Iterator[Ledger]:
    """The ledger to write to, under its lock."""
    from ticketbot.ledger.ledger import Ledger
    from ticketbot.ledger.lock import held

    with held(here.ledger_url, here.console.warn), Ledger.open(here.ledger_url) as ledger:
        yield ledger


def status(options: General) -> int:
    """Show the ledger in numbers, and its last run."""
    from ticketbot.cli.place import place

    here = place(options)
    out = here.console.out
    with existing(here) as ledger:
        seen = ledger.status()
    out(
        f"flaws         {seen.flaws:,} ({seen.decided:,} decided, {seen.baseline:,} in the baseline)"
    )
    out(f"tickets       {seen.tickets_open:,} open, {seen.tickets_closed:,} closed")
    out(f"scans         {seen.scans:,} in {seen.scopes:,} scopes")
    out(f"pending       {seen.pending:,} requests without an answer; the next run looks them up")
    if (run := seen.last_run) is not None:
        out(
            f"last run      {run.id}: {run.command}, {run.outcome or 'not ended'}, {run.started_at}"
        )
    out(f"schema        {seen.schema}")
    here.console.finish()
    return 0


def rebuild(options: General) -> int:
    """Make the ledger anew from the markers in all tickets of the trackers."""
    from ticketbot.cli import clock
    from ticketbot.cli.output import counted
    from ticketbot.cli.place import place
    from ticketbot.sync.absorb import absorb

    here = place(options)
    with here.trackers() as trackers, own(here) as ledger, ledger.transaction():
        kept = ledger.rebuild({})["kept"]
        # as the first sync of a new ledger would do it: what people decided is noticed, too
        looked_at = absorb(ledger, trackers, clock.now())
    here.console.out(
        f"the ledger is made anew from {counted(looked_at, 'ticket')} of {', '.join(trackers)}; "
        f"{counted(kept, 'flaw')} without a ticket kept"
    )
    here.console.finish()
    return 0


def export(
    file: Annotated[
        Path, Argument(metavar="FILE", help="Where to: gzip, for a CI cache or artifact.")
    ],
    options: General,
) -> int:
    """Write the whole ledger into one small file."""
    from ticketbot.cli.place import place
    from ticketbot.errors import UsageError

    here = place(options)
    with existing(here) as ledger:
        try:
            with file.open("wb") as stream:
                ledger.export(stream)
        except OSError as error:
            raise UsageError(
                f"{file} cannot be written: {error.strerror or error}", hint="Name another file."
            ) from error
    here.console.out(f"{file} written, {file.stat().st_size:,} bytes")
    here.console.finish()
    return 0


def import_(
    file: Annotated[Path, Argument(metavar="FILE", help="What `ledger export` wrote.")],
    options: General,
) -> int:
    """Merge an exported ledger into this one; where both know a thing, the file is right."""
    from ticketbot.cli.place import place
    from ticketbot.errors import UsageError

    here = place(options)
    try:
        stream = file.open("rb")
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror or error}",
            hint="Name a file that `ticketbot ledger export` wrote.",
        ) from error
    with stream, own(here) as ledger:
        counts = ledger.import_(stream)
    flaws, tickets = counts.get("flaw", 0), counts.get("ticket", 0)
    here.console.out(f"{file} read: {flaws:,} flaws, {tickets:,} tickets")
    here.console.finish()
    return 0


def prune(
    options: General,
    older_than: Annotated[str, Option("--older-than", metavar="180d", help="Whole days.")] = "180d",
) -> int:
    """Remove finished requests, scans and runs that nothing refers to any more. No flaw, no ticket."""
    from datetime import datetime, timedelta

    from ticketbot.cli import clock
    from ticketbot.cli.place import place
    from ticketbot.errors import UsageError

    match = re.fullmatch(r"(\d{1,6})d?", older_than.strip())
    if not match:
        raise UsageError(f"--older-than {older_than!r} is no number of days", hint="Write 180d.")
    here = place(options)
    before = datetime.fromisoformat(clock.now()) - timedelta(days=int(match[1]))
    with existing(here):
        pass  # nothing is made where there is nothing
    with own(here) as ledger:
        removed = ledger.prune(before.strftime("%Y-%m-%dT%H:%M:%SZ"))
    told = ", ".join(f"{number:,} {table}" for table, number in removed.items())
    here.console.out(f"removed what ended before {before:%Y-%m-%d}: {told}")
    here.console.finish()
    return 0
