"""ServiceNow: records of any table as tickets, through pysnow.

Wire format only: which ticket is written, and why, is decided elsewhere. Uses no helper of pysnow's beside
its requests (`servicenow_line`), asks for no display values, and sends only what a column may hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from ticketbot.model.ticket import Capabilities, Marker, Resolution, Ticket, TicketDraft
from ticketbot.trackers.base import Check, Draft, Outcome, Text
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.markup.forms import SERVICENOW_TITLE
from ticketbot.trackers.servicenow.change import Change, Changes, closing
from ticketbot.trackers.servicenow.checks import examined
from ticketbot.trackers.servicenow.create import Creates
from ticketbot.trackers.servicenow.drafts import Drafts
from ticketbot.trackers.servicenow.line import Line
from ticketbot.trackers.servicenow.markers import Markers
from ticketbot.trackers.servicenow.names import Names
from ticketbot.trackers.servicenow.query import SYS_ID, Row
from ticketbot.trackers.servicenow.reads import Reads
from ticketbot.trackers.servicenow.rows import is_closed, marked_closed
from ticketbot.trackers.servicenow.table import Columns, Table, as_class, table_of
from ticketbot.trackers.wire import settling

ABILITIES = Capabilities(title_limit=SERVICENOW_TITLE, bulk_create=10)
"""Ten creates in a batch: one may take seconds, and after 30 the rest is given back."""


def make(name: str, settings: Mapping[str, Any], clock: Clock) -> ServiceNow:
    """From the configuration (`config.tracker_servicenow`), variables resolved. Asks no server
    anything. Raises ConfigError."""
    return ServiceNow(name, settings, clock)


class ServiceNow:
    """The Tracker protocol on one table of an instance."""

    def __init__(self, name: str, settings: Mapping[str, Any], clock: Clock) -> None:
        self._name, self._settings = name, settings
        self._table = table_of(settings)
        self._line = Line(name, settings, clock)
        self._markers = Markers(self._line, self._table, clock)
        self._reads = Reads(self._line, self._table, self._markers, clock)
        self._names = Names(self._reads.records, self._table)
        self._drafts = Drafts(self._table, self._names, self._markers)
        self._creates = Creates(self._reads, self._drafts, settings.get("import_set") or "")
        self._changes = Changes(self._reads)

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """Bodies above 4,000 characters are cut, and attached in full."""
        return msgspec.structs.replace(ABILITIES, settle=settling(self._settings))

    def changed(self, since: str, targets: Sequence[str] = ()) -> tuple[list[Ticket], str]:
        """What changed in the last five minutes may be given again where it changed since."""
        return self._reads.changed(since, targets)

    def find(self, subjects: Sequence[str]) -> dict[str, list[Ticket]]:
        """Reads its own writes, and everybody's: the Table API asks the primary database."""
        return self._reads.find(subjects)

    def read(self, ids: Iterable[str]) -> dict[str, Ticket]:
        """Also of records that became another class of task."""
        return self._reads.read(ids)

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """In one batch, and their markers in another."""
        return self._creates(drafts) if drafts else []

    def update(
        self,
        ticket_id: str,
        draft: TicketDraft,
        fields: Sequence[str],
        *,
        remove_labels: Sequence[str] = (),
        comment: str | None = None,
        nonce: str,
    ) -> Outcome:
        """One PATCH with what differs; people's words below our footer stay."""

        def wanted(row: Row, stored: Marker | None) -> Change:
            written = self._drafts.changes(draft, fields, row, remove_labels, stored)
            return Change(
                columns=written.columns,
                said=self._drafts.text(comment) if comment else "",
                marker=written.marker,
                left=written.left,
                full=written.full if "body" in fields else None,
            )

        return self._changes(ticket_id, wanted, nonce)

    def comment(
        self, ticket_id: str, text: str, *, marker: Marker | None = None, nonce: str
    ) -> Outcome:
        """A work note, or what the configuration names."""

        def wanted(_row: Row, _stored: Marker | None) -> Change:
            return Change(columns=self._marked(marker), said=self._drafts.text(text), marker=marker)

        return self._changes(ticket_id, wanted, nonce)

    def close(
        self,
        ticket_id: str,
        resolution: Resolution,
        *,
        comment: str,
        marker: Marker | None,
        duplicate_of: str | None = None,
        nonce: str,
    ) -> Outcome:
        """State, code, notes, mark and parent in one request; the comment is in the notes."""
        twin = duplicate_of if duplicate_of and _is_id(duplicate_of) else ""

        def wanted(row: Row, _stored: Marker | None) -> Change | None:
            if is_closed(row, self._table):
                return None
            table = self._class_of(row)
            text = self._drafts.text(comment) if comment else ""
            columns = table.resolutions[resolution] | ({table.parent: twin} if twin else {})
            closed, said = closing(columns, table.notes, text)
            return Change(columns=self._marked(marker) | closed, said=said, marker=marker)

        return self._changes(ticket_id, wanted, nonce)

    def reopen(self, ticket_id: str, *, comment: str, marker: Marker | None, nonce: str) -> Outcome:
        """An open one stays as it is."""

        def wanted(row: Row, _stored: Marker | None) -> Change | None:
            if not is_closed(row, self._table):
                return None
            mark = {self._table.mark: marked_closed(row.get(self._table.mark, ""), None)}
            return Change(
                columns=mark | self._marked(marker) | {"state": self._class_of(row).open_state},
                said=self._drafts.text(comment) if comment else "",
                marker=marker,
            )

        return self._changes(ticket_id, wanted, nonce)

    def link(self, ticket_id: str, other_id: str, relation: str, *, nonce: str) -> Outcome:
        """The parent of a duplicate; of a regression the task's own. One that is set already stays. What
        is only related is said in a note: it is nobody's parent."""

        def wanted(row: Row, _stored: Marker | None) -> Change | None:
            column = self._class_of(row).parent if relation == "duplicates" else "parent"
            now = row.get(column, "")
            if now and now != other_id:
                return Change(left=(f"{column} (it names another record already)",))
            return Change(columns={column: other_id})

        if not _is_id(other_id):
            return Outcome("rejected", reason=f"there is no record with sys_id {other_id}")
        if relation == "related":
            return self._say_related(ticket_id, other_id, nonce)
        return self._changes(ticket_id, wanted, nonce)

    def _say_related(self, ticket_id: str, other_id: str, nonce: str) -> Outcome:
        other = self.read([other_id]).get(other_id)
        if other is None:
            return Outcome("rejected", reason=f"there is no record with sys_id {other_id}")
        text = self._drafts.text(f"Related to {other.key}.")

        def wanted(row: Row, _stored: Marker | None) -> Change | None:
            return None if self._changes.has_said(row, text) else Change(said=text)

        return self._changes(ticket_id, wanted, nonce)

    def search(self, query: str, limit: int = 1000) -> list[Text]:
        """By an encoded query, as a list view gives it with Copy query."""
        return self._reads.search(query, limit)

    def examine(self) -> list[Check]:
        """By reads alone."""
        return examined(self._reads, self._names, self._settings)

    def close_connection(self) -> None:
        """Close the session."""
        self._line.close()

    def _class_of(self, row: Row) -> Table:
        return as_class(self._table, row.get("sys_class_name", ""))

    def _marked(self, marker: Marker | None) -> Columns:
        return self._drafts.marked(marker) if marker is not None else {}


def _is_id(value: str) -> bool:
    return bool(SYS_ID.fullmatch(value))
