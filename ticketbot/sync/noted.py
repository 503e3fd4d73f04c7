"""What a run tells, as values, to who keeps a record of it (`Note`). Telling decides and changes nothing.

What came of each change is told apart, by `Hands.done`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from ticketbot.ledger.journal import Intent
from ticketbot.model.finding import Rejected
from ticketbot.model.flaw import Decision, Flaw, Ruling, Scope
from ticketbot.planning.plan import Plan


class Unread(msgspec.Struct, frozen=True):
    """Results of one scope's reports that could not be read."""

    scope: Scope
    rejected: tuple[Rejected, ...]


class Noticed(msgspec.Struct, frozen=True):
    """A person's decision, as the ticket shows it. None: it was taken back."""

    tracker: str
    ticket: str
    flaws: tuple[Flaw, ...]
    decision: Decision | None


class Ruled(msgspec.Struct, frozen=True):
    """A person's ruling about identity, made or taken back."""

    ruling: Ruling
    flaws: tuple[Flaw, ...]


class Resolved(msgspec.Struct, frozen=True):
    """What became of a request of an earlier run whose answer never came."""

    intent: Intent
    outcome: Literal["applied", "rejected"]
    note: str


class Planned(msgspec.Struct, frozen=True):
    """The plan whose preconditions hold; its effects are written, its changes come now."""

    plan: Plan


class Moved(msgspec.Struct, frozen=True):
    """Why a plan was refused: each difference as a sentence."""

    plan: Plan
    differences: tuple[str, ...]


Noted = Unread | Noticed | Ruled | Resolved | Planned | Moved
Note = Callable[[Noted], None]


def unheard(_noted: Noted) -> None:
    """Where nobody keeps a record."""
