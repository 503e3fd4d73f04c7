"""New records: by the Table API, many in a batch, or through an import set that makes none twice.

What identifies a record is part of the request that makes it. Its marker, where it is an attachment,
comes right behind; what is lost between the two still has its UUID and its mark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ticketbot.errors import TrackerError
from ticketbot.model.ticket import Marker
from ticketbot.trackers.base import Draft, Outcome
from ticketbot.trackers.markup.section import digest
from ticketbot.trackers.servicenow.drafts import Drafts, Written
from ticketbot.trackers.servicenow.line import API
from ticketbot.trackers.servicenow.query import SYS_ID, Row, rows_of
from ticketbot.trackers.servicenow.reads import Reads
from ticketbot.trackers.servicenow.table import Columns, Table
from ticketbot.trackers.wire import Call, Told

Made = Row | Outcome
"""A record that is there now, or why there is none for sure."""


class Creates:
    """Makes records of one table. `import_set`: the staging table, or ""."""

    def __init__(self, reads: Reads, drafts: Drafts, import_set: str) -> None:
        self._reads, self._drafts, self._import_set = reads, drafts, import_set
        self._blind = ""
        self.proved = False
        """A record has kept what it is found by: this instance may be given many at once."""

    def __call__(self, wanted: Sequence[Draft]) -> list[Outcome]:
        """One outcome for each, in order. Until one record has kept its UUID, each is made alone: an
        instance that drops it silently gets no batch of records that nobody finds again."""
        if self._blind:
            return [Outcome("rejected", reason=self._blind) for _ in wanted]
        if not self.proved and len(wanted) > 1:
            return [*self(wanted[:1]), *self(wanted[1:])]
        written = [self._drafts.new(each.draft) for each in wanted]
        made = self._imported(written) if self._import_set else self._made(written)
        return self._marked(written, made)

    def _made(self, written: Sequence[Written]) -> list[Made]:
        path = f"{API}/table/{self._reads.table.name}"
        calls = [self._reads.writing("POST", path, each.columns) for each in written]
        return [_row(told) for told in self._reads.line.tell_many(calls)]

    def _imported(self, written: Sequence[Written]) -> list[Made]:
        """Sent again it finds its own record: coalesced rows are transformed one by one.
        https://www.servicenow.com/docs, Import Set API."""
        path = f"{API}/import/{self._import_set}"
        calls = [
            Call(method="POST", path=path, json=_staged(each.columns), cost="content")
            for each in written
        ]
        told = [self._reads.line.tell(call, repeatable=True) for call in calls]
        imported = [_imported(each) for each in told]
        ids = [each for each in imported if isinstance(each, str)]
        try:
            rows = {row["sys_id"]: row for row in self._reads.rows(ids)}
        except TrackerError as error:
            lost = Outcome("ambiguous", reason=error.message)
            return [lost if isinstance(each, str) else each for each in imported]
        gone = Outcome("ambiguous", reason="the import set names a record that cannot be read")
        return [rows.get(each, gone) if isinstance(each, str) else each for each in imported]

    def _marked(self, written: Sequence[Written], made: Sequence[Made]) -> list[Outcome]:
        """Attach markers and full texts of what was made."""
        reads, table = self._reads, self._reads.table.name
        markers: dict[str, Marker] = {}
        texts: dict[str, str] = {}
        for what, row in zip(written, made, strict=True):
            if isinstance(row, dict):
                markers[row["sys_id"]] = what.marker
                texts |= {row["sys_id"]: what.full} if what.full else {}
        told = {} if reads.markers.in_column else reads.markers.attach(markers, table)
        told_texts = reads.markers.attach_texts(texts, table)
        made = self._finished(written, made, told)
        outcomes: list[Outcome] = []
        for what, row in zip(written, made, strict=True):
            if isinstance(row, Outcome):
                outcomes.append(row)
                continue
            record = row["sys_id"]
            left = [*what.left, *self._dropped(what, row)]
            left += _unattached("its marker", told.get(record))
            left += _unattached("its full text", told_texts.get(record))
            stored = markers[record] if _there(told, record) else None
            ticket = reads.ticket(row, stored)
            outcomes.append(
                Outcome("applied", ticket, f"left out: {'; '.join(left)}" if left else "")
            )
        return outcomes

    def _finished(
        self, written: Sequence[Written], made: Sequence[Made], told: Mapping[str, Told]
    ) -> list[Made]:
        """Bodies without the marker that they carried, where it is attached. Where this fails the next
        update of the body does it."""
        path, body = f"{API}/table/{self._reads.table.name}", self._reads.table.body
        calls = {
            n: self._reads.writing("PATCH", f"{path}/{row['sys_id']}", {body: what.final})
            for n, (what, row) in enumerate(zip(written, made, strict=True))
            if isinstance(row, dict) and what.final and _there(told, row["sys_id"])
        }
        after = list(made)
        replies = self._reads.line.tell_many(list(calls.values())) if calls else []
        for n, reply in zip(calls, replies, strict=True):
            before, row = made[n], _row(reply)
            if isinstance(before, dict) and isinstance(row, dict):
                after[n] = before | row
        return after

    def _dropped(self, written: Written, row: Row) -> list[str]:
        """Columns that the instance did not take, without a word. Without a UUID nothing can be found again:
        no further record is made then."""
        table = self._reads.table
        for column in (table.id, table.mark):
            if row.get(column) != written.columns[column]:
                self._blind = (
                    f"{row.get('number') or row['sys_id']} was made without {column}: give the account"
                    f" write access to that column of {table.name}; no record is made before"
                )
        self.proved = not self._blind
        return dropped(written.columns, row, table)


def dropped(columns: Columns, row: Row, table: Table) -> list[str]:
    """What was sent and is not there, for people."""
    return [
        f"{name} (the instance did not take it)"
        for name, value in missing(columns, row, table).items()
        if value and name != table.body
    ]


def missing(columns: Columns, row: Row, table: Table) -> Columns:
    """What a record does not say. Line ends do not count, nor the time of day of a due date."""

    def form(name: str, text: str) -> str:
        return text[:10] if name == table.due else digest(text)

    return {
        name: text
        for name, text in columns.items()
        if form(name, row.get(name, "")) != form(name, text)
    }


def _row(told: Told) -> Made:
    if told.state != "applied" or told.reply is None:
        return Outcome(told.state if told.state != "applied" else "ambiguous", reason=_why(told))
    rows = rows_of(told.reply)
    if not rows or not SYS_ID.fullmatch(rows[0].get("sys_id", "")):
        return Outcome("ambiguous", reason="the answer names no record")
    return rows[0]


def _why(told: Told) -> str:
    """A data policy names the columns that it wants."""
    if told.status == 403 and "mandatory" in told.reason:
        return f"{told.reason}. Give them a value under `fields:` of the tracker."
    return told.reason


def _staged(columns: Mapping[str, str]) -> dict[str, str]:
    return {name if name.startswith("u_") else f"u_{name}": text for name, text in columns.items()}


def _imported(told: Told) -> str | Outcome:
    """The record's sys_id, or why there is none."""
    if told.state != "applied" or told.reply is None:
        return Outcome("rejected" if told.state == "rejected" else "ambiguous", reason=told.reason)
    for result in rows_of(told.reply) or ():
        record = result.get("record_link", "").rpartition("/")[2] or result.get("sys_id", "")
        if result.get("status") in ("inserted", "updated", "ignored") and SYS_ID.fullmatch(record):
            return record
        said = result.get("error_message") or result.get("status_message") or result.get("status")
        return Outcome("rejected", reason=f"the import set says: {said or 'nothing'}")
    return Outcome("rejected", reason="the import set has no transform map that is active")


def _unattached(what: str, told: Told | None) -> list[str]:
    if told is None or told.state == "applied":
        return []
    return [f"{what} could not be attached ({told.reason})"]


def _there(told: Mapping[str, Told], record: str) -> bool:
    return record not in told or told[record].state == "applied"
