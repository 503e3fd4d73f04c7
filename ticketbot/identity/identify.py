"""A finding → who it is: its aliases, and the traits beside them. The one door into identity for all who
read reports.
"""

from __future__ import annotations

import msgspec

from ticketbot.identity.ingredients import NOTHING, Grounds, Operation, ingredients
from ticketbot.identity.operations import endpoint_of, operation_of
from ticketbot.identity.recipes import aliases_of
from ticketbot.identity.traits import traits_of
from ticketbot.model.finding import Alias, Finding, Scan
from ticketbot.model.flaw import Traits

GENERATION = 2
"""Raised with every release whose recipes or traits tell more. It is part of each result's digest
(`ReadOptions.salt`): results that did not change are looked at once more, and their flaws learn it."""


class Identity(msgspec.Struct, frozen=True, gc=False):
    """What matching needs of one finding, and the ledger keeps."""

    rule: str
    """Its lasting part."""
    aliases: tuple[Alias, ...]
    """The strongest first, at least one."""
    traits: Traits
    operation: Operation | None = None
    """Where a running program has it."""
    endpoint: str = ""
    """`GET /users/{}`: one of those at which a flaw of the whole target was seen."""


def identify(finding: Finding, scan: Scan, grounds: Grounds = NOTHING) -> Identity:
    """`grounds`: what may be looked at besides the report."""
    given = ingredients(finding, scan, grounds)
    return Identity(
        given.rule,
        aliases_of(given),
        traits_of(given),
        operation_of(given),
        endpoint_of(given),
    )
