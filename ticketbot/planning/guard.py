"""Hold back surprising work: mass closes, and floods of new tickets. Only the kind that tripped is held.

Never refuses quietly: every held change says the numbers and the ways out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from ticketbot.model.flaw import Scope
from ticketbot.planning.changes import AnyChange, Close, Create
from ticketbot.planning.settings import GuardLimits, TrackerSettings

PERCENT_ABOVE = 10
"""Up to this many closes the percentage is not looked at."""


class Permissions(msgspec.Struct, frozen=True, kw_only=True):
    """What the user allowed for this run."""

    first_import: bool = False
    max_creates: int | None = None
    accepted: frozenset[str] = frozenset()
    """Digests of held plans that a person has looked at."""


class Closing(msgspec.Struct, frozen=True):
    """For one scope: how many of its open tickets there are."""

    scope: Scope
    open_tickets: int


def hold(
    changes: Sequence[AnyChange],
    limits: GuardLimits,
    trackers: Mapping[str, TrackerSettings],
    closing: Mapping[str, Sequence[Closing]],
    permissions: Permissions,
) -> tuple[AnyChange, ...]:
    """The changes, those the guard holds back marked with the reason. They come worst first.

    `closing`: subject → the scopes that saw it, with their open tickets.
    """
    closes = [c for c in changes if isinstance(c, Close) and c.resolution == "fixed"]
    creates = [
        c
        for c in changes
        if isinstance(c, Create)
        and c.tracker is not None
        and (trackers[c.tracker].remote or permissions.max_creates is not None)
    ]
    held: dict[int, str] = {}
    held |= _too_many_closes(closes, limits, closing, permissions)
    held |= _too_many_creates(creates, limits, permissions)
    return tuple(
        msgspec.structs.replace(c, held=held[id(c)]) if id(c) in held else c for c in changes
    )


def _too_many_closes(
    closes: Sequence[Close],
    limits: GuardLimits,
    closing: Mapping[str, Sequence[Closing]],
    permissions: Permissions,
) -> dict[int, str]:
    reason = ""
    if len(closes) > limits.max_close:
        reason = (
            f"{len(closes)} tickets would be closed at once, "
            f"more than guard.max_close {limits.max_close}"
        )
    elif len(closes) > PERCENT_ABOVE:
        reason = _too_large_a_share(closes, limits, closing)
    digest = held_digest(closes)
    if not reason or digest in permissions.accepted:
        return {}
    way_out = f"if that is right, run again with --accept {digest}"
    return {id(c): f"{reason}; {way_out}" for c in closes}


def _too_large_a_share(
    closes: Sequence[Close], limits: GuardLimits, closing: Mapping[str, Sequence[Closing]]
) -> str:
    count: Counter[Scope] = Counter()
    total: dict[Scope, int] = {}
    for change in closes:
        for item in closing.get(change.subject, ()):
            count[item.scope] += 1
            total[item.scope] = item.open_tickets
    for scope, number in sorted(count.items()):
        if number > PERCENT_ABOVE and number * 100 > limits.max_close_percent * total[scope]:
            return (
                f"{number} of the {total[scope]} open tickets of {scope} would be closed at once, "
                f"more than guard.max_close_percent {limits.max_close_percent} %"
            )
    return ""


def _too_many_creates(
    creates: Sequence[Create], limits: GuardLimits, permissions: Permissions
) -> dict[int, str]:
    digest = held_digest(creates)
    if permissions.first_import or digest in permissions.accepted:
        return {}
    if permissions.max_creates is not None:
        rest = creates[permissions.max_creates :]
        reason = f"only the {permissions.max_creates} worst are made in this run (--max-creates)"
        return {id(c): f"{reason}; run again for the next ones" for c in rest}
    if len(creates) <= limits.max_create:
        return {}
    reason = (
        f"{len(creates)} tickets would be made at once, more than guard.max_create {limits.max_create}; "
        f"run again with --accept {digest}, with --first-import, or with --max-creates N for the worst N; "
        "or record them as known debt, without tickets, by `ticketbot baseline set`"
    )
    return {id(c): reason for c in creates}


def held_digest(changes: Sequence[AnyChange]) -> str:
    """What `--accept` names: the same held work has the same digest in every run."""
    facts = sorted((type(c).__name__, c.tracker or "", c.subject, c.flaws) for c in changes)
    return f"sha256:{hashlib.sha256(msgspec.json.encode(facts)).hexdigest()}"
