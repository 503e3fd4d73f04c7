"""Which fingerprints that tools write into their reports are identity, by family: a closed list.

Most are not: gitleaks writes author and commit, grype one value for all flaws of a package, Semgrep
without an account one literal for everything. Unknown families and keys give nothing; ours are
better anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ALLOWED: dict[str, frozenset[str]] = {
    "semgrep": frozenset({"matchbasedid/v1"}),
    "codeql": frozenset({"primarylocationlinehash"}),
    "flawfinder": frozenset({"contexthash/v1"}),
    "snyk-code": frozenset({"1", "snyk/asset/finding/v1"}),
    "brakeman": frozenset({"fingerprint"}),
    "checkmarx": frozenset({"similarityid", "similarity_id"}),
    "kics": frozenset({"similarityid", "similarity_id"}),
    "fortify": frozenset({"instanceid"}),
    "sonarqube": frozenset({"key"}),
}
_ORDINAL = re.compile(r"(?::\d{1,6}|_\d{1,6})\Z")
"""The n-th of its kind in the file: shifts when another one goes, and what is not unique is not
used."""
_MEANT = re.compile(r"[\w.:+/=-]{8,512}\Z", re.ASCII)
_FEWEST_SYMBOLS = 4


def producer_fingerprints(
    family: str, fingerprints: tuple[tuple[str, str], ...]
) -> Iterator[tuple[str, str]]:
    """The (key, value) pairs that may be identity, without ordinals and placeholders ("requires
    login")."""
    allowed = _ALLOWED.get(family, frozenset())
    for key, value in fingerprints:
        if key.lower() in allowed:
            bare = _ORDINAL.sub("", value.strip())
            if _MEANT.match(bare) and len(set(bare)) >= _FEWEST_SYMBOLS:
                yield key.lower(), bare
