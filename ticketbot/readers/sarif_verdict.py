"""What one SARIF result says about itself beyond its place: status, severity, classes,
fingerprints, remedies.

Plain functions of the result and its rule. Text they take from the result is redacted by the
caller's `text`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ticketbot.model.finding import Severity, Status, Suppression
from ticketbot.readers import vocabulary
from ticketbot.readers.roles import told_roles, with_roles
from ticketbot.readers.sarif_places import POISON
from ticketbot.readers.sarif_rules import Rule
from ticketbot.readers.sarif_schema import Result, ToolComponent
from ticketbot.readers.sarif_texts import LONG, cut, message_text, shown, unfold
from ticketbot.readers.sarif_words import (
    confidence_of,
    cvss_of,
    property_cwes,
    scored,
    severity_of_level,
    strings,
    taxa_cwes,
    worded,
)

PERSONAL = frozenset({"email", "author", "commitMessage", "date"})
"""What gitleaks writes into `partialFingerprints`: people and dates, no identity."""
JUSTIFICATION = 1000
NO_FLAWS = frozenset({"pass", "open", "review", "informational", "notapplicable"})
"""Kinds in lower case (3.27.9); a word that is none of them is no reason to close a ticket."""
Clean = Callable[[str], str]


def status_of(result: Result, open_kinds: frozenset[str | None]) -> Status:
    """`absent` is the baseline's word for fixed (3.27.24); kinds other than `fail` are no flaws
    (3.27.9)."""
    if result.baseline_state == "absent":
        return "absent"
    kind = (result.kind or "fail").lower()
    if kind in NO_FLAWS and kind not in open_kinds:
        return "passed"
    return "suppressed" if result.suppressions and _is_suppressed(result) else "open"


def _is_suppressed(result: Result) -> bool:
    """All suppressions accepted; one without a status counts as accepted (3.35.3 gives no
    default)."""
    told = result.suppressions or ()
    return all(
        s.status in (None, "accepted") and (s.kind or s.status or s.justification) for s in told
    )


def severity(result: Result, rule: Rule, properties: Mapping[str, Any]) -> Severity:
    """The first that speaks: score of the result, of the rule, word of the result, of the rule,
    level, rank."""
    if not properties:
        told = rule.scored or rule.worded
    else:
        told = scored(properties) or rule.scored or worded(properties) or rule.worded
    return told or severity_of_level(
        (result.level or rule.level or "").lower() or None, result.rank
    )


def classes(
    result: Result,
    rule: Rule,
    properties: Mapping[str, Any],
    taxonomies: Sequence[ToolComponent],
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """(CWE numbers, OWASP classes): the result's own first, then the rule's."""
    if not properties and not result.taxa:
        return rule.cwe, rule.owasp
    tags = strings(properties.get("tags"))
    cwe = taxa_cwes(result.taxa or (), taxonomies) + property_cwes(properties, tags) + rule.cwe
    told = [text for key, value in properties.items() if "owasp" in key for text in strings(value)]
    owasp = (*vocabulary.owasp([*tags, *told]), *rule.owasp)
    return tuple(dict.fromkeys(cwe)), tuple(dict.fromkeys(owasp))


def rare(
    result: Result, rule: Rule, properties: Mapping[str, Any], told: Sequence[str], text: Clean
) -> dict[str, Any]:
    """The fields of a Finding that most results do not have. `told`: links of the message."""
    found: dict[str, Any] = {}
    if result.fingerprints or result.partial_fingerprints or result.guid or result.correlation_guid:
        found["fingerprints"] = _fingerprints(result, text)
    if told or result.hosted_viewer_uri or result.work_item_uris:
        found["links"] = _links(result, told, text)
    if result.suppressions:
        found["suppression"] = _suppression(result, text)
    if result.fixes:
        found["remediation"] = _remediation(result, rule, text)
    if properties:
        found.update(_told(properties, rule, text))
    return found


def _told(properties: Mapping[str, Any], rule: Rule, text: Clean) -> dict[str, Any]:
    """Fields of a Finding that a result's own properties change."""
    found: dict[str, Any] = {}
    if confidence := confidence_of(properties):
        found["confidence"] = confidence
    if tags := strings(properties.get("tags")):
        found["tags"] = tuple(dict.fromkeys((*rule.tags, *map(text, tags))))
        if "vulnerabilities" not in rule.common:
            found["vulnerabilities"] = vocabulary.vulnerability_ids(tags)
    if pair := with_roles(None, *told_roles(properties)):
        found["discriminator"] = pair
    score, vector = cvss_of(properties)
    found |= {"cvss": score} if score is not None else {}
    found |= {"cvss_vector": text(vector)} if vector else {}
    return found


def _fingerprints(result: Result, text: Clean) -> tuple[tuple[str, str], ...]:
    """The producer's own, without what is the same for every result and without people."""
    found = [
        (text(f"{prefix}/{key}"), text(value))
        for prefix, told in (
            ("fingerprints", result.fingerprints),
            ("partialFingerprints", result.partial_fingerprints),
        )
        for key, value in (told or {}).items()
        if value.strip() and value.strip() not in POISON and key not in PERSONAL
    ]
    found += [("guid", text(result.guid))] if result.guid else []
    found += [("correlationGuid", text(result.correlation_guid))] if result.correlation_guid else []
    return tuple(found)


def _remediation(result: Result, rule: Rule, text: Clean) -> str | None:
    """What the rule advises, and what the fixes of this result would do."""
    advice = rule.common.get("remediation")
    told = [advice] if advice else []
    for fix in result.fixes or ():
        said = shown(unfold(message_text(fix.description))[0], text, LONG).strip()
        if said and said not in told:
            told.append(said)
    return cut("\n\n".join(told), LONG) or None


def _links(result: Result, told: Sequence[str], text: Clean) -> tuple[str, ...]:
    """Web addresses: of the message, of the result's viewer and of work items."""
    more = (result.hosted_viewer_uri, *(result.work_item_uris or ()))
    safe = (url for link in more if link and (url := vocabulary.safe_url(link)))
    return tuple(dict.fromkeys(text(link) for link in (*told, *safe)))


def _suppression(result: Result, text: Clean) -> Suppression | None:
    """Why the result is suppressed, where it is."""
    if not result.suppressions or not _is_suppressed(result):
        return None
    first = result.suppressions[0]
    reasons = (s.justification for s in result.suppressions if s.justification)
    why = next(reasons, None)
    return Suppression(
        kind=first.kind if first.kind in ("inSource", "external") else "external",
        justification=shown(why, text, JUSTIFICATION) if why else None,
    )
