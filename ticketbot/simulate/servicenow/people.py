"""What people do in a simulated instance, and what they see there."""

from __future__ import annotations

from typing import Any

from ticketbot.simulate.exchange import Answered, Seen
from ticketbot.simulate.servicenow.query import Row
from ticketbot.simulate.servicenow.store import Store
from ticketbot.simulate.servicenow.tables import CLOSED, Tables

_CLOSES: dict[str, dict[str | None, dict[str, str]]] = {
    "incident": {
        None: {"state": "6", "close_code": "Resolved by caller"},
        "fixed": {"state": "6", "close_code": "Solution provided"},
        "wont_fix": {"state": "6", "close_code": "No resolution provided"},
        "accepted": {"state": "6", "close_code": "Known error"},
        "duplicate": {"state": "6", "close_code": "Duplicate"},
        "false_positive": {"state": "8"},
    },
    "problem": {
        None: {"state": "107", "resolution_code": "fix_applied"},
        "fixed": {"state": "107", "resolution_code": "fix_applied"},
        "wont_fix": {"state": "107", "resolution_code": "canceled"},
        "accepted": {"state": "107", "resolution_code": "risk_accepted"},
        "duplicate": {"state": "107", "resolution_code": "duplicate"},
        "false_positive": {"state": "107", "resolution_code": "canceled"},
    },
    "sn_si_incident": {
        None: {"state": "3", "close_code": "Investigation completed"},
        "fixed": {"state": "3", "close_code": "Patched vulnerability"},
        "wont_fix": {"state": "3", "close_code": "Not resolved"},
        "accepted": {"state": "3", "close_code": "Risk accepted"},
        "duplicate": {"state": "7", "close_code": "Duplicate"},
        "false_positive": {"state": "3", "close_code": "Invalid vulnerability"},
    },
}
_REOPENS = {"incident": "2", "problem": "103", "sn_si_incident": "16"}
_PRIORITIES = {"11": "critical", "12": "high", "22": "medium", "23": "low"}
_COLUMNS = {"title": "short_description", "body": "description", "labels": "u_labels"}


class People:
    """The service desk. `table`: where people make records."""

    def __init__(self, store: Store, tables: Tables, table: str = "incident") -> None:
        self._store, self._tables, self._table = store, tables, table
        for name in ("bot", "ada"):
            sys_id = store.new_id()
            person = {"user_name": name, "email": f"{name}@example.com", "name": name.title()}
            store.insert("sys_user", person | {"sys_id": sys_id, "active": "true"})
        for name, closes in _CLOSES.items():
            pairs = {pair for columns in closes.values() for pair in columns.items()}
            for element, value in sorted(pairs | {("state", "1"), ("state", _REOPENS[name])}):
                choice = {"name": name, "element": element, "value": value, "label": value}
                self.adds("sys_choice", **choice, inactive="false")

    def adds(self, table: str, **columns: str) -> str:
        """A group, a configuration item, a choice; its sys_id."""
        sys_id = self._store.new_id()
        self._store.insert(table, columns | {"sys_id": sys_id})
        return sys_id

    def tickets(self) -> list[Seen]:
        """Every task, the oldest first."""
        rows = sorted(self._store.rows["task"].values(), key=lambda row: row["number"][3:])
        return [self._seen(row) for row in rows]

    def row(self, ticket_id: str) -> Row:
        """A record's columns."""
        return self._store.rows["task"][ticket_id]

    def person_makes(self, title: str, body: str) -> str:
        """An incident that is not ours."""
        made = self._tables.write(
            self._table, None, {"short_description": title, "description": body}, "ada"
        )
        if isinstance(made, Answered):
            raise ValueError(made.body.decode())
        return made["sys_id"]

    def person_closes(self, ticket_id: str, resolution: str | None) -> None:
        """With the code that the form offers."""
        row = self.row(ticket_id)
        known = _CLOSES.get(row["sys_class_name"], _CLOSES["incident"])
        self._write(row, {"close_code": ""} | known[resolution] | {"close_notes": "Done."})

    def person_reopens(self, ticket_id: str) -> None:
        """In progress again."""
        row = self.row(ticket_id)
        self._write(row, {"state": _REOPENS.get(row["sys_class_name"], "1")})

    def person_edits(self, ticket_id: str, field: str, value: Any) -> None:
        """In words of ours; any other name is a column's."""
        row = self.row(ticket_id)
        match field:
            case "priority":
                pair = next(p for p, word in _PRIORITIES.items() if word == str(value).lower())
                values = {"impact": pair[0], "urgency": pair[1]}
            case "due":
                values = {"due_date": f"{value} 17:00:00" if value else ""}
            case "assignee":
                people = self._store.rows["sys_user"].values()
                named = (p["sys_id"] for p in people if p["user_name"] == value)
                values = {"assigned_to": next(named, "")}
            case _:
                text = ", ".join(value) if isinstance(value, list | tuple) else str(value or "")
                values = {_COLUMNS.get(field, field): text}
        self._write(row, values)

    def person_comments(self, ticket_id: str, text: str) -> None:
        """For the customer to see."""
        self._write(self.row(ticket_id), {"comments": text})

    def person_deletes(self, ticket_id: str) -> None:
        """The record is gone, and what is attached to it."""
        self._store.delete(self.row(ticket_id)["sys_class_name"], ticket_id)

    def person_reclassifies(self, ticket_id: str, table: str) -> None:
        """Another class of task, under the same sys_id."""
        self._store.reclassify(self.row(ticket_id), table)

    def _write(self, row: Row, values: Row) -> None:
        made = self._tables.write(row["sys_class_name"], row, values, "ada")
        if isinstance(made, Answered):
            raise ValueError(made.body.decode())

    def _seen(self, row: Row) -> Seen:
        table, sys_id = row["sys_class_name"], row["sys_id"]
        is_open = row["state"] not in CLOSED.get(table, ("3", "4", "7"))
        closes = _CLOSES.get(table, {})
        words = (
            word
            for word, columns in closes.items()
            if word and all(row.get(name) == value for name, value in columns.items())
        )
        twins = row.get("parent_incident") or row.get("duplicate_of")
        links = [("duplicates", twins)] if twins else []
        links += [("regression", row["parent"])] if row.get("parent") else []
        people = self._store.rows["sys_user"]
        return Seen(
            id=sys_id,
            key=row["number"],
            title=row["short_description"],
            body=row["description"],
            open=is_open,
            resolution=None if is_open else next(words, None),
            labels=tuple(label for label in row.get("u_labels", "").split(", ") if label),
            comments=tuple(text for _, _, _, text in self._tables.heard.get(sys_id, [])),
            links=tuple(links),
            priority=_PRIORITIES.get(row["impact"] + row["urgency"]),
            due=row["due_date"][:10] or None,
            assignee=people.get(row["assigned_to"], {}).get("user_name"),
        )
