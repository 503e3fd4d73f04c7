"""What a person says about identity, as rulings: two flaws are one (merge), a match was wrong (split), or a
ruling is taken back. Reads the ledger; what follows in trackers is said in `ruling`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ticketbot.errors import UsageError
from ticketbot.ledger import story
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.flaw import Ruling

_OURS = frozenset({"birth", "new", "", "marker", "split off"})
"""Stages of aliases that no match has brought."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Rulings to write, or (with `undone_at`) to take back, and the flaws they are about."""

    rulings: tuple[Ruling, ...]

    @property
    def flaws(self) -> frozenset[str]:
        """Their UUIDs."""
        return frozenset(f for r in self.rulings for f in (r.flaw, r.other) if f)


def merge(
    ledger: Ledger, survivor: str, others: Sequence[str], *, by: str | None, reason: str, now: str
) -> Wanted:
    """`others` are the survivor from now on. References are UUIDs or tickets' keys. Raises UsageError."""
    into = flaw_called(ledger, survivor)
    rulings = []
    for reference in others:
        other = flaw_called(ledger, reference)
        if set(_chain(ledger, into)) & set(
            _chain(ledger, other)
        ):  # the other way round is a circle
            raise UsageError(
                f"{reference} and {survivor} are the same flaw already",
                hint="`ticketbot explain` shows what a ticket stands for; "
                "`ticketbot triage undo` takes back what was ruled.",
            )
        one, two = ledger.records_by_id([into, other])
        if one.flaw.target != two.flaw.target:
            raise UsageError(
                f"{reference} is a flaw of {two.flaw.target}, {survivor} one of {one.flaw.target}",
                hint="Flaws of two targets are two: each is fixed in its own place.",
            )
        rulings.append(
            Ruling(kind="merge", flaw=into, other=other, made_at=now, by=by, reason=reason)
        )
    return Wanted(rulings=tuple(rulings))


def _chain(ledger: Ledger, flaw: str) -> list[str]:
    """The flaw, and whatever it was ruled to be, one after the other."""
    chain = [flaw]
    while (found := ledger.records_by_id(chain[-1:])) and found[0].survivor not in ("", *chain):
        chain.append(found[0].survivor)
    return chain


def undo(
    ledger: Ledger, reference: str, match: Sequence[str], *, by: str | None, reason: str, now: str
) -> Wanted:
    """Takes a ruling back, or (of a flaw without a standing one, or with `match`) splits off what a wrong
    match brought. Raises UsageError."""
    named = [r for r in ledger.rulings_called(reference) if r.undone_at is None]
    if len(named) == 1 and not match:
        return Wanted(rulings=(msgspec.structs.replace(named[0], undone_at=now),))
    flaws = flaws_called(ledger, reference)
    standing = [r for r in ledger.rulings_about(flaws) if r.undone_at is None]
    if standing and not match:
        return Wanted(rulings=(msgspec.structs.replace(standing[-1], undone_at=now),))
    if len(flaws) != 1:
        raise UsageError(
            f"{reference} stands for {len(flaws)} flaws: which one's match was wrong?",
            hint="Name the flaw by its UUID; `ticketbot explain` lists them with their aliases.",
        )
    aliases = _brought(ledger, flaws[0], match)
    split = Ruling(kind="split", flaw=flaws[0], aliases=aliases, made_at=now, by=by, reason=reason)
    return Wanted(rulings=(split,))


def _brought(ledger: Ledger, flaw: str, match: Sequence[str]) -> tuple[str, ...]:
    """The aliases that one match has brought: the named ones with those that came with them, else those of
    the last match."""
    told = story.of_flaw(ledger, flaw).aliases
    groups: list[list[tuple[str, str]]] = []
    for alias, stage in told:
        same = groups and groups[-1][-1][1] == stage and stage not in _OURS
        groups.append([*groups.pop(), (alias, stage)] if same else [(alias, stage)])
    unknown = sorted(set(match) - {alias for alias, _ in told})
    if unknown:
        raise UsageError(
            f"the flaw {flaw} is not known by {unknown[0]}",
            hint="`ticketbot explain` lists its aliases, each with the match that brought it.",
        )
    if match:
        chosen = [g for g in groups if {alias for alias, _ in g} & set(match)]
    else:
        chosen = [g for g in groups if g[-1][1] not in _OURS][-1:]
    brought = tuple(alias for group in chosen for alias, _ in group)
    birth = ledger.records_by_id([flaw])[0].flaw.birth
    if not brought or birth in brought:
        raise UsageError(
            f"no match has brought anything to the flaw {flaw} that could be taken from it",
            hint="Name an alias with --match; `ticketbot explain` lists them. The one it was born with "
            "stays.",
        )
    return brought


def flaw_called(ledger: Ledger, reference: str) -> str:
    """The UUID of the one flaw of that name. Raises UsageError."""
    found = flaws_called(ledger, reference)
    if len(found) > 1:
        raise UsageError(
            f"{reference} stands for {len(found)} flaws",
            hint="Name the flaw by its UUID; `ticketbot explain` lists them.",
        )
    return found[0]


def flaws_called(ledger: Ledger, reference: str) -> list[str]:
    """The flaws that a UUID, its beginning or a ticket's key stands for. Raises UsageError."""
    ids = story.flaw_ids(ledger, reference) if len(reference) >= 4 else []
    rows = [] if ids else story.tickets_called(ledger, reference)
    if rows:
        own = [flaw for row in rows for flaw in row.flaws if flaw == row.subject]
        every = list(dict.fromkeys(flaw for row in rows for flaw in row.flaws))
        return own[-1:] if own else every
    if not ids:
        raise UsageError(
            f"{reference}: the ledger knows no ticket, no flaw and no ruling of that name",
            hint="A ticket's key (LOC-1), at least 4 characters of a flaw's UUID, or a ruling's id; "
            "`ticketbot explain` shows them.",
        )
    return ids
