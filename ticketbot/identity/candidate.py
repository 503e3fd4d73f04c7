"""What the matcher is given: the findings of a scan, and the flaws that are known. Values only."""

from __future__ import annotations

import msgspec

from ticketbot.model.finding import Alias
from ticketbot.model.flaw import NO_TRAITS, Traits


class Candidate(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A finding of the scan as the matcher sees it."""

    index: int
    """The caller's number for it; each once."""
    aliases: tuple[Alias, ...]
    rule: str = ""
    """Its lasting part (`identity.rules`)."""
    path: str | None = None
    line: int | None = None
    traits: Traits = NO_TRAITS

    @property
    def column(self) -> int | None:
        """Where in the line."""
        return self.traits.column


class Known(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A flaw the ledger knows, as last seen."""

    id: str
    aliases: tuple[Alias, ...]
    """All it ever had, in any order."""
    rule: str = ""
    path: str | None = None
    line: int | None = None
    traits: Traits = NO_TRAITS
    rank: int = 0
    """Among flaws of one identity the lowest is preferred: open before closed."""
    claimed: bool = False
    """An unchanged result stands for it: it has its partner, at its place, and only tells how far its
    neighbours moved; but a finding with an identifying alias of it is it, too."""
    settled: bool = False
    """Somebody decided about it, or closed its ticket: it takes no finding on the strength of a likeness."""
    barred: tuple[Alias, ...] = ()
    """What a person said it is not: it takes no finding that has one of these."""

    @property
    def column(self) -> int | None:
        """Where in the line, when last seen."""
        return self.traits.column
