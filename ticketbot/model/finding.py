"""Findings, and what a report says of itself. All text in a Finding has passed redaction.

Absent values are `None` or `()`. Lines and columns count from 1. Paths are relative to the
source root with `/` between their parts; a path that is not under the root stays absolute.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["critical", "high", "medium", "low", "info"]
Confidence = Literal["high", "medium", "low"]
Kind = Literal[
    "code", "dependency", "container", "secret", "iac", "cloud", "web", "api", "model", "other"
]
Status = Literal["open", "suppressed", "passed", "absent"]

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
RANK: dict[str, int] = {name: rank for rank, name in enumerate(reversed(SEVERITIES))}
"""Severity → 0 (info) … 4 (critical), for comparing and sorting."""


class Location(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A place in a file, or a named place in a program (`logical`, as `app.db.find`)."""

    path: str | None = None
    line: int | None = None
    end_line: int | None = None
    column: int | None = None
    end_column: int | None = None
    """One past the last character."""
    logical: str | None = None
    snippet: str | None = None
    """What the report quotes of the place, for a reader's eyes."""
    line_text: str | None = None
    """The text at the place as the report carries it: an ingredient of identity."""
    before: tuple[str, ...] = ()
    """Up to 3 lines above it that are not blank, the nearest first, where the report quotes them."""
    after: tuple[str, ...] = ()
    """The same below it."""
    message: str | None = None
    """What the report says about this place, as a step of a code flow."""


class Request(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """An HTTP request that shows a flaw."""

    method: str | None = None
    url: str | None = None
    template: str | None = None
    """The operation's path with placeholders, as `/users/{}`."""
    parameter: str | None = None
    parameter_in: str | None = None
    """query, path, header, cookie or body."""
    status: int | None = None
    """The response's status code."""
    structural: str | None = None
    """`action=delete`: parameters of the query that belong to the operation, by configuration."""


class Component(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A third-party package. `purl` is a package URL with its version."""

    purl: str | None = None
    name: str | None = None
    version: str | None = None
    fixed: tuple[str, ...] = ()
    manifest: str | None = None
    """The lock file or image layer group that brings it in."""
    image: str | None = None
    """The image's repository, without registry credentials, tag or digest."""


class Secret(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A leaked credential: what kind it is, a redacted form, and its keyed digests."""

    type: str | None = None
    redacted: str | None = None
    digests: tuple[tuple[str, str], ...] = ()
    """(key id, hexadecimal HMAC-SHA256 truncated to 128 bits) for each configured key."""
    values: tuple[tuple[str, str], ...] = ()
    """The same of the value alone, whatever kind the tool takes it for."""


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """A piece of proof for the reader: `label` as "Request", `text`, and its language for highlighting."""

    label: str
    text: str
    language: str = ""


class Suppression(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Why a result is suppressed: in the source (`inSource`) or elsewhere (`external`)."""

    kind: str = "inSource"
    justification: str | None = None


class Finding(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """One result in one report, normalised."""

    pointer: str
    """JSON pointer of the result (RFC 6901); for JSON Lines `/<line index>`."""
    tool: str
    rule: str
    title: str
    message: str = ""
    severity: Severity = "medium"
    confidence: Confidence | None = None
    kind: Kind = "code"
    status: Status = "open"
    cwe: tuple[int, ...] = ()
    owasp: tuple[str, ...] = ()
    vulnerabilities: tuple[str, ...] = ()
    """Vulnerability ids, the canonical one first (CVE, else GHSA, else the source's own)."""
    cvss: float | None = None
    cvss_vector: str | None = None
    locations: tuple[Location, ...] = ()
    flow: tuple[Location, ...] = ()
    """First and last step of the code flow."""
    request: Request | None = None
    component: Component | None = None
    resource: str | None = None
    """A line-free address, as `aws_s3_bucket.logs` or `Deployment/shop/api`."""
    secret: Secret | None = None
    discriminator: str | None = None
    """What tells two findings of one check at one operation apart: a status code, a header's name."""
    systemic: bool = False
    """True where the flaw is of the whole target (a missing header), whatever the operation."""
    fingerprints: tuple[tuple[str, str], ...] = ()
    """The producer's own (key, value) pairs; untrusted."""
    remediation: str | None = None
    help_url: str | None = None
    evidence: tuple[Evidence, ...] = ()
    reproduce: str | None = None
    """A command that shows the flaw locally, as a curl line."""
    suppression: Suppression | None = None
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


class Rejected(msgspec.Struct, frozen=True, gc=False):
    """A result that could not be read, while the others go on."""

    pointer: str
    reason: str


class Alias(msgspec.Struct, frozen=True, gc=False, order=True):
    """One versioned fingerprint: recipe as `line/1`, value as 32 hexadecimal digits."""

    recipe: str
    value: str

    def __str__(self) -> str:
        return f"{self.recipe}:{self.value}"


class Scan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one run of one tool in one report says about itself."""

    tool: str
    family: str
    """The tool's family: "Semgrep OSS" and "semgrep" are one (`readers.vocabulary.family`)."""
    version: str | None = None
    part: str | None = None
    """SARIF `automationDetails.id` category, or the image's repository."""
    started: str | None = None
    ended: str | None = None
    """ISO 8601 in UTC, as the report has it."""
    commit: str | None = None
    branch: str | None = None
    repository: str | None = None
    complete: bool = True
    reasons: tuple[str, ...] = ()
    """Why the scan is not complete, one sentence each."""
    covered: tuple[str, ...] | None = None
    """Operations that were exercised, where the report says so; else None."""
    files: tuple[str, ...] | None = None
    """Files that were scanned, where the report lists more than it has results for; else None."""
    rules: tuple[str, ...] | None = None
    """Ids of the rules that ran, where the report lists more than it has results for; else None."""
    disabled: tuple[str, ...] = ()
    """Ids of rules that the report says were switched off."""
    results: int = 0
    """How many results the report has for this run, of any status."""
