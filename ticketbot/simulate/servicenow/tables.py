"""The Table API of a simulated instance. https://www.servicenow.com/docs, Table API.

Columns that nobody knows are dropped on the way in and missing on the way out; texts are cut to their
columns; a journal takes what is written to it as one more entry.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ticketbot.simulate.exchange import Answered, Asked, answered
from ticketbot.simulate.servicenow.query import Row, parse
from ticketbot.simulate.servicenow.settings import MISSING, Settings, failure
from ticketbot.simulate.servicenow.store import REFERENCES, Store

JOURNALS = {"work_notes": "Work notes", "comments": "Additional comments"}
PREFIX = {"incident": "INC", "sn_si_incident": "SIR", "problem": "PRB"}
CLOSED = {"incident": ("6", "7", "8"), "problem": ("106", "107")}
_MATRIX = {"11": "1", "12": "2", "21": "2", "13": "3", "22": "3", "31": "3", "23": "4", "32": "4"}


class Tables:
    """Reads and writes rows. `heard`: sys_id → what people see being said, the oldest first."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self._settings = store, settings
        self.heard: dict[str, list[tuple[str, str, str, str]]] = {}
        """(when, who, which journal, text)."""
        self._number = 10000

    def answer(self, asked: Asked, table: str, sys_id: str, user: str) -> Answered:
        """A request for a table, or for one of its rows."""
        if table not in self.store.columns:
            return failure(400, f"Invalid table {table}")
        if table in self._settings.forbidden:
            return failure(403, "User Not Authorized", "Failed API level ACL Validation")
        if not sys_id:
            return self._table(asked, table, user)
        row = self.store.rows[table].get(sys_id)
        if row is None or table in self._settings.unreadable:
            return failure(404, *MISSING)
        if asked.method == "GET":
            return answered(200, {"result": self._shown(asked, table, row)})
        if asked.method in ("PATCH", "PUT"):
            return self._written(asked, table, row, user)
        return failure(405, "Method not supported")

    def _table(self, asked: Asked, table: str, user: str) -> Answered:
        match asked.method:
            case "GET":
                return self._list(asked, table)
            case "POST":
                return self._written(asked, table, None, user)
        return failure(405, "Method not supported")

    def _list(self, asked: Asked, table: str) -> Answered:
        query = parse(asked.query.get("sysparm_query", ""), self.store.columns[table])
        limit, offset = (
            asked.query.get("sysparm_limit", "10000"),
            asked.query.get("sysparm_offset", "0"),
        )
        if not limit.isdecimal() or not offset.isdecimal():
            return failure(400, "Invalid pagination parameters", "expected numbers")
        found = self.store.select(table, query)
        page = found[int(offset) : int(offset) + int(limit)]
        if table in self._settings.unreadable:
            page = []
        shown = [self._shown(asked, table, row) for row in page]
        return answered(200, {"result": shown}, x_total_count=str(len(found)))

    def _written(self, asked: Asked, table: str, row: Row | None, user: str) -> Answered:
        try:
            given = msgspec.json.decode(asked.body, type=dict[str, str | int | bool | None])
        except msgspec.DecodeError:
            return failure(400, "Exception while reading request", "expected an object of texts")
        values = {name: _text(value) for name, value in given.items()}
        made = self.write(table, row, values, user)
        if isinstance(made, Answered):
            return made
        return answered(201 if row is None else 200, {"result": self._shown(asked, table, made)})

    def write(self, table: str, row: Row | None, given: Row, user: str) -> Row | Answered:
        """Carry it out: a new row, or changes of one. An answer says why not."""
        columns, settings = self.store.columns[table], self._settings
        values = {
            name: self._cut(name, value)
            for name, value in given.items()
            if name in columns and name not in settings.unwritable and not name.startswith("sys_")
        }
        if row is not None and row.get("state") in settings.final:
            values.pop("state", None)
        journals = {name: values.pop(name) for name in JOURNALS if name in values}
        if refused := self._policy(table, row, values):
            return refused
        if row is None:
            row = self._new(table, values, user)
        else:
            self._changed(table, row, values, any(journals.values()), user)
        for name, text in journals.items():
            if text:
                self.say(row, user, name, text)
        return row

    def say(self, row: Row, user: str, journal: str, text: str) -> None:
        """One more entry."""
        entry = (self.store.now(), user, journal, text)
        self.heard.setdefault(row["sys_id"], []).append(entry)

    def _policy(self, table: str, row: Row | None, values: Row) -> Answered | None:
        after = (row or {}) | values
        wanted = list(self._settings.mandatory) if row is None else []
        if table == "incident" and values.get("state") == "6" and after.get("state") == "6":
            wanted += self._settings.closing
        missing = [name for name in wanted if not after.get(name)]
        if not missing:
            return None
        names = ", ".join(name.replace("_", " ").capitalize() for name in missing)
        detail = f"Data Policy Exception: The following fields are mandatory: {names}"
        return failure(403, "Operation Failed", detail)

    def _new(self, table: str, values: Row, user: str) -> Row:
        self._number += 1
        now, sys_id = self.store.now(), self.store.new_id()
        row = dict.fromkeys(self.store.columns[table] - set(JOURNALS), "")
        row |= {"state": "1", "impact": "3", "urgency": "3", "active": "true", "opened_at": now}
        row |= values
        row |= {"sys_id": sys_id, "sys_class_name": table, "sys_mod_count": "0"}
        row |= {"sys_created_on": now, "sys_created_by": user, "sys_updated_on": now}
        row |= {"sys_updated_by": user, "number": f"{PREFIX.get(table, 'TKT')}{self._number:07}"}
        return self.store.insert(table, row | self._rules(table, row, user))

    def _changed(self, table: str, row: Row, values: Row, said: bool, user: str) -> None:
        new = {name: value for name, value in values.items() if row.get(name, "") != value}
        if not new and not said:
            return
        if new.get("close_notes"):
            self.say(row, user, "close_notes", new["close_notes"])
        count = str(int(row["sys_mod_count"]) + 1)
        new |= {"sys_updated_on": self.store.now(), "sys_updated_by": user, "sys_mod_count": count}
        self.store.update(row["sys_class_name"], row, new | self._rules(table, row | new, user))

    def _rules(self, table: str, row: Row, user: str) -> Row:
        """What business rules compute."""
        done = row.get("state") in CLOSED.get(table, ("3", "4", "7"))
        by = next((u for u, r in self.store.rows["sys_user"].items() if r["user_name"] == user), "")
        computed = {"active": "false" if done else "true", "closed_by": by if done else ""}
        if "resolved_by" in self.store.columns[table]:
            computed["resolved_by"] = by if done else ""
        return computed | {
            "priority": _MATRIX.get(row.get("impact", "") + row.get("urgency", ""), "5")
        }

    def _cut(self, name: str, value: str) -> str:
        limits = {
            "short_description": self._settings.title_length,
            "description": self._settings.body_length,
            "close_notes": 4000,
            "correlation_id": 100,
            "correlation_display": 100,
        }
        room = limits.get(name)
        if room is None or len(value) <= room // 2:
            return value
        return value.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")

    def _shown(self, asked: Asked, table: str, row: Row) -> dict[str, Any]:
        """A row as it is asked for. Journals are shown as display values alone."""
        known = [*sorted(self.store.columns[table])]
        wanted = [
            name for name in asked.query.get("sysparm_fields", "").split(",") if name
        ] or known
        links = asked.query.get("sysparm_exclude_reference_link") != "true"
        shown: dict[str, Any] = {}
        for name in wanted:
            column, _, inner = name.partition(".")
            if column not in known:
                continue
            if column in JOURNALS:
                display = asked.query.get("sysparm_display_value") == "true"
                shown[name] = self._journal(row["sys_id"], column) if display else ""
            elif inner:
                other = self.store.rows[REFERENCES.get(column, "task")].get(row.get(column, ""), {})
                shown[name] = other.get(inner, "")
            elif column in REFERENCES and links and row.get(column):
                link = f"{asked.base}/api/now/table/{REFERENCES[column]}/{row[column]}"
                shown[name] = {"link": link, "value": row[column]}
            else:
                shown[name] = row.get(column, "")
        return shown

    def _journal(self, sys_id: str, journal: str) -> str:
        return "".join(
            f"{when} - {who} ({JOURNALS[journal]})\n{text}\n\n"
            for when, who, where, text in reversed(self.heard.get(sys_id, []))
            if where == journal
        )


def _text(value: str | float | bool | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
