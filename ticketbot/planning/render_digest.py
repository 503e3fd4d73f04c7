"""What of a finding lasts: its features, and digests over what its reader would call content.

Line numbers, dates, evidence and wording of templates are no content: they change without news.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

import msgspec

from ticketbot.model.finding import Alias, Component, Finding, Request
from ticketbot.model.flaw import NO_TRAITS, Features, Traits
from ticketbot.readers.vocabulary import versionless

# What differs between two runs that say the same: ids, addresses, hashes, counts, times.
_CHANGING = re.compile(
    r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)[0-9a-f]{8,}\b|\d+",
    re.IGNORECASE,
)

MOST_ENDPOINTS = 20
"""That a ticket lists; further ones are not remembered."""
_LONGEST_ENDPOINT = 120

# An attack words its findings by what it happened to try: the same flaw reads otherwise in every run.
_DYNAMIC = frozenset({"api", "web"})


def features_of(finding: Finding, aliases: Sequence[Alias], traits: Traits = NO_TRAITS) -> Features:
    """What the ledger keeps of a finding. The first location is the flaw's."""
    place = finding.locations[0] if finding.locations else None
    component = finding.component
    return Features(
        rule=finding.rule,
        title=finding.title,
        severity=finding.severity,
        kind=finding.kind,
        tool=finding.tool,
        path=place.path if place else component.manifest if component else None,
        line=place.line if place else None,
        logical=place.logical if place else None,
        line_hash=next((a.value for a in aliases if a.recipe.startswith("line/")), None),
        cwe=finding.cwe,
        owasp=finding.owasp,
        vulnerabilities=finding.vulnerabilities,
        component=component_key(component) if component else None,
        version=component.version if component else None,
        fixed=component.fixed if component else (),
        operation=operation(finding.request) if finding.request else None,
        resource=finding.resource,
        traits=traits,
        content=content_digest(finding),
    )


def seen_at(features: Features, endpoints: Iterable[str], before: Features | None) -> Features:
    """With all endpoints of a flaw of the whole target, those known `before` among them.

    A further endpoint is content, one that is not seen again is not: a crawl never takes the same way
    twice. Nor is it news when the endpoints of a known flaw are noted for the first time.
    """
    known = before.endpoints if before is not None else ()
    named = {endpoint[:_LONGEST_ENDPOINT] for endpoint in endpoints}
    together = tuple(sorted({*known, *named})[:MOST_ENDPOINTS])
    content = features.content + (f":{_digest(together)}" if together else "")
    if before is not None and (not known or together == known):
        base, _, _ = before.content.partition(":")
        content = before.content if base == features.content else content
    return msgspec.structs.replace(features, endpoints=together, content=content)


def component_key(component: Component) -> str | None:
    """The purl without version and qualifiers, else the package's name."""
    return (versionless(component.purl) if component.purl else None) or component.name


def operation(request: Request) -> str | None:
    """`GET /users/{}`, with `?name` of the parameter where there is one, and structural values before it."""
    path = request.template or (_path_of(request.url) if request.url else None)
    if not path:
        return None
    named = "&".join(each for each in (request.structural, request.parameter) if each)
    return f"{request.method or 'ANY'} {path.partition('?')[0]}{named and '?'}{named}"


def _path_of(url: str) -> str | None:
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return None


def content_digest(finding: Finding) -> str:
    """32 hexadecimal digits over what a reader would call content."""
    place = finding.locations[0] if finding.locations else None
    component = finding.component
    dynamic = finding.kind in _DYNAMIC
    return _digest(
        (
            "" if dynamic else finding.title,
            finding.severity,
            "" if dynamic else _CHANGING.sub("#", finding.message),
            (place.path, place.logical) if place else None,
            operation(finding.request) if finding.request else None,
            finding.cwe,
            finding.vulnerabilities,
            (component.version, component.fixed) if component else None,
            finding.resource,
        )
    )


def draft_digest(subject: str, members: Iterable[tuple[str, str, str]]) -> str:
    """The draft hash. `members`: (flaw, content digest, state), in any order."""
    return _digest((subject, sorted(members)))


def _digest(facts: object) -> str:
    return hashlib.blake2b(msgspec.json.encode(facts), digest_size=16).hexdigest()
