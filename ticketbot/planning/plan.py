"""Subjects → Plan: the ordered changes of one run, what they write to the ledger, and a digest over both.

A plan carries everything `sync.apply` needs. It is made without a clock and without a tracker.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from ticketbot.model.finding import RANK
from ticketbot.model.flaw import Decision
from ticketbot.planning.changes import (
    AnyChange,
    Close,
    Comment,
    Common,
    Create,
    Leave,
    Link,
    Precondition,
    Reopen,
    Update,
)
from ticketbot.planning.drafts import Drafting
from ticketbot.planning.guard import Closing, Permissions, hold
from ticketbot.planning.lifecycle import Circumstances, Verdict, decide
from ticketbot.planning.marker import marker_of
from ticketbot.planning.settings import Settings
from ticketbot.planning.state import AppliedScan, Effects, TicketRow
from ticketbot.planning.subjects import Subject
from ticketbot.planning.update import update_of

PLAN_VERSION = 1
_ACTIONS = (Create, Update, Comment, Close, Reopen, Link, Leave)
_NAMES = ("create", "update", "comment", "close", "reopen", "link", "leave")
_ORDER = {
    kind: number
    for number, kind in enumerate((Reopen, Create, Update, Comment, Link, Close, Leave))
}


class PlannedScan(msgspec.Struct, frozen=True, kw_only=True):
    """One scan as the plan shows it."""

    tool: str
    target: str
    scope: str
    complete: bool
    reasons: tuple[str, ...] = ()
    """Why it closes nothing, or changes nothing at all."""
    results: int = 0
    open: int = 0
    rejected: int = 0
    suppressed: int = 0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """`plan.json`. The digest covers everything but itself and `made_at`."""

    version: int = PLAN_VERSION
    digest: str = ""
    made_at: str = ""
    scans: tuple[PlannedScan, ...] = ()
    changes: tuple[AnyChange, ...] = ()
    summary: dict[str, int] = {}
    bases: tuple[AppliedScan | None, ...] = ()
    """For each scan in `effects.scans`, the last one of its scope when the plan was made."""
    effects: Effects = Effects()
    key: str = ""
    """`Settings.key`: what the settled flaws are settled under."""


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a plan is made from."""

    made_at: str
    settings: Settings
    circumstances: Circumstances
    permissions: Permissions
    drafting: Drafting
    scans: Sequence[PlannedScan]
    subjects: Sequence[Subject]
    converging: Sequence[AnyChange] = ()
    """Closes of duplicates that two jobs made of one flaw."""
    notes: Sequence[Leave] = ()
    """What is told and left: flaws that are new on a change branch, say."""
    closing: Mapping[str, Sequence[Closing]]
    effects: Effects
    bases: Sequence[AppliedScan | None] = ()
    attention: frozenset[str] = frozenset()
    """The flaws this run looked at."""
    quiet: int = 0
    """How many flaws needed no look."""


def plan(given: Situation) -> Plan:
    """The plan of one run. The same situation gives the same plan."""
    changes: list[AnyChange] = [*given.converging, *given.notes]
    spent: dict[str, Decision | None] = {}
    for subject in given.subjects:
        verdict = decide(subject, given.circumstances)
        changes += _changes(subject, verdict, given)
        if verdict.action in ("reopen", "create"):
            spent |= dict.fromkeys(_spent(subject, verdict))
    changes.sort(key=_order)
    limits, trackers = given.settings.guard, given.settings.trackers
    held = hold(changes, limits, trackers, given.closing, given.permissions)
    result = Plan(
        scans=tuple(given.scans),
        changes=held,
        summary=_summary(held, given),
        bases=tuple(given.bases),
        effects=_settling(given, held, spent),
        key=given.settings.key,
    )
    return msgspec.structs.replace(result, digest=digest(result), made_at=given.made_at)


def digest(plan: Plan) -> str:
    """sha256 over the plan without `digest` and `made_at`."""
    bare = msgspec.structs.replace(plan, digest="", made_at="")
    return f"sha256:{hashlib.sha256(msgspec.json.encode(bare, order='deterministic')).hexdigest()}"


def _order(change: AnyChange) -> tuple[int, int, str, str, str]:
    """The worst first; within one severity, open before close."""
    return (
        -RANK[change.severity],
        _ORDER[type(change)],
        change.tracker or "",
        change.title,
        change.subject,
    )


def _summary(changes: Iterable[AnyChange], given: Situation) -> dict[str, int]:
    count: Counter[str] = Counter()
    busy: set[str] = set()
    for change in changes:
        name = "held" if change.held else _NAMES[_ACTIONS.index(type(change))]
        count[name] += 1
        busy.update(change.flaws)
    count["leave"] += given.quiet + len(given.attention - busy)
    return {name: count[name] for name in (*_NAMES, "held")}


def _spent(subject: Subject, verdict: Verdict) -> Iterator[str]:
    """Flaws whose decision binds no more: it must not close the ticket that is opened now."""
    for member in subject.members:
        if member.record.decision is not None and member.record.flaw.id in verdict.live:
            yield member.record.flaw.id


def _settling(
    given: Situation, changes: Iterable[AnyChange], spent: Mapping[str, Decision | None]
) -> Effects:
    """Flaws without a change need no look next time; the others do until it is carried out. One that a
    person closed as done does at every scan: what a later commit shows counts."""
    busy = {flaw for change in changes for flaw in change.flaws}
    waiting = {
        member.record.flaw.id
        for subject in given.subjects
        for member in subject.members
        if member.record.decision is not None and member.record.decision.kind == "fixed"
    }
    return msgspec.structs.replace(
        given.effects,
        decided={**given.effects.decided, **spent},
        settled=tuple(sorted(given.attention - busy - waiting)),
        unsettled=tuple(sorted(given.attention & busy)),
    )


def _changes(subject: Subject, verdict: Verdict, given: Situation) -> Iterator[AnyChange]:
    """A verdict made concrete; nothing where nothing is done and nothing is worth telling."""
    row = subject.row
    if row is not None and subject.ticket is None:
        reason = f"{row.key} is not to be found in {row.tracker}: nothing is made in its place"
        yield Leave(**common_of(subject, reason))
        return
    shared, drafted = common_of(subject, verdict.reason), row.draft if row else ""
    if verdict.action == "create":
        draft = given.drafting.draft(subject, verdict.live)
        shared |= {"title": draft.title, "severity": draft.severity}
        previous = subject.previous.id if subject.previous else None
        yield Create(**shared, draft=draft, regression_of=previous)
    elif verdict.action == "reopen":
        marker = marker_of(subject, draft=drafted, live=verdict.live)
        yield Reopen(**shared, comment=verdict.comment, marker=marker)
    elif verdict.action == "close":
        marker = marker_of(subject, draft=drafted, closed=verdict.resolution)
        how = verdict.resolution
        yield Close(**shared, resolution=how, comment=verdict.comment, marker=marker)
    elif verdict.action == "comment":
        marker = marker_of(subject, draft=drafted, asked=True)
        yield Comment(**shared, comment=verdict.comment, marker=marker)
    elif not verdict.quiet:
        yield Leave(**shared)
    if row is not None and verdict.live:
        yield from _updated(subject, row, verdict, given.drafting)


def _updated(
    subject: Subject, row: TicketRow, verdict: Verdict, drafting: Drafting
) -> Iterator[AnyChange]:
    """An update where what a reader would call content has changed."""
    wanted = update_of(subject, row, verdict.live, drafting)
    if wanted is not None:
        yield Update(
            **common_of(subject, wanted.reason),
            draft=wanted.draft,
            fields=wanted.fields,
            remove_labels=wanted.remove_labels,
            comment=wanted.comment,
        )


def common_of(subject: Subject, reason: str) -> Common:
    """What every kind of change about a subject has."""
    row, ticket = subject.row, subject.ticket
    worst = max(subject.members, key=lambda m: RANK[m.features.severity])
    state = "".join(member.state for member in subject.members)
    return Common(
        tracker=subject.tracker,
        ticket=row.key if row else None,
        ticket_id=row.id if row else None,
        subject=subject.id,
        flaws=tuple(m.record.flaw.id for m in subject.members),
        title=ticket.title if ticket and ticket.title else worst.features.title,
        severity=worst.features.severity,
        route=subject.routed.name,
        reason=reason,
        precondition=Precondition(
            revision=ticket.revision if ticket else None,
            state=hashlib.blake2b(state.encode(), digest_size=16).hexdigest() if state else "",
        ),
    )
