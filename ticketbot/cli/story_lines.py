"""What the ledger remembers, each as a line of words for `ticketbot explain`."""

from __future__ import annotations

from collections.abc import Mapping

from ticketbot.cli.output import counted
from ticketbot.model.flaw import Decision, Related, Ruling, Sighting
from ticketbot.planning.render_title import operation_words
from ticketbot.planning.state import AppliedScan, FlawRecord, TicketRow


def ticket_line(row: TicketRow) -> str:
    """A ticket with its state."""
    closed = (
        f", {row.closed or 'by a person'}, {day(row.closed_at)}" if row.state == "closed" else ""
    )
    due = f", due {row.due}" if row.due else ""
    return f"{row.key}  {row.state}{closed} in {row.tracker}{due}  {row.url}".rstrip()


def where(record: FlawRecord) -> str:
    """Where the flaw is, as people say it."""
    features = record.flaw.features
    line = f":{features.line}" if features.line else ""
    component = (
        f"{features.component} {features.version or ''}".strip() if features.component else ""
    )
    place = f"{features.path}{line}" if features.path else ""
    operation = operation_words(features)
    if operation and "?" in (features.operation or ""):
        operation += "?" + (features.operation or "").partition("?")[2]
    return operation or component or place or features.resource or features.logical or "?"


def operation_lines(record: FlawRecord) -> list[str]:
    """The operation of a flaw and what told it, or the endpoints of one of the whole target."""
    features = record.flaw.features
    if features.operation and features.operation_by:
        return [f"{features.operation}, told by {features.operation_by}"]
    return [f"the whole target; seen at {endpoint}" for endpoint in features.endpoints]


def sighting(seen: Sighting, scans: dict[str, AppliedScan]) -> str:
    """Since when a scope sees a flaw, or how long it does not any more. `scans`: digest → scan."""
    first, last = scans.get(seen.first_scan), scans.get(seen.last_scan)
    since = f"since the scan{position(first)}" if first else "since a scan before this ledger"
    if seen.absences == 0:
        return f"{seen.scope}: there, {since}"
    gone = counted(seen.absences, "scan")
    return f"{seen.scope}: absent from {gone}{position(last)}; was there {since}"


def position(scan: AppliedScan | None) -> str:
    """Which scan: its commit and time, as far as they are known."""
    if scan is None:
        return ""
    commit = f" of commit {scan.commit[:12]}" if scan.commit else ""
    moment = f" at {minute(scan.ended or scan.started)}" if scan.ended or scan.started else ""
    return commit + moment


def decision(said: Decision) -> str:
    """What somebody said, when and why."""
    by = f" by {said.by}" if said.by else ""
    until = f", until {day(said.until)}" if said.until else ""
    reason = f": {said.reason}" if said.reason else ""
    of = f" of {said.duplicate_of}" if said.duplicate_of else ""
    return f"{minute(said.made_at)}  {said.kind}{of}{by} ({said.source}){until}{reason}"


def called(flaw: str, keys: Mapping[str, str]) -> str:
    """A flaw as people say it: by its ticket. `keys`: UUID → key of the ticket about it."""
    return f"{keys[flaw]} ({flaw[:8]})" if flaw in keys else flaw


def ruling(said: Ruling, keys: Mapping[str, str]) -> str:
    """What was said about identity, by whom, and whether it stands."""
    by = f" by {said.by}" if said.by else ""
    one, other = called(said.flaw, keys), called(said.other, keys)
    what = f"{other} is {one}" if said.other else f"{one} is not {', '.join(said.aliases)}"
    reason = f": {said.reason}" if said.reason else ""
    undone = f"; taken back {day(said.undone_at)}" if said.undone_at else ""
    return (
        f"{minute(said.made_at)}  {said.kind} {said.id}{by} ({said.source}){reason}; {what}{undone}"
    )


def related(other: Related, keys: Mapping[str, str]) -> str:
    """Another tool's flaw that is probably the same problem."""
    return f"{called(other.flaw, keys)}  {other.tool} {other.rule}"


def minute(moment: str | None) -> str:
    """A time for people, UTC."""
    return (moment or "")[:16].replace("T", " ")


def day(moment: str | None) -> str:
    """Its date."""
    return (moment or "")[:10]
