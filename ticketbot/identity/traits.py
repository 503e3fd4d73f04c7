"""A finding → its traits: what tells it from its look-alikes when aliases do not. For the matcher alone.

No trait ever is an alias, so what is here may be refined from release to release: traits are compared
with those of the scan before, and replaced by those of the last.
"""

from __future__ import annotations

from ticketbot.identity.code import line_of
from ticketbot.identity.digest import digest, same_message
from ticketbot.identity.ingredients import Ingredients
from ticketbot.model.flaw import Traits

_TEXT = 160


def traits_of(given: Ingredients) -> Traits:
    """From the report, and from the checkout where there is one."""
    place, finding = given.place, given.finding
    return Traits(
        column=place.column,
        message=digest("message", same_message(finding.message or finding.title))[:8],
        scope=place.logical,
        text=line_of(given)[:_TEXT],
    )
