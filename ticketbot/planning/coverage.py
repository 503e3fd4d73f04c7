"""What a scan exercised: a flaw of an operation that was not called is not absent, it was not looked for."""

from __future__ import annotations

from collections.abc import Iterable

from ticketbot.identity.templates import operation_path
from ticketbot.model.finding import Scan
from ticketbot.model.flaw import Features

_DYNAMIC = frozenset({"web", "api"})


def covered_by(scans: Iterable[Scan]) -> frozenset[str] | None:
    """All operations that the scans exercised; None where one of them does not say."""
    covered: set[str] = set()
    for scan in scans:
        if scan.covered is None:
            return None
        covered.update(map(_operation, scan.covered))
    return frozenset(covered)


def looked_for(features: Features, covered: frozenset[str] | None) -> bool:
    """May the scan's silence about the flaw count as an absence?"""
    if covered is None or features.kind not in _DYNAMIC or not features.operation:
        return True
    return _operation(features.operation) in covered


def _operation(text: str) -> str:
    """`get /users/{id}?name` → `GET /users/{}`."""
    method, _, path = text.partition(" ")
    return f"{method.upper()} {operation_path(path)}"
