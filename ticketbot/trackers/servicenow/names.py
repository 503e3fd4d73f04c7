"""Names of people, groups and components → sys_ids: looked up once in a run, and left out when unknown.

A reference column takes any text and shows nothing for it, so a name is never written into one.
"""

from __future__ import annotations

import re

from ticketbot.errors import TrackerError
from ticketbot.trackers.servicenow.query import SYS_ID, Records
from ticketbot.trackers.servicenow.table import Table

_UNSAFE = re.compile(r"\^|javascript:", re.I)
_BY = {"sys_user": ("user_name", "email", "name")}


class Names:
    """What references refer to."""

    def __init__(self, records: Records, table: Table) -> None:
        self._records, self._references = records, table.references
        self._known: dict[tuple[str, str], tuple[str, str]] = {}

    def refers(self, column: str) -> bool:
        """Whether the column holds a sys_id."""
        return column in self._references

    def resolve(self, column: str, value: str) -> tuple[str, str]:
        """(sys_id, "") or ("", why not)."""
        if SYS_ID.fullmatch(value):
            return value, ""
        where = self._references[column], value
        if where not in self._known:
            self._known[where] = self._looked_up(*where)
        return self._known[where]

    def _looked_up(self, table: str, value: str) -> tuple[str, str]:
        if _UNSAFE.search(value):
            return "", f"{value!r} cannot be looked for"
        columns = _BY.get(table, ("name",))
        query = "^OR".join(f"{column}={value}" for column in columns)
        try:
            rows = list(self._records.pages(table, query, ["sys_id", *columns], 20))
        except TrackerError as error:
            return "", f"{table} could not be asked ({error.message})"
        for column in columns:
            same = {row["sys_id"] for row in rows if row.get(column, "").lower() == value.lower()}
            if len(same) == 1:
                return same.pop(), ""
            if same:
                return "", f"{table} has several named {value!r}"
        return "", f"{table} has no {value!r}"
