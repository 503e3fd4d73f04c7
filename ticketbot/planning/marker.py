"""A subject → marker v1, what its ticket carries so that the ledger can be rebuilt from it."""

from __future__ import annotations

from ticketbot.model.ticket import MarkedFlaw, Marker, Resolution
from ticketbot.planning.subjects import Member, Subject


def marker_of(
    subject: Subject,
    *,
    draft: str,
    closed: Resolution | None = None,
    asked: bool = False,
) -> Marker:
    """The marker as it should be after the change that writes it. `draft` is the draft hash."""
    return Marker(
        written=subject.row.written if subject.row else {},
        asked=asked,
        subject=subject.id,
        group=subject.group,
        draft=draft,
        closed=closed,
        flaws=tuple(_marked(member) for member in subject.members),
    )


def _marked(member: Member) -> MarkedFlaw:
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
        decision=member.record.decision,
    )
