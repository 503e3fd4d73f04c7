"""A laboratory with tickets that a script or people made: what the adoption stories stand on."""

from __future__ import annotations

from typing import Any

from tests.sync.laboratory import FakeReport, Laboratory
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.ticket import Ticket
from ticketbot.sync import Applied
from ticketbot.triage.adopt import Adoption, Wanted, adopt, propose
from ticketbot.triage.pattern import Pattern

RULE_AND_PATH = r"(?P<rule>\w+) in (?P<path>[^\s:]+)"


class Bench(Laboratory):
    """`propose` shows, `adopt` does it."""

    def opened(self, title: str, body: str = "by hand", **more: Any) -> Ticket:
        """Somebody made a ticket."""
        return self.local.person_opens(title, body, "script", **more)

    def every(self) -> list[Ticket]:
        """All tickets, ours or not."""
        return self.local.all()

    def propose(self, *reports: FakeReport, match: str = RULE_AND_PATH, **more: Any) -> Adoption:
        """Writes nothing."""
        wanted = _wanted(match, more)
        with Ledger.snapshot(f"sqlite:///{self.root / self.ledger_name}") as ledger:
            return propose(self.job(reports, ledger, self.tracker or self.local, **more), wanted)

    def adopt(
        self, *reports: FakeReport, match: str = RULE_AND_PATH, **more: Any
    ) -> tuple[Adoption, Applied]:
        """As `--yes`."""
        wanted, tracker = _wanted(match, more), self.tracker or self.local
        with self.ledger() as ledger:
            job = self.job(reports, ledger, tracker, **more)
            return adopt(job, wanted, self.hands(job, ledger, tracker))


def _wanted(match: str, more: dict[str, Any]) -> Wanted:
    chosen = {name: more.pop(name) for name in ("query", "closed", "limit") if name in more}
    return Wanted(tracker="local", pattern=Pattern(match), **chosen)


def taken(adoption: Adoption) -> dict[str, str]:
    """Ticket → the rule of its flaw."""
    return {pair.ticket.key: pair.item.features.rule for pair in adoption.pairs}


def left(adoption: Adoption) -> dict[str, str]:
    """Ticket → why it is left."""
    return {each.ticket.key: each.why for each in adoption.left}
