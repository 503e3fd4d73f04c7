"""Findings as SARIF 2.1.0, for code scanning views: severities, fingerprints, suppressions, states.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, section numbers below. Writes what a
finding says after redaction, and leaves out what SARIF has no place for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import msgspec

from ticketbot import __version__
from ticketbot.model.finding import RANK, Alias, Finding, Location, Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
# GitHub's bands: https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning
_BANDS: dict[Severity, tuple[float, float, float]] = {
    "critical": (9.0, 9.5, 10.0),
    "high": (7.0, 8.0, 8.9),
    "medium": (4.0, 5.5, 6.9),
    "low": (0.1, 2.0, 3.9),
}
_WINDOWS = re.compile(r"[A-Za-z]:/")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One finding as a result."""

    finding: Finding
    aliases: tuple[Alias, ...] = ()
    flaw: str | None = None
    """Its flaw's UUID: `correlationGuid`, the same in every run (3.27.4)."""
    state: str | None = None
    """`new` or `unchanged` (3.27.24); in one run all rows have one, or none has."""
    line_hash: str | None = None
    """GitHub's `primaryLocationLineHash`, where the checkout is at hand."""
    excuse: str = ""
    """Why somebody decided that it does not count."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run of one tool."""

    tool: str
    version: str | None = None
    part: str = ""
    incomplete: tuple[str, ...] = ()
    """Why the scan was not complete."""
    rows: Iterable[Row] = ()


def log(runs: Iterable[Run]) -> bytes:
    """A whole SARIF file, one line for each result."""
    head = f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": ['.encode()
    return head + b",\n".join(_run(run) for run in runs) + b"]}\n"


def _run(run: Run) -> bytes:
    numbers: dict[str, int] = {}
    worst: dict[str, Finding] = {}
    results = []
    for row in run.rows:
        finding = row.finding
        if RANK[finding.severity] >= RANK[worst.setdefault(finding.rule, finding).severity]:
            worst[finding.rule] = finding
        number = numbers.setdefault(finding.rule, len(numbers))
        results.append(msgspec.json.encode(_result(row, number)))
    rules = [_rule(worst[rule]) for rule in numbers]
    driver = {"name": run.tool, "version": run.version, "rules": rules}
    ours = {"driver": {"name": "ticketbot", "version": __version__}}
    notes = [{"level": "error", "message": {"text": why}} for why in run.incomplete]
    invocation = {
        "executionSuccessful": not run.incomplete,
        "toolExecutionNotifications": notes or None,
    }
    head = {
        "tool": {"driver": _some(driver)},
        "conversion": {"tool": ours},
        "invocations": [_some(invocation)],
        "automationDetails": {"id": f"{run.part}/"} if run.part else None,
        "columnKind": "unicodeCodePoints",
    }
    body = msgspec.json.encode(_some(head))[:-1]
    return body + b',"results":[\n' + b",\n".join(results) + b"]}"


def _rule(finding: Finding) -> dict[str, Any]:
    """What code scanning shows of a rule; its severity is that of its worst finding."""
    tags = ["security", *(f"external/cwe/cwe-{number:03}" for number in finding.cwe)]
    help_uri = finding.help_url if (finding.help_url or "").startswith("https://") else None
    return _some(
        {
            "id": finding.rule,
            "shortDescription": {"text": finding.title or finding.rule},
            "help": {"text": finding.remediation} if finding.remediation else None,
            "helpUri": quote(help_uri, safe="%/:?#@!$&'*+,;=~()[]") if help_uri else None,
            "defaultConfiguration": {"level": _LEVELS[finding.severity]},
            "properties": _some({"tags": tags, "security-severity": _score(finding)}),
        }
    )


def _score(finding: Finding) -> str | None:
    """A number in the severity's band: the CVSS score where it lies there."""
    band = _BANDS.get(finding.severity)
    if band is None:
        return None
    low, usual, high = band
    score = finding.cvss if finding.cvss is not None and low <= finding.cvss <= high else usual
    return f"{score:.1f}"


def _result(row: Row, rule_index: int) -> dict[str, Any]:
    finding = row.finding
    passed = finding.status == "passed"
    return _some(
        {
            "ruleId": finding.rule,
            "ruleIndex": rule_index,
            "kind": "pass" if passed else "fail",
            "level": "none" if passed else _LEVELS[finding.severity],
            "message": {"text": _text(finding.message or finding.title or finding.rule)},
            "locations": [made for place in finding.locations if (made := _location(place))],
            "correlationGuid": row.flaw,
            "partialFingerprints": _fingerprints(row),
            "baselineState": "absent" if finding.status == "absent" else row.state,
            "suppressions": _suppressions(row),
            "webRequest": _web_request(finding),
            "properties": _properties(finding),
        }
    )


def _text(text: str) -> str:
    """A message without embedded links (3.11.6): their text came from a report."""
    return text.replace("](", "] (")


def _location(place: Location) -> dict[str, Any]:
    region: dict[str, Any] = {}
    if place.line:
        region = {"startLine": place.line, "startColumn": place.column}
        if place.end_line and place.end_line >= place.line:
            region["endLine"] = place.end_line
        quoted = place.snippet or place.line_text
        region["snippet"] = {"text": quoted} if quoted else None
    physical = {
        "artifactLocation": {"uri": _uri(place.path)} if place.path else None,
        "region": _some(region) or None,
    }
    return _some(
        {
            "physicalLocation": _some(physical) if place.path else None,
            "logicalLocations": [{"fullyQualifiedName": place.logical}] if place.logical else None,
        }
    )


def _uri(path: str) -> str:
    """A relative reference, or a file URI for an absolute path (3.4.3)."""
    written = quote(path, safe="/+@,;=!$&'()*~")
    if _WINDOWS.match(path):
        return f"file:///{path[:2]}{quote(path[2:], safe='/')}"
    return f"file://{written}" if path.startswith("/") else written


def _fingerprints(row: Row) -> dict[str, str]:
    """Versioned names as 3.27.17 wants them: `ticketbot.line/v1`."""
    found = {"primaryLocationLineHash": row.line_hash} if row.line_hash else {}
    for alias in row.aliases:
        name, _, version = alias.recipe.partition("/")
        found.setdefault(f"ticketbot.{name}/v{version}", alias.value)
    return found


def _suppressions(row: Row) -> list[dict[str, Any]] | None:
    suppressed = row.finding.suppression
    if row.finding.status == "suppressed":
        kind = suppressed.kind if suppressed and suppressed.kind == "external" else "inSource"
        why = suppressed.justification if suppressed else None
        return [_some({"kind": kind, "status": "accepted", "justification": why})]
    if row.excuse:
        return [{"kind": "external", "status": "accepted", "justification": row.excuse}]
    return None


def _web_request(finding: Finding) -> dict[str, Any] | None:
    request = finding.request
    if request is None or not (request.url or request.template):
        return None
    return _some({"method": request.method, "target": request.url or request.template})


def _properties(finding: Finding) -> dict[str, Any]:
    """What SARIF has no property for, in ticketbot's words."""
    component = finding.component
    return _some(
        {
            "security-severity": _score(finding),
            "severity": finding.severity,
            "kind": finding.kind,
            "confidence": finding.confidence,
            "cwe": [f"CWE-{number}" for number in finding.cwe],
            "owasp": list(finding.owasp),
            "vulnerabilities": list(finding.vulnerabilities),
            "cvss": finding.cvss,
            "purl": component.purl if component else None,
            "package": component.name if component else None,
            "installed": component.version if component else None,
            "fixed": list(component.fixed) if component else None,
            "resource": finding.resource,
            "tags": list(finding.tags),
        }
    )


def _some(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what is unknown or empty."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
