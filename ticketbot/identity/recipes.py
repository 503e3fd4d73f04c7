"""Findings → aliases: the versioned recipes of identity, strongest first.

Every alias has the tool's family among its ingredients, so that no two tools ever mint one flaw.
Never an ingredient: the tool's version, severity, confidence, rank, and (but for `loc`) line
numbers and messages. A recipe's value for any input never changes; another value needs another
version beside it (`line/2`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from ticketbot.identity.digest import digest, same_line, same_message, same_path
from ticketbot.identity.producers import producer_fingerprints
from ticketbot.identity.rules import stable_rule
from ticketbot.identity.templates import operation_path, path_template
from ticketbot.model.finding import Alias, Finding, Location, Request, Scan
from ticketbot.readers.vocabulary import image_repository, versionless, vulnerability_ids


class SourceLines(Protocol):
    """The checkout, where there is one. Text that has passed `Redactor.hashed`."""

    def line(self, path: str, number: int) -> str | None:
        """Line `number` (from 1) of a file, or None where there is no such line."""


class Ingredients(msgspec.Struct, frozen=True, gc=False):
    """What every recipe starts from."""

    finding: Finding
    family: str
    rule: str
    place: Location
    path: str
    lines: SourceLines | None


Recipe = Callable[[Ingredients], Iterator[str]]

_NOWHERE = Location()
_NO_GUID = re.compile(r"[0-]*\Z")
_INDEX = re.compile(r"\[\d+\]|(?<=[/.])\d+(?=[/.]|\Z)")


def aliases(finding: Finding, scan: Scan, lines: SourceLines | None = None) -> tuple[Alias, ...]:
    """Every fingerprint of a finding, the strongest first, at least one. `lines` serves reports
    without text."""
    place = finding.locations[0] if finding.locations else _NOWHERE
    rule = stable_rule(scan.family, finding.rule)
    given = Ingredients(finding, scan.family, rule, place, same_path(place.path), lines)
    found = {
        Alias(name, value): None for name in _chain(given) for value in RECIPES[name].values(given)
    }
    return tuple(found)


def _chain(given: Ingredients) -> tuple[str, ...]:
    """Which recipes apply, the strongest first. A secret with a keyed digest keeps the aliases it has
    without: the day a key is configured, its ticket is found by them."""
    rest = _unkeyed_chain(given)
    if given.finding.secret is not None and given.finding.secret.digests:
        return (rest[0], "secret/1", *rest[1:])
    return rest


def _unkeyed_chain(given: Ingredients) -> tuple[str, ...]:
    """By what the finding carries, the more telling first."""
    finding, place, request = given.finding, given.place, given.finding.request
    if finding.kind in ("dependency", "container") and (
        finding.component or finding.vulnerabilities
    ):
        return ("corr/1", "dep/1", "prod/1")
    attacked = finding.systemic or (request is not None and (request.template or request.url))
    if attacked and (finding.kind not in ("code", "secret") or place.line is None):
        return ("corr/1", "api/1", "prod/1")
    if finding.resource:
        return ("corr/1", "res/1", "prod/1")
    if _text(place.line_text):
        return ("corr/1", "prod/1", "sline/1", "line/1")
    if place.line is None:
        return ("corr/1", "prod/1", "place/1")
    # Its text from the checkout, if any; and its number, as a machine without the checkout will see it.
    return ("corr/1", "prod/1", "sline/1", "line/1", "loc/1", "place/1")


def _text(text: str | None) -> str:
    return same_line(text) if text else ""


def _line(given: Ingredients) -> str:
    text = _text(given.place.line_text)
    if not text and given.lines is not None and given.place.path and given.place.line is not None:
        text = _text(given.lines.line(given.place.path, given.place.line))
    return text


def _correlation(given: Ingredients) -> Iterator[str]:
    for key, value in given.finding.fingerprints:
        if key == "correlationGuid" and not _NO_GUID.match(value):
            yield digest("corr/1", given.family, value.strip("{} ").lower())


def _producer(given: Ingredients) -> Iterator[str]:
    for key, value in producer_fingerprints(given.family, given.finding.fingerprints):
        yield digest("prod/1", given.family, given.rule, given.path, key, value)


def _secret(given: Ingredients) -> Iterator[str]:
    if given.finding.secret is not None:
        for key_id, value in given.finding.secret.digests:
            yield digest("secret/1", given.family, key_id, value)


def _dependency(given: Ingredients) -> Iterator[str]:
    finding, component = given.finding, given.finding.component
    package, where = "", given.path
    if component is not None:
        package = (component.purl and versionless(component.purl)) or component.name or ""
        where = same_path(component.manifest) or given.path
        if finding.kind == "container":
            where = image_repository(component.image or given.path)
    for identifier in _own_ids(finding) or (given.rule,):
        yield digest("dep/1", given.family, package, identifier, where)


def _own_ids(finding: Finding) -> tuple[str, ...]:
    """The ids that name this flaw alone: a finding of several CVEs goes by its rule's id, else
    the first."""
    named = vulnerability_ids([finding.rule])
    ids = tuple(dict.fromkeys((*finding.vulnerabilities, *named)))
    if sum(i.startswith("CVE-") for i in ids) > 1:
        return (named or ids)[:1]
    return ids


def _operation(given: Ingredients) -> Iterator[str]:
    finding, request = given.finding, given.finding.request
    parts: tuple[str, ...] = ()
    if not finding.systemic and request is not None:
        parts = ((request.method or "").upper(), request_path(request), request_parameter(request))
    yield digest("api/1", given.family, given.rule, *parts, finding.discriminator)


def request_path(request: Request) -> str:
    """The path of a request's operation, without host: the tool's template, else what the URL's
    path tells."""
    if request.template:
        return operation_path(_path_of(request.template.rpartition(" ")[2]))
    return path_template(_path_of(request.url or ""))


def _path_of(url: str) -> str:
    if "://" not in url:
        return url
    try:
        return urlsplit(url).path
    except ValueError:
        return "/" + url.partition("://")[2].partition("/")[2]


def request_parameter(request: Request) -> str:
    """`query:id`, `header:x-user`, `body:/items/*/price`; empty where the request as a whole is
    meant."""
    if not request.parameter:
        return ""
    where = (request.parameter_in or "").lower()
    name = _INDEX.sub("*", request.parameter)
    return f"{where}:{name.lower() if where in ('header', 'cookie') else name}"


def _resource(given: Ingredients) -> Iterator[str]:
    yield digest("res/1", given.family, given.rule, given.path, given.finding.resource)


def _scoped_line(given: Ingredients) -> Iterator[str]:
    text = _line(given)
    if given.place.logical and text:
        yield digest("sline/1", given.family, given.rule, given.path, given.place.logical, text)


def _plain_line(given: Ingredients) -> Iterator[str]:
    text = _line(given)
    if text:
        yield digest("line/1", given.family, given.rule, given.path, text)


def _position(given: Ingredients) -> Iterator[str]:
    at = (str(given.place.line or ""), str(given.place.column or ""))
    message = same_message(given.finding.message or given.finding.title)
    yield digest("loc/1", given.family, given.rule, given.path, *at, message)


def _place(given: Ingredients) -> Iterator[str]:
    message = same_message(given.finding.message or given.finding.title)
    yield digest("place/1", given.family, given.rule, given.path, given.place.logical, message)


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
    "corr/1": Strength(_correlation, identifying=True),
    "secret/1": Strength(_secret, identifying=True),
    "dep/1": Strength(_dependency, identifying=True),
    "api/1": Strength(_operation, identifying=True),
    "res/1": Strength(_resource, identifying=True),
    "prod/1": Strength(_producer, gated=True),
    "sline/1": Strength(_scoped_line),
    "line/1": Strength(_plain_line),
    "loc/1": Strength(_position, weak=True),
    "place/1": Strength(_place, weak=True),
}
"""All recipes, the strongest first."""
STRENGTH: dict[str, int] = {name: rank for rank, name in enumerate(RECIPES)}
"""Recipe → its place in that order, 0 the strongest."""
