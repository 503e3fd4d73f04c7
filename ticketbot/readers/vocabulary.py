"""Closed vocabularies: whatever words a tool has for severity, class, id or address, here they
become ours.

Pure tables and small functions over them. A word that no table knows gives None or nothing; the
caller says so in the report of rejected or defaulted values. Nothing here looks at more than one
value.
"""

from __future__ import annotations

import math
import re
from urllib.parse import quote, urlsplit

from ticketbot.model.finding import Severity
from ticketbot.readers.cwe import OWASP_API_2023 as OWASP_API_2023
from ticketbot.readers.cwe import OWASP_TOP_2021 as OWASP_TOP_2021
from ticketbot.readers.cwe import cwes as cwes
from ticketbot.readers.cwe import owasp as owasp
from ticketbot.readers.cwe import owasp_api_of as owasp_api_of
from ticketbot.readers.cwe import owasp_name as owasp_name
from ticketbot.readers.cwe_names import CWE_NAMES as CWE_NAMES
from ticketbot.readers.families import default_kind as default_kind
from ticketbot.readers.families import family as family
from ticketbot.readers.packages import image_repository as image_repository
from ticketbot.readers.packages import make_purl as make_purl
from ticketbot.readers.packages import package_of as package_of
from ticketbot.readers.packages import versionless as versionless
from ticketbot.readers.packages import vulnerability_ids as vulnerability_ids

VOCABULARY_VERSION = 1
"""Part of every result digest: raise it with any change of a table or a rule of this vocabulary."""

_SEVERITY_WORDS: dict[Severity, str] = {
    "critical": "critical|crit|blocker|urgent|very high|veryhigh|catastrophic|severe|fatal"
    "|emergency"
    "|alert|serious|p0|p1|defcon1",
    "high": "high|error|err|major|important|p2|defcon2|dangerous",
    "medium": "medium|med|moderate|mid|warning|warn|middle|average|p3|defcon3|normal",
    "low": "low|minor|note|minimal|p4|defcon4|very low|verylow|trivial|negligible|unimportant"
    "|recommendation|notice",
    "info": "info|information|informational|informative|none|style|hint|convention|refactor|ignore"
    "|log|debug|p5|defcon5|best practice|best-practice|passed|ok|suggestion|advisory|false"
    " positive",
}
_SEVERITY_OF: dict[str, Severity] = {
    word: name for name, line in _SEVERITY_WORDS.items() for word in line.split("|")
}
_DECORATED = re.compile(r"\(.*\)\Z|\s*\bseverity\b:?\s*|\s*\brisk\b:?\s*")

_CRITICAL, _HIGH, _MEDIUM, _TOP = 9.0, 7.0, 4.0, 10.0

_URL_LIMIT = 2000
_NOT_IN_URL = re.compile(r"[\s\x00-\x20\x7f-\xa0\u2028\u2029\ufeff<>\"`\\^{|}]")

_ADVISORY_URLS = (
    ("CVE-", "https://nvd.nist.gov/vuln/detail/{}"),
    ("GHSA-", "https://github.com/advisories/{}"),
    ("SNYK-", "https://security.snyk.io/vuln/{}"),
    ("RUSTSEC-", "https://rustsec.org/advisories/{}.html"),
    ("GO-", "https://pkg.go.dev/vuln/{}"),
    ("PYSEC-", "https://osv.dev/vulnerability/{}"),
    ("OSV-", "https://osv.dev/vulnerability/{}"),
    ("MAL-", "https://osv.dev/vulnerability/{}"),
)


def severity(word: object) -> Severity | None:
    """Our severity for a tool's own word ("MODERATE", "High (Medium)", "blocker"); None where it is
    no such word.

    Numbers are no words: what 3 means is the tool's own affair and belongs into its mapping.
    """
    if not isinstance(word, str):
        return None
    plain = word.strip().lower().replace("_", " ")
    return _SEVERITY_OF.get(plain) or _SEVERITY_OF.get(_DECORATED.sub("", plain).strip())


def severity_from_score(score: float) -> Severity:
    """CVSS qualitative rating (v3.1 specification, section 5); above 10 or no number counts as
    nothing known: info."""
    if not math.isfinite(score) or score <= 0 or score > _TOP:
        return "info"
    if score >= _CRITICAL:
        return "critical"
    if score >= _HIGH:
        return "high"
    return "medium" if score >= _MEDIUM else "low"


def safe_url(text: object) -> str | None:
    """`text` where it is a plain web address (http or https, no user, at most 2,000 characters),
    else None."""
    if not isinstance(text, str) or len(text) > _URL_LIMIT:
        return None
    url = text.strip()
    if _NOT_IN_URL.search(url):
        return None
    try:
        parts = urlsplit(url)
        valid_port = parts.port is None or parts.port > 0
    except ValueError:
        return None
    web = parts.scheme in ("http", "https") and bool(parts.hostname) and valid_port
    return url if web and "@" not in parts.netloc else None


def advisory_url(identifier: str) -> str | None:
    """Where to read about a vulnerability id; None for schemes that have no page of their own."""
    for prefix, template in _ADVISORY_URLS:
        if identifier.upper().startswith(prefix):
            return template.format(quote(identifier, safe=""))
    return None


def cwe_url(number: int) -> str:
    """The definition of a weakness at MITRE."""
    return f"https://cwe.mitre.org/data/definitions/{number}.html"
