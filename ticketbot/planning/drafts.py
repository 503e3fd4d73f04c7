"""A subject → the draft of its ticket: title, body, fields, marker, and the draft hash over its content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from ticketbot.model.finding import RANK, Severity
from ticketbot.model.ticket import Capabilities, TicketDraft
from ticketbot.planning.marker import marker_of
from ticketbot.planning.render import (
    ScanFacts,
    Shown,
    Templates,
    TicketView,
    closing_policy,
    draft_digest,
    render,
)
from ticketbot.planning.routes import Routed, due_date
from ticketbot.planning.rows import written_values
from ticketbot.planning.settings import Settings
from ticketbot.planning.subjects import Member, Subject, present, scopes

_NO_LIMITS = Capabilities()


class Drafting(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for all drafts of one run."""

    settings: Settings
    templates: Templates
    now: str
    capabilities: Mapping[str, Capabilities] = {}

    def digest(self, subject: Subject, live: frozenset[str]) -> str:
        """The draft hash: cheap, without rendering anything."""
        shown, one = self._shown(subject, live), subject.group is None
        return draft_digest(
            subject.id, ((s.flaw, _content(s), "open" if one else s.state) for s in shown)
        )

    def alone(self, subject: Subject) -> str:
        """The draft hash as if no other tool saw its flaw, and no other flaw were one with it."""
        flaw = subject.members[0]
        return draft_digest(subject.id, [(flaw.record.flaw.id, flaw.features.content, "open")])

    def draft(self, subject: Subject, live: frozenset[str]) -> TicketDraft:
        """The ticket as it should be. `live`: the flaws somebody has to work on."""
        digest = self.digest(subject, live)
        title, body = render(self._view(subject, live), self.templates)
        routed, severity = subject.routed, severity_of(subject, live)
        can = self.capabilities.get(subject.tracker, _NO_LIMITS)
        draft = TicketDraft(
            subject=subject.id,
            title=title,
            body=body,
            severity=severity,
            labels=routed.labels,
            priority=routed.priority if can.priorities else None,
            assignee=routed.assignee if can.assignees else None,
            due=_due(subject, live, routed) if can.due_dates else None,
            fields=routed.fields,
            marker=marker_of(subject, draft=digest, live=live, severity=severity),
            digest=digest,
        )
        return with_written(draft, written_values(draft))

    def sooner(self, old: str | None, severity: Severity, routed: Routed) -> str | None:
        """The due date after an escalation: the earlier of the old one and now + the new term."""
        if routed.due_seconds is None:
            return old
        new = due_date(self.now, routed.due_seconds, business=routed.business)
        return min(old, new) if old else new

    def _shown(self, subject: Subject, live: frozenset[str]) -> tuple[Shown, ...]:
        return tuple(
            Shown(
                flaw=m.record.flaw.id,
                features=m.features,
                finding=m.finding,
                state=_state(m, live, self.settings),
                tools=_families(m, seen=True),
                lost=_families(m, seen=False),
                related=tuple((each.tool, each.rule) for each in m.record.related),
            )
            for m in subject.members
        )

    def _view(self, subject: Subject, live: frozenset[str]) -> TicketView:
        can = self.capabilities.get(subject.tracker, _NO_LIMITS)
        first = subject.members[0]
        group_by, _, group = (subject.group or "").partition(":")
        environments = {s.environment for s in scopes(subject) if s.environment}
        return TicketView(
            members=self._shown(subject, live),
            scan=_scan_facts(subject),
            target=first.record.flaw.target,
            environments=tuple(sorted(environments)),
            first_seen=min(m.record.flaw.first_seen for m in subject.members),
            group_by=group_by or None,
            group=group or None,
            repository=self.settings.repository,
            closing=closing_policy(self.settings.lifecycle, first.features),
            title_limit=can.title_limit,
            body_limit=can.body_limit,
        )


def _families(member: Member, *, seen: bool) -> tuple[str, ...]:
    """Of the tools that see the flaw, or of those that did and do not any more."""
    sightings = member.record.sightings
    there = {s.scope.family for s in sightings if s.absences == 0}
    return tuple(sorted(there if seen else {s.scope.family for s in sightings} - there))


def _content(shown: Shown) -> str:
    """What a reader would call content of one flaw: what its report says, and that a further tool says it.
    That one does no more is none."""
    families = sorted({*shown.tools, *shown.lost})
    further = f" {','.join(families)}" if len(families) > 1 else ""
    return f"{shown.features.content}{further}"


def with_written(draft: TicketDraft, written: dict[str, str | list[str] | None]) -> TicketDraft:
    """The draft with a marker that says what was written."""
    marker = msgspec.structs.replace(draft.marker, written=written)
    return msgspec.structs.replace(draft, marker=marker)


def severity_of(subject: Subject, live: frozenset[str]) -> Severity:
    """The worst of the flaws that somebody has to work on."""
    counted = [m for m in subject.members if m.record.flaw.id in live] or list(subject.members)
    return max((m.features.severity for m in counted), key=RANK.__getitem__)


def _state(
    member: Member, live: frozenset[str], settings: Settings
) -> Literal["open", "gone", "decided"]:
    if member.record.flaw.id in live:
        return "open"
    return "decided" if present(member, settings.lifecycle) else "gone"


def _scan_facts(subject: Subject) -> ScanFacts:
    scan = next((m.scan for m in subject.members if m.scan is not None), None)
    if scan is None:
        return ScanFacts(tool=subject.members[0].features.tool)
    return ScanFacts(
        tool=scan.tool, version=scan.version, commit=scan.commit, branch=scan.branch, url=scan.url
    )


def _due(subject: Subject, live: frozenset[str], routed: Routed) -> str | None:
    """From the first detection of the earliest flaw; accepted time does not count."""
    if routed.due_seconds is None:
        return None
    counted = [m for m in subject.members if m.record.flaw.id in live] or list(subject.members)
    first = min(counted, key=lambda m: m.record.flaw.first_seen)
    return due_date(
        first.record.flaw.first_seen,
        routed.due_seconds,
        business=routed.business,
        paused=first.record.paused,
    )
