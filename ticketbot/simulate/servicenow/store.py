"""The tables of a simulated instance, in memory, with the indexes that queries of many rows need."""

from __future__ import annotations

import hashlib
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import islice

from ticketbot.simulate.exchange import Time
from ticketbot.simulate.servicenow.query import Query, Row, Term

TASK = frozenset(
    "sys_id number sys_class_name state active short_description description sys_created_on"
    " sys_created_by sys_updated_on sys_updated_by sys_mod_count correlation_id correlation_display"
    " impact urgency priority due_date assigned_to assignment_group cmdb_ci caller_id business_service"
    " parent close_notes closed_by closed_at work_notes comments opened_at category".split()
)
CLASSES = {
    "task": TASK,
    "incident": TASK | {"close_code", "parent_incident", "resolved_by", "resolved_at"},
    "sn_si_incident": TASK | {"close_code", "business_impact"},
    "problem": TASK | {"resolution_code", "duplicate_of", "fix_notes", "cause_notes"},
}
OTHERS = {
    "sys_user": frozenset("sys_id user_name email name active".split()),
    "sys_user_group": frozenset("sys_id name active".split()),
    "cmdb_ci": frozenset("sys_id name".split()),
    "cmdb_ci_service": frozenset("sys_id name".split()),
    "sys_choice": frozenset("sys_id name element value label inactive".split()),
    "sys_dictionary": frozenset("sys_id name element mandatory max_length".split()),
    "sys_attachment": frozenset(
        "sys_id file_name table_name table_sys_id content_type size_bytes size_compressed compressed"
        " sys_created_on sys_created_by sys_updated_on sys_updated_by sys_mod_count download_link"
        " sys_tags".split()
    ),
}
REFERENCES = {
    "assigned_to": "sys_user",
    "caller_id": "sys_user",
    "resolved_by": "sys_user",
    "closed_by": "sys_user",
    "assignment_group": "sys_user_group",
    "cmdb_ci": "cmdb_ci",
    "business_service": "cmdb_ci_service",
    "parent": "task",
    "parent_incident": "incident",
    "duplicate_of": "task",
}
_INDEXED = ("correlation_id", "correlation_display", "table_sys_id")


class Store:
    """Rows by table; tables below `task` share their sys_ids with it. `more`: further columns, or tables."""

    def __init__(self, time: Time, more: dict[str, tuple[str, ...]]) -> None:
        self._time = time
        self.columns: dict[str, frozenset[str]] = dict(CLASSES | OTHERS)
        for table, names in more.items():
            base = self.columns.get(table, TASK | {"close_code"})
            self.columns[table] = base | frozenset(names)
        self.rows: dict[str, dict[str, Row]] = {table: {} for table in self.columns}
        self._sorted: dict[str, list[str]] = defaultdict(list)
        self._by: dict[tuple[str, str], dict[str, dict[str, None]]] = defaultdict(dict)
        self._recent: dict[str, dict[str, None]] = defaultdict(dict)
        self._made = 0

    def is_task(self, table: str) -> bool:
        """Whether rows of the table are tasks, too."""
        return "sys_class_name" in self.columns[table] and not table.startswith("sn_vul")

    def now(self, seconds_ago: float = 0.0) -> str:
        """As columns have it: UTC."""
        moment = datetime.fromtimestamp(self._time.seconds() - seconds_ago, UTC)
        return moment.strftime("%Y-%m-%d %H:%M:%S")

    def new_id(self) -> str:
        """Not in any order, as sys_ids are."""
        self._made += 1
        return hashlib.blake2b(f"record {self._made}".encode(), digest_size=16).hexdigest()

    def insert(self, table: str, row: Row) -> Row:
        """A row with its sys_id."""
        for name in self._homes(table):
            self.rows[name][row["sys_id"]] = row
            insort(self._sorted[name], row["sys_id"])
            self._index(name, row)
        return row

    def update(self, table: str, row: Row, values: Row) -> None:
        """Write columns, and count."""
        for name in self._homes(table):
            self._index(name, row, remove=True)
        row |= values
        for name in self._homes(table):
            self._index(name, row)

    def delete(self, table: str, sys_id: str) -> None:
        """Take a row away."""
        for name in self._homes(table):
            row = self.rows[name].pop(sys_id)
            self._index(name, row, remove=True)
            ids = self._sorted[name]
            del ids[bisect_right(ids, sys_id) - 1]

    def reclassify(self, row: Row, table: str) -> None:
        """Another class of task, under the same sys_id."""
        old = row["sys_class_name"]
        self.delete(old, row["sys_id"])
        row["sys_class_name"] = table
        self.insert(table, row)

    def select(self, table: str, query: Query) -> list[Row]:
        """In the order that the query names, else as they come."""
        now, since = self.now(), cache(self._since)
        rows = self.rows[table]
        found = [
            row
            for sys_id in self._candidates(table, query)
            if (row := rows.get(sys_id)) is not None and query.matches(row, now, since)
        ]
        for column in reversed(query.order):
            descending = column.startswith("DESC")
            name = column.removeprefix("DESC")
            found.sort(key=lambda row, name=name: row.get(name, ""), reverse=descending)  # type: ignore[misc]  # a default argument binds now
        return found

    def _homes(self, table: str) -> Iterable[str]:
        return dict.fromkeys((table, "task")) if self.is_task(table) else (table,)

    def _index(self, table: str, row: Row, *, remove: bool = False) -> None:
        for column in _INDEXED:
            if column in self.columns[table]:
                entry = self._by[table, column].setdefault(row.get(column, "").lower(), {})
                if remove:
                    entry.pop(row["sys_id"], None)
                else:
                    entry[row["sys_id"]] = None
        self._recent[table].pop(row["sys_id"], None)
        if not remove:
            self._recent[table][row["sys_id"]] = None

    def _since(self, text: str) -> str:
        """`@minute@ago@30` → a stamp."""
        _, unit, _, count = f"{text}@@@".split("@")[:4]
        seconds = {"minute": 60, "hour": 3600, "dayofweek": 86400}.get(unit, 60)
        return self.now(seconds * int(count or 0))

    def _candidates(self, table: str, query: Query) -> Iterable[str]:
        """Sys_ids among which all are that the query matches."""
        best: Collection[str] | None = None
        for either in query.only():
            found = self._indexed(table, either)
            if found is not None and (best is None or len(found) < len(best)):
                best = found
        if best is not None:
            return list(best)
        for either in query.only():
            if len(either) == 1 and either[0].op == "RELATIVEGE":
                return list(self._newer(table, self._since(either[0].value)))
        ids = self._sorted[table]
        for either in query.only():
            if len(either) == 1 and (either[0].field, either[0].op) == ("sys_id", ">"):
                return islice(ids, bisect_right(ids, either[0].value), None)
        return list(ids)

    def _newer(self, table: str, stamp: str) -> Iterator[str]:
        for sys_id in reversed(self._recent[table]):
            if self.rows[table][sys_id].get("sys_updated_on", "") < stamp:
                return
            yield sys_id

    def _indexed(self, table: str, either: tuple[Term, ...]) -> Collection[str] | None:
        found: dict[str, None] = {}
        for term in either:
            if term.op in ("=", "IN") and term.field == "sys_id":
                found |= dict.fromkeys(term.values())
            elif term.op in ("=", "IN") and term.field in _INDEXED:
                for value in term.values():
                    found |= self._by[table, term.field].get(value, {})
            elif term.op == "STARTSWITH" and term.field == "correlation_display":
                for value, ids in self._by[table, term.field].items():
                    found |= ids if value.startswith(term.value.lower()) else {}
            else:
                return None
        return found
