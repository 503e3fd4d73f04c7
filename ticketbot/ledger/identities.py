"""The part of the ledger that says who is who: what the matcher compares with, rulings, relations.

Each method is one question or one fact, and joins the transaction that is open.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from ticketbot.ledger import reads, records, relations, rulings
from ticketbot.ledger.relations import Relation
from ticketbot.ledger.session import Session
from ticketbot.model.flaw import Ruling
from ticketbot.planning.state import FlawNo, KnownFlaw


class Identities(Session):
    """A part of `Ledger`."""

    def candidates(self, target: str, family: str, without: Container[FlawNo]) -> list[KnownFlaw]:
        """The flaws of target and family that are not in `without`, oldest first."""
        with self.reading() as connection:
            return reads.candidates(connection, target, family, without)

    def holding(self, target: str, aliases: Iterable[str]) -> list[KnownFlaw]:
        """The target's flaws of any family that hold one of these aliases, oldest first."""
        with self.reading() as connection:
            return reads.holding(connection, target, aliases)

    def ticketed(self, target: str) -> list[KnownFlaw]:
        """The target's flaws that have an open ticket, oldest first."""
        with self.reading() as connection:
            return reads.ticketed(connection, target)

    def births(self, target: str, aliases: Iterable[str]) -> dict[str, int]:
        """Alias → how many flaws of the target hold or ever held it (the n of the next); 0 where
        none.
        """
        with self.reading() as connection:
            return reads.births(connection, target, aliases)

    def rule(self, said: Iterable[Ruling]) -> int:
        """Write rulings, or (with `undone_at`) that they were taken back; how many were news."""
        with self.transaction() as connection:
            return rulings.put_rulings(connection, said)

    def rulings_called(self, prefix: str) -> list[Ruling]:
        """Those whose id begins so."""
        with self.reading() as connection:
            return rulings.called(connection, prefix)

    def rulings_about(self, flaws: Sequence[str]) -> list[Ruling]:
        """Those about any of these flaws, oldest first, each once."""
        with self.reading() as connection:
            nos = records.numbers(connection, flaws)
            return rulings.about(connection, list(nos.values()))

    def unlinked(self, target: str) -> list[Relation]:
        """Related flaws of one target whose tickets are not tied yet."""
        with self.reading() as connection:
            return relations.unlinked(connection, target)

    def linked(self, pair: Sequence[str], at: str) -> None:
        """The tickets of these two flaws are tied since `at`."""
        one, other = pair
        with self.transaction() as connection:
            relations.linked(connection, (one, other), at)
