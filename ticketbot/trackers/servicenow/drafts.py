"""Drafts as columns: what is written into a record, and what has to be left out, with the reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from ticketbot.model.ticket import Marker, TicketDraft
from ticketbot.trackers.markup.forms import SERVICENOW_BODY, SERVICENOW_TITLE, plain_text, title
from ticketbot.trackers.markup.section import FOOTER, FOOTER_PATTERN, as_written, digest, split
from ticketbot.trackers.servicenow.carried import carrying, without
from ticketbot.trackers.servicenow.markers import FULL_TEXT, Markers
from ticketbot.trackers.servicenow.names import Names
from ticketbot.trackers.servicenow.query import Row
from ticketbot.trackers.servicenow.rows import columns_of, labels_of, mark_of
from ticketbot.trackers.servicenow.table import Columns, Table

_ATTACHED = f"The full text is attached as {FULL_TEXT}.\n\n"
_WHOLE = 5_000_000
_THEIRS = 500
"""Characters that people find free below our footer: the instance cuts in silence what goes beyond."""
_LABELS = 4000
_COLUMN = re.compile(r"[a-z][a-z0-9_]*")


class Written(msgspec.Struct, frozen=True):
    """Columns to write, and the marker as of them. `full`: the text that did not fit into its column; ""
    where it did. `final`: the body once the marker is attached; "" where the body is that already."""

    columns: Columns
    marker: Marker
    left: tuple[str, ...] = ()
    full: str = ""
    final: str = ""


class Drafts:
    """One table's columns from drafts."""

    def __init__(self, table: Table, names: Names, markers: Markers) -> None:
        self._table, self._names, self._markers = table, names, markers

    def new(self, draft: TicketDraft) -> Written:
        """Everything that a record is made with: its UUID, mark and marker are part of it."""
        all_fields = ("title", "body", "priority", "due", "assignee", "labels")
        written = self.changes(draft, all_fields, None)
        columns, left = dict(written.columns), list(written.left)
        for name, value in columns_of(draft.fields):
            if not _COLUMN.fullmatch(name) or name in (self._table.id, self._table.mark):
                left.append(f"{name} (it is no column of a report's)")
            elif value:
                self._reference(name, value, columns, left)
        final, behind = "", "" if self._markers.in_column else carrying(written.marker)
        if behind:
            final = columns[self._table.body]
            columns[self._table.body] = plain_text(draft.body, SERVICENOW_BODY, FOOTER + behind)
        return Written(columns, written.marker, tuple(left), written.full, final)

    def changes(
        self,
        draft: TicketDraft,
        fields: Sequence[str],
        row: Row | None,
        remove: Sequence[str] = (),
        stored: Marker | None = None,
    ) -> Written:
        """The named fields and the marker. `row`: the record as it is, with people's words in it."""
        table = self._table
        columns, left, full = Columns(), list[str](), ""
        if "title" in fields:
            columns[table.title] = title(draft.title, SERVICENOW_TITLE)
        if "body" in fields:
            columns[table.body], full = self._body(draft.body, row, stored)
        if "due" in fields and (draft.due or row is not None):
            # noon: the same day in the time zones of most who read it
            columns[table.due] = f"{draft.due} 12:00:00" if draft.due else ""
        if "priority" in fields and draft.priority:
            self._priority(draft.priority, columns, left)
        if "assignee" in fields and draft.assignee:
            self._reference("assigned_to", draft.assignee, columns, left)
        self._labels(draft, fields, row, remove, columns, left)
        ours = split(columns[table.body], FOOTER_PATTERN).ours if "body" in fields else None
        marker = as_written(draft.marker, title=columns.get(table.title), ours=ours)
        return Written(self.marked(marker) | columns, marker, tuple(left), full)

    def marked(self, marker: Marker) -> Columns:
        """What the record is found by, and its marker where that is a column."""
        found_by = {self._table.id: marker.subject, self._table.mark: mark_of(marker)}
        return found_by | self._markers.column(marker)

    def text(self, markdown: str) -> str:
        """A comment, or notes."""
        return plain_text(markdown, SERVICENOW_BODY)

    def _body(self, markdown: str, row: Row | None, stored: Marker | None) -> tuple[str, str]:
        """Our section, and behind the footer what people wrote; what nobody said is ours stays."""
        theirs = ""
        if row is not None and (now := row.get(self._table.body, "")):
            parts = split(now, FOOTER_PATTERN)
            written = stored.written.get("body") if stored else None
            ours = parts.found or digest(now) == written
            theirs = without(parts.theirs) if ours else f"\n\n{now}"
        tail = FOOTER + theirs
        room = SERVICENOW_BODY - len(FOOTER) - 400
        if len(theirs.encode("utf-16-le")) // 2 > room:
            return now, ""  # no room for ours beside theirs
        whole = plain_text(markdown, _WHOLE, tail)
        limit = SERVICENOW_BODY - max(0, _THEIRS - len(theirs))
        short = plain_text(markdown, limit, tail)
        if short == whole:
            return short, ""
        return plain_text(markdown, limit, _ATTACHED + tail), plain_text(markdown, _WHOLE)

    def _priority(self, wanted: str, columns: Columns, left: list[str]) -> None:
        known = {name.lower(): found for name, found in self._table.priorities.items()}
        found = known.get(wanted.lower())
        if found is None:
            left.append(f"priority {wanted!r} (`priorities:` knows {', '.join(known)})")
        else:
            columns |= found

    def _labels(
        self,
        draft: TicketDraft,
        fields: Sequence[str],
        row: Row | None,
        remove: Sequence[str],
        columns: Columns,
        left: list[str],
    ) -> None:
        table, wanted = self._table, draft.labels if "labels" in fields else ()
        if not table.labels:
            if wanted:
                left.append("labels (no `labels_field` is configured)")
            return
        now = labels_of(row, table) if row else ()
        kept = [label for label in now if label not in remove]
        labels = list(dict.fromkeys([*kept, *(label.replace(",", " ") for label in wanted)]))
        if row is None or labels != list(now):
            columns[table.labels] = ", ".join(labels)[:_LABELS]

    def _reference(self, name: str, value: str, columns: Columns, left: list[str]) -> None:
        if not self._names.refers(name):
            columns[name] = value
            return
        found, why = self._names.resolve(name, value)
        if found:
            columns[name] = found
        else:
            left.append(f"{name} ({why})")
