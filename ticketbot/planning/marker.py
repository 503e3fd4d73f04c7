"""A subject → marker v1, what its ticket carries so that the ledger can be rebuilt from it."""

from __future__ import annotations

import msgspec

from ticketbot.model.ticket import MarkedFlaw, Marker, Resolution
from ticketbot.planning.subjects import Member, Subject


def marker_of(
    subject: Subject,
    *,
    draft: str,
    closed: Resolution | None = None,
    asked: bool = False,
    live: frozenset[str] = frozenset(),
    severity: str = "",
) -> Marker:
    """The marker as it should be after the change that writes it. `draft` is the draft hash; `live`: the
    flaws that somebody has to work on, whatever was decided about them before."""
    return Marker(
        written=subject.row.written if subject.row else {},
        asked=asked,
        subject=subject.id,
        group=subject.group,
        draft=draft,
        closed=closed,
        severity=severity or (subject.row.severity if subject.row else ""),
        flaws=tuple(_marked(member, live) for member in subject.members),
    )


def _marked(member: Member, live: frozenset[str]) -> MarkedFlaw:
    flaw = member.record.flaw
    return MarkedFlaw(
        id=flaw.id,
        target=flaw.target,
        family=flaw.family,
        birth=flaw.birth,
        n=flaw.n,
        first_seen=flaw.first_seen,
        aliases=member.aliases,
        features=member.features,
        sightings=tuple(sorted(member.record.sightings, key=lambda s: s.scope)),
        decision=None if flaw.id in live or member.borrowed else member.record.decision,
        rulings=tuple(msgspec.structs.replace(r, reason="") for r in member.record.rulings),
    )
