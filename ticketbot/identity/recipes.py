"""Findings → aliases: the versioned recipes of identity, strongest first.

Every alias has the tool's family among its ingredients, so that no two tools ever mint one flaw; but for
those in `SHARED`, by which two tools' findings are known to be one.
Never an ingredient: the tool's version, severity, confidence, rank, and (but for `loc`) line
numbers and messages. A recipe's value for any input never changes; another value needs another
version beside it (`line/2`).

No recipe: the lines around a place, the function that only the checkout shows, and GitHub's line hash. Each
edit nearby would give the ledger another value to keep forever, a machine without the checkout could not
tell them, and a flaw born of one would get another UUID there. They are traits, compared with the last scan
alone (`identity.traits`), and the hash goes out with the SARIF we write (`identity.line_hash`).
"""

from __future__ import annotations

import msgspec

from ticketbot.identity import code, operations, things
from ticketbot.identity.ingredients import NOTHING, Grounds, Ingredients, Recipe, ingredients
from ticketbot.model.finding import Alias, Finding, Scan


class Strength(msgspec.Struct, frozen=True):
    """`identifying`: one value is one flaw, however often it is found. Else equal values are a
    group of look-alikes, told apart by their order. `gated`: tells nothing unless unique in both
    scans."""

    values: Recipe
    identifying: bool = False
    gated: bool = False
    weak: bool = False
    """Tells nothing between two findings whose lines of text are known and differ."""


RECIPES: dict[str, Strength] = {
    "corr/1": Strength(things.correlation, gated=True),
    "secret/1": Strength(things.secret, identifying=True),
    "secret/2": Strength(things.same_secret, identifying=True),
    "dep/1": Strength(things.dependency, identifying=True),
    "pkg/1": Strength(things.same_package, identifying=True),
    "vuln/1": Strength(things.same_vulnerability, gated=True),
    "api/2": Strength(operations.known_operation, identifying=True),
    "api/1": Strength(operations.operation, identifying=True),
    "res/1": Strength(things.resource, identifying=True),
    "prod/1": Strength(code.producer, gated=True),
    "sline/1": Strength(code.scoped_line),
    "line/1": Strength(code.plain_line),
    "loc/1": Strength(code.position, weak=True),
    "place/1": Strength(code.bare_place, weak=True),
}
"""All recipes, the strongest first."""
SHARED = frozenset({"secret/2", "pkg/1", "vuln/1"})
"""Recipes without the tool's family. None is ever the strongest of a finding: no flaw is born of one."""
STRENGTH: dict[str, int] = {name: rank for rank, name in enumerate(RECIPES)}
"""Recipe → its place in that order, 0 the strongest."""


def aliases(finding: Finding, scan: Scan, grounds: Grounds = NOTHING) -> tuple[Alias, ...]:
    """Every fingerprint of a finding, the strongest first, at least one."""
    return aliases_of(ingredients(finding, scan, grounds))


def aliases_of(given: Ingredients) -> tuple[Alias, ...]:
    """The same, of ingredients that are at hand."""
    found = {
        Alias(name, value): None for name in _chain(given) for value in RECIPES[name].values(given)
    }
    return tuple(found)


def _chain(given: Ingredients) -> tuple[str, ...]:
    """Which recipes apply, the strongest first. A secret with a keyed digest keeps the aliases it has
    without: the day a key is configured, its ticket is found by them."""
    rest = _unkeyed_chain(given)
    if given.finding.secret is not None and given.finding.secret.digests:
        return (rest[0], "secret/1", "secret/2", *rest[1:])
    return rest


def _unkeyed_chain(given: Ingredients) -> tuple[str, ...]:
    """By what the finding carries, the more telling first."""
    finding, place, request = given.finding, given.place, given.finding.request
    if finding.kind in ("dependency", "container") and (
        finding.component or finding.vulnerabilities
    ):
        return ("corr/1", "dep/1", "pkg/1", "vuln/1", "prod/1")
    attacked = finding.systemic or (request is not None and (request.template or request.url))
    if attacked and (finding.kind not in ("code", "secret") or place.line is None):
        return ("corr/1", "api/2", "api/1", "prod/1")
    if finding.resource:
        return ("corr/1", "res/1", "prod/1")
    if code.has_text(given):
        return ("corr/1", "prod/1", "sline/1", "line/1")
    if place.line is None:
        return ("corr/1", "prod/1", "place/1")
    # Its text from the checkout, if any; and its number, as a machine without the checkout will see it.
    return ("corr/1", "prod/1", "sline/1", "line/1", "loc/1", "place/1")
