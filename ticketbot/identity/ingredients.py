"""What every recipe starts from: the finding, its rule and place made comparable, and the grounds beside
the report. Values only; nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import msgspec

from ticketbot.identity.digest import same_path
from ticketbot.identity.registered import NO_APIS, Registered
from ticketbot.identity.rules import stable_rule
from ticketbot.model.finding import Finding, Location, Request, Scan


class Sources(Protocol):
    """The checkout that was scanned, where there is one. All text has passed `Redactor.hashed`, line by
    line; what redaction removed is collapsed to one symbol."""

    def line(self, path: str, number: int) -> str | None:
        """Line `number` (from 1) of a file, or None where there is no such line."""

    def lines(self, path: str) -> Sequence[str]:
        """All lines of a file; empty where there is no such file, or it is too large, or binary."""


class Operation(msgspec.Struct, frozen=True, gc=False):
    """The operation that a request is one of."""

    method: str
    """In capitals; empty where the report does not say."""
    path: str
    """Placeholders as `{}`, and as `{any}` where siblings told that there is one."""
    told_by: str
    """`the tool`, the name of a description's file, `typed segments`, `siblings`, or `the path alone`."""
    structural: str = ""
    """`action=delete`: parameters of the query that the configuration calls structural."""
    confirmed: bool = False
    """A description or siblings tell it, or say the same as what told it."""
    formerly: tuple[str, ...] = ()
    """Other paths by which known flaws of this operation went until now: their `api/1`."""


class Apis(Protocol):
    """The operations of the target's APIs, as far as descriptions and history tell them."""

    def operation(self, request: Request) -> Operation | None:
        """The operation of a request; None where it has no path."""


class Grounds(msgspec.Struct, frozen=True):
    """What identity may look at besides the report."""

    sources: Sources | None = None
    registered: Registered = NO_APIS
    apis: Apis | None = None
    """Made of `registered` and of all requests of a scan (`identity.apis`), where these are at hand."""


NOTHING = Grounds()

_NOWHERE = Location()


class Ingredients(msgspec.Struct, frozen=True, gc=False):
    """One finding, ready for the recipes."""

    finding: Finding
    family: str
    rule: str
    """Its lasting part (`identity.rules`)."""
    place: Location
    """The first location."""
    path: str
    grounds: Grounds


Recipe = Callable[[Ingredients], Iterator[str]]
"""Gives the values of one recipe for one finding, strongest first; none where it does not apply."""


def ingredients(finding: Finding, scan: Scan, grounds: Grounds = NOTHING) -> Ingredients:
    """Looks nothing up yet."""
    place = finding.locations[0] if finding.locations else _NOWHERE
    rule = stable_rule(scan.family, finding.rule)
    return Ingredients(finding, scan.family, rule, place, same_path(place.path), grounds)
