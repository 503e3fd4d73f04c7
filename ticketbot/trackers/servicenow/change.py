"""One change of one record: read it, write what differs in one PATCH, then its marker.

A record's columns and what is said on it go in one request, carried out as a whole or not at all. Where the
answer is lost, the record is read again: it says by its count of changes and its columns what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from ticketbot.errors import TrackerError
from ticketbot.model.ticket import Marker
from ticketbot.trackers.base import Outcome
from ticketbot.trackers.servicenow.create import dropped, missing
from ticketbot.trackers.servicenow.line import API
from ticketbot.trackers.servicenow.markers import FILE, FULL_TEXT
from ticketbot.trackers.servicenow.query import SYS_ID, Row, rows_of
from ticketbot.trackers.servicenow.reads import Reads
from ticketbot.trackers.servicenow.rows import MARK
from ticketbot.trackers.servicenow.table import Columns
from ticketbot.trackers.wire import Call


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done to a record."""

    columns: Columns = {}
    said: str = ""
    """A comment; "" for none."""
    marker: Marker | None = None
    left: tuple[str, ...] = ()
    full: str | None = None
    """The full text beside a body that was cut; "": there is none any more; None: the body stays."""


Wanted = Callable[[Row, Marker | None], Change | None]
"""The record and its stored marker → what to do; None: nothing."""


class Changes:
    """Changes records of one table."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._done: set[str] = set()

    def __call__(self, ticket_id: str, wanted: Wanted, nonce: str) -> Outcome:
        """A nonce that was applied before changes nothing."""
        try:
            rows = self._reads.rows([ticket_id])
            if not rows:
                return Outcome("rejected", reason=f"there is no record with sys_id {ticket_id}")
            markers, files = self._reads.markers.held(rows)
            stored = markers.get(ticket_id)
            change = None if nonce in self._done else wanted(rows[0], stored)
            if change is None:
                return Outcome("applied", self._reads.ticket(rows[0], stored))
            if taken := self._taken(rows[0], change):
                return Outcome("rejected", reason=taken)
            if change.full is not None and FULL_TEXT in rows[0].get(self._reads.table.body, ""):
                files = files or self._reads.markers.files([ticket_id])
        except TrackerError as error:
            return Outcome("rejected", reason=error.message)
        outcome = self._carried_out(rows[0], stored, files.get(ticket_id, ()), change)
        if outcome.state == "applied":
            self._done.add(nonce)
        return outcome

    def has_said(self, row: Row, text: str) -> bool:
        """Is it among the comments of the record?"""
        return text.strip() in self._newest_said(row)

    def _taken(self, row: Row, change: Change) -> str:
        """Why the record cannot become ours: another integration finds it by the same column."""
        table, now = self._reads.table, row.get(self._reads.table.id, "")
        if not now or change.columns.get(table.id, now) == now:
            return ""
        if row.get(table.mark, "").startswith(MARK):
            return ""
        return (
            f"{table.id} of {row.get('number')} says {now!r}, by which another integration may find it:"
            " name another column as `id_field`"
        )

    def _carried_out(
        self, row: Row, stored: Marker | None, old: Sequence[Row], change: Change
    ) -> Outcome:
        table = self._reads.table
        columns = dict(missing(change.columns, row, table))
        left = change.left
        if columns or change.said:
            after = self._patched(row, columns, change.said)
            if isinstance(after, Outcome):
                return after
            state = columns.get("state")
            if state is not None and after.get("state") != state:
                said_before = {name: row.get(name, "") for name in (table.mark, table.marker)}
                self._patched(after, {n: t for n, t in said_before.items() if n in columns}, "")
                kept = f"the instance keeps it in state {after.get('state')}, asked for {state}"
                return Outcome("rejected", reason=f"{kept}: check `resolutions` and `open_state`")
            row = after
            left += tuple(dropped(columns, after, table))
        failed, stored = self._attached(row, stored, old, change)
        if failed is not None:
            return failed
        said = f"left out: {'; '.join(left)}" if left else ""
        return Outcome("applied", self._reads.ticket(row, stored), said)

    def _patched(self, row: Row, columns: Columns, said: str) -> Row | Outcome:
        """The record after it."""
        body = columns | ({self._reads.table.comment: said} if said else {})
        path = f"{API}/table/{self._home(row)}/{row['sys_id']}"
        call = self._reads.writing("PATCH", path, body)
        told = self._reads.line.tell(call)
        if told.state == "rejected":
            return Outcome("rejected", reason=told.reason)
        rows = rows_of(told.reply) if told.state == "applied" and told.reply else None
        if rows and SYS_ID.fullmatch(rows[0].get("sys_id", "")):
            return rows[0]
        return self._looked(row, columns, said) or Outcome(
            "ambiguous", reason=told.reason or "the answer names no record"
        )

    def _looked(self, before: Row, columns: Columns, said: str) -> Row | None:
        """The record, where it plainly says what was asked; None where that is not sure."""
        reads = self._reads
        try:
            rows = reads.rows([before["sys_id"]])
            newest = self._newest_said(before) if said else ""
        except TrackerError:
            return None
        if not rows or rows[0].get("sys_mod_count") == before.get("sys_mod_count"):
            return None
        there = not missing(columns, rows[0], reads.table)
        return rows[0] if there and newest.replace("\r\n", "\n").startswith(said) else None

    def _newest_said(self, row: Row) -> str:
        """Journals are shown as one text, the newest entry first, each under a line of who and when."""
        journal = self._reads.table.comment
        query = {"sysparm_fields": f"sys_id,{journal}", "sysparm_display_value": "true"}
        path = f"{API}/table/{self._home(row)}/{row['sys_id']}"
        rows = rows_of(self._reads.line.ask(Call(method="GET", path=path, query=query)))
        return rows[0].get(journal, "").partition("\n")[2] if rows else ""

    def _attached(
        self, row: Row, stored: Marker | None, old: Sequence[Row], change: Change
    ) -> tuple[Outcome | None, Marker | None]:
        """What went wrong with the attachments, and the marker as it is stored now."""
        markers, record, home = self._reads.markers, row["sys_id"], self._home(row)
        marker = change.marker if change.marker is not None else stored
        there = marker == stored and any(file["file_name"] == FILE for file in old)
        if markers.in_column or there or change.marker is None:
            told = {}
        else:
            told = markers.attach({record: change.marker}, home)
        texts = {record: change.full} if change.full else {}
        for each in (*told.values(), *markers.attach_texts(texts, home).values()):
            if each.state != "applied":
                return _half(each.state, each.reason), stored
        replaced = ({FILE} if told else set()) | ({FULL_TEXT} if change.full is not None else set())
        markers.drop(file for file in old if file["file_name"] in replaced)
        return None, marker

    def _home(self, row: Row) -> str:
        """The table of its class: a reclassified record answers only there."""
        return row.get("sys_class_name") or self._reads.table.name


def _half(state: str, reason: str) -> Outcome:
    why = f"the record was changed, its attachments were not: {reason}"
    return Outcome("ambiguous" if state == "ambiguous" else "rejected", reason=why)


def closing(columns: Columns, notes: str, text: str) -> tuple[Columns, str]:
    """(columns, what is left to be said): why it was closed stands in the notes, where there are some."""
    return (columns | {notes: text}, "") if notes and text else (columns, text)
