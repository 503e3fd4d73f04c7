"""A finding → its traits: what tells it from its look-alikes when aliases do not. For the matcher alone.

No trait ever is an alias, so what is here may be refined from release to release: traits are compared
with those of the scan before, and replaced by those of the last. That is why the lines around a place
and the function that the checkout shows around it are traits: as aliases they would change with every
edit nearby, and the ledger would keep each value forever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from ticketbot.identity.code import source_lines, true_line
from ticketbot.identity.digest import digest, same_line, same_message
from ticketbot.identity.ingredients import Ingredients
from ticketbot.identity.scopes import scope_at
from ticketbot.model.flaw import Traits

_TEXT = 160
_NEIGHBOURS = 3
_WINDOW = 12
"""Lines above and below that are looked at for neighbours that say something."""


def traits_of(given: Ingredients) -> Traits:
    """From the report, and from the checkout where there is one and it shows what the report saw."""
    place, finding = given.place, given.finding
    lines, at = source_lines(given), (place.line or 1) - 1
    before, after = around(lines, at)
    return Traits(
        column=place.column,
        end_line=place.end_line,
        end_column=place.end_column,
        message=digest("message", same_message(finding.message or finding.title))[:8],
        scope=place.logical or scope_at(lines, place.path or "", at + 1),
        text=true_line(given)[:_TEXT],
        before=before or _marks(place.before),
        after=after or _marks(place.after),
    )


def around(lines: Sequence[str], at: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands before and after the line at index `at`, as traits have it."""
    return _marks(lines[max(0, at - _WINDOW) : at][::-1]), _marks(lines[at + 1 : at + 1 + _WINDOW])


def _marks(lines: Iterable[str]) -> tuple[str, ...]:
    """Of the first lines that say something: a lone bracket stands anywhere."""
    found: list[str] = []
    for line in lines:
        if mark := _mark(line):
            found.append(mark)
            if len(found) == _NEIGHBOURS:
                break
    return tuple(found)


@lru_cache(maxsize=1 << 15)
def _mark(line: str) -> str:
    text = same_line(line)
    return digest("near", text)[:8] if any(map(str.isalnum, text)) else ""
