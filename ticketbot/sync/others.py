"""Flaws that another tool has found, known by the aliases that tools share: the same vulnerability of the
same package, the same secret.

It only finds them; the matcher decides. Nothing else makes two tools' findings one flaw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from ticketbot.identity.match import Candidate
from ticketbot.identity.recipes import RECIPES, SHARED
from ticketbot.model.finding import Alias
from ticketbot.planning.state import KnownFlaw
from ticketbot.sync.reading import Read

Holding = Callable[[str, Iterable[str]], list[KnownFlaw]]
"""`holding(target, aliases)`: the target's flaws of any family that hold one of them."""


class Others:
    """What the ledger and the scopes before this one know of one target's flaws, by shared aliases."""

    def __init__(self, target: str, holding: Holding) -> None:
        self._target, self._holding = target, holding
        self._met: dict[str, dict[str, KnownFlaw]] = {}

    def met(self, flaw: KnownFlaw, reads: Sequence[Read]) -> None:
        """A scope of this run shows the flaw, perhaps with aliases that the ledger does not know yet."""
        gained = dict.fromkeys(str(alias) for read in reads for alias in read.aliases)
        told = tuple(dict.fromkeys((*flaw.aliases, *gained)))
        flaw = msgspec.structs.replace(flaw, aliases=told)
        for name in told:
            if alias_of(name).recipe in SHARED:
                self._met.setdefault(name, {})[flaw.id] = flaw

    def known(self, family: str, found: Sequence[Read]) -> list[KnownFlaw]:
        """The flaws of other families that share an alias with one of the findings."""
        wanted = {str(a) for read in found for a in read.aliases if a.recipe in SHARED}
        if not wanted:
            return []
        flaws = {flaw.id: flaw for flaw in self._holding(self._target, wanted)}
        for name in sorted(wanted):
            flaws |= self._met.get(name, {})
        return [flaw for _, flaw in sorted(flaws.items()) if flaw.family != family]


class _Said(NamedTuple):
    """The one CVE that a finding is about, and all it is known by."""

    cve: str
    aliases: tuple[Alias, ...]


def contradicting(
    found: Sequence[Read], flaws: Iterable[KnownFlaw]
) -> dict[str, tuple[Alias, ...]]:
    """Flaw → aliases of findings that it must not take: an advisory names two CVEs, and each is a flaw of
    its own."""
    by_alias: dict[str, list[_Said]] = {}
    for read in found:
        if cve := _only_cve(read.finding.vulnerabilities):
            for alias in read.aliases:
                by_alias.setdefault(str(alias), []).append(_Said(cve, read.aliases))
    barred: dict[str, tuple[Alias, ...]] = {}
    for flaw in flaws if by_alias else ():
        mine, held = _only_cve(flaw.features.vulnerabilities), set(flaw.aliases)
        others = (said for name in flaw.aliases for said in by_alias.get(name, ()))
        wrong = dict.fromkeys(
            alias
            for said in others
            if mine and said.cve != mine
            for alias in said.aliases
            if str(alias) not in held
        )
        if wrong:
            barred[flaw.id] = tuple(wrong)
    return barred


class Weighed:
    """Which aliases of known flaws tell something to the findings of one scan."""

    def __init__(self, family: str, found: Sequence[Read], flaws: Iterable[KnownFlaw]) -> None:
        self._family = family
        self._found = {str(alias) for read in found for alias in read.aliases}
        secrets = {name for name in self._found if name.startswith(_SECRET)}
        held = {name for flaw in flaws for name in flaw.aliases if name.startswith(_SECRET)}
        values = {read.finding.secret.values for read in found if read.finding.secret is not None}
        # one other secret in a place is another secret; that all are others means another key
        self._rekeyed = len(values) > 1 and bool(held) and not secrets & held

    def aliases(self, flaw: KnownFlaw) -> tuple[Alias, ...]:
        """All of this family's flaws; of another's what tools share. No digests of secrets where the key
        was changed without a time of both: then the place tells."""
        names: Iterable[str] = flaw.aliases
        if flaw.family not in ("", self._family):
            names = [n for n in names if n in self._found or alias_of(n).recipe in SHARED]
        if self._rekeyed:
            names = [name for name in names if not name.startswith(_SECRET)]
        return tuple(alias for name in names if (alias := alias_of(name)).recipe in RECIPES)


_SECRET = "secret/"


def only_telling(candidates: Sequence[Candidate], flaws: Iterable[KnownFlaw]) -> list[Candidate]:
    """Without `vuln/1` where both sides name the manifest or the image (`pkg/1`): then that tells."""
    placeless = {
        name
        for flaw in flaws
        if not any(name.startswith(_PLACED) for name in flaw.aliases)
        for name in flaw.aliases
        if name.startswith(_ANYWHERE)
    }
    return [_telling(candidate, placeless) for candidate in candidates]


_PLACED, _ANYWHERE = "pkg/", "vuln/"


def _telling(candidate: Candidate, placeless: set[str]) -> Candidate:
    if not any(alias.recipe.startswith(_PLACED) for alias in candidate.aliases):
        return candidate
    kept = tuple(
        alias
        for alias in candidate.aliases
        if not alias.recipe.startswith(_ANYWHERE) or str(alias) in placeless
    )
    return msgspec.structs.replace(candidate, aliases=kept)


def _only_cve(vulnerabilities: Sequence[str]) -> str:
    cves = [name for name in vulnerabilities if name.startswith("CVE-")]
    return cves[0] if len(cves) == 1 else ""


def alias_of(name: str) -> Alias:
    """`recipe:value` → the alias."""
    recipe, _, value = name.partition(":")
    return Alias(recipe, value)
