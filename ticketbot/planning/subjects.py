"""Subjects: what one ticket is about, a flaw or a group of flaws, with all that planning knows of it.

A flaw that has a ticket stays with it, whatever the routes say now; only flaws without one are routed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from ticketbot.model.finding import Finding
from ticketbot.model.flaw import Decision, Doubt, Features, Scope, Sighting
from ticketbot.model.ticket import Ticket
from ticketbot.planning.order import parse_time
from ticketbot.planning.routes import Routed
from ticketbot.planning.settings import Lifecycle
from ticketbot.planning.state import AppliedScan, FlawRecord, TicketRow

_DYNAMIC = frozenset({"web", "api"})
"""Kinds that are found by running the target: one absence proves less."""
_ONE_MORE = frozenset({"moved", "unlisted"})
_STILL_THERE = frozenset({"unchanged", "silenced"})
"""Kinds of doubt that one more scan decides, and those that only a person or the code can."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One flaw of a subject. `record.sightings` already count this run's scans."""

    record: FlawRecord
    features: Features
    finding: Finding | None = None
    """Only where this run built it."""
    scan: AppliedScan | None = None
    """The scan of this run that saw it."""
    overlooked: str = ""
    """Why a scan of this run, which does not show it, says nothing about it."""
    lost: tuple[Scope, ...] = ()
    """Scopes that this run was the first not to show it in."""
    borrowed: bool = False
    """The record's decision is about a flaw that it is one with, and no marker says it of this one."""
    aliases: tuple[str, ...] = ()
    """All of them, those that this run brought included; the strongest first."""
    state: str = ""
    """`state.digest_of` the record before this run; empty for a flaw that this run discovered."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What one ticket is about. `row` and `ticket` are None where it has none yet."""

    id: str
    tracker: str
    routed: Routed
    group: str | None = None
    members: tuple[Member, ...]
    row: TicketRow | None = None
    ticket: Ticket | None = None
    previous: TicketRow | None = None
    """A closed ticket that a new one would continue."""


def relevant(member: Member, policy: Lifecycle) -> tuple[Sighting, ...]:
    """The sightings whose absence counts: all, or those of the environments in `close_requires`."""
    if policy.close_requires:
        named = [s for s in member.record.sightings if s.scope.environment in policy.close_requires]
        if named:
            return tuple(named)
    return member.record.sightings


def present(member: Member, policy: Lifecycle) -> bool:
    """Does a scope that counts still see it?"""
    return any(s.absences == 0 for s in relevant(member, policy))


def gone(member: Member, policy: Lifecycle) -> bool:
    """Has every scope that counts lost it, often enough? What may only have moved, or whose file was left
    out, has to be lost once more."""
    dynamic = member.features.kind in _DYNAMIC
    needed = policy.close_after_dynamic if dynamic else policy.close_after
    doubt = member.features.doubt
    if doubt is not None and doubt.kind in _ONE_MORE:
        needed = max(needed, 2)
    seen_by = relevant(member, policy)
    return bool(seen_by) and all(s.absences >= needed for s in seen_by)


def remaining(member: Member) -> Doubt | None:
    """What says that the flaw, though nothing reports it, is in the code as it was."""
    doubt = member.features.doubt
    return doubt if doubt is not None and doubt.kind in _STILL_THERE else None


def binding(member: Member, now: datetime, policy: Lifecycle) -> Decision | None:
    """The decision that holds for the flaw now, if any."""
    decision = member.record.decision
    if decision is None:
        return None
    until = parse_time(decision.until)
    if until is not None and until <= now:
        return None
    if decision.kind == "fixed" and _seen_after(decision, member.scan, now, policy):
        return None
    return decision


def _seen_after(
    decision: Decision, scan: AppliedScan | None, now: datetime, policy: Lifecycle
) -> bool:
    """Was the flaw seen by a scan of a later commit, when the person had had time to ship the fix?"""
    if scan is None or decision.commit in (None, position(scan)):
        return False
    made = parse_time(decision.made_at)
    moment = parse_time(scan.ended or scan.started) or now
    return made is not None and moment >= made + timedelta(seconds=policy.reopen_grace)


def position(scan: AppliedScan) -> str:
    """What tells an earlier scan from a later one: its commit, or the scan itself."""
    return scan.commit or f"scan:{scan.digest}"


def scopes(subject: Subject) -> tuple[Scope, ...]:
    """Every scope that ever saw a member, sorted."""
    return tuple(sorted({s.scope for m in subject.members for s in m.record.sightings}))
