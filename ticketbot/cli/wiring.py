"""One run put together from options, configuration and surroundings: what is read, with what, where.

Writes nothing: the ledger and the trackers are the caller's to open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ticketbot.cli import clock, surroundings
from ticketbot.cli.grounds import grounds_of
from ticketbot.cli.opening import Opened, Readers, Say, readers
from ticketbot.cli.options import Allowing, Reading
from ticketbot.cli.place import FOREVER, Place, place
from ticketbot.cli.recording import refusals
from ticketbot.config.environment import Facts
from ticketbot.config.git import ancestry, renames
from ticketbot.config.load import Loaded
from ticketbot.errors import ConfigError
from ticketbot.identity.ingredients import Grounds
from ticketbot.ledger.ledger import Ledger
from ticketbot.planning.drafts import Drafting
from ticketbot.planning.guard import Permissions
from ticketbot.planning.settings import Settings
from ticketbot.readers.report import Report
from ticketbot.sync import Context, Given, Job
from ticketbot.sync.noted import Note, unheard
from ticketbot.trackers.base import Tracker
from ticketbot.trackers.clock import Clock


@dataclass(frozen=True)
class Work:
    """Reports that are open, and the circumstances they are read in. No ledger yet, no tracker."""

    place: Place
    context: Context
    settings: Settings
    opened: Sequence[Opened]
    grounds: Grounds
    reading: Readers
    system: str | None
    """The CI system, as `config.environment` names it."""

    def open(self, arguments: Sequence[str]) -> list[tuple[Given, Report]]:
        """Further reports, read as these were. Raises InputError."""
        found = self.reading.open(arguments, self.place.console)
        return [(Given(each.found.source, each.found.digest), each.report) for each in found]

    @contextmanager
    def trackers(self, time: Clock = FOREVER) -> Iterator[dict[str, Tracker]]:
        """None on a change branch without credentials: a fork's pull request has none."""
        with ExitStack() as stack:
            try:
                made = stack.enter_context(self.place.trackers(time))
            except ConfigError as error:
                if self.context.writes_tickets:
                    raise
                why = "; ".join(problem.what for problem in error.problems) or error.message
                self.place.console.warn(f"notice: no tracker is asked on this branch: {why}")
                made = {}
            yield made

    def job(self, ledger: Ledger, trackers: Mapping[str, Tracker], note: Note = unheard) -> Job:
        """What is read, with what, against what. Its time is now: whoever waited for the lock is later."""
        now = clock.now()
        return Job(
            context=msgspec.structs.replace(self.context, now=now, warn=self.place.console.warn),
            settings=self.settings,
            reports=[(Given(o.found.source, o.found.digest), o.report) for o in self.opened],
            ledger=ledger,
            trackers=trackers,
            drafting=Drafting(
                settings=self.settings,
                templates=self.place.loaded.templates,
                now=now,
                capabilities={name: each.capabilities for name, each in trackers.items()},
            ),
            grounds=self.grounds,
            note=note,
        )


def job_without_reports(
    here: Place,
    context: Context,
    ledger: Ledger,
    trackers: Mapping[str, Tracker],
    note: Note = unheard,
) -> Job:
    """What there is to do about flaws that are known, whatever a scan says."""
    drafting = Drafting(
        settings=here.loaded.settings,
        templates=here.loaded.templates,
        now=context.now,
        capabilities={name: each.capabilities for name, each in trackers.items()},
    )
    return Job(context, here.loaded.settings, (), ledger, trackers, drafting, note=note)


def work(
    reports: Sequence[str],
    options: Reading,
    allowing: Allowing,
    command: str = "",
    *,
    keyless: bool = False,
) -> Work:
    """Open the reports and find out where this run happens. Raises InputError; writes nothing.

    `command`: whose record says that a report was refused; "" for one that keeps none. `keyless`: it
    gets along without the keys for the identity of secrets.
    """
    here = place(options)
    loaded, console = here.loaded, here.console
    facts = surroundings.look_around()
    warnings: list[str] = []  # told when the reports are there: a wrong path is one error, no more
    context = _context(options, allowing, loaded, facts, console.say, warnings.append)
    lenient = keyless or not context.writes_tickets
    reading = readers(options, loaded, facts, console.warn if lenient else None)
    grounds = grounds_of(options, reading.redactor, loaded, context.target)
    settings = msgspec.structs.replace(
        loaded.settings, repository=loaded.settings.repository or facts.page
    )
    with refusals(here, context, command):
        opened = reading.open(reports, console)
    for warning in warnings:
        console.warn(warning)
    return Work(here, context, settings, opened, grounds, reading, facts.system)


def _context(
    options: Reading, allowing: Allowing, loaded: Loaded, facts: Facts, say: Say, warn: Say
) -> Context:
    config = loaded.config
    target = surroundings.target_of(options, config, facts, warn)
    known = config.targets.get(target)
    return Context(
        target=target,
        formerly=tuple(known.formerly) if known else (),
        now=clock.now(),
        run_id=clock.run_id(),
        environment=options.environment,
        part=options.category,
        branch=surroundings.branch_of(options, facts),
        branch_class=surroundings.branch_class(options, config.branches, facts, warn),
        change_writes="change" in config.branches.write,
        commit=surroundings.commit_of(options),
        ambient_commit=facts.commit or "",
        run_url=facts.run_url or "",
        partial=options.partial,
        accept_empty=allowing.accept_empty,
        ancestry=lambda a, b: ancestry(a, b, Path.cwd()),
        renames=lambda a, b: renames(a, b, options.source_root or Path.cwd()),
        permissions=Permissions(
            first_import=allowing.first_import,
            max_creates=allowing.max_creates,
            accepted=surroundings.accepted(allowing.accept or ()),
        ),
        say=say,
    )
