"""How much two findings of one rule have in common besides their text: the lines around them, the
function, the column, the width, what the tool said. In the units of `align`; below zero, they differ.
"""

from __future__ import annotations

from ticketbot.identity.board import Item
from ticketbot.model.flaw import Traits

BASE = {"sline/1": 90, "line/1": 80, "text": 80, "rule": 20}
"""What it is worth alone: equal text in one function, equal text, or, where no text is known, the rule."""

_NEIGHBOUR = (20, 12, 6)
"""What an equal neighbouring line is worth, the nearest first."""
_STRANGE = -15
_SCOPE = 20
_COLUMN = 20
_WIDTH = 20
_OTHER = -10
_OTHER_WIDTH = -10
_REWORDED = -20


def likeness(old: Item, new: Item) -> int:
    """What the traits say for (or against) the two being one. What one side does not know says
    nothing."""
    a, b = old.traits, new.traits
    told = _around(a.before, b.before) + _around(a.after, b.after)
    if a.scope and b.scope:
        told += _SCOPE if a.scope == b.scope else -_SCOPE
    if a.column and b.column:
        told += _COLUMN if a.column == b.column else _OTHER
    wide, other = width(old), width(new)
    if wide is not None and other is not None:
        told += _WIDTH if wide == other else _OTHER_WIDTH
    if a.message and b.message and a.message != b.message:
        told += _REWORDED
    return told


def differ(old: Item, new: Item) -> bool:
    """Must the line have changed between them, by all that is known besides its text? Of what goes over
    several lines the width is that of the last."""
    a, b = old.traits, new.traits
    if a.column and b.column and a.column != b.column:
        return True
    wide, other = width(old), width(new)
    return wide is not None and other is not None and wide != other and not (wide[0] or other[0])


def context(traits: Traits) -> int:
    """How many neighbouring lines are known."""
    return len(traits.before) + len(traits.after)


def width(item: Item) -> tuple[int, int] | None:
    """(lines, columns) from its start to its end, where the report tells the end; for the columns of a
    finding of several lines only the end counts."""
    traits = item.traits
    if traits.end_column is None or traits.column is None or item.line is None:
        return None
    lines = (traits.end_line or item.line) - item.line
    return lines, traits.end_column - (0 if lines else traits.column)


def _around(old: tuple[str, ...], new: tuple[str, ...]) -> int:
    if not old or not new:
        return 0
    told = sum(worth for worth, a, b in zip(_NEIGHBOUR, old, new, strict=False) if a == b)
    return told or (_NEIGHBOUR[1] if set(old) & set(new) else _STRANGE)
