"""Flaws as OCSF describes them: what the finding is, which vulnerability, in which code or package.

Pure. Says only what the ledger and the markers hold, which is what redaction has left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from posixpath import basename
from typing import Any

from ticketbot.model.flaw import Features, Flaw
from ticketbot.model.ticket import MarkedFlaw
from ticketbot.telemetry.shape import SEVERITY, milliseconds, present

AnyFlaw = Flaw | MarkedFlaw

MOST = 50
"""Flaws of one group that an event describes; it says how many there are."""
_REGULAR_FILE = 1
_AFFECTED = 3
_RULE = 1


def finding_info(uid: str, title: str, flaws: Sequence[AnyFlaw]) -> dict[str, Any]:
    """`finding_info`. `uid`: the flaw's UUID, or the group's."""
    kinds = sorted({flaw.features.kind for flaw in flaws})
    tools = sorted({flaw.features.tool for flaw in flaws})
    rules = sorted({flaw.features.rule for flaw in flaws})
    first = min((flaw.first_seen for flaw in flaws), default=None)
    analytic = (
        {"uid": rules[0], "name": rules[0], "type_id": _RULE, "type": "Rule"} if rules else {}
    )
    return present(
        {
            "uid": uid,
            "title": title,
            "types": kinds,
            "data_sources": tools,
            "first_seen_time": milliseconds(first) if first else None,
            "analytic": analytic if len(rules) == 1 else None,
            "product": {"name": tools[0]} if len(tools) == 1 else None,
        }
    )


def vulnerability(flaw: AnyFlaw) -> dict[str, Any]:
    """One of `vulnerabilities`: it has exactly one of cve, advisory and cwe, as the schema wants."""
    features = flaw.features
    return present(
        {
            "title": features.title,
            "severity": SEVERITY[features.severity][1],
            "category": features.kind,
            "first_seen_time": milliseconds(flaw.first_seen),
            "affected_code": [_code(features)] if features.path else None,
            "affected_packages": [_package(features)] if features.component else None,
            "is_fix_available": bool(features.fixed) if features.component else None,
            "related_vulnerabilities": list(features.vulnerabilities[1:]),
            **_named(features),
        }
    )


def _named(features: Features) -> dict[str, Any]:
    weaknesses = [_cwe(number) for number in features.cwe]
    if features.vulnerabilities:
        uid = features.vulnerabilities[0]
        if uid.startswith("CVE-"):
            return {"cve": present({"uid": uid, "related_cwes": weaknesses})}
        return {"advisory": {"uid": uid}}
    # what the NVD calls a flaw that nobody has classified
    return {"cwe": weaknesses[0] if weaknesses else {"uid": "NVD-CWE-noinfo"}}


def _cwe(number: int) -> dict[str, Any]:
    page = f"https://cwe.mitre.org/data/definitions/{number}.html"
    return {"uid": f"CWE-{number}", "src_url": page}


def _code(features: Features) -> dict[str, Any]:
    path = str(features.path)
    return present(
        {
            "file": {"name": basename(path) or path, "path": path, "type_id": _REGULAR_FILE},
            "start_line": features.line,
            "rule": {"uid": features.rule},
        }
    )


def _package(features: Features) -> dict[str, Any]:
    component = str(features.component)
    kind, _, rest = component.removeprefix("pkg:").partition("/")
    is_purl = component.startswith("pkg:")
    return present(
        {
            "name": rest.partition("?")[0] if is_purl else component,
            "version": features.version or "unknown",
            "purl": component if is_purl else None,
            "package_manager": kind if is_purl else None,
            "fixed_in_version": ", ".join(features.fixed),
        }
    )


def resources(flaws: Iterable[AnyFlaw]) -> list[dict[str, Any]]:
    """The targets, and what of them is affected that is no file: an address, an operation."""
    found: dict[tuple[str, str], None] = {}
    for flaw in flaws:
        found[("target", flaw.target)] = None
        if flaw.features.resource:
            found[("resource", flaw.features.resource)] = None
        if flaw.features.operation:
            found[("operation", flaw.features.operation)] = None
    return [
        {"type": kind, "name": name, "role_id": _AFFECTED, "role": "Affected"}
        for kind, name in found
    ]


def rest_of(flaw: AnyFlaw) -> dict[str, Any]:
    """What of a flaw the schema has no place for."""
    features = flaw.features
    return present(
        {
            "uid": flaw.id,
            "target": flaw.target,
            "rule": features.rule,
            "tool": features.tool,
            "cwe": list(features.cwe),
            "owasp": list(features.owasp),
        }
    )
