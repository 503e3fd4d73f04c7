"""Members → subjects with the tickets they have: the look-ups that assembling needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ticketbot.ledger.ledger import Ledger
from ticketbot.model.flaw import Scope
from ticketbot.model.ticket import Ticket
from ticketbot.planning.assemble import Home, group_subject, home, joinable, subjects
from ticketbot.planning.changes import AnyChange
from ticketbot.planning.converge import converge
from ticketbot.planning.guard import Closing
from ticketbot.planning.state import TicketRow
from ticketbot.planning.subjects import Member, Subject
from ticketbot.planning.together import duplicate, housed, superseded
from ticketbot.sync.job import Job
from ticketbot.sync.working import Working

GroupKey = tuple[str, str, str, str]
"""(tracker, target, group_by, value)."""


def subjects_of(members: Mapping[str, Member], job: Job) -> list[Subject]:
    """Which flaws share which ticket, with the tickets as they are now."""
    now = job.moment
    homes = housed([home(members[flaw_id], job.settings, now) for flaw_id in sorted(members)])
    groups: dict[GroupKey, tuple[str, TicketRow | None]] = {}
    wanted = {key for h in homes if (key := h.group_key()) is not None}
    n = 0
    while wanted:
        for key in sorted(wanted):
            subject, row = _ticket_of(key, n, job)
            if joinable(row, now, job.settings):
                groups[key] = (subject, row)
        wanted -= set(groups)
        n += 1
    homes += _already_there(homes, groups, job, members)
    return subjects(homes, groups, _tickets(homes, groups, job))


def _ticket_of(key: GroupKey, n: int, job: Job) -> tuple[str, TicketRow | None]:
    """The n-th ticket of a group, made under today's name of the target or an earlier one."""
    tracker, target, group_by, value = key
    for name in (target, *job.context.formerly):
        subject = group_subject((tracker, name, group_by, value), n)
        rows = job.ledger.tickets_by_subject(tracker, [subject]).get(subject, [])
        if rows:
            return subject, next((r for r in rows if r.state == "open"), rows[-1])
    return group_subject(key, n), None


def _already_there(
    homes: Sequence[Home],
    groups: Mapping[GroupKey, tuple[str, TicketRow | None]],
    job: Job,
    members: Mapping[str, Member],
) -> list[Home]:
    """The members that a joined group ticket has already."""
    now = job.moment
    absent = {
        flaw for _, row in groups.values() if row for flaw in row.flaws if flaw not in members
    }
    working = Working(job.context.now)
    working.load(job.ledger.records_by_id(sorted(absent)))
    return [home(member, job.settings, now) for member in working.members().values()]


def _tickets(
    homes: Sequence[Home],
    groups: Mapping[GroupKey, tuple[str, TicketRow | None]],
    job: Job,
) -> dict[tuple[str, str], Ticket]:
    rows = [h.row for h in homes if h.row] + [row for _, row in groups.values() if row]
    by_tracker: dict[str, set[str]] = {}
    for row in rows:
        by_tracker.setdefault(row.tracker, set()).add(row.id)
    return {
        (name, ticket_id): ticket
        for name, ids in sorted(by_tracker.items())
        if name in job.trackers
        for ticket_id, ticket in job.trackers[name].read(sorted(ids)).items()
    }


def converging(members: Mapping[str, Member], job: Job) -> list[AnyChange]:
    """Closes of open tickets that say the same as an older one."""
    open_rows: dict[tuple[str, str], dict[str, TicketRow]] = {}
    for member in members.values():
        for row in member.record.tickets:
            if row.state == "open" and row.tracker in job.trackers:
                open_rows.setdefault((row.tracker, row.subject), {})[row.id] = row
    changes: list[AnyChange] = []
    for (tracker, _), rows in sorted(open_rows.items()):
        if len(rows) > 1:
            tickets = job.trackers[tracker].read(sorted(rows))
            changes += converge(list(tickets.values()))
    return changes


def superseding(found: Sequence[Subject], job: Job) -> list[AnyChange]:
    """Closes of tickets whose flaw is, by a ruling, that of another ticket."""
    wanted = superseded(found)
    changes: list[AnyChange] = []
    for (tracker, ticket_id), subject in sorted(wanted.items()):
        if tracker not in job.trackers:
            continue
        rows = (r for m in subject.members for r in m.record.tickets)
        row = next(r for r in rows if (r.tracker, r.id) == (tracker, ticket_id))
        for ticket in job.trackers[tracker].read([ticket_id]).values():
            if (change := duplicate(ticket, row.flaws, subject)) is not None:
                changes.append(change)
    return changes


def closing(found: Sequence[Subject], ledger: Ledger) -> dict[str, list[Closing]]:
    """For subjects with an open ticket: the scopes that saw them, with their open tickets."""
    scopes: dict[Scope, int] = {}
    result: dict[str, list[Closing]] = {}
    for subject in found:
        if subject.row is None or subject.row.state != "open":
            continue
        for scope in sorted({s.scope for m in subject.members for s in m.record.sightings}):
            if scope not in scopes:
                scopes[scope] = ledger.open_tickets(scope)
            result.setdefault(subject.id, []).append(Closing(scope, scopes[scope]))
    return result
