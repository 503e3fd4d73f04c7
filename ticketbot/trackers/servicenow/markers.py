"""Markers of records: in a column of their own where the configuration names one, else in an attachment.

An attachment is never overwritten: the new one is there before the old one goes, and the newest counts. It
holds when it was written, because the instance tells whole seconds. Reads only what it is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from ticketbot.errors import TrackerError
from ticketbot.model.ticket import Marker
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.marking import of_plain, packed, plain, unpacked
from ticketbot.trackers.servicenow.carried import carried
from ticketbot.trackers.servicenow.line import API, Line
from ticketbot.trackers.servicenow.query import Row, chunks, rows_of
from ticketbot.trackers.servicenow.table import Table
from ticketbot.trackers.wire import Call, Told

FILE, FULL_TEXT = "ticketbot.json", "ticketbot-full-text.txt"
_LIMIT = 200_000
"""Characters of an attachment: far below what an instance takes."""
_COLUMN = 4000
"""Characters of a string column that is made for this, as the configuration's description says."""
_FILES = f"{API}/attachment"

Files = Mapping[str, Sequence[Row]]
"""Record → its attachments of ours, the newest last."""


class Markers:
    """Where the markers of one table's records are."""

    def __init__(self, line: Line, table: Table, clock: Clock) -> None:
        self._line, self._table, self._clock = line, table, clock
        self._last = 0.0
        self._read: dict[str, tuple[float, Marker]] = {}
        """Attachment → what it holds: it is never overwritten."""

    @property
    def in_column(self) -> bool:
        """Whether a record carries its marker itself."""
        return bool(self._table.marker)

    def column(self, marker: Marker) -> dict[str, str]:
        """The column for it; nothing where markers are attached."""
        return {self._table.marker: packed(marker, _COLUMN)} if self.in_column else {}

    def of(self, rows: Sequence[Row]) -> dict[str, Marker]:
        """Record → its stored marker; a record without one is missing. Raises TrackerError."""
        return self.held(rows)[0]

    def held(self, rows: Sequence[Row]) -> tuple[dict[str, Marker], Files]:
        """The same, and what is attached of ours. Raises TrackerError."""
        if self.in_column:
            read = {row["sys_id"]: unpacked(row.get(self._table.marker, "")) for row in rows}
            return {record: marker for record, marker in read.items() if marker is not None}, {}
        files = self.files([row["sys_id"] for row in rows if row.get(self._table.id)])
        named = [
            (record, file["sys_id"])
            for record, mine in files.items()
            for file in mine
            if file["file_name"] == FILE
        ]
        self._look([file for _, file in named if file not in self._read])
        newest: dict[str, tuple[float, Marker]] = {}
        for record, file in named:
            if file not in self._read:
                continue
            at, marker = self._read[file]
            if at >= newest.get(record, (0.0, marker))[0]:
                newest[record] = at, marker
        return self._carried(rows) | {record: held for record, (_, held) in newest.items()}, files

    def _look(self, names: Sequence[str]) -> None:
        calls = [Call(method="GET", path=f"{_FILES}/{n}/file", missing=(404,)) for n in names]
        replies = self._line.ask_many(calls) if calls else []
        for name, reply in zip(names, replies, strict=True):
            at, marker = _content(reply.json_or_none())
            if marker is not None:
                self._read[name] = at, marker

    def _carried(self, rows: Sequence[Row]) -> dict[str, Marker]:
        """What records tell by themselves: it counts while nothing is attached."""
        found = {
            row["sys_id"]: carried(row.get(self._table.body, ""), row.get(self._table.id, ""))
            for row in rows
        }
        return {record: marker for record, marker in found.items() if marker is not None}

    def files(self, records: Iterable[str]) -> dict[str, list[Row]]:
        """What is attached of ours: (record) → rows of sys_attachment. Raises TrackerError."""
        calls = [_asked_for(part) for part in chunks(records)]
        found: dict[str, list[Row]] = defaultdict(list)
        for reply in self._line.ask_many(calls) if calls else []:
            rows = rows_of(reply)
            if rows is None:
                raise TrackerError(f"{self._line.name}: {_FILES} answers without rows")
            for row in rows:  # a dropped term gives others, too
                if row.get("file_name") in (FILE, FULL_TEXT) and row.get("table_sys_id"):
                    found[row["table_sys_id"]].append(row)
        return dict(found)

    def attach(self, given: Mapping[str, Marker], table: str) -> dict[str, Told]:
        """Write the markers of records as attachments. Twice is the same as once."""
        calls = {
            record: self._upload(table, record, FILE, self._encoded(marker), "application/json")
            for record, marker in given.items()
        }
        return self._all(calls)

    def attach_texts(self, given: Mapping[str, str], table: str) -> dict[str, Told]:
        """Attach full texts."""
        calls = {
            record: self._upload(table, record, FULL_TEXT, text.encode(), "text/plain")
            for record, text in given.items()
        }
        return self._all(calls)

    def drop(self, files: Iterable[Row]) -> None:
        """Delete attachments that newer ones stand for. What stays does no harm."""
        calls = [
            Call(method="DELETE", path=f"{_FILES}/{row['sys_id']}", cost="write", missing=(404,))
            for row in files
        ]
        if calls:
            self._line.tell_many(calls, repeatable=True)

    def _all(self, calls: Mapping[str, Call]) -> dict[str, Told]:
        if not calls:
            return {}
        told = self._line.tell_many(list(calls.values()), repeatable=True)
        return dict(zip(calls, told, strict=True))

    def _encoded(self, marker: Marker) -> bytes:
        self._last = max(self._clock.seconds(), self._last + 0.001)
        value: dict[str, Any] = {"at": self._last, "marker": plain(marker, _LIMIT)}
        return msgspec.json.encode(value)

    def _upload(self, table: str, record: str, name: str, body: bytes, kind: str) -> Call:
        named = {"table_name": table, "table_sys_id": record, "file_name": name}
        return Call(
            method="POST",
            path=f"{_FILES}/file",
            query=named,
            json=body,
            headers={"Content-Type": kind},
            cost="write",
        )


def _asked_for(records: Sequence[str]) -> Call:
    asked = f"table_sys_idIN{','.join(records)}^file_nameIN{FILE},{FULL_TEXT}"
    query = {"sysparm_query": f"{asked}^ORDERBYsys_created_on", "sysparm_limit": "1000"}
    return Call(method="GET", path=_FILES, query=query)


def _content(value: Any) -> tuple[float, Marker | None]:
    at = value.get("at") if isinstance(value, dict) else None
    marker = of_plain(value.get("marker")) if isinstance(value, dict) else None
    return (float(at) if isinstance(at, int | float) else 0.0), marker
