"""The flaws one run looks at, while it looks: what the ledger knew of each, and what this run saw of it.

From here come the members that planning decides about, and the effects that the ledger writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeGuard

import msgspec

from ticketbot.ledger.relations import Relation
from ticketbot.model.finding import Finding
from ticketbot.model.flaw import Decision, Features, Ruling, Scope, Sighting
from ticketbot.planning.coverage import Overlooked
from ticketbot.planning.state import AppliedScan, Effects, FlawNo, FlawRecord, digest_of
from ticketbot.planning.subjects import Member, position
from ticketbot.planning.together import of_one_mind
from ticketbot.sync.reading import flaw_features
from ticketbot.sync.recognise import Recognised
from ticketbot.sync.silence import Silence


@dataclass
class Entry:
    """One flaw. `before` is what the ledger knew; None for one that is new."""

    record: FlawRecord
    new: bool
    features: Features
    finding: Finding | None = None
    scan: AppliedScan | None = None
    gained: dict[str, str] = field(default_factory=dict)
    """New alias → the stage that brought it."""
    sightings: dict[Scope, Sighting] = field(default_factory=dict)
    ruled: tuple[Ruling, ...] = ()
    """What correlation said of it in this run."""
    decision: Decision | None = None
    suppressed: Decision | None = None
    """The suppression this run saw, and no open finding beside it."""
    seen_open: bool = False
    overlooked: str = ""
    """Why a scan of this run, which does not show it, says nothing about it."""
    lost: list[Scope] = field(default_factory=list)
    """Scopes that this run was the first not to show it in."""


class Working:
    """All entries of one run, by flaw id, and the ledger's effects as they add up."""

    def __init__(self, now: str) -> None:
        self.now = now
        self.entries: dict[str, Entry] = {}
        self.scans: list[AppliedScan] = []
        self.results: list[tuple[int, str, str]] = []
        self.stale: list[tuple[int, str]] = []
        self.seen: list[tuple[int, str]] = []
        self.missed: list[tuple[int, str]] = []
        self.rulings: list[Ruling] = []
        self.relations: list[Relation] = []

    def load(self, records: Iterable[FlawRecord]) -> None:
        """Take in what the ledger knows of some flaws; those already here stay as they are."""
        for record in records:
            if record.flaw.id not in self.entries:
                self.entries[record.flaw.id] = Entry(
                    record=record,
                    new=False,
                    features=record.flaw.features,
                    sightings={s.scope: s for s in record.sightings},
                    decision=record.decision,
                )

    def saw(self, index: int, scan: AppliedScan, item: Recognised) -> None:
        """A flaw that findings of this scan stand for."""
        entry = self.entries.get(item.flaw_id)
        if entry is None:
            if item.minted is None:
                raise KeyError(item.flaw_id)  # a bug: the caller loads what it matched
            record = FlawRecord(no=None, flaw=item.minted)
            entry = Entry(record=record, new=True, features=item.minted.features)
            self.entries[item.flaw_id] = entry
        held = set(entry.record.aliases)
        for read in item.reads:
            self.results.append((index, read.digest.hex(), item.flaw_id))
            for alias in map(str, read.aliases):
                if alias not in held:
                    entry.gained.setdefault(alias, item.stage)
        finding = item.finding
        if not _speaks(entry, scan.scope.family):
            entry.seen_open = entry.seen_open or finding.status == "open"
            entry.scan = entry.scan or scan
            self.present(index, scan, item.flaw_id)
            return
        if finding.status == "suppressed":
            entry.suppressed = entry.suppressed or _suppression(finding, self.now)
        else:
            entry.seen_open = True
        entry.finding, entry.scan = finding, scan
        entry.features = flaw_features(item.reads, entry.features)
        self.present(index, scan, item.flaw_id)

    def present(self, index: int, scan: AppliedScan, flaw_id: str) -> None:
        """The scope sees the flaw; written only where it did not before."""
        entry = self.entries[flaw_id]
        if entry.features.doubt is not None:
            entry.features = msgspec.structs.replace(entry.features, doubt=None)
        before = entry.sightings.get(scan.scope)
        if before is not None and before.absences == 0:
            return
        first = before.first_scan if before else scan.digest
        entry.sightings[scan.scope] = Sighting(scan.scope, first, scan.digest, 0)
        self.seen.append((index, flaw_id))

    def missed_by(self, index: int, scan: AppliedScan, flaw_id: str, silence: Silence) -> None:
        """A scan of the scope does not show the flaw: one more absence, unless it was not looked for."""
        entry = self.entries[flaw_id]
        worth = silence.of(flaw_id, entry.features)
        if isinstance(worth, Overlooked):
            entry.overlooked = entry.overlooked or worth.reason
            return
        if worth != entry.features.doubt:
            entry.features = msgspec.structs.replace(entry.features, doubt=worth)
        before = entry.sightings[scan.scope]
        entry.sightings[scan.scope] = msgspec.structs.replace(before, absences=before.absences + 1)
        if before.absences == 0:
            entry.lost.append(scan.scope)
        self.missed.append((index, flaw_id))

    def decide(self) -> dict[str, Decision | None]:
        """Suppressions in the source are decisions: made when they appear, lifted when they go."""
        decided: dict[str, Decision | None] = {}
        for flaw_id, entry in self.entries.items():
            from_code = entry.decision is not None and entry.decision.source == "code"
            weak = entry.decision is None or entry.decision.kind == "fixed"
            if entry.suppressed and not entry.seen_open and weak:
                entry.decision = decided[flaw_id] = entry.suppressed
            elif from_code and entry.seen_open:
                entry.decision = decided[flaw_id] = None
            elif _unplaced(entry.decision) and entry.scan is not None:
                # nobody knows any more what was scanned when it was closed: count from this scan on
                entry.decision = decided[flaw_id] = msgspec.structs.replace(
                    entry.decision, commit=position(entry.scan)
                )
        return decided

    def members(self) -> dict[str, Member]:
        """What planning decides about."""
        return of_one_mind({flaw_id: _member(entry) for flaw_id, entry in self.entries.items()})

    def rule(self, ruling: Ruling) -> None:
        """Correlation found out that two flaws are one."""
        self.rulings.append(ruling)
        for flaw_id in (ruling.flaw, ruling.other):
            self.entries[flaw_id].ruled += (ruling,)

    def records(self) -> dict[str, FlawRecord]:
        """What the ledger knew of each, and what was ruled in this run."""
        return {flaw_id: _ruled(entry) for flaw_id, entry in self.entries.items()}

    def effects(self, decided: dict[str, Decision | None]) -> Effects:
        """What the ledger has to write, settled flaws left out: planning names those."""
        known = [(i, e) for i, e in self.entries.items() if not e.new]
        return Effects(
            scans=tuple(self.scans),
            flaws=tuple(e.record.flaw for e in self.entries.values() if e.new),
            features={i: e.features for i, e in known if e.features != e.record.flaw.features},
            aliases=tuple(
                (flaw_id, alias, stage)
                for flaw_id, entry in self.entries.items()
                for alias, stage in entry.gained.items()
            ),
            results=tuple(self.results),
            stale=tuple(self.stale),
            seen=tuple(self.seen),
            missed=tuple(self.missed),
            decided=decided,
            rulings=tuple(self.rulings),
            relations=tuple(self.relations),
        )

    def numbers(self) -> set[FlawNo]:
        """The ledger's numbers of the flaws that are loaded."""
        return {e.record.no for e in self.entries.values() if e.record.no is not None}


def _member(entry: Entry) -> Member:
    sightings = tuple(entry.sightings[scope] for scope in sorted(entry.sightings))
    record = msgspec.structs.replace(_ruled(entry), sightings=sightings, decision=entry.decision)
    return Member(
        record=record,
        features=entry.features,
        finding=entry.finding,
        scan=entry.scan,
        overlooked=entry.overlooked,
        lost=tuple(entry.lost),
        aliases=tuple(dict.fromkeys((*entry.record.aliases, *entry.gained))),
        state="" if entry.new else digest_of(entry.record),
    )


def _ruled(entry: Entry) -> FlawRecord:
    rulings = (*entry.record.rulings, *entry.ruled)
    return msgspec.structs.replace(entry.record, rulings=rulings)


def _speaks(entry: Entry, family: str) -> bool:
    """Is a tool of this family the one that says what the flaw is? The first one is, as long as it sees
    it: two that word it differently would rewrite its ticket in turns."""
    first = entry.record.flaw.family
    sightings = entry.sightings.values()
    return family == first or not any(s.scope.family == first and not s.absences for s in sightings)


def _unplaced(decision: Decision | None) -> TypeGuard[Decision]:
    return decision is not None and decision.kind == "fixed" and decision.commit is None


def _suppression(finding: Finding, now: str) -> Decision:
    why = finding.suppression.justification if finding.suppression else None
    return Decision(kind="suppressed", made_at=now, source="code", reason=why)
