"""A row of ServiceNow as a ticket, and what we want it to say as columns. Pure: knows no HTTP.

The column of the mark is ours alone, `ticketbot:<target>;` with `group;` and `closed=<resolution>;` where
they hold. It goes with every change of state in one request, so that our own close is never taken for
a person's; a record whose marker was never written is known by it and by its UUID.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any, get_args
from urllib.parse import quote

import msgspec

from ticketbot.model.finding import SEVERITIES, Severity
from ticketbot.model.flaw import Features
from ticketbot.model.ticket import MarkedFlaw, Marker, Resolution, Ticket
from ticketbot.trackers.markup.section import FOOTER_PATTERN, digest, split
from ticketbot.trackers.servicenow.query import SUBJECT, Row
from ticketbot.trackers.servicenow.table import Columns, Table, as_class

MARK = "ticketbot:"
_RESOLUTIONS: tuple[Resolution, ...] = get_args(Resolution)
_TARGET = re.compile(r"[A-Za-z0-9._/-]{1,60}")
_DOTTED = ("assigned_to.user_name", "resolved_by.user_name", "closed_by.user_name")
_ALWAYS = (
    *("sys_id", "number", "sys_class_name", "state", "sys_created_on", "sys_updated_on"),
    *("sys_updated_by", "sys_mod_count", "priority", "assigned_to", "parent", "active"),
)


def fields(table: Table) -> list[str]:
    """The columns that a ticket is made from."""
    named = [table.id, table.mark, table.marker, table.labels, table.title, table.body]
    named += [table.due, table.notes, table.parent, table.code, *_ALWAYS, *_DOTTED]
    maps = (*table.resolutions.values(), *table.priorities.values())
    named += [column for columns in maps for column in columns]
    return list(dict.fromkeys(name for name in named if name))


def target_term(target: str) -> str:
    """A target's name as it stands in a mark: itself, or a part of it and a digest."""
    if _TARGET.fullmatch(target):
        return target
    short = re.sub(r"[^A-Za-z0-9._/-]+", "-", target)[:40]
    return f"{short}~{hashlib.blake2b(target.encode(), digest_size=4).hexdigest()}"


def mark_of(marker: Marker) -> str:
    """What the record's own column says of a marker. At most 100 characters, as the column has."""
    target = marker.flaws[0].target if marker.flaws else ""
    group = "group;" if marker.group else ""
    closed = f"closed={marker.closed};" if marker.closed else ""
    return f"{MARK}{target_term(target)};{group}{closed}"


def marked_closed(mark: str, closed: Resolution | None) -> str:
    """The same mark with another `closed`."""
    kept = re.sub(r"closed=\w+;", "", mark)
    return f"{kept}closed={closed};" if closed else kept


def is_ours(row: Row, table: Table) -> bool:
    """Whether the record carries our mark and a UUID."""
    return row.get(table.mark, "").startswith(MARK) and bool(
        SUBJECT.fullmatch(row.get(table.id, ""))
    )


def marker_of(row: Row, table: Table, payload: Marker | None) -> Marker | None:
    """The payload, as of the record: `closed` is what the record's own mark says. Without a payload what can
    be told; None for a record that is not ours."""
    mark = row.get(table.mark, "")
    closed = _closed(mark)
    if payload is not None and payload.subject == row.get(table.id):
        return payload if not mark else msgspec.structs.replace(payload, closed=closed)
    return _told(row, table, closed) if is_ours(row, table) else None


def _closed(mark: str) -> Resolution | None:
    said = re.search(r";closed=(\w+);", mark)
    return next((word for word in _RESOLUTIONS if said and word == said[1]), None)


def _told(row: Row, table: Table, closed: Resolution | None) -> Marker:
    """A record that was made and whose marker was not yet written: it is found and not made again. A group's
    members are not told."""
    subject = row[table.id]
    target, _, rest = row[table.mark].removeprefix(MARK).partition(";")
    if rest.startswith("group;"):
        return Marker(subject=subject, group="", closed=closed)
    features = Features(
        rule="",
        title=row.get(table.title, ""),
        severity=_severity(row, table),
        kind="other",
        tool="",
    )
    flaw = MarkedFlaw(
        id=subject,
        target=target,
        family="",
        birth=f"record/1:{row['sys_id']}",
        first_seen=iso(row.get("sys_created_on", "")),
        features=features,
    )
    return Marker(subject=subject, closed=closed, flaws=(flaw,))


def _severity(row: Row, table: Table) -> Severity:
    found = priority_of(row, table, None)
    return next((word for word in SEVERITIES if word == found), "info")


def ticket_of(row: Row, table: Table, tracker: str, url: str, payload: Marker | None) -> Ticket:
    """A row as a ticket. `payload`: what is stored of the marker."""
    table = as_class(table, row.get("sys_class_name", ""))
    marker = marker_of(row, table, payload)
    closed = is_closed(row, table)
    page = quote(f"/{table.name}.do?sys_id={row['sys_id']}", safe="")
    return Ticket(
        tracker=tracker,
        id=row["sys_id"],
        key=row.get("number") or row["sys_id"][:8],
        url=f"{url}/nav_to.do?uri={page}",
        title=row.get(table.title, ""),
        state="closed" if closed else "open",
        resolution=resolution_of(row, table, marker.closed if marker else None) if closed else None,
        priority=priority_of(row, table, marker),
        assignee=row.get("assigned_to.user_name") or row.get("assigned_to") or None,
        due=row.get(table.due, "")[:10] or None,
        labels=labels_of(row, table),
        revision=revision_of(row),
        updated=iso(row.get("sys_updated_on", "")),
        changed_by=_closer(row) if closed else None,
        body_digest=digest(split(row.get(table.body, ""), FOOTER_PATTERN).ours),
        marker=marker,
    )


def is_closed(row: Row, table: Table) -> bool:
    """By the states of its class; where those are not known, by `active`."""
    states = as_class(table, row.get("sys_class_name", "")).closed_states
    return row.get("state") in states if states else row.get("active") == "false"


def revision_of(row: Row) -> str:
    """Counts every change, journals included; the time is for tables that do not count."""
    return f"{row.get('sys_mod_count', '')}@{row.get('sys_updated_on', '')}"


def resolution_of(row: Row, table: Table, ours: Resolution | None) -> Resolution | None:
    """How a closed record was closed. What we wrote is read back as it was meant, also where the
    configuration has the same columns for several, and where Resolved has moved on to Closed."""
    fitting = [word for word, columns in table.resolutions.items() if _says(row, columns)]
    if ours in fitting:
        return ours
    code = row.get(table.code, "").lower()
    if code in table.codes:
        return table.codes[code]
    return fitting[0] if fitting else None


def _says(row: Row, columns: Columns) -> bool:
    decisive = {name: value for name, value in columns.items() if name != "state"} or columns
    return all(row.get(name) == value for name, value in decisive.items())


def _closer(row: Row) -> str | None:
    return row.get("resolved_by.user_name") or row.get("closed_by.user_name") or None


def priority_of(row: Row, table: Table, marker: Marker | None) -> str | None:
    """The configured name; of several the one that was written; else what the instance computed."""
    fitting = [
        name
        for name, columns in table.priorities.items()
        if all(row.get(column) == value for column, value in columns.items())
    ]
    written = marker.written.get("priority") if marker else None
    if isinstance(written, str) and written.lower() in (name.lower() for name in fitting):
        return written
    return fitting[0] if fitting else row.get("priority") or None


def labels_of(row: Row, table: Table) -> tuple[str, ...]:
    """A column with commas between labels."""
    text = row.get(table.labels, "") if table.labels else ""
    return tuple(label for label in (part.strip() for part in text.split(",")) if label)


def columns_of(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Fields as the configuration has them → columns as texts."""
    for name, value in given.items():
        if isinstance(value, bool):
            yield name, "true" if value else "false"
        elif isinstance(value, list | tuple):
            yield name, ",".join(str(each) for each in value)
        else:
            yield name, "" if value is None else str(value)


def iso(stamp: str) -> str:
    """`2026-03-01 12:00:00`, which is UTC, as ISO 8601."""
    return f"{stamp.replace(' ', 'T')}Z" if stamp else ""
