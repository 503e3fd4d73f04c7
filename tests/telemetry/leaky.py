"""A leaky tracker: it repeats its token in what it answers, raises and logs. No test of its own."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.trackers.base import Draft, Outcome
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.local.tracker import LocalTracker

PATH = ".ticketbot/leaky.db"


class LeakyTracker(LocalTracker):
    """`mood`: what it does with the next creates: refuse, raise, break; anything else: make them."""

    token = ""
    mood = ""

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        said = f"{self.token} may not write here"
        logging.getLogger("jira").warning("sent %s", said)
        if self.mood == "raise":
            raise TrackerError(f"no answer to {said}")
        if self.mood == "break":
            raise RuntimeError(said)
        if self.mood == "refuse":
            return [Outcome("rejected", None, f"refused: {said}") for _ in drafts]
        return super().create(drafts)


def make(name: str, settings: Mapping[str, Any], clock: Clock) -> LeakyTracker:
    LeakyTracker.token = settings["auth"]["token"]
    return LeakyTracker(name, PATH, "SEC", now=clock.now)
