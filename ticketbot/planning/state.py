"""What planning takes from the ledger and gives back to it: rows as values, and the effects of a plan.

The ledger reads and writes these by sets; planning never sees a database.
"""

from __future__ import annotations

import hashlib
from typing import NewType

import msgspec

from ticketbot.model.flaw import Decision, Features, Flaw, Related, Ruling, Scope, Sighting
from ticketbot.model.ticket import Resolution

FlawNo = NewType("FlawNo", int)
"""The ledger's row number of a flaw: small and fast where a hundred thousand are compared."""


class AppliedScan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A scan as the ledger keeps it. `digest`: sha256 over the digests of its reports, in order."""

    scope: Scope
    digest: str
    tool: str
    version: str | None = None
    started: str | None = None
    ended: str | None = None
    commit: str | None = None
    branch: str | None = None
    complete: bool = True
    """Its absences count: nothing says that it did not see everything, or a person vouched for it."""
    reasons: tuple[str, ...] = ()
    results: int = 0
    url: str | None = None
    """The CI run that made it."""


class ScopeState(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger knows of one scope."""

    scope: Scope
    last: AppliedScan | None = None
    """The last scan that counted for the lifecycle."""
    applied: frozenset[str] = frozenset()
    """Digests of all scans ever applied."""
    commits: dict[str, str] = {}
    """Digest → the commit it was last applied for, where that is known."""
    present: frozenset[FlawNo] = frozenset()
    """Flaws whose sighting here has no absence."""
    absent: frozenset[FlawNo] = frozenset()
    """Flaws seen here before and missing now, whose ticket is not closed yet."""


class TicketRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A ticket as the ledger remembers it."""

    tracker: str
    id: str
    key: str
    url: str = ""
    subject: str
    group: str | None = None
    flaws: tuple[str, ...] = ()
    """UUIDs of its members."""
    struck: tuple[str, ...] = ()
    """Members shown as gone."""
    state: str = "open"
    closed: Resolution | None = None
    """How ticketbot closed it; None where it is open or a person did."""
    closed_at: str | None = None
    kept_open: bool = False
    """A person reopened it while its flaw was gone: absence does not close it again."""
    asked: bool = False
    """A person has been asked to look: whether a secret was revoked, or an unchanged line is no flaw."""
    revision: str = ""
    draft: str = ""
    """Draft hash last written."""
    due: str | None = None
    severity: str = ""
    written: dict[str, str | list[str] | None] = {}
    """Field → what ticketbot wrote last (`planning.rows.written_values`); what differs from it now, a
    person changed."""
    created_at: str = ""


class FlawRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the ledger knows of one flaw that planning looks at."""

    no: FlawNo | None
    """None for a flaw that this run discovered."""
    flaw: Flaw
    aliases: tuple[str, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    decision: Decision | None = None
    """The decision in force or expired; not one taken back."""
    paused: float = 0.0
    """Seconds that accepted decisions stopped the SLA clock, ended ones only."""
    tickets: tuple[TicketRow, ...] = ()
    """Every ticket it ever had, oldest first."""
    rulings: tuple[Ruling, ...] = ()
    """Every one about it, those taken back included, oldest first."""
    related: tuple[Related, ...] = ()
    """Other tools' flaws that are probably the same problem."""

    @property
    def survivor(self) -> str:
        """The UUID of the flaw that it is by a standing merge; "" where it is its own."""
        mine = [r for r in self.rulings if r.other == self.flaw.id and r.undone_at is None]
        return mine[-1].flaw if mine else ""


class KnownFlaw(msgspec.Struct, frozen=True, gc=False):
    """What the matcher looks at of a flaw."""

    no: FlawNo
    """-1 for one that this run discovered."""
    id: str
    aliases: tuple[str, ...]
    """Without those that it is barred from."""
    features: Features
    family: str = ""
    barred: tuple[str, ...] = ()
    """What a standing split says it is not."""
    decided: bool = False
    """A decision about it was made and not taken back."""


class Effects(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What applying a plan writes to the ledger before the first request. Numbers index `scans`."""

    scans: tuple[AppliedScan, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    """Newly minted."""
    features: dict[str, Features] = {}
    """Flaw → features, where they changed."""
    aliases: tuple[tuple[str, str, str], ...] = ()
    """(flaw, alias, stage of the match that brought it); only new ones."""
    results: tuple[tuple[int, str, str], ...] = ()
    """(scan, result digest as hex, flaw) not known before; flaw "" where the result is no flaw."""
    stale: tuple[tuple[int, str], ...] = ()
    """(scan, result digest as hex) known before and not in this scan."""
    seen: tuple[tuple[int, str], ...] = ()
    """(scan, flaw): first sighting in this scope, or back after absences."""
    missed: tuple[tuple[int, str], ...] = ()
    """(scan, flaw): one more absence."""
    decided: dict[str, Decision | None] = {}
    """Flaw → decision that came with the reports (suppressed in the source); None lifts it."""
    settled: tuple[str, ...] = ()
    """Flaws that need no look until a fact about them changes."""
    unsettled: tuple[str, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    """What correlation found out about identity."""
    relations: tuple[tuple[str, str, str, str | None], ...] = ()
    """(flaw, flaw of another tool, why they are probably one problem, since when their tickets are tied);
    the lesser UUID first."""


def digest_of(record: FlawRecord) -> str:
    """The flaw's state as a precondition: sightings, decision and tickets; 32 hexadecimal digits."""
    facts = (
        sorted((str(s.scope), s.absences > 0) for s in record.sightings),
        record.decision,
        [(t.tracker, t.id, t.state, t.closed) for t in record.tickets],
        record.flaw.baseline,
        *(r.id for r in record.rulings if r.undone_at is None),
    )
    return hashlib.blake2b(msgspec.json.encode(facts), digest_size=16).hexdigest()
