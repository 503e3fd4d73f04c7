"""A finding as a line of JSON (contract.md), as a row of CSV, and as a row of a table."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import msgspec

from ticketbot.identity.identify import Identity
from ticketbot.identity.ingredients import Operation
from ticketbot.model.finding import Alias, Component, Finding, Location, Request

CSV_HEAD = (
    "pointer tool rule title message severity confidence kind status cwe owasp vulnerabilities cvss path "
    "line method template parameter component version fixed resource report"
).split()
_FORMULA = re.compile(r"[=+\-@\t\r]")
"""A cell that begins so is calculated by spreadsheets; it gets a ' before it."""
_NO_PLACE = Location()


def as_json(finding: Finding, identity: Identity, report: str) -> bytes:
    """The keys and their order are fixed; each is always there."""
    places = [_location(place) for place in finding.locations]
    secret = finding.secret
    return msgspec.json.encode(
        {
            "pointer": finding.pointer,
            "tool": finding.tool,
            "rule": finding.rule,
            "title": finding.title,
            "message": finding.message,
            "severity": finding.severity,
            "confidence": finding.confidence,
            "kind": finding.kind,
            "status": finding.status,
            "cwe": finding.cwe,
            "owasp": finding.owasp,
            "vulnerabilities": finding.vulnerabilities,
            "cvss": finding.cvss,
            "cvss_vector": finding.cvss_vector,
            "location": places[0] if places else None,
            "locations": places,
            "request": _request(finding.request) if finding.request else None,
            "component": _component(finding.component) if finding.component else None,
            "resource": finding.resource,
            "secret": {"type": secret.type, "redacted": secret.redacted} if secret else None,
            "operation": _operation(identity.operation) if identity.operation else None,
            "aliases": _aliases(identity.aliases),
            "tags": finding.tags,
            "links": finding.links,
            "report": report,
        }
    )


def as_csv(finding: Finding, report: str) -> str:
    """One row, with its line end (RFC 4180)."""
    place = finding.locations[0] if finding.locations else _NO_PLACE
    request, component = finding.request or Request(), finding.component or Component()
    cells: list[Any] = [
        finding.pointer,
        finding.tool,
        finding.rule,
        finding.title,
        finding.message,
        finding.severity,
        finding.confidence,
        finding.kind,
        finding.status,
        " ".join(f"CWE-{number}" for number in finding.cwe),
        " ".join(finding.owasp),
        " ".join(finding.vulnerabilities),
        finding.cvss,
        place.path,
        place.line,
        request.method,
        request.template or request.url,
        request.parameter,
        component.purl or component.name,
        component.version,
        " ".join(component.fixed),
        finding.resource,
        report,
    ]
    return csv_row([_harmless(cell) for cell in cells])


def csv_row(cells: list[Any]) -> str:
    """Cells as one row, with its line end."""
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def where(finding: Finding) -> str:
    """The place as people name it: a line, an operation, a package, a resource."""
    request, component = finding.request, finding.component
    if request is not None and (request.template or request.url):
        return f"{request.method or ''} {request.template or request.url}".strip()
    if component is not None and component.name:
        return f"{component.name} {component.version or ''}".strip()
    place = finding.locations[0] if finding.locations else _NO_PLACE
    if place.path:
        return f"{place.path}:{place.line}" if place.line else place.path
    return finding.resource or place.logical or ""


def _location(place: Location) -> dict[str, Any]:
    return {
        "path": place.path,
        "line": place.line,
        "end_line": place.end_line,
        "column": place.column,
        "logical": place.logical,
    }


def _request(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.url,
        "template": request.template,
        "parameter": request.parameter,
        "parameter_in": request.parameter_in,
    }


def _operation(told: Operation) -> dict[str, Any]:
    """What the finding's operation is called, and what told so."""
    query = f"?{told.structural}" if told.structural else ""
    return {"method": told.method or None, "path": told.path + query, "told_by": told.told_by}


def _component(component: Component) -> dict[str, Any]:
    return {
        "purl": component.purl,
        "name": component.name,
        "version": component.version,
        "fixed": component.fixed,
    }


def _aliases(aliases: tuple[Alias, ...]) -> dict[str, str]:
    """Recipe → value; of several values of one recipe the first, which is the strongest."""
    found: dict[str, str] = {}
    for alias in aliases:
        found.setdefault(alias.recipe, alias.value)
    return found


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
