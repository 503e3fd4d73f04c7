"""Whether a ticket's content is out of date, and which of its fields may be written.

A field that a person changed stays as it is. Severity going up is said once; going down is not.
So is a package's new version that is still vulnerable.
"""

from __future__ import annotations

import msgspec

from ticketbot.model.finding import RANK
from ticketbot.model.ticket import Ticket, TicketDraft
from ticketbot.planning import wording
from ticketbot.planning.bumps import bump_comment, bumps, still_vulnerable
from ticketbot.planning.drafts import Drafting, with_written
from ticketbot.planning.rows import FIELDS, untouched, written_values
from ticketbot.planning.state import TicketRow
from ticketbot.planning.subjects import Subject


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What an update would write, and why."""

    draft: TicketDraft
    fields: tuple[str, ...]
    remove_labels: tuple[str, ...]
    reason: str
    comment: str | None


def update_of(
    subject: Subject, row: TicketRow, live: frozenset[str], drafting: Drafting
) -> Wanted | None:
    """None where the ticket says what it should, or where this run did not read what it should say; also
    where it was closed so lately that the tracker's list does not tell yet."""
    if subject.ticket is None or drafting.digest(subject, live) == row.draft:
        return None
    if row.state == "open" and subject.ticket.state == "closed":
        return None
    if subject.group is None and all(member.finding is None for member in subject.members):
        return _noted(subject, row, live, drafting)
    draft = drafting.draft(subject, live)
    worse = row.severity != "" and RANK[draft.severity] > RANK[row.severity]
    if worse:
        due = drafting.sooner(row.due, draft.severity, subject.routed)
        draft = msgspec.structs.replace(draft, due=due)
    fields = _fields(draft, row, subject.ticket, with_due=worse)
    draft = with_written(draft, row.written | written_values(draft, fields))
    written = row.written.get("labels")
    bumped = bumps(subject, live)
    said = [bump_comment(bumped)] if bumped else []
    if worse:
        said.append(_comment(draft, row))
    stale = set(written if isinstance(written, list) else ()) - set(draft.labels)
    return Wanted(
        draft=draft,
        fields=fields,
        remove_labels=tuple(sorted(stale)),
        reason=still_vulnerable(bumped) if bumped else _reason(draft, row, subject, live),
        comment="\n\n".join(said) or None,
    )


def _noted(
    subject: Subject, row: TicketRow, live: frozenset[str], drafting: Drafting
) -> Wanted | None:
    """Where this run did not read what the ticket says: only that a further tool sees its flaw, or that a
    further flaw is one with it. The text says so when it is next written."""
    members = {member.record.flaw.id for member in subject.members}
    if members == set(row.flaws) and drafting.alone(subject) != row.draft:
        return None
    reason = wording.joined(subject) if members != set(row.flaws) else wording.seen_by(subject)
    draft = with_written(drafting.draft(subject, live), row.written)
    return Wanted(draft=draft, fields=(), remove_labels=(), reason=reason, comment=f"{reason}.")


def _fields(
    draft: TicketDraft, row: TicketRow, ticket: Ticket, *, with_due: bool
) -> tuple[str, ...]:
    """What differs from the ticket, is ours to write, and is managed at all."""
    ours = untouched(row, ticket)
    managed = set(FIELDS) - {"assignee"} - (set() if with_due else {"due"})
    wanted = {name for name in managed if getattr(draft, name) != getattr(ticket, name)}
    if not set(draft.labels) <= set(ticket.labels):
        wanted.add("labels")
    return tuple(sorted((wanted | {"body"}) & ours))


def _comment(draft: TicketDraft, row: TicketRow) -> str:
    text = f"The {wording.severity_changed(row.severity, draft.severity)}."
    if draft.due and draft.due != row.due:
        text += f" It is now due on {draft.due}."
    return text


def _reason(draft: TicketDraft, row: TicketRow, subject: Subject, live: frozenset[str]) -> str:
    if row.severity and draft.severity != row.severity:
        return wording.severity_changed(row.severity, draft.severity)
    if len(subject.members) != len(row.flaws):
        return f"now {len(live)} open of {len(subject.members)} flaws in this ticket"
    if len(subject.members) > 1:
        return f"{len(live)} of {len(subject.members)} flaws in this ticket are still open"
    return "the report now says something else about it"
