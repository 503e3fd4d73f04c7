"""The sentences that ticketbot says in reasons and comments. Own words, and of a report only paths,
versions and names of packages, as text."""

from __future__ import annotations

from collections.abc import Sequence

from ticketbot.model.flaw import Decision, Doubt
from ticketbot.planning.markdown import code, plain
from ticketbot.planning.state import AppliedScan, TicketRow
from ticketbot.planning.subjects import Member, Subject, scopes

CONFIRM_REVOKED = (
    "The secret is gone from the scanned source. That does not make it harmless: whoever copied it can "
    "still use it. Please revoke or rotate it, then close this ticket. ticketbot does not close "
    "tickets about secrets by itself."
)

_DECISIONS = {
    "accepted": "the risk is accepted",
    "false_positive": "it is a false positive",
    "wont_fix": "it will not be fixed",
    "duplicate": "it is a duplicate",
    "fixed": "a person closed it as done",
    "suppressed": "it is suppressed in the source",
}


_DOUBTS = {
    "moved": "it may have moved",
    "unlisted": "its file is not among those that were scanned, and may be there",
}


def not_yet(subject: Subject) -> str:
    """Reason for waiting: absences that are too few, or in doubt."""
    doubts = [d for m in subject.members if (d := m.features.doubt) and d.kind in _DOUBTS]
    if not doubts:
        return "absent, but not from enough scans yet"
    doubt = doubts[0]
    where = f" to {plain(doubt.at)}" if doubt.at else ""
    return f"absent, but {_DOUBTS[doubt.kind]}{where}; one more scan decides"


def still_seen(member: Member) -> str:
    """Reason for waiting: one scope lost it now, another still sees it."""
    there = [str(s.scope) for s in member.record.sightings if s.absences == 0]
    gone_from = " and ".join(map(str, member.lost))
    return f"no longer reported by {gone_from}, still there in {' and '.join(sorted(there)[:3])}"


def unchanged(remains: Doubt) -> str:
    """Reason for asking: the flagged line is in the code as it was."""
    if remains.kind == "silenced":
        return f"no longer reported, but suppressed by `{remains.word}` in the code"
    return "no longer reported, but its line is unchanged in the code"


def unchanged_comment(subject: Subject, remains: Doubt) -> str:
    """Said once in the ticket when a flaw vanished from the reports and not from the code."""
    where = " and ".join(str(scope) for scope in scopes(subject)[:3])
    how = f", now suppressed by `{remains.word}`" if remains.kind == "silenced" else ""
    return (
        f"No longer reported by {where}, but the line is still in the code as it was: "
        f"{code(remains.at)}{how}. That is no proof of a fix: a rule, a setting or what is scanned may have "
        "changed.\n\nPlease have a look, and close this ticket as what it is: fixed, accepted or a false "
        "positive. ticketbot closes it by itself once that line is changed or gone."
    )


def gone(subject: Subject) -> str:
    """Reason for closing: which scopes no longer have it."""
    where = " and ".join(str(scope) for scope in scopes(subject)[:3])
    what = "its flaws are" if len(subject.members) > 1 else "it is"
    return f"{what} gone: no longer reported by {where}"


def gone_comment(subject: Subject) -> str:
    """Said in the ticket when it is closed as fixed."""
    lines = [f"Fixed: {scope} no longer reports it." for scope in scopes(subject)[:5]]
    if any((doubt := m.features.doubt) and doubt.kind == "unlisted" for m in subject.members):
        lines = ["Gone: its file is no longer scanned. It was deleted or renamed, or is left out."]
    lines.append("")
    lines.append("ticketbot opens this ticket again if it comes back.")
    return "\n".join(lines)


def decided(decision: Decision) -> str:
    """Reason: what was decided, by whom, until when."""
    text = _DECISIONS[decision.kind]
    if decision.by:
        text += f", says {decision.by}"
    if decision.until:
        text += f", until {decision.until[:10]}"
    return text


def decided_comment(decision: Decision) -> str:
    """Said in the ticket when a decision made elsewhere closes it."""
    text = f"Closed because {decided(decision)}."
    if decision.until:
        text += " After that date ticketbot opens it again if the flaw is still there."
    elif decision.kind == "suppressed":
        text += " ticketbot opens it again when the suppression is removed."
    return text


def regressed(previous: TicketRow) -> str:
    """Reason for a new ticket that continues an old one."""
    return f"back, long after {previous.key} was closed on {(previous.closed_at or '')[:10]}"


def back(row: TicketRow, live: Sequence[Member]) -> str:
    """Reason for reopening."""
    if row.closed == "fixed":
        return "it is back" + seen_in(live)
    if row.closed == "duplicate":
        return "it was ruled to be another flaw, and that was taken back"
    if row.closed is None:
        return "closed as done by a person, and still there" + seen_in(live)
    return "the decision that closed it has ended, and it is still there" + seen_in(live)


def back_comment(subject: Subject, row: TicketRow, live: Sequence[Member]) -> str:
    """Said in the ticket when it is opened again."""
    count = f" ({len(live)} of {len(subject.members)})" if len(subject.members) > 1 else ""
    return f"Open again{count}: {back(row, live)}."


def seen_in(live: Sequence[Member]) -> str:
    """` in bandit's scan of 1a2b3c` for the first member that this run saw."""
    for member in live:
        if member.scan is not None:
            return f" in {scan_name(member.scan)}"
    return ""


def seen_by(subject: Subject) -> str:
    """Reason and comment: which tools see the flaw."""
    sightings = [s for m in subject.members for s in m.record.sightings if s.absences == 0]
    families = sorted({sighting.scope.family for sighting in sightings})
    return f"the flaw is seen by {' and '.join(families)}"


def joined(subject: Subject) -> str:
    """Reason and comment: which reports are of this one flaw."""
    if len(subject.members) == 1:
        return "what was ruled to be the same flaw is one of its own again"
    told = dict.fromkeys(f"{m.features.tool} ({m.features.rule})" for m in subject.members)
    return f"one flaw by a ruling: {plain('; '.join(told))[:400]}"


def scan_name(scan: AppliedScan) -> str:
    """A scan as people call it."""
    return f"the scan by {scan.tool}" + (f" of commit {scan.commit[:12]}" if scan.commit else "")


def severity_changed(old: str, new: str) -> str:
    """Reason and comment when a flaw became worse."""
    return f"severity went from {old} to {new}"
