"""A ticket that somebody else made becomes a flaw's: the change that gives it the marker, and nothing else.

Its title, text and fields stay as they are, now and later. What a person said by closing it counts.
"""

from __future__ import annotations

import msgspec

from ticketbot.model.flaw import Decision
from ticketbot.model.ticket import Ticket, TicketDraft
from ticketbot.planning.changes import Update
from ticketbot.planning.drafts import Drafting, with_written
from ticketbot.planning.lifecycle import Circumstances, decide
from ticketbot.planning.marker import marker_of
from ticketbot.planning.observe import observe
from ticketbot.planning.plan import Situation, common_of
from ticketbot.planning.rows import FIELDS
from ticketbot.planning.state import TicketRow
from ticketbot.planning.subjects import Subject, binding, position

NOTHING: dict[str, str | list[str] | None] = {**dict.fromkeys((*FIELDS, "body")), "labels": []}
"""What was written into a ticket of somebody else's: what stands in a field is theirs."""


class Orphan(msgspec.Struct, frozen=True):
    """A flaw that a ticket could be for, as a subject of its own. `live`: a sync would make one now."""

    subject: Subject
    live: bool


def orphans(situation: Situation, tracker: str) -> dict[str, Orphan]:
    """Flaw → orphan, of those that go to this tracker and have no ticket. A ticket that is taken in is
    about one flaw, also where a new one would be about a group: it says nothing of the others."""
    found: dict[str, Orphan] = {}
    for subject in situation.subjects:
        if subject.tracker != tracker or subject.row is not None:
            continue
        verdict = decide(subject, situation.circumstances)
        for member in subject.members:
            flaw = member.record.flaw.id
            alone = msgspec.structs.replace(subject, id=flaw, group=None, members=(member,))
            found[flaw] = Orphan(alone, verdict.action == "create" and flaw in verdict.live)
    return found


def adoption(
    subject: Subject, ticket: Ticket, drafting: Drafting, by: Circumstances, evidence: str
) -> tuple[Update, Decision | None]:
    """The change, and the decision that a closed ticket brings. `subject` has one member."""
    member, decision = subject.members[0], None
    if ticket.state == "closed" and binding(member, by.now, by.policy) is None:
        decision = _decision(subject, ticket)
        record = msgspec.structs.replace(member.record, decision=decision)
        member = msgspec.structs.replace(member, record=record)
    subject = msgspec.structs.replace(subject, members=(member,), ticket=ticket)
    given = common_of(subject, f"adopted: {evidence}")
    given |= {"ticket": ticket.key, "ticket_id": ticket.id}
    return Update(**given, draft=_draft(subject, ticket, drafting), fields=()), decision


def _draft(subject: Subject, ticket: Ticket, drafting: Drafting) -> TicketDraft:
    """As of an open ticket, so that opening it brings no news; the marker tells what is decided."""
    alone = frozenset({subject.id})
    draft = drafting.draft(subject, alone)
    marker = marker_of(
        subject,
        draft=draft.digest,
        live=alone if ticket.state == "open" else frozenset(),
        severity=draft.severity,
    )
    return with_written(msgspec.structs.replace(draft, marker=marker), NOTHING)


def _decision(subject: Subject, ticket: Ticket) -> Decision | None:
    """As if the ticket had been ours and open until now."""
    row = TicketRow(tracker=ticket.tracker, id=ticket.id, key=ticket.key, subject=subject.id)
    said, scan = observe(row, ticket).decision, subject.members[0].scan
    return msgspec.structs.replace(said, commit=position(scan) if scan else None) if said else None
