"""Findings → flaws: which are known, by which alias, and which are new and get their id here.

Scopes are taken one after the other, so that two shards that report one new flaw in one call mint it once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from ticketbot.identity.keys import mint
from ticketbot.identity.match import NO_RENAMES, Candidate, Known, birth, match
from ticketbot.identity.rules import stable_rule
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.finding import Alias, Finding
from ticketbot.model.flaw import NO_TRAITS, Flaw, Traits
from ticketbot.planning.state import FlawNo, KnownFlaw
from ticketbot.sync.others import Others, Weighed, alias_of, contradicting, only_telling
from ticketbot.sync.reading import Read, ScopeReading, flaw_features, read_features

Births = Callable[[str, Iterable[str]], Mapping[str, int]]
"""`births(target, aliases)`: how many flaws of the target ever held each alias."""


class Recognised(msgspec.Struct, frozen=True):
    """One flaw as one scope's scan shows it. `stage` is empty for a flaw that is new."""

    flaw_id: str
    reads: tuple[Read, ...]
    stage: str
    minted: Flaw | None = None

    @property
    def finding(self) -> Finding:
        """The one that stands for the flaw: an open one, the first in the report."""
        is_open = [read.finding for read in self.reads if read.finding.status == "open"]
        return (is_open or [self.reads[0].finding])[0]


class Taken(msgspec.Struct, frozen=True):
    """What one scope's scan shows."""

    flaws: list[Recognised]
    possible: frozenset[str] = frozenset()
    """Known flaws that were not found again, and may be one of those that seem new."""
    merged: tuple[tuple[str, str], ...] = ()
    """(survivor, other): known flaws that turned out to be one."""


class Pools:
    """The pools of one target: what one of them learns the others know."""

    def __init__(self, target: str, ledger: Ledger) -> None:
        self._target, self._ledger = target, ledger
        self._others = Others(target, ledger.holding)
        self._pools: dict[str, Pool] = {}

    def of(self, family: str) -> Pool:
        """That family's, the ledger's flaws in it."""
        if family not in self._pools:
            known = self._ledger.candidates(self._target, family, ())
            births = self._ledger.births
            self._pools[family] = Pool(self._target, family, known, births, self._others)
        return self._pools[family]


@dataclass
class Pool:
    """The flaws of one target and family, growing while scopes are taken in."""

    target: str
    family: str
    known: list[KnownFlaw]
    births: Births
    others: Others
    minted: Counter[str] = field(default_factory=Counter)

    def take(
        self,
        reading: ScopeReading,
        present: frozenset[FlawNo],
        now: str,
        renames: Mapping[str, str] = NO_RENAMES,
    ) -> Taken:
        """Recognise the findings of one scope, which had `present` before. Suppressed findings never
        make a new flaw."""
        reading.identify(k.features.operation for k in self.known if k.features.operation)
        if not reading.found:
            return Taken([])
        flaws = {flaw.id: flaw for flaw in self.known}
        for flaw in self.others.known(self.family, reading.found):
            flaws.setdefault(flaw.id, flaw)
        candidates = [_candidate(number, read) for number, read in enumerate(reading.found)]
        barred = contradicting(reading.found, flaws.values())
        weighed = Weighed(self.family, reading.found, flaws.values())
        known = [
            _known(k, self.family, reading.claimed, present, barred.get(k.id, ()), weighed)
            for k in flaws.values()
        ]
        known = _with_traits(known, flaws, reading.found)
        matching = match(only_telling(candidates, flaws.values()), known, renames)
        by_flaw: dict[str, tuple[list[int], str]] = {}
        for pair in matching.pairs:
            across = "another tool's " if flaws[pair.flaw].family != self.family else ""
            stage = f"{across}{pair.stage} {pair.recipe}"
            by_flaw.setdefault(pair.flaw, ([], stage))[0].append(pair.index)
        recognised = [
            Recognised(flaw_id, tuple(reading.found[i] for i in sorted(indexes)), stage)
            for flaw_id, (indexes, stage) in by_flaw.items()
        ]
        for item in recognised:
            self.others.met(flaws[item.flaw_id], item.reads)
        fresh = [tuple(reading.found[i] for i in sorted(group)) for group in matching.new]
        wanted = [reads for reads in fresh if any(r.finding.status == "open" for r in reads)]
        made = recognised + self._mint(wanted, reading, now)
        return Taken(made, matching.possible, matching.merged)

    def _mint(
        self, groups: list[tuple[Read, ...]], reading: ScopeReading, now: str
    ) -> list[Recognised]:
        born = [birth(alias for read in reads for alias in read.aliases) for reads in groups]
        held = self.births(self.target, {str(alias) for alias in born})
        result = []
        for reads, strongest in zip(groups, born, strict=True):
            n = held[str(strongest)] + self.minted[str(strongest)]
            self.minted[str(strongest)] += 1
            flaw = Flaw(
                id=mint(self.target, strongest, n),
                target=self.target,
                family=self.family,
                birth=str(strongest),
                n=n,
                first_seen=now,
                features=flaw_features(reads),
            )
            names = tuple(dict.fromkeys(str(a) for read in reads for a in read.aliases))
            known = KnownFlaw(FlawNo(-1), flaw.id, names, flaw.features, self.family)
            self.known.append(known)
            self.others.met(known, reads)
            result.append(Recognised(flaw.id, reads, "", flaw))
        return result


def _candidate(number: int, read: Read) -> Candidate:
    place = read.finding.locations[0] if read.finding.locations else None
    return Candidate(
        index=number,
        aliases=read.aliases,
        rule=read.identity.rule,
        path=place.path if place else None,
        line=place.line if place else None,
        traits=read.identity.traits,
    )


def _with_traits(
    known: Iterable[Known], flaws: Mapping[str, KnownFlaw], found: Sequence[Read]
) -> list[Known]:
    """Earlier versions kept no traits: what has the flaw's text on the flaw's line, or without text its very
    place, has them, each its own. The line of a flaw that only a marker tells may be an old one."""
    known = list(known)
    if all(k.traits != NO_TRAITS or not k.line for k in known):
        return known
    told: dict[tuple[str, int | None], dict[Traits, None]] = {}
    for read in reversed(found):
        line = read_features(read).line
        for alias in read.aliases:
            if alias.recipe in _THERE:
                told.setdefault((str(alias), line), {})[read.identity.traits] = None
    for at, k in enumerate(known):
        if k.traits == NO_TRAITS and k.line:
            places = ((name, k.line) for name in flaws[k.id].aliases)
            left = next((told[place] for place in places if told.get(place)), None)
            if left:
                known[at] = msgspec.structs.replace(k, traits=left.popitem()[0])
    return known


_THERE = frozenset({"line/1", "loc/1"})


def _known(
    flaw: KnownFlaw,
    family: str,
    claimed: set[FlawNo],
    present: frozenset[FlawNo],
    barred: Iterable[Alias],
    weighed: Weighed,
) -> Known:
    """Of two look-alikes the one that is there is preferred to the one that went. Another tool's rules and
    places say nothing here."""
    features, ours = flaw.features, flaw.family in ("", family)
    return Known(
        id=flaw.id,
        aliases=weighed.aliases(flaw),
        rule=stable_rule(family, features.rule) if ours else "",
        path=features.path if ours else None,
        line=features.line if ours else None,
        traits=features.traits if ours else NO_TRAITS,
        rank=0 if flaw.no in present else 1,
        claimed=flaw.no in claimed,
        settled=flaw.decided,
        barred=(*map(alias_of, flaw.barred), *barred),
    )
