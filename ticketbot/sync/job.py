"""One run as a value: what is read, with what, against what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ticketbot.identity.ingredients import NOTHING, Grounds
from ticketbot.ledger.ledger import Ledger
from ticketbot.planning.drafts import Drafting
from ticketbot.planning.order import parse_time
from ticketbot.planning.settings import Settings
from ticketbot.readers.report import Report
from ticketbot.sync.context import Context, Given
from ticketbot.sync.noted import Note, unheard
from ticketbot.trackers.base import Tracker


@dataclass(frozen=True)
class Job:
    """What the CLI or the receiver gathers; everything else follows from it."""

    context: Context
    settings: Settings
    reports: Sequence[tuple[Given, Report]]
    ledger: Ledger
    trackers: Mapping[str, Tracker]
    drafting: Drafting
    grounds: Grounds = NOTHING
    note: Note = unheard

    @property
    def moment(self) -> datetime:
        """`context.now` as a time."""
        moment = parse_time(self.context.now)
        if moment is None:
            raise ValueError(f"context.now is not ISO 8601: {self.context.now!r}")
        return moment
