"""The stories of `ticketbot explain`, as text of at most a terminal's width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ticketbot.cli.console import Console
from ticketbot.cli.output import counted
from ticketbot.cli.page import Page
from ticketbot.cli.place import Place
from ticketbot.cli.story_fields import tell_fields, tell_route
from ticketbot.cli.story_lines import (
    day,
    decision,
    minute,
    operation_lines,
    position,
    related,
    ruling,
    sighting,
    ticket_line,
    where,
)
from ticketbot.errors import TicketbotError
from ticketbot.ledger import story
from ticketbot.ledger.journal import Intent
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.ticket import Ticket
from ticketbot.planning.state import FlawRecord, TicketRow
from ticketbot.trackers.base import Tracker

_MANY = 20


def tell_flaw(told: story.FlawStory, ledger: Ledger, here: Place) -> None:
    """Who it is, what it is known by, who saw it, what was decided and done."""
    page, record = Page(here.console), told.record
    _flaw_head(page, record)
    _identity(page, [told], ledger)
    page.head("tickets")
    for row in record.tickets:
        page.item(ticket_line(row))
    if not any(row.state == "open" for row in record.tickets):
        tell_route(page, record, here.loaded)
    _journal(page, told.intents, ledger)


def tell_ticket(told: story.TicketStory, ledger: Ledger, here: Place) -> None:
    """What it says in its tracker now, which flaws it stands for, what was done to it and why."""
    page, row = Page(here.console), told.row
    page.title(ticket_line(row))
    ticket = _from_tracker(page, row, here)
    tell_fields(page, row, told.flaws, ticket, here.loaded)
    page.head(
        f"stands for {counted(len(told.flaws), 'flaw')}" + (f", {row.group}" if row.group else "")
    )
    for record in told.flaws[:_MANY]:
        gone = " (gone)" if record.flaw.id in row.struck else ""
        page.item(f"{record.flaw.id}  {record.flaw.features.severity}  {where(record)}{gone}")
    page.more(len(told.flaws) - _MANY)
    _identity(page, [story.of_flaw(ledger, f.flaw.id) for f in told.flaws[:_MANY]], ledger)
    _journal(page, told.intents, ledger)


def tell_run(told: story.RunStory, ledger: Ledger, console: Console) -> None:
    """What was read and what was done."""
    page, run = Page(console), told.run
    ended = f", ended {minute(run.ended_at)}" if run.ended_at else ""
    page.title(f"run {run.id}: {run.command}, {run.outcome or 'not ended'}")
    page.item(f"ticketbot {run.version}, started {minute(run.started_at)}{ended}")
    if run.url:
        page.item(run.url)
    if run.summary:
        page.item(", ".join(f"{number:,} {name}" for name, number in run.summary.items()))
    page.head("scans")
    for scan in told.scans:
        page.item(f"{scan.scope}: {counted(scan.results, 'result')}{position(scan)}")
        for reason in scan.reasons:
            page.item(f"  {reason}")
    _journal(page, told.intents, ledger)


def _flaw_head(page: Page, record: FlawRecord) -> None:
    flaw, features = record.flaw, record.flaw.features
    page.title(f"flaw {flaw.id}")
    page.item(features.title)
    page.item(
        f"{features.severity} {features.kind}, {features.tool} {features.rule}, {where(record)}"
    )
    there = any(s.absences == 0 for s in record.sightings)
    state = "there" if there else "gone"
    debt = ", known debt (baseline)" if flaw.baseline else ""
    page.item(f"{state}{debt}; of target {flaw.target}; first seen {minute(flaw.first_seen)}")


def _identity(page: Page, stories: Sequence[story.FlawStory], ledger: Ledger) -> None:
    """Every alias with the stage that brought it, every scope that saw it, every decision."""
    operations = [(told, operation_lines(told.record)) for told in stories]
    if any(lines for _, lines in operations):
        _each(page, "operation", operations)
    _each(page, "known by", [(told, _aliases(told)) for told in stories])
    seen = [(t, [sighting(s, t.scans) for s in t.record.sightings]) for t in stories]
    _each(page, "seen by", seen)
    _each(page, "decisions", [(told, _decisions(told)) for told in stories])
    keys = story.keys_of_flaws(ledger, [told.record for told in stories])
    page.head("rulings")
    ruled = {said.id: said for told in stories for said in told.record.rulings}
    for said in sorted(ruled.values(), key=lambda each: (each.made_at, each.id)):
        page.item(ruling(said, keys))
    _each(page, "related", [(t, [related(r, keys) for r in t.record.related]) for t in stories])


def _each(
    page: Page, heading: str, listed: Sequence[tuple[story.FlawStory, Sequence[str]]]
) -> None:
    """The lines of each flaw; below its id where there are several flaws."""
    page.head(heading)
    several = len(listed) > 1
    for told, lines in listed:
        if several and lines:
            page.item(told.record.flaw.id)
        for line in lines:
            page.item(f"  {line}" if several else line)


def _aliases(told: story.FlawStory) -> list[str]:
    return [
        f"{alias}  {f'brought by {stage}' if stage else 'since its birth'}"
        + (", its birth alias" if alias == told.record.flaw.birth else "")
        for alias, stage in told.aliases
    ]


def _decisions(told: story.FlawStory) -> list[str]:
    return [
        decision(said) + (f"; taken back {day(lifted)}" if lifted else "")
        for said, lifted in told.decisions
    ]


def _journal(page: Page, intents: Iterable[Intent], ledger: Ledger) -> None:
    """Every request with its reason and what came of it."""
    known = tuple(intents)
    keys = story.keys_of(ledger, known)
    page.head("done, and why")
    for intent in known:
        key = keys.get((intent.tracker, intent.ticket_id or ""), intent.ticket_id or "")
        note = f" ({intent.note})" if intent.note else ""
        page.item(
            f"{minute(intent.sent_at)}  {intent.action} {key}: {intent.reason}; {intent.state}{note}"
            f"  [run {intent.run}]"
        )


def _from_tracker(page: Page, row: TicketRow, here: Place) -> Ticket | None:
    """The ticket as its tracker shows it now."""
    if row.tracker not in here.loaded.config.trackers:
        page.item(f"its tracker {row.tracker} is not in {here.loaded.where}")
        return None
    try:
        tracker = here.tracker(row.tracker)
        try:
            ticket = tracker.read([row.id]).get(row.id)
            if ticket is None:
                page.item(f"it is not to be found in {row.tracker} any more")
            else:
                _ticket(page, ticket, tracker)
            return ticket
        finally:
            tracker.close_connection()
    except TicketbotError as error:
        page.item(f"its tracker cannot be asked: {error.message}")
        return None


def _ticket(page: Page, ticket: Ticket, tracker: Tracker) -> None:
    """Its fields; where the tracker can tell (the local one) also body, comments and history."""
    page.title(ticket.title)
    whose = f"for {ticket.assignee}" if ticket.assignee else None
    due = f"due {ticket.due}" if ticket.due else None
    facts = (ticket.state, ticket.resolution, ticket.priority, whose, due, *ticket.labels)
    page.item(", ".join(str(fact) for fact in facts if fact))
    body, comments, history = (
        getattr(tracker, name, None) for name in ("body", "comments", "history")
    )
    if not (body and comments and history):
        return
    page.body("\n" + body(ticket.id))
    page.head("comments")
    for note in comments(ticket.id):
        page.item(f"{minute(note.at)} {note.who}: {note.text}")
    page.head("history")
    for note in history(ticket.id):
        page.item(f"{minute(note.at)} {note.who}: {note.what} {note.text}".rstrip())
