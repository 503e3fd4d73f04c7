"""The Import Set API of a simulated instance: rows are transformed one after the other, and those of one
coalesce value become one record. https://www.servicenow.com/docs, Import Set API."""

from __future__ import annotations

import msgspec

from ticketbot.simulate.exchange import Answered, Asked, answered
from ticketbot.simulate.servicenow.query import parse
from ticketbot.simulate.servicenow.settings import Settings, failure
from ticketbot.simulate.servicenow.tables import Tables


class Imports:
    """Staging tables. Their map takes `u_name` to the column `name`, or to `u_name` where there is one."""

    def __init__(self, tables: Tables, settings: Settings) -> None:
        self._tables, self._settings = tables, settings
        self._sets = 10000

    def answer(self, asked: Asked, staging: str, user: str) -> Answered:
        """One row for a staging table."""
        table = self._settings.staging.get(staging)
        if table is None:
            return failure(400, f"Invalid staging table {staging}")
        try:
            given = msgspec.json.decode(asked.body, type=dict[str, str])
        except msgspec.DecodeError:
            return failure(400, "Exception while reading request", "expected an object of texts")
        store, self._sets = self._tables.store, self._sets + 1
        columns = store.columns[table]
        values = {
            name if name in columns else name.removeprefix("u_"): value
            for name, value in given.items()
        }
        query = parse(f"correlation_id={values.get('correlation_id', '')}", columns)
        found = store.select(table, query) if values.get("correlation_id") else []
        made = self._tables.write(table, found[0] if found else None, values, user)
        result: dict[str, str] = {"transform_map": "ticketbot", "table": table}
        if isinstance(made, Answered):
            why = msgspec.json.decode(made.body)["error"]["detail"]
            result |= {"status": "error", "error_message": why}
        else:
            link = f"{asked.base}/api/now/table/{table}/{made['sys_id']}"
            result |= {"display_name": "number", "display_value": made["number"]}
            result |= {"record_link": link, "sys_id": made["sys_id"]}
            result["status"] = "updated" if found else "inserted"
        value = {"import_set": f"ISET{self._sets:07}", "staging_table": staging, "result": [result]}
        return answered(201, value)
