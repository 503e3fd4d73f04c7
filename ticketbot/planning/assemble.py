"""Members → subjects: which flaws share a ticket, and which ticket that is.

A flaw with a ticket stays there. One without is routed, and joins its group's ticket where there is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from ticketbot.identity.keys import subject_of_group
from ticketbot.model.finding import RANK
from ticketbot.model.flaw import Scope
from ticketbot.model.ticket import Ticket
from ticketbot.planning.lifecycle import continues
from ticketbot.planning.routes import Routed, route
from ticketbot.planning.settings import Settings
from ticketbot.planning.state import TicketRow
from ticketbot.planning.subjects import Member, Subject, binding, present


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """Where one member belongs before it is known which tickets of its group exist."""

    member: Member
    routed: Routed
    row: TicketRow | None = None
    previous: TicketRow | None = None
    subject: str = ""
    """Of its ticket, where that is another flaw's: they are one by a ruling."""

    def group_key(self) -> tuple[str, str, str, str] | None:
        """(tracker, target, group_by, value) of a member that has no ticket and is to share one."""
        routed = self.routed
        if self.row is not None or routed.tracker is None or routed.group is None:
            return None
        return routed.tracker, self.member.record.flaw.target, routed.group_by, routed.group


def home(member: Member, settings: Settings, now: datetime) -> Home:
    """The ticket the flaw has, or the route it would take."""
    routed = route(member.features, routing_scope(member), settings)
    row = current_row(member)
    if row is None or row.state == "open":
        return Home(member=member, routed=routed, row=row)
    policy = settings.lifecycle
    released = present(member, policy) and binding(member, now, policy) is None
    if released and row.closed != "duplicate" and not continues(row, now, settings.lifecycle):
        return Home(member=member, routed=routed, previous=row)
    return Home(member=member, routed=routed, row=row)


def current_row(member: Member) -> TicketRow | None:
    """The open ticket with the lowest id; else the newest closed one that is no duplicate. What is about
    another flaw is its own only while both are one by a ruling."""
    record = member.record
    standing = (r for r in record.rulings if r.undone_at is None)
    ours = {record.flaw.id, *(flaw for r in standing for flaw in (r.flaw, r.other))}
    rows = [row for row in record.tickets if row.group is not None or row.subject in ours]
    open_rows = [row for row in rows if row.state == "open"]
    if open_rows:
        return min(open_rows, key=lambda row: id_order(row.id))
    closed = [row for row in rows if row.closed != "duplicate"] or list(rows)
    return closed[-1] if closed else None


def id_order(ticket_id: str) -> tuple[int, str]:
    """Sorts immutable ids: numbers by value, others by text."""
    return (int(ticket_id), "") if ticket_id.isdigit() else (0, ticket_id)


def routing_scope(member: Member) -> Scope:
    """The scope whose environment and branch the routes look at."""
    if member.scan is not None:
        return member.scan.scope
    return min((s.scope for s in member.record.sightings), default=Scope("", ""))


def joinable(row: TicketRow | None, now: datetime, settings: Settings) -> bool:
    """May a later member join this group's ticket? Not one that a person closed: that bound its
    members of then. Not one closed too long ago."""
    if row is None or row.state == "open":
        return True
    return row.closed == "fixed" and continues(row, now, settings.lifecycle)


def subjects(
    homes: Iterable[Home],
    groups: Mapping[tuple[str, str, str, str], tuple[str, TicketRow | None]],
    tickets: Mapping[tuple[str, str], Ticket],
) -> list[Subject]:
    """`groups`: group key → (subject id, its joinable row). `tickets`: (tracker, id) → ticket now."""
    by_id: dict[tuple[str, str], list[Home]] = defaultdict(list)
    rows: dict[tuple[str, str], TicketRow | None] = {}
    for item in homes:
        key = item.group_key()
        row: TicketRow | None
        if item.row is None and item.member.record.flaw.baseline:
            continue  # known debt gets no ticket, and joins none
        if item.row is not None:
            place, row = (item.row.tracker, item.row.subject), item.row
        elif key is not None:
            place, row = (key[0], groups[key][0]), groups[key][1]
        elif item.routed.tracker is not None:
            subject = item.subject or item.member.record.flaw.id
            place, row = (item.routed.tracker, subject), None
        else:
            continue
        by_id[place].append(item)
        rows[place] = rows.get(place) or row
    return [_subject(place, found, rows[place], tickets) for place, found in sorted(by_id.items())]


def _subject(
    place: tuple[str, str],
    homes: list[Home],
    row: TicketRow | None,
    tickets: Mapping[tuple[str, str], Ticket],
) -> Subject:
    tracker, subject_id = place
    own = subject_id  # the flaw that the ticket is named after speaks first
    homes.sort(key=lambda h: (h.member.record.flaw.id != own, h.member.record.flaw.id))
    first = _speaking(homes, tracker).routed
    group = row.group if row else f"{first.group_by}:{first.group}" if first.group else None
    return Subject(
        id=subject_id,
        tracker=tracker,
        routed=first,
        group=group,
        members=tuple(item.member for item in homes),
        row=row,
        ticket=tickets.get((tracker, row.id)) if row else None,
        previous=next((h.previous for h in homes if h.previous), None),
    )


def _speaking(homes: list[Home], tracker: str) -> Home:
    """The member whose route fills the ticket's fields: the worst that somebody has to work on."""
    here = [item for item in homes if item.routed.tracker == tracker] or homes
    return max(
        here,
        key=lambda item: (
            item.member.record.decision is None
            and any(s.absences == 0 for s in item.member.record.sightings),
            RANK[item.member.features.severity],
        ),
    )


def group_subject(key: tuple[str, str, str, str], n: int) -> str:
    """The n-th ticket's subject of one group."""
    tracker, target, group_by, value = key
    return subject_of_group(tracker, target, group_by, value, n)
