"""What `ticketbot doctor` looks at in an instance: by reads alone, and each finding says what to change.

Whether the account may write shows only in a write, and is not tried. What the account may not read about
the instance itself (choices, the dictionary) is `unknown`, and no fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.trackers.base import Check
from ticketbot.trackers.outcome import Reply
from ticketbot.trackers.servicenow.line import API
from ticketbot.trackers.servicenow.names import Names
from ticketbot.trackers.servicenow.query import Row, rows_of
from ticketbot.trackers.servicenow.reads import Reads
from ticketbot.trackers.wire import Call

_NOBODY = "00000000-0000-0000-0000-000000000000"
_SET = frozenset(("number", "state", "opened_at", "sys_id"))
"""Columns that an instance fills in by itself."""


def examined(reads: Reads, names: Names, settings: Mapping[str, Any]) -> list[Check]:
    """Never raises for what it finds."""
    table = reads.table.name
    one = {"sysparm_limit": "1", "sysparm_exclude_reference_link": "true"}
    try:
        reply = reads.line.ask(Call(method="GET", path=f"{API}/table/{table}", query=one))
    except TrackerError as error:
        return [Check(f"table {table}", "wrong", error.message, error.hint)]
    rows = rows_of(reply)
    if rows is None:
        return [Check(f"table {table}", "wrong", "the answer holds no rows", "Check the url.")]
    return [
        Check(f"table {table}", "ok", f"{reads.line.url} lets the account read {table}"),
        _limit(reply),
        *_columns(reads, rows),
        _query(reads),
        *_choices(reads),
        _mandatory(reads, settings),
        *_names(names, settings),
        _place(reads, settings),
    ]


def _limit(reply: Reply) -> Check:
    limit = reply.headers.get("x-ratelimit-limit")
    if limit is None:
        return Check("rate limit", "ok", "no rule limits this account")
    left = reply.headers.get("x-ratelimit-remaining", "an unknown number")
    found = f"a rule allows {limit} requests an hour, {left} are left"
    return Check("rate limit", "warning" if int_of(limit) < 1000 else "ok", found, _RATE)


_RATE = "Give the account a rate limit rule of its own, of 1,000 an hour or more."


def int_of(text: str) -> int:
    """0 for what is no number."""
    return int(text) if text.isdecimal() else 0


def _columns(reads: Reads, rows: list[Row]) -> Iterator[Check]:
    table = reads.table
    wanted = (table.id, table.mark, table.marker, table.labels, table.title, table.body, table.due)
    for column in dict.fromkeys(name for name in (*wanted, table.notes, table.parent) if name):
        what = f"column {column}"
        if not rows:
            yield Check(what, "unknown", f"{table.name} has no record to look at")
        elif column in rows[0]:
            yield Check(what, "ok", f"{table.name} has it")
        else:
            found = f"{table.name} has no column {column}, or the account may not read it"
            yield Check(
                what, "wrong", found, "Make the column, or name another in the configuration."
            )


def _query(reads: Reads) -> Check:
    """Is a term on the UUID understood? A dropped one gives every record."""
    table = reads.table
    try:
        reads.records.among(table.name, table.id, [_NOBODY], ["sys_id", table.id])
    except TrackerError as error:
        return Check(f"queries by {table.id}", "wrong", error.message, error.hint)
    return Check(f"queries by {table.id}", "ok", "they find what they should, and nothing else")


def _choices(reads: Reads) -> Iterator[Check]:
    """Are the configured states and codes among the choices?"""
    table = reads.table
    named = sorted({column for columns in table.resolutions.values() for column in columns})
    query = f"nameIN{table.name},task^elementIN{','.join(named)}^inactive=false"
    try:
        rows = list(
            reads.records.pages("sys_choice", query, ["sys_id", "name", "element", "value"])
        )
    except TrackerError as error:
        yield Check("resolutions", "unknown", f"the choices cannot be read ({error.message})")
        return
    own = {row.get("element") for row in rows if row.get("name") == table.name}
    for word, columns in table.resolutions.items():
        for column, value in columns.items():
            home = table.name if column in own else "task"
            known = {
                row.get("value", "")
                for row in rows
                if row.get("element") == column and row.get("name") == home
            }
            what = f"resolution {word}"
            if not known:
                yield Check(what, "unknown", f"the choices of {column} cannot be read")
            elif value in known:
                yield Check(what, "ok", f"{column} has the choice {value!r}")
            else:
                found = f"{column} has no choice {value!r}, only {', '.join(sorted(known))}"
                yield Check(what, "wrong", found, f"Set resolutions.{word} in the configuration.")


def _mandatory(reads: Reads, settings: Mapping[str, Any]) -> Check:
    table = reads.table
    query = f"nameIN{table.name},task^mandatory=true"
    try:
        rows = list(
            reads.records.pages("sys_dictionary", query, ["sys_id", "element", "mandatory"])
        )
    except TrackerError as error:
        return Check("mandatory columns", "unknown", f"not to be read ({error.message})")
    wanted = {row.get("element", "") for row in rows if row.get("mandatory") == "true"} - _SET
    given = {table.title, table.body, table.id, *(settings.get("fields") or {})}
    if missing := sorted(wanted - given - {""}):
        found = f"{table.name} wants {', '.join(missing)}, and nothing is configured for it"
        return Check("mandatory columns", "wrong", found, "Give them a value under `fields:`.")
    return Check("mandatory columns", "ok", "all have a value")


def _names(names: Names, settings: Mapping[str, Any]) -> Iterator[Check]:
    for column, value in (settings.get("fields") or {}).items():
        name = "assigned_to" if column == "assignee" else column
        if isinstance(value, str) and names.refers(name) and "{" not in value:
            _, why = names.resolve(name, value)
            found = f"{value!r}: {why}, and is left out" if why else f"{value!r} is known"
            yield Check(
                column, "warning" if why else "ok", found, "Correct the name." if why else ""
            )


def _place(reads: Reads, settings: Mapping[str, Any]) -> Check:
    """Where records are made through, and where markers go."""
    staging = settings.get("import_set")
    path = f"table/{staging}" if staging else "attachment"
    what = f"import set {staging}" if staging else "attachments"
    if not staging and reads.markers.in_column:
        return Check("marker", "ok", f"in the column {reads.table.marker}")
    try:
        reads.line.ask(Call(method="GET", path=f"{API}/{path}", query={"sysparm_limit": "1"}))
    except TrackerError as error:
        return Check(what, "wrong", error.message, error.hint)
    return Check(
        what, "ok", "the account may read it; whether it may write shows in the first sync"
    )
