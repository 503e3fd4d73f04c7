"""What a table of ServiceNow is called and means: columns, states, close codes, priorities.

As delivered, for the tables that most people use; the configuration goes before each of them. Knows no HTTP.
Choices differ between releases and companies: https://www.servicenow.com/docs (Incident form, Problem form,
Close security incidents), and ../shared/design/trackers.md, section C.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ticketbot.model.ticket import Resolution

Columns = dict[str, str]

_CODES: dict[str, Resolution | None] = {
    "solution provided": "fixed",
    "solved (permanently)": "fixed",
    "duplicate": "duplicate",
    "no resolution provided": "wont_fix",
    "not solved (too costly)": "wont_fix",
    "not solved (not reproducible)": "false_positive",
    "known error": "accepted",
    "not resolved": "wont_fix",
    "invalid vulnerability": "false_positive",
    "false positive": "false_positive",
    "patched vulnerability": "fixed",
    "threat mitigated": "fixed",
    "risk_accepted": "accepted",
    "risk accepted": "accepted",
    "fix_applied": "fixed",
    "canceled": "false_positive",
}
"""What people's close codes mean, in lower case; any other means done, without saying how."""

_REFERENCES = {
    "assignment_group": "sys_user_group",
    "assigned_to": "sys_user",
    "caller_id": "sys_user",
    "opened_by": "sys_user",
    "cmdb_ci": "cmdb_ci",
    "business_service": "cmdb_ci_service",
    "company": "core_company",
    "location": "cmn_location",
}


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One table as we use it. States and codes are the values of the columns, not what forms show."""

    name: str
    id: str = "correlation_id"
    mark: str = "correlation_display"
    marker: str = ""
    """The column for the marker; "": an attachment."""
    labels: str = ""
    title: str = "short_description"
    body: str = "description"
    comment: str = "work_notes"
    due: str = "due_date"
    notes: str = "close_notes"
    parent: str = "parent"
    code: str = "close_code"
    """Where people say how they closed a record."""
    open_state: str = "1"
    closed_states: tuple[str, ...] = ("3", "4", "7")
    resolutions: dict[Resolution, Columns]
    codes: dict[str, Resolution | None] = msgspec.field(default_factory=lambda: dict(_CODES))
    priorities: dict[str, Columns] = {}
    references: dict[str, str] = msgspec.field(default_factory=lambda: dict(_REFERENCES))


def _levels(one: str, other: str) -> dict[str, Columns]:
    """As the priority matrix of ITIL has it: 1 is highest."""
    pairs = {"critical": "11", "high": "12", "medium": "22", "low": "23", "info": "33"}
    return {name: {one: pair[0], other: pair[1]} for name, pair in pairs.items()}


_TASK = Table(
    name="task",
    resolutions={
        "fixed": {"state": "3"},
        "wont_fix": {"state": "4"},
        "false_positive": {"state": "4"},
        "accepted": {"state": "4"},
        "duplicate": {"state": "7"},
    },
    priorities=_levels("impact", "urgency"),
)
_INCIDENT = Table(
    name="incident",
    parent="parent_incident",
    open_state="2",
    closed_states=("6", "7", "8"),
    resolutions={
        "fixed": {"state": "6", "close_code": "Solution provided"},
        "wont_fix": {"state": "6", "close_code": "No resolution provided"},
        "accepted": {"state": "6", "close_code": "Known error"},
        "duplicate": {"state": "6", "close_code": "Duplicate"},
        "false_positive": {"state": "8"},
    },
    priorities=_levels("impact", "urgency"),
)
_SECURITY = Table(
    name="sn_si_incident",
    open_state="16",
    closed_states=("3", "7"),
    resolutions={
        "fixed": {"state": "3", "close_code": "Patched vulnerability"},
        "wont_fix": {"state": "3", "close_code": "Not resolved"},
        "accepted": {"state": "3", "close_code": "Risk accepted"},
        "duplicate": {"state": "7", "close_code": "Duplicate"},
        "false_positive": {"state": "3", "close_code": "Invalid vulnerability"},
    },
    priorities=_levels("business_impact", "urgency"),
)
_PROBLEM = Table(
    name="problem",
    code="resolution_code",
    parent="duplicate_of",
    open_state="103",
    closed_states=("106", "107"),
    resolutions={
        "fixed": {"state": "107", "resolution_code": "fix_applied"},
        "wont_fix": {"state": "107", "resolution_code": "canceled"},
        "accepted": {"state": "107", "resolution_code": "risk_accepted"},
        "duplicate": {"state": "107", "resolution_code": "duplicate"},
        "false_positive": {"state": "107", "resolution_code": "canceled"},
    },
    priorities=_levels("impact", "urgency"),
)
_DELIVERED = {table.name: table for table in (_INCIDENT, _SECURITY, _PROBLEM)}


def table_of(settings: Mapping[str, Any]) -> Table:
    """The configured table: what it is as delivered, and what the configuration says instead."""
    name = settings.get("table") or "incident"
    base = _DELIVERED.get(name, _TASK)
    said: dict[str, Any] = {
        field: settings[key] for field, key in _KEYS.items() if settings.get(key)
    }
    if closed := settings.get("closed_states"):
        said["closed_states"] = tuple(str(state) for state in closed)
    if "open_state" in said:
        said["open_state"] = str(said["open_state"])
    read_as = settings.get("read_as") or {}
    own = {code.lower(): None if word == "done" else word for code, word in read_as.items()}
    return msgspec.structs.replace(
        base,
        name=name,
        resolutions=base.resolutions | _columns(settings.get("resolutions")),
        priorities=_columns(settings.get("priorities")) or base.priorities,
        references=base.references | (settings.get("references") or {}),
        codes=base.codes | own,
        **said,
    )


def as_class(table: Table, name: str) -> Table:
    """The table of a record that became another class of task: its states, codes and parent are that
    class's, as delivered. `closed_states` is empty where nobody knows them: then `active` tells."""
    if name in ("", table.name):
        return table
    base = _DELIVERED.get(name, _TASK)
    return msgspec.structs.replace(
        table,
        name=name,
        code=base.code,
        parent=base.parent,
        open_state=base.open_state,
        closed_states=base.closed_states if name in _DELIVERED else (),
        resolutions=base.resolutions,
        priorities=base.priorities,
    )


_KEYS = {
    "id": "id_field",
    "mark": "mark_field",
    "marker": "marker_field",
    "labels": "labels_field",
    "title": "title_field",
    "body": "body_field",
    "comment": "comment_field",
    "due": "due_field",
    "notes": "notes_field",
    "parent": "parent_field",
    "open_state": "open_state",
}


def _columns(given: Mapping[Any, Mapping[str, object]] | None) -> dict[Any, Columns]:
    return {
        name: {column: str(value) for column, value in row.items()}
        for name, row in (given or {}).items()
    }
