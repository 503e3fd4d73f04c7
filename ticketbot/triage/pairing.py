"""Tickets that are not ours × the flaws of the reports → which ticket stands for which flaw, and why the
others stand for none. Pure. A ticket is given to a flaw only when it can be no other's: one ticket, one flaw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from ticketbot.model.ticket import Ticket
from ticketbot.planning.assemble import id_order
from ticketbot.planning.gate import Item
from ticketbot.trackers.base import Text
from ticketbot.triage.names import Index
from ticketbot.triage.pattern import Clues, Pattern

Why = Literal["silent", "unknown", "ambiguous", "taken", "second", "duplicate"]
"""Nothing said; no such flaw; several; the flaw cannot have it; another ticket has it; closed as one."""

_NAMED = 3


class Pair(msgspec.Struct, frozen=True):
    """A ticket and the flaw it stands for. `evidence`: what says so."""

    ticket: Ticket
    item: Item
    evidence: str


class Left(msgspec.Struct, frozen=True):
    """A ticket that is left alone. `flaws`: those it names."""

    ticket: Ticket
    why: Why
    reason: str
    flaws: tuple[str, ...] = ()


class Pairing(msgspec.Struct, frozen=True):
    """Every ticket is in one of the two, in the order of their ids."""

    pairs: tuple[Pair, ...] = ()
    left: tuple[Left, ...] = ()


def pair(
    texts: Iterable[Text],
    items: Sequence[Item],
    pattern: Pattern,
    taken: Callable[[Item, Ticket], str],
) -> Pairing:
    """`taken`: why the flaw cannot have this ticket; "" where it can."""
    index, known = Index(items, pattern.kinds), {item.flaw: item for item in items}
    pairs: dict[str, Pair] = {}
    left: list[Left] = []
    for text in sorted(texts, key=lambda text: _precedence(text.ticket)):
        made = _weighed(text, index, known, pattern)
        if isinstance(made, Pair):
            made = _refused(made, pairs, taken) or made
        if isinstance(made, Left):
            left.append(made)
        else:
            pairs[made.item.flaw] = made
    return Pairing(
        tuple(sorted(pairs.values(), key=lambda pair: id_order(pair.ticket.id))),
        tuple(sorted(left, key=lambda each: id_order(each.ticket.id))),
    )


def _precedence(ticket: Ticket) -> tuple[bool, int, str]:
    """The open ticket with the lowest id first; of closed ones the newest: it has the last word."""
    number, text = id_order(ticket.id)
    return ticket.state != "open", number if ticket.state == "open" else -number, text


def _weighed(text: Text, index: Index, known: Mapping[str, Item], pattern: Pattern) -> Pair | Left:
    """What the ticket's words alone say."""
    ticket, clues = text.ticket, pattern.clues(text)
    if not clues.found:
        return Left(ticket, "silent", "the pattern matches neither its title nor its text")
    held = [(clue, index.flaws(clue.names)) for clue in clues.found]
    flaws = sorted(set().union(*(each for _, each in held)))
    said = _said(clues)
    if not flaws:
        return Left(ticket, "unknown", f"no flaw in the reports has {said}")
    if len(flaws) > 1:
        named = "; ".join(sorted(described(known[flaw]) for flaw in flaws)[:_NAMED])
        more = f" and {len(flaws) - _NAMED} more" if len(flaws) > _NAMED else ""
        reason = f"{len(flaws)} flaws have {said}: {named}{more}"
        return Left(ticket, "ambiguous", reason, tuple(flaws))
    lost = [str(clue) for clue, each in held if not each]
    if lost:
        reason = f"it is about more than one flaw: none in the reports has {lost[0]}"
        return Left(ticket, "ambiguous", reason, tuple(flaws))
    return Pair(ticket, known[flaws[0]], said)


def _refused(
    made: Pair, pairs: Mapping[str, Pair], taken: Callable[[Item, Ticket], str]
) -> Left | None:
    """What else is known: of the flaw, and of the tickets that were there first."""
    flaws = (made.item.flaw,)
    if reason := taken(made.item, made.ticket):
        return Left(made.ticket, "taken", reason, flaws)
    if made.ticket.resolution == "duplicate":
        reason = "it was closed as a duplicate: the other ticket counts"
        return Left(made.ticket, "duplicate", reason, flaws)
    if first := pairs.get(made.item.flaw):
        return Left(made.ticket, "second", f"{first.ticket.key} is for the same flaw", flaws)
    return None


def _said(clues: Clues) -> str:
    return f"{' / '.join(map(str, clues.found[:_NAMED]))} ({clues.where})"


def described(item: Item) -> str:
    """A flaw in a few words: what it is, and where."""
    features = item.features
    line = f":{features.line}" if features.line else ""
    place = f"{features.path}{line}" if features.path else ""
    where = features.operation or features.component or place or features.resource
    return (
        f"{features.title} ({where})" if where and where not in features.title else features.title
    )
