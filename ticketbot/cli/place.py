"""Where a command works: the configuration, the ledger and the trackers that it names.

Opens a tracker when it is asked for, and gives it back.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ticketbot.cli import clock
from ticketbot.cli.console import Console
from ticketbot.cli.logged import clean_of
from ticketbot.cli.opening import configuration
from ticketbot.cli.options import General
from ticketbot.cli.watched import Watched
from ticketbot.config.load import Loaded
from ticketbot.errors import ConfigError
from ticketbot.trackers import make
from ticketbot.trackers.base import Tracker
from ticketbot.trackers.clock import Clock

_FILE = "sqlite:///"
FOREVER = clock.Deadline().clock
"""For what has all the time it needs."""


@dataclass(frozen=True)
class Place:
    """The configuration and what it names: a ledger, trackers."""

    console: Console
    loaded: Loaded

    @property
    def ledger_url(self) -> str:
        """With a path that does not depend on the current folder."""
        url = self.loaded.resolved(("ledger",), os.environ) or self.loaded.config.ledger
        if url.startswith(_FILE):
            return f"{_FILE}{self.loaded.folder.absolute() / url.removeprefix(_FILE)}"
        return str(url)

    def no_ledger(self) -> str:
        """Why the configured ledger has no address here: a fork's pull request has no secrets. "" where
        it has one."""
        try:
            _ = self.ledger_url
        except ConfigError as error:
            return "; ".join(problem.what for problem in error.problems) or error.message
        return ""

    def tracker(self, name: str, time: Clock = FOREVER) -> Tracker:
        """One configured tracker. Raises ConfigError: a variable or a file is missing."""
        at = ("trackers", name)
        written = self.loaded.resolved(at, os.environ) or {}
        settings = self.loaded.config.trackers[name].model_dump() | written
        if settings["type"] == "local":
            settings["path"] = str(self.loaded.folder.absolute() / settings["path"])
            every = self.loaded.config.trackers.values()
            if sum(each.type == "local" for each in every) > 1:  # or two tickets would be LOC-1
                settings["project"] = name.upper()
        return make(name, settings, time)

    @contextmanager
    def trackers(self, time: Clock = FOREVER) -> Iterator[dict[str, Tracker]]:
        """All of them, closed afterwards. Raises ConfigError, every missing variable named at once."""
        made = self._made(time)
        try:
            yield made
        finally:
            for each in made.values():
                each.close_connection()

    def _made(self, time: Clock) -> dict[str, Tracker]:
        clean = clean_of(self.loaded).text
        made: dict[str, Tracker] = {}
        wrong: list[ConfigError] = []
        for name in self.loaded.config.trackers:
            try:
                made[name] = Watched(self.tracker(name, time), clean)
            except ConfigError as error:
                wrong.append(error)
        if wrong:
            problems = [problem for error in wrong for problem in error.problems]
            raise ConfigError(wrong[0].message, hint=wrong[0].hint, problems=problems)
        return made


def place(options: General) -> Place:
    """Where a command works."""
    console = Console(options)
    return Place(console, configuration(options, console))
