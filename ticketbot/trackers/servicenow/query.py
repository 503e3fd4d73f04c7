"""Encoded queries: how rows are asked for, and how it is noticed that a term was not understood.

ServiceNow drops a term it does not understand, and then gives every row (its property
glide.invalid_query.returns_no_rows is off as delivered). So a row that was not asked for is an error,
never an answer. Values that could end a term are never put into one. Pages go by `sys_id>`: by offset,
rows get lost while others are inserted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.trackers.outcome import Reply
from ticketbot.trackers.servicenow.line import API, Line
from ticketbot.trackers.wire import Call

Row = dict[str, str]

PAGE = 1000
CHUNK = 100
"""Ids or UUIDs in one query: with commas as %2C below 4 kB, and the whole address below 6 kB."""
SYS_ID = re.compile(r"[0-9a-f]{32}")
SUBJECT = re.compile(r"[A-Za-z0-9-]+")


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Each value once."""
    each = list(dict.fromkeys(values))
    for start in range(0, len(each), CHUNK):
        yield each[start : start + CHUNK]


def rows_of(reply: Reply) -> list[Row] | None:
    """The `result` of an answer; None where there is none."""
    value = reply.json_or_none()
    result = value.get("result") if isinstance(value, dict) else None
    if isinstance(result, dict):
        result = [result]
    if not isinstance(result, list) or not all(isinstance(each, dict) for each in result):
        return None
    return [{name: _text(each) for name, each in row.items()} for row in result]


def _text(value: Any) -> str:
    """A reference may come as an object with its link, whatever was asked for."""
    if isinstance(value, dict):
        value = value.get("value")
    return "" if value is None else str(value)


class Records:
    """Rows of tables."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def call(self, table: str, query: str, fields: Sequence[str], limit: int = PAGE) -> Call:
        """One page, in the order of sys_id."""
        asked = {
            "sysparm_query": f"{query}^ORDERBYsys_id" if query else "ORDERBYsys_id",
            "sysparm_fields": ",".join(fields),
            "sysparm_limit": str(limit),
            "sysparm_display_value": "false",
            "sysparm_exclude_reference_link": "true",
        }
        return Call(method="GET", path=f"{API}/table/{table}", query=asked)

    def pages(
        self, table: str, query: str, fields: Sequence[str], limit: int | None = None
    ) -> Iterator[Row]:
        """All rows, a page at a time. `query` has no order of its own."""
        last, given = "", 0
        while limit is None or given < limit:
            size = PAGE if limit is None else min(PAGE, limit - given)
            page = self.one_page(self.call(table, after(query, last), fields, size))
            yield from page
            given += len(page)
            if len(page) < size or page[-1]["sys_id"] <= last:
                return
            last = page[-1]["sys_id"]

    def one_page(self, call: Call) -> list[Row]:
        """Raises TrackerError, also for an answer without rows."""
        return self._checked(call, self._line.ask(call))

    def among(
        self, table: str, field: str, values: Iterable[str], fields: Sequence[str]
    ) -> list[Row]:
        """The rows whose field has one of these values. Raises TrackerError where others come, too."""
        parts = list(chunks(values))
        if not parts:
            return []
        calls = [self.call(table, f"{field}IN{','.join(part)}", fields) for part in parts]
        found: list[Row] = []
        for call, part, reply in zip(calls, parts, self._line.ask_many(calls), strict=True):
            rows = self._checked(call, reply)
            self._verified(rows, table, field, part)
            found += rows
            if len(rows) == PAGE:
                more = after(f"{field}IN{','.join(part)}", rows[-1]["sys_id"])
                rest = list(self.pages(table, more, fields))
                self._verified(rest, table, field, part)
                found += rest
        return found

    def _verified(self, rows: Iterable[Row], table: str, field: str, values: list[str]) -> None:
        wanted = {value.lower() for value in values}
        if any(row.get(field, "").lower() not in wanted for row in rows):
            raise TrackerError(
                f"{self._line.name}: asked for some values of {field}, {table} answers with others:"
                " the instance dropped this term of the query",
                hint=f"Check that {table} has a column {field}, and that the account may read it.",
            )

    def _checked(self, call: Call, reply: Reply) -> list[Row]:
        rows = rows_of(reply)
        if rows is None or not all(SYS_ID.fullmatch(row.get("sys_id", "")) for row in rows):
            raise TrackerError(
                f"{self._line.name}: {call.path} answers without rows",
                hint="Check the tracker's url: expected the address of an instance.",
            )
        return rows


def after(query: str, last: str) -> str:
    """The rows behind `last`: in each part of a query that has several."""
    if not last:
        return query
    term = f"sys_id>{last}"
    return "^NQ".join(f"{part}^{term}" if part else term for part in query.split("^NQ"))


def unordered(query: str) -> str:
    """A person's query without an order of its own: pages need theirs."""
    return "^".join(term for term in query.split("^") if not term.startswith("ORDERBY"))
