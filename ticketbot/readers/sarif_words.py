"""Property bags → our words: severity, confidence, CWE, CVSS, from every place where real
producers put them.

Which names are read is a fact about tools, listed here; what none of them says is None or
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ticketbot.model.finding import Confidence, Severity
from ticketbot.readers import vocabulary
from ticketbot.readers.sarif_schema import Descriptor, Reference, Text, ToolComponent

SCORES = ("security-severity", "securitySeverity", "security_severity")
"""GitHub's name, a CVSS-like number; on the rule by its documentation, on the result by some
tools."""
SEVERITIES = (
    "severity",
    "issue_severity",  # Bandit, sast-scan
    "zizmor/severity",
    "DevSkimSeverity",
    "cvss_severity",
    "impact",
    "risk",
    "riskLevel",
)
CONFIDENCES = (
    "confidence",
    "precision",
    "issue_confidence",
    "zizmor/confidence",
    "DevSkimConfidence",
)
CWE_KEYS = ("cwe", "CWE", "cwes", "cwe_ids", "cwe-id", "cweId", "cwe_id")
CVSS_SCORES = ("cvssv3_baseScore", "cvssv4_baseScore", "cvssScore", "cvss_score")
CVSS_VECTORS = ("cvssv3_vector", "cvssv4_vector", "cvssVector", "cvss_vector", "cvss")
CONFIDENCE_OF: dict[str, Confidence] = {
    "very-high": "high",
    "very high": "high",
    "certain": "high",
    "high": "high",
    "firm": "medium",
    "medium": "medium",
    "moderate": "medium",
    "low": "low",
    "tentative": "low",
    "very-low": "low",
}
LEVELS: dict[str | None, Severity] = {
    "error": "high",
    "warning": "medium",
    "note": "low",
    "none": "info",
}
TOP = 10.0
RANKED: tuple[tuple[float, Severity], ...] = ((70.0, "high"), (40.0, "medium"), (0.0, "low"))
"""Ranks (3.27.25) of two tools cannot be compared: only used where a result has neither level
nor severity."""


def strings(value: Any) -> list[str]:
    """The strings in a property: itself, or the items of a list; nothing of anything else."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def scored(properties: Mapping[str, Any]) -> Severity | None:
    """From a score of 0 to 10."""
    scores = (_number(properties.get(key)) for key in SCORES)
    score = next((score for score in scores if score is not None), None)
    return None if score is None else vocabulary.severity_from_score(score)


def worded(properties: Mapping[str, Any]) -> Severity | None:
    """From a tool's own word."""
    words = (vocabulary.severity(properties.get(key)) for key in SEVERITIES if key in properties)
    return next((word for word in words if word), None)


def severity_of_level(level: str | None, rank: float | None) -> Severity:
    """`level` is the result's, the override's or the rule's; without any of them, and without a
    rank, `warning`."""
    if level not in LEVELS and rank is not None and rank >= 0:
        return next(severity for least, severity in RANKED if rank >= least)
    return LEVELS.get(level, "medium")


def confidence_of(properties: Mapping[str, Any]) -> Confidence | None:
    """From `precision`, `confidence` and what tools call it."""
    for key in CONFIDENCES:
        word = properties.get(key)
        if isinstance(word, str) and (found := CONFIDENCE_OF.get(word.strip().lower())):
            return found
    return None


def cvss_of(properties: Mapping[str, Any]) -> tuple[float | None, str | None]:
    """(base score, vector)"""
    scores = (_number(properties.get(key)) for key in CVSS_SCORES)
    vectors = (properties.get(key) for key in CVSS_VECTORS)
    vector = next((v for v in vectors if isinstance(v, str) and v.startswith("CVSS:")), None)
    return next((s for s in scores if s is not None), None), vector


def rule_cwes(
    rule: Descriptor, tags: Sequence[str], taxonomies: Sequence[ToolComponent]
) -> tuple[int, ...]:
    """CWE numbers: relationships, tags and properties; where these have none the help address,
    then the texts."""
    targets = [link.target for link in rule.relationships or () if link.target]
    told = taxa_cwes(targets, taxonomies) + property_cwes(rule.properties or {}, tags)
    if not told:
        told = vocabulary.cwes(rule.help_uri or "")
    if not told:
        texts = (rule.short_description, rule.full_description, rule.help)
        told = vocabulary.cwes([t for text in texts for t in _said(text)] + [rule.name or ""])
    return tuple(dict.fromkeys(told))


def property_cwes(properties: Mapping[str, Any], tags: Iterable[str]) -> tuple[int, ...]:
    """CWE numbers of a property bag and its tags."""
    found = vocabulary.cwes([tag for tag in tags if "cwe" in tag.lower()])
    for key in CWE_KEYS:
        if key in properties:
            found += vocabulary.cwes(properties[key])
    return found


def taxa_cwes(targets: Iterable[Reference], taxonomies: Sequence[ToolComponent]) -> tuple[int, ...]:
    """Of references into the CWE taxonomy, or whose id says so itself."""
    found: tuple[int, ...] = ()
    for target in targets:
        taxonomy = _taxonomy(target, taxonomies)
        name = (target.tool_component and target.tool_component.name) or (
            taxonomy and taxonomy.name
        )
        taxon = target.id
        taxa = (taxonomy and taxonomy.taxa) or []
        if taxon is None and target.index is not None and 0 <= target.index < len(taxa):
            taxon = taxa[target.index].id
        if taxon and ("cwe" in taxon.lower() or (name or "").upper() == "CWE"):
            found += vocabulary.cwes(taxon)
    return found


def helpful(text: str, said: Iterable[str]) -> str | None:
    """A help text, where it is more than an address and more than what the title says anyway."""
    plain = text.strip()
    if not plain or vocabulary.safe_url(plain) or _letters(plain) in {_letters(s) for s in said}:
        return None
    return plain


def _taxonomy(target: Reference, taxonomies: Sequence[ToolComponent]) -> ToolComponent | None:
    wanted = target.tool_component
    if wanted is None:
        return None
    if wanted.index is not None and 0 <= wanted.index < len(taxonomies):
        return taxonomies[wanted.index]
    same = (t for t in taxonomies if wanted.guid and t.guid == wanted.guid)
    return next(same, None)


def _said(text: Text | None) -> list[str]:
    return [part for part in (text.text, text.markdown) if part] if text else []


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number <= TOP else None


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text[:400]).lower()
