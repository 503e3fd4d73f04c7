"""The stories of `ticketbot explain`, as text of at most a terminal's width."""

from __future__ import annotations

from collections.abc import Iterable

from ticketbot.cli.console import Console, shown
from ticketbot.cli.output import counted, wrapped
from ticketbot.cli.wiring import Place
from ticketbot.errors import TicketbotError
from ticketbot.ledger import story
from ticketbot.ledger.journal import Intent
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.flaw import Decision, Sighting
from ticketbot.planning.routes import route
from ticketbot.planning.state import AppliedScan, FlawRecord, TicketRow

_MANY = 20


def tell_flaw(told: story.FlawStory, ledger: Ledger, here: Place) -> None:
    """Who it is, what it is known by, who saw it, what was decided and done."""
    page, record = _Page(here.console), told.record
    _flaw_head(page, record)
    page.head("known by")
    for alias, stage in told.aliases:
        came = "since its birth" if not stage else f"brought by {stage}"
        page.item(f"{alias}  {came}{', its birth alias' if alias == record.flaw.birth else ''}")
    page.head("seen by")
    for sighting in record.sightings:
        page.item(_sighting(sighting, told.scans))
    page.head("decisions")
    for decision, lifted in told.decisions:
        page.item(_decision(decision) + (f"; taken back {_day(lifted)}" if lifted else ""))
    page.head("tickets")
    for row in record.tickets:
        page.item(_ticket_line(row))
    if not any(row.state == "open" for row in record.tickets):
        _routing(page, record, here)
    _journal(page, told.intents, ledger)


def tell_ticket(told: story.TicketStory, ledger: Ledger, here: Place) -> None:
    """What it says in its tracker now, which flaws it stands for, what was done to it and why."""
    page, row = _Page(here.console), told.row
    page.title(_ticket_line(row))
    _from_tracker(page, row, here)
    page.head(
        f"stands for {counted(len(told.flaws), 'flaw')}" + (f", {row.group}" if row.group else "")
    )
    for record in told.flaws[:_MANY]:
        gone = " (gone)" if record.flaw.id in row.struck else ""
        page.item(f"{record.flaw.id}  {record.flaw.features.severity}  {_where(record)}{gone}")
    page.more(len(told.flaws) - _MANY)
    if len(told.flaws) == 1:
        more = story.of_flaw(ledger, told.flaws[0].flaw.id)
        for sighting in more.record.sightings:
            page.item(_sighting(sighting, more.scans))
        for decision, lifted in more.decisions:
            page.item(_decision(decision) + (f"; taken back {_day(lifted)}" if lifted else ""))
    _journal(page, told.intents, ledger)


def tell_run(told: story.RunStory, ledger: Ledger, console: Console) -> None:
    """What was read and what was done."""
    page, run = _Page(console), told.run
    ended = f", ended {_minute(run.ended_at)}" if run.ended_at else ""
    page.title(f"run {run.id}: {run.command}, {run.outcome or 'not ended'}")
    page.item(f"ticketbot {run.version}, started {_minute(run.started_at)}{ended}")
    if run.url:
        page.item(run.url)
    if run.summary:
        page.item(", ".join(f"{number:,} {name}" for name, number in run.summary.items()))
    page.head("scans")
    for scan in told.scans:
        page.item(f"{scan.scope}: {counted(scan.results, 'result')}{_position(scan)}")
        for reason in scan.reasons:
            page.item(f"  {reason}")
    _journal(page, told.intents, ledger)


class _Page:
    """Headings with what stands under them; a heading without anything is left out."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._heading = ""

    def title(self, text: str) -> None:
        self._console.out(
            self._console.style(wrapped(text, self._console.width, "  ", first=""), "strong")
        )

    def head(self, text: str) -> None:
        self._heading = text

    def item(self, text: str) -> None:
        self._flush()
        inner = "  " + " " * (len(text) - len(text.lstrip()))
        self._console.out(wrapped(text.lstrip(), self._console.width, inner + "  ", first=inner))

    def verbatim(self, text: str) -> None:
        """Text of several lines as it stands, harmless for a terminal."""
        self._flush()
        for line in text.splitlines():
            self._console.out(f"  {shown(line)}".rstrip())

    def more(self, number: int) -> None:
        if number > 0:
            self.item(f"… and {number:,} more")

    def _flush(self) -> None:
        if self._heading:
            self._console.out("\n" + self._console.style(self._heading, "strong"))
            self._heading = ""


def _flaw_head(page: _Page, record: FlawRecord) -> None:
    flaw, features = record.flaw, record.flaw.features
    page.title(f"flaw {flaw.id}")
    page.item(features.title)
    page.item(
        f"{features.severity} {features.kind}, {features.tool} {features.rule}, {_where(record)}"
    )
    there = any(s.absences == 0 for s in record.sightings)
    state = "there" if there else "gone"
    debt = ", known debt (baseline)" if flaw.baseline else ""
    page.item(f"{state}{debt}; of target {flaw.target}; first seen {_minute(flaw.first_seen)}")


def _routing(page: _Page, record: FlawRecord, here: Place) -> None:
    """Where it would go: the route, and which part of the configuration each field comes from."""
    page.head("route")
    for sighting in record.sightings[:1]:
        routed = route(record.flaw.features, sighting.scope, here.loaded.settings)
        if routed.tracker is None:
            name = f"{routed.name!r}: " if routed.name else ""
            page.item(f"{name}no ticket, because {routed.because}")
            continue
        page.item(f"{routed.name!r} → {routed.tracker}")
        for field, source in sorted(routed.sources.items()):
            page.item(f"{field} from {source}")


def _journal(page: _Page, intents: Iterable[Intent], ledger: Ledger) -> None:
    """Every request with its reason and what came of it."""
    known = tuple(intents)
    keys = story.keys_of(ledger, known)
    page.head("done, and why")
    for intent in known:
        key = keys.get((intent.tracker, intent.ticket_id or ""), intent.ticket_id or "")
        note = f" ({intent.note})" if intent.note else ""
        page.item(
            f"{_minute(intent.sent_at)}  {intent.action} {key}: {intent.reason}; {intent.state}{note}"
            f"  [run {intent.run}]"
        )


def _from_tracker(page: _Page, row: TicketRow, here: Place) -> None:
    """The ticket as its tracker shows it; of the local tracker also body, comments and history."""
    try:
        tracker = here.tracker(row.tracker) if row.tracker in here.loaded.config.trackers else None
        ticket = tracker.read([row.id]).get(row.id) if tracker else None
    except TicketbotError as error:
        page.item(f"its tracker cannot be asked: {error.message}")
        return
    if tracker is None or ticket is None:
        page.item(f"it is not to be found in {row.tracker} any more")
        return
    page.title(ticket.title)
    told = [
        ticket.state,
        ticket.resolution,
        ticket.priority,
        ticket.assignee and f"for {ticket.assignee}",
    ]
    due = f"due {ticket.due}" if ticket.due else None
    page.item(", ".join(str(each) for each in (*told, due, *ticket.labels) if each))
    body, comments, history = (
        getattr(tracker, name, None) for name in ("body", "comments", "history")
    )
    if body and comments and history:
        page.verbatim("\n" + body(row.id))
        page.head("comments")
        for note in comments(row.id):
            page.item(f"{_minute(note.at)} {note.who}: {note.text}")
        page.head("history")
        for note in history(row.id):
            page.item(f"{_minute(note.at)} {note.who}: {note.what} {note.text}".rstrip())


def _ticket_line(row: TicketRow) -> str:
    closed = (
        f", {row.closed or 'by a person'}, {_day(row.closed_at)}" if row.state == "closed" else ""
    )
    due = f", due {row.due}" if row.due else ""
    return f"{row.key}  {row.state}{closed} in {row.tracker}{due}  {row.url}".rstrip()


def _where(record: FlawRecord) -> str:
    features = record.flaw.features
    line = f":{features.line}" if features.line else ""
    component = (
        f"{features.component} {features.version or ''}".strip() if features.component else ""
    )
    place = f"{features.path}{line}" if features.path else ""
    return features.operation or component or place or features.resource or features.logical or "?"


def _sighting(sighting: Sighting, scans: dict[str, AppliedScan]) -> str:
    first, last = scans.get(sighting.first_scan), scans.get(sighting.last_scan)
    since = f"since the scan{_position(first)}" if first else "since a scan before this ledger"
    if sighting.absences == 0:
        return f"{sighting.scope}: there, {since}"
    gone = counted(sighting.absences, "scan")
    return f"{sighting.scope}: absent from {gone}{_position(last)}; seen {since}"


def _position(scan: AppliedScan | None) -> str:
    if scan is None:
        return ""
    commit = f" of commit {scan.commit[:12]}" if scan.commit else ""
    moment = f" at {_minute(scan.ended or scan.started)}" if scan.ended or scan.started else ""
    return commit + moment


def _decision(decision: Decision) -> str:
    by = f" by {decision.by}" if decision.by else ""
    until = f", until {_day(decision.until)}" if decision.until else ""
    reason = f": {decision.reason}" if decision.reason else ""
    of = f" of {decision.duplicate_of}" if decision.duplicate_of else ""
    return (
        f"{_minute(decision.made_at)}  {decision.kind}{of}{by} ({decision.source}){until}{reason}"
    )


def _minute(moment: str | None) -> str:
    return (moment or "")[:16].replace("T", " ")


def _day(moment: str | None) -> str:
    return (moment or "")[:10]
