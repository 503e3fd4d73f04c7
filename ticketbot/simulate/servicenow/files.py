"""The Attachment API of a simulated instance. https://www.servicenow.com/docs, Attachment API.

An attachment is no change of its record: neither its time nor its count of changes moves.
"""

from __future__ import annotations

from ticketbot.simulate.exchange import Answered, Asked, answered
from ticketbot.simulate.servicenow.query import Row, parse
from ticketbot.simulate.servicenow.settings import MISSING, Settings, failure
from ticketbot.simulate.servicenow.store import Store

_TABLE = "sys_attachment"


class Files:
    """Attachments, and what is in them."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self.contents: dict[str, bytes] = {}

    def answer(self, asked: Asked, rest: list[str], user: str) -> Answered:
        """A request below /api/now/attachment."""
        match asked.method, rest:
            case "GET", []:
                return self._list(asked)
            case "POST", ["file"]:
                return self._uploaded(asked, user)
        row = self._store.rows[_TABLE].get(rest[0]) if rest else None
        if row is None:
            return failure(404, *MISSING)
        match asked.method, rest[1:]:
            case "GET", []:
                return answered(200, {"result": row})
            case "GET", ["file"]:
                return Answered(
                    200, self.contents[row["sys_id"]], {"Content-Type": row["content_type"]}
                )
            case "DELETE", []:
                self.drop(row["sys_id"])
                return Answered(204)
        return failure(405, "Method not supported")

    def drop(self, sys_id: str) -> None:
        """An attachment is gone."""
        self._store.delete(_TABLE, sys_id)
        del self.contents[sys_id]

    def of(self, record: str) -> list[Row]:
        """A record's attachments, the oldest first."""
        query = parse(f"table_sys_id={record}^ORDERBYsys_created_on", self._store.columns[_TABLE])
        return self._store.select(_TABLE, query)

    def _list(self, asked: Asked) -> Answered:
        query = parse(asked.query.get("sysparm_query", ""), self._store.columns[_TABLE])
        found = self._store.select(_TABLE, query)
        limit, offset = (
            int(asked.query.get(f"sysparm_{name}", default))
            for name, default in (("limit", "1000"), ("offset", "0"))
        )
        page = found[offset : offset + limit]
        return answered(200, {"result": page}, x_total_count=str(len(found)))

    def _uploaded(self, asked: Asked, user: str) -> Answered:
        table, record = asked.query.get("table_name", ""), asked.query.get("table_sys_id", "")
        name = asked.query.get("file_name", "")
        if not (table and record and name) or not asked.body:
            return failure(400, "Missing required parameter", "table_name, table_sys_id, file_name")
        if table not in self._store.rows or record not in self._store.rows[table]:
            return failure(404, *MISSING)
        if not self._settings.attachments:
            return failure(
                403, "User Not Authorized", "Insufficient rights to create sys_attachment"
            )
        sys_id, now, size = self._store.new_id(), self._store.now(), str(len(asked.body))
        row = dict.fromkeys(self._store.columns[_TABLE], "")
        row |= {"sys_id": sys_id, "file_name": name, "table_name": table, "table_sys_id": record}
        row |= {"content_type": asked.headers.get("content-type", "*/*"), "size_bytes": size}
        row |= {"size_compressed": size, "compressed": "true", "sys_mod_count": "0"}
        row |= {"sys_created_on": now, "sys_created_by": user}
        row |= {"sys_updated_on": now, "sys_updated_by": user}
        row["download_link"] = f"{asked.base}/api/now/attachment/{sys_id}/file"
        self._store.insert(_TABLE, row)
        self.contents[sys_id] = asked.body
        return answered(201, {"result": row})
