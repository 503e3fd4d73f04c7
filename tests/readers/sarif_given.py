"""Small SARIF reports in memory, for the tests of the SARIF reader."""

from __future__ import annotations

import io
import json
from typing import Any

from ticketbot.model.finding import Finding, Rejected
from ticketbot.readers import sarif
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions

KEYS = (("k1", b"0123456789abcdef"),)


class Bytes:
    """A source in memory."""

    def __init__(self, data: bytes, name: str = "report.sarif") -> None:
        self.data = data
        self.name = name

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.data)


def document(*results: Any, **run: Any) -> dict[str, Any]:
    """A report of one run; `rules` and `name` go into the driver."""
    driver = {"name": run.pop("name", "scan"), "rules": run.pop("rules", [])}
    run = {"tool": {"driver": driver}, "results": list(results)} | run
    return {"version": "2.1.0", "runs": [run]}


def report(given: dict[str, Any] | bytes, **options: Any) -> sarif.SarifReport:
    """The report, its first pass done."""
    data = given if isinstance(given, bytes) else json.dumps(given).encode()
    return sarif.read(Bytes(data), ReadOptions(**options), Redactor(KEYS))


def built(given: dict[str, Any] | bytes, **options: Any) -> list[Finding | Rejected]:
    """Every result of a report, built."""
    read = report(given, **options)
    return [read.build(result) for result in read.results()]


def finding(result: dict[str, Any], options: dict[str, Any] | None = None, **run: Any) -> Finding:
    """The one finding of a report with one result."""
    (one,) = built(document(result, **run), **(options or {}))
    assert isinstance(one, Finding), one
    return one


def at(uri: str | None = None, region: Any = None, **more: Any) -> dict[str, Any]:
    """A result at a place."""
    artifact = more.pop("artifact", {})
    physical = {
        "artifactLocation": ({"uri": uri} if uri else {}) | artifact,
        "region": region or {},
    }
    if "context" in more:
        physical["contextRegion"] = more.pop("context")
    return {"ruleId": "R1", "locations": [{"physicalLocation": physical}]} | more
