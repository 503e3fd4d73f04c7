"""The hashes that GitHub's code scanning knows alerts by, for the SARIF we write: its action computes them at
upload, its API does not. Needs the checkout; leaked values get none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from ticketbot.cli.sarif_form import Row
from ticketbot.identity.ingredients import Sources
from ticketbot.identity.line_hash import line_hashes
from ticketbot.model.finding import Finding


def with_line_hashes(rows: Sequence[Row], sources: Sources | None) -> Sequence[Row]:
    """The same rows with `Row.line_hash`, where the checkout has the line."""
    if sources is None:
        return rows
    wanted: dict[str, set[int]] = defaultdict(set)
    for path, line in (_place(row.finding) for row in rows):
        wanted[path].add(line)
    found = {path: line_hashes(sources.lines(path), lines) for path, lines in wanted.items()}
    at = ((row, *_place(row.finding)) for row in rows)
    return [msgspec.structs.replace(row, line_hash=found[path].get(line)) for row, path, line in at]


def _place(finding: Finding) -> tuple[str, int]:
    place = finding.locations[0] if finding.locations else None
    if place is None or not place.path or finding.kind == "secret" or finding.secret is not None:
        return ("", 0)
    return (place.path, place.line or 0)
