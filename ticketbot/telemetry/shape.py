"""The frame of an event in the Open Cybersecurity Schema Framework, and what every event of a run shares.

Pure but for counting; time comes from the clock that is given. The classes and their attributes:
https://schema.ocsf.io/1.8.0/classes/vulnerability_finding and …/classes/api_activity
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ticketbot.model.finding import Severity

OCSF_VERSION = "1.8.0"

Event = dict[str, Any]


class Class(NamedTuple):
    """An OCSF class, and the captions of its activities."""

    uid: int
    name: str
    category: tuple[int, str]
    activities: dict[int, str]


FINDING = Class(
    2002, "Vulnerability Finding", (2, "Findings"), {1: "Create", 2: "Update", 3: "Close"}
)
API = Class(
    6003, "API Activity", (6, "Application Activity"), {1: "Create", 2: "Read", 3: "Update"}
)
OTHER = 99
"""The activity, or status, that the schema has no number for; its name says what it is."""

SEVERITY: dict[Severity, tuple[int, str]] = {
    "critical": (5, "Critical"),
    "high": (4, "High"),
    "medium": (3, "Medium"),
    "low": (2, "Low"),
    "info": (1, "Informational"),
}


def event(
    kind: Class,
    activity: int,
    code: str,
    message: str,
    *,
    severity: Severity = "info",
    name: str = "",
    **attributes: Any,
) -> Event:
    """An event of `kind`; what has no value is left out.

    `code` names what happened among all that ticketbot tells (`change.applied`); `name` is the
    activity's where it is OTHER.
    """
    caption = kind.activities.get(activity, "Other")
    number, severity_name = SEVERITY[severity]
    return {
        "class_uid": kind.uid,
        "class_name": kind.name,
        "category_uid": kind.category[0],
        "category_name": kind.category[1],
        "activity_id": activity,
        "activity_name": name if activity == OTHER and name else caption,
        "type_uid": kind.uid * 100 + activity,
        "type_name": f"{kind.name}: {caption}",
        "severity_id": number,
        "severity": severity_name,
        "message": message,
        "metadata": {"event_code": code},
        **present(attributes),
    }


def present(attributes: dict[str, Any]) -> dict[str, Any]:
    """Without what is unknown: OCSF leaves out, and knows no null."""
    return {key: value for key, value in attributes.items() if value not in (None, "", [], (), {})}


def milliseconds(moment: str) -> int:
    """ISO 8601 → milliseconds since 1970, as OCSF counts. Raises ValueError."""
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


@dataclass
class Envelope:
    """What makes an event one of this run: who, when, the how manieth."""

    product_version: str
    run_id: str
    now: Callable[[], str]
    """ISO 8601, UTC."""
    sequence: int = 0

    def seal(self, body: Event) -> Event:
        """`body` with its time and metadata; its uid is unlike any other event's."""
        self.sequence += 1
        moment = milliseconds(self.now())
        metadata = {
            "version": OCSF_VERSION,
            "product": {
                "name": "ticketbot",
                "vendor_name": "ticketbot",
                "version": self.product_version,
            },
            "log_name": "audit",
            "correlation_uid": self.run_id,
            "uid": f"{self.run_id}-{self.sequence}",
            "sequence": self.sequence,
            "logged_time": moment,
        }
        return {**body, "time": moment, "metadata": metadata | body["metadata"]}
