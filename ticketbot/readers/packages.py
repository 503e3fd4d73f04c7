"""Names of third-party things: vulnerability ids, package URLs, container images.

Only what the text itself says; no look-ups, and no union of ids that merely stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from packageurl import PackageURL

_SCHEMES: tuple[tuple[str, str], ...] = (
    ("CVE", r"CVE-\d{4}-\d{4,8}"),
    ("GHSA", r"GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}"),
    ("RUSTSEC", r"RUSTSEC-\d{4}-\d{4}"),
    ("GO", r"GO-\d{4}-\d{4,5}"),
    ("PYSEC", r"PYSEC-\d{4}-\d{1,6}"),
    ("OSV", r"OSV-\d{4}-\d{1,6}"),
    ("MAL", r"MAL-\d{4}-\d{1,6}"),
    ("SNYK", r"SNYK-[A-Z0-9]{2,16}-[A-Z0-9_]{1,80}-\d{1,10}|npm:[a-z0-9._-]{1,80}:20\d{6}"),
    ("ALAS", r"ALAS2?(?:[A-Z0-9.]{0,20})-\d{4}-\d{1,6}"),
    ("RHSA", r"RHSA-\d{4}:\d{3,6}"),
    ("DSA", r"D[LS]A-\d{3,5}-\d{1,2}"),
    ("USN", r"USN-\d{3,5}-\d{1,2}"),
    ("TEMP", r"TEMP-\d{7}-[0-9A-F]{6}"),
)
_ID = re.compile(
    r"(?<![A-Za-z0-9-])(?:"
    + "|".join(f"(?P<{name}>{body})" for name, body in _SCHEMES)
    + r")(?![A-Za-z0-9])",
    re.IGNORECASE | re.ASCII,
)
_RANK = {name: rank for rank, (name, _) in enumerate(_SCHEMES)}

_IMAGE_DIGEST = re.compile(r"@[A-Za-z0-9_+.-]{2,16}:[0-9A-Fa-f]{6,128}\Z")
_IMAGE_TAG = re.compile(r":[\w][\w.-]{0,127}\Z", re.ASCII)


def vulnerability_ids(texts: Iterable[str]) -> tuple[str, ...]:
    """Every vulnerability id in the texts, once, the canonical one first.

    Canonical: the CVE where there is exactly one, else the GHSA, else what comes first of the other
    databases. Several CVEs side by side are several flaws: then the first one in the texts leads.
    """
    found: dict[str, str] = {}
    for text in texts:
        for match in _ID.finditer(text):
            scheme = match.lastgroup or ""
            found.setdefault(_spelled(scheme, match.group()), scheme)
    cves = [i for i, scheme in found.items() if scheme == "CVE"]
    if len(cves) > 1:
        return tuple(found)
    return tuple(sorted(found, key=lambda i: _RANK[found[i]]))


def _spelled(scheme: str, identifier: str) -> str:
    if scheme == "GHSA":
        return "GHSA" + identifier[4:].lower()
    return identifier if identifier.startswith("npm:") else identifier.upper()


def make_purl(
    type: str, name: str, version: str | None = None, namespace: str | None = None
) -> str | None:
    """A normalised package URL, or None where type or name cannot be one."""
    try:
        return PackageURL(
            type=type, namespace=namespace, name=name, version=version or None
        ).to_string()
    except ValueError:
        return None


def versionless(purl: str) -> str | None:
    """`pkg:npm/lodash@4.17.21?arch=x#sub` → `pkg:npm/lodash`; None for what is no package URL."""
    try:
        parsed = PackageURL.from_string(purl)
    except ValueError:
        return None
    return PackageURL(type=parsed.type, namespace=parsed.namespace, name=parsed.name).to_string()


def package_of(purl: str) -> tuple[str, str] | None:
    """(type, name with its namespace) of a package URL, as `("npm", "@babel/core")`."""
    try:
        parsed = PackageURL.from_string(purl)
    except ValueError:
        return None
    return parsed.type, "/".join(part for part in (parsed.namespace, parsed.name) if part)


def image_repository(reference: str) -> str:
    """An image's repository without scheme, credentials, tag and digest:
    `r.io:5000/a/b:1@sha256:…` → `r.io:5000/a/b`."""
    bare = reference.strip().removeprefix("docker://").removeprefix("oci://")
    bare = _IMAGE_DIGEST.sub("", bare)
    host, slash, rest = bare.partition("/")
    if slash and "@" in host:
        bare = host.rpartition("@")[2] + slash + rest
    return _IMAGE_TAG.sub("", bare) if ":" in bare.rpartition("/")[2] else bare
