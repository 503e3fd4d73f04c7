"""A result that a mapping found → a Finding. Everything passes redaction here; nothing else sees
the report's text.

A field that cannot be read is absent. A result without rule or title is Rejected. Never raises for
what a report can contain.
"""

from __future__ import annotations

import re
from typing import cast, get_args

from ticketbot.model.finding import (
    Confidence,
    Finding,
    Kind,
    Rejected,
    Secret,
    Severity,
    Status,
    Suppression,
)
from ticketbot.readers import vocabulary
from ticketbot.readers.mapped_convert import as_number, as_text, as_texts, is_absent
from ticketbot.readers.mapped_parts import Parts
from ticketbot.readers.mapped_plan import Plan
from ticketbot.readers.mapping_document import MappingDocument
from ticketbot.readers.mapping_paths import Level
from ticketbot.readers.mapping_words import fold
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions
from ticketbot.readers.roles import with_roles

ATTACKERS = frozenset({"api", "web"})
MOST_CVSS = 10.0
MOST_TAGS = 50
OTHER_ID = re.compile(r"[A-Za-z][\w.:-]{0,60}[0-9][\w.:-]{0,60}", re.ASCII)
"""An id as databases write them: `NSWG-ECO-428`."""


class Builder:
    """Builds the findings of one report."""

    def __init__(
        self, document: MappingDocument, redactor: Redactor, options: ReadOptions, family: str
    ) -> None:
        self._tool = document.tool
        self._kind = vocabulary.default_kind(family)
        self._severities = {fold(word): ours for word, ours in document.severities.items()}
        self._redactor = redactor
        self._options = options

    def build(self, plan: Plan, level: Level, pointer: str) -> Finding | Rejected:
        """The finding of the result at a level."""
        parts = Parts(plan, level, self._redactor, self._options.roots)
        kind = cast(Kind, _word(parts.raw("kind"), get_args(Kind)) or self._kind)
        if kind in ATTACKERS:
            parts.clean = self._redactor.people
        rule, title = parts.text("rule"), parts.text("title")
        if rule and title:
            return self._finding(parts, pointer, rule, title, kind)
        field = "title" if rule else "rule"
        return Rejected(pointer, f"no `{field}`: nothing at {plan.fields[field].origin}")

    def _finding(self, parts: Parts, pointer: str, rule: str, title: str, kind: Kind) -> Finding:
        cvss = self._cvss(parts)
        return Finding(
            pointer=pointer,
            tool=self._tool,
            rule=rule.strip(),
            title=" ".join(title.split()),
            message=self._message(parts, kind),
            severity=self._severity(parts, cvss),
            confidence=_confidence(parts),
            kind=kind,
            status=_status(parts),
            cwe=vocabulary.cwes(parts.raw("cwe")),
            owasp=vocabulary.owasp(as_texts(parts.raw("owasp"))),
            vulnerabilities=_ids(as_texts(parts.raw("vulnerabilities"))),
            cvss=cvss,
            cvss_vector=parts.text("cvss_vector"),
            locations=parts.locations(),
            flow=parts.flow(),
            request=parts.request(),
            component=parts.component(),
            resource=parts.text("resource"),
            secret=self._secret(parts),
            discriminator=with_roles(
                parts.text("discriminator"),
                parts.text("roles.attacker"),
                parts.text("roles.victim"),
            ),
            systemic=as_text(parts.raw("systemic")) in ("true", "True"),
            fingerprints=parts.fingerprints(),
            remediation=parts.block("remediation"),
            help_url=vocabulary.safe_url(parts.text("help_url")),
            evidence=parts.evidence(),
            reproduce=parts.reproduce(),
            suppression=_suppression(parts),
            tags=tuple(parts.texts("tags")[:MOST_TAGS]),
            links=parts.links(),
        )

    def _message(self, parts: Parts, kind: Kind) -> str:
        """What attacks an API quotes its traffic in messages."""
        message = parts.block("message") or ""
        return self._redactor.evidence(message) if kind in ATTACKERS else message

    def _severity(self, parts: Parts, cvss: float | None) -> Severity:
        """The mapping's word for it, else ours, else a CVSS score's; `medium` when the report says
        nothing."""
        given = parts.raw("severity")
        word = as_text(given)
        if word is not None:
            if (known := self._severities.get(fold(word))) is not None:
                return known
            if (common := vocabulary.severity(word)) is not None:
                return common
            if (score := as_number(given)) is not None:
                return vocabulary.severity_from_score(score)
        return vocabulary.severity_from_score(cvss) if cvss else "medium"

    def _cvss(self, parts: Parts) -> float | None:
        score = as_number(parts.raw("cvss"))
        return score if score is not None and 0 < score <= MOST_CVSS else None

    def _secret(self, parts: Parts) -> Secret | None:
        kind = parts.text("secret.type")
        if parts.secret:
            return self._redactor.secret(kind, parts.secret)
        return Secret(type=kind) if kind else None


def _ids(texts: list[str]) -> tuple[str, ...]:
    """The ids in the texts; of a database that the vocabulary does not know, the texts that look
    like one."""
    known = vocabulary.vulnerability_ids(texts)
    return known or tuple(dict.fromkeys(text for text in texts if OTHER_ID.fullmatch(text)))


def _confidence(parts: Parts) -> Confidence | None:
    return cast("Confidence | None", _word(parts.raw("confidence"), get_args(Confidence)))


def _status(parts: Parts) -> Status:
    word = cast("Status | None", _word(parts.raw("status"), get_args(Status)))
    return word or ("suppressed" if _suppression(parts) else "open")


def _suppression(parts: Parts) -> Suppression | None:
    kind, why = parts.text("suppression.kind"), parts.text("suppression.justification")
    return Suppression(kind=kind or "external", justification=why) if kind or why else None


def _word(value: object, words: tuple[str, ...]) -> str | None:
    if is_absent(value):
        return None
    word = fold(as_text(value) or "")
    return word if word in words else None
