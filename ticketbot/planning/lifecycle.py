"""What should happen to a subject's ticket, and why: the decision table of the product.

Looks at states, not at events, so that a run that was killed half way is continued by the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from ticketbot.model.flaw import Decision, Scope
from ticketbot.model.ticket import Resolution
from ticketbot.planning import wording
from ticketbot.planning.order import parse_time
from ticketbot.planning.settings import Lifecycle
from ticketbot.planning.state import TicketRow
from ticketbot.planning.subjects import (
    Member,
    Subject,
    binding,
    gone,
    present,
    relevant,
    remaining,
)

_RESOLUTIONS: dict[str, Resolution] = {
    "accepted": "accepted",
    "false_positive": "false_positive",
    "wont_fix": "wont_fix",
    "duplicate": "duplicate",
    "fixed": "fixed",
    "suppressed": "wont_fix",
}


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One decision. `quiet`: nothing happened that is worth a line."""

    action: Literal["create", "update", "comment", "close", "reopen", "leave"]
    reason: str
    comment: str = ""
    resolution: Resolution = "fixed"
    quiet: bool = False
    live: frozenset[str] = frozenset()
    """Flaws that somebody has to work on."""


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for all subjects of one run."""

    now: datetime
    policy: Lifecycle
    withheld: Mapping[Scope, str]
    """Scopes whose scan in this run must close nothing, and why."""


def decide(subject: Subject, by: Circumstances) -> Verdict:
    """The one place where it is decided what happens to a ticket."""
    live = tuple(
        m
        for m in subject.members
        if present(m, by.policy)
        and not binding(m, by.now, by.policy)
        and (subject.row or not m.record.flaw.baseline)
    )
    if subject.row is None:
        verdict = _without_ticket(subject, live)
    elif subject.row.state == "open":
        verdict = _open(subject, subject.row, live, by)
    else:
        verdict = _closed(subject, subject.row, live, by)
    return msgspec.structs.replace(verdict, live=frozenset(m.record.flaw.id for m in live))


def _without_ticket(subject: Subject, live: tuple[Member, ...]) -> Verdict:
    if not live:
        return _leave("nothing to work on")
    if subject.previous is not None:
        return Verdict(action="create", reason=wording.regressed(subject.previous))
    known = all(m.record.no is not None for m in live)
    return Verdict(action="create", reason="open without a ticket" if known else "new in this scan")


def _open(subject: Subject, row: TicketRow, live: tuple[Member, ...], by: Circumstances) -> Verdict:
    overlooked = next((m.overlooked for m in subject.members if m.overlooked), "")
    if live:
        if overlooked and not any(m.scan for m in subject.members):
            return _leave(f"not reported, and not looked for: {overlooked}", quiet=False)
        lost = next((m for m in live if m.lost), None)
        if lost is not None:
            return _leave(wording.still_seen(lost), quiet=False)
        return _leave("still there")
    bound = [
        (m, d)
        for m in subject.members
        if (d := binding(m, by.now, by.policy)) and present(m, by.policy)
    ]
    if bound:
        return _decided(bound[0][1])
    if not all(gone(m, by.policy) for m in subject.members):
        return _leave(wording.not_yet(subject), quiet=False)
    held = overlooked or _withholding(subject, by)
    if held:
        return _leave(f"absent, but not closed: {held}", quiet=False)
    if row.kept_open:
        return _leave("gone, and kept open by the person who reopened it", quiet=False)
    return _vanished(subject, row, by)


def _vanished(subject: Subject, row: TicketRow, by: Circumstances) -> Verdict:
    reason = wording.gone(subject)
    if any(m.features.kind == "secret" for m in subject.members):
        if row.asked:
            return _leave("gone from the source; waiting for somebody to confirm the revocation")
        return Verdict(
            action="comment",
            reason=f"{reason}; revocation unknown",
            comment=wording.CONFIRM_REVOKED,
        )
    if remains := next((r for m in subject.members if (r := remaining(m))), None):
        if row.asked:
            return _leave("not reported, and unchanged in the code; waiting for somebody to look")
        said = wording.unchanged_comment(subject, remains)
        return Verdict(action="comment", reason=wording.unchanged(remains), comment=said)
    if by.policy.on_fixed == "comment":
        if row.asked:
            return _leave("gone; closing is left to people (on_fixed: comment)")
        return Verdict(action="comment", reason=reason, comment=wording.gone_comment(subject))
    return Verdict(action="close", reason=reason, comment=wording.gone_comment(subject))


def _decided(decision: Decision) -> Verdict:
    return Verdict(
        action="close",
        reason=wording.decided(decision),
        comment=wording.decided_comment(decision),
        resolution=_RESOLUTIONS[decision.kind],
    )


def _closed(
    subject: Subject, row: TicketRow, live: tuple[Member, ...], by: Circumstances
) -> Verdict:
    if not live:
        return _leave("closed, and nothing to work on")
    if row.closed == "duplicate" and not taken_apart(subject):
        return _leave("closed as a duplicate")
    comment = wording.back_comment(subject, row, live)
    return Verdict(action="reopen", reason=wording.back(row, live), comment=comment)


def taken_apart(subject: Subject) -> bool:
    """Was it ruled that its flaw is another one, and taken back?"""
    return any(
        r.undone_at is not None and r.other == m.record.flaw.id
        for m in subject.members
        for r in m.record.rulings
    )


def continues(row: TicketRow, now: datetime, policy: Lifecycle) -> bool:
    """Is a closed ticket fresh enough to be reopened, rather than followed by a new one?"""
    closed_at = parse_time(row.closed_at)
    return closed_at is None or (now - closed_at).total_seconds() <= policy.reopen_within


def _withholding(subject: Subject, by: Circumstances) -> str:
    for member in subject.members:
        for sighting in relevant(member, by.policy):
            if sighting.scope in by.withheld:
                return by.withheld[sighting.scope]
    return ""


def _leave(reason: str, *, quiet: bool = True) -> Verdict:
    return Verdict(action="leave", reason=reason, quiet=quiet)
