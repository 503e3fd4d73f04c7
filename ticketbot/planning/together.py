"""Flaws that are one by a ruling: they share a ticket, and what a person decided about either.

Each keeps its own aliases, sightings and decisions in the ledger, so that the ruling can be taken back. What
was a ticket of its own is closed as a duplicate; a ticket is never moved or merged in its tracker.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from ticketbot.model.flaw import Decision
from ticketbot.model.ticket import Ticket
from ticketbot.planning.assemble import Home
from ticketbot.planning.changes import AnyChange, Close, Precondition
from ticketbot.planning.state import FlawRecord, TicketRow
from ticketbot.planning.subjects import Member, Subject


def survivor(flaw: str, records: Mapping[str, FlawRecord]) -> str:
    """The UUID of the flaw that it is in the end; its own where nothing was ruled."""
    seen: set[str] = set()
    while flaw in records and (further := records[flaw].survivor) and flaw not in seen:
        seen.add(flaw)
        flaw = further
    return flaw


def partners(records: Iterable[FlawRecord]) -> set[str]:
    """Every flaw that is one with any of these by a standing ruling, as far as they themselves tell."""
    standing = (r for record in records for r in record.rulings if r.undone_at is None)
    return {flaw for r in standing if r.kind == "merge" for flaw in (r.flaw, r.other)}


def of_one_mind(members: Mapping[str, Member]) -> dict[str, Member]:
    """The members, each with what a person decided about any that it is one with."""
    records = {flaw: member.record for flaw, member in members.items()}
    decided: dict[str, Decision] = {}
    for flaw in sorted(members):
        said = records[flaw].decision
        if said is not None and said.source != "code":
            decided.setdefault(survivor(flaw, records), said)
    if not decided or not partners(records.values()):
        return dict(members)
    return {
        flaw: member
        if member.record.decision is not None
        else _minded(member, decided.get(survivor(flaw, records)))
        for flaw, member in members.items()
    }


def _minded(member: Member, decision: Decision | None) -> Member:
    record = msgspec.structs.replace(member.record, decision=decision)
    return msgspec.structs.replace(member, record=record, borrowed=decision is not None)


def housed(homes: Sequence[Home]) -> list[Home]:
    """Flaws that are one live in one ticket: the survivor's open one, else any open one, else where the
    survivor goes."""
    records = {each.member.record.flaw.id: each.member.record for each in homes}
    by_survivor: dict[str, list[Home]] = {}
    for each in homes:
        by_survivor.setdefault(survivor(each.member.record.flaw.id, records), []).append(each)
    result = []
    for flaw, mine in by_survivor.items():
        if len(mine) == 1:
            result += mine
            continue
        first = sorted(mine, key=lambda each: (each.member.record.flaw.id != flaw, _id(each)))
        has_open = (each for each in first if each.row is not None and each.row.state == "open")
        lead = next(has_open, first[0])
        subject = lead.row.subject if lead.row else _id(lead)
        result += [
            msgspec.structs.replace(lead, member=each.member, subject=subject) for each in mine
        ]
    return result


def _id(home: Home) -> str:
    return home.member.record.flaw.id


def superseded(subjects: Iterable[Subject]) -> dict[tuple[str, str], Subject]:
    """(tracker, id) of open tickets whose flaws all live in another subject's ticket by now → that
    subject."""
    found: dict[tuple[str, str], Subject] = {}
    for subject in subjects:
        if subject.row is None or subject.row.state != "open":
            continue
        ours = {member.record.flaw.id for member in subject.members}
        if not partners(member.record for member in subject.members):
            continue
        for member in subject.members:
            for row in member.record.tickets:
                if _is_past(row, subject.row, ours):
                    found[row.tracker, row.id] = subject
    return found


def _is_past(row: TicketRow, ours: TicketRow, flaws: set[str]) -> bool:
    other = (row.tracker, row.id) != (ours.tracker, ours.id) and row.subject != ours.subject
    return other and row.state == "open" and set(row.flaws) <= flaws


def duplicate(ticket: Ticket, flaws: Sequence[str], subject: Subject) -> AnyChange | None:
    """The close of a ticket that is about the same flaw as the subject's."""
    row, worst = subject.row, subject.members[0]
    if row is None or ticket.state != "open":
        return None
    why = next(
        (
            r.reason
            for m in subject.members
            for r in reversed(m.record.rulings)
            if r.undone_at is None and r.kind == "merge" and r.reason
        ),
        "",
    )
    return Close(
        tracker=ticket.tracker,
        ticket=ticket.key,
        ticket_id=ticket.id,
        subject=ticket.marker.subject if ticket.marker else flaws[0],
        flaws=tuple(flaws),
        title=ticket.title,
        severity=worst.features.severity,
        reason=f"the same flaw as {row.key}" + (f": {why}" if why else ""),
        resolution="duplicate",
        comment=f"This is the same flaw as {row.key}. Please go on there."
        " `ticketbot triage undo` takes it back where that is wrong.",
        marker=msgspec.structs.replace(ticket.marker, closed="duplicate")
        if ticket.marker
        else None,
        duplicate_of=row.id if row.tracker == ticket.tracker else None,
        precondition=Precondition(revision=ticket.revision),
    )
