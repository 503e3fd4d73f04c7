"""Packages that were brought to another version and are still vulnerable: their ticket stays, and says so
once.

What the version was is taken from the ticket itself, so that a run that died before it could say so is made
up for by the next; where its marker tells nothing, from the ledger. Says nothing of a flaw that this run did
not read.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import msgspec

from ticketbot.model.flaw import Features
from ticketbot.planning.markdown import inline, plain
from ticketbot.planning.render_title import package_words
from ticketbot.planning.subjects import Subject

_FEW = 5
_LONGEST = 80
"""Characters of a package's name or version that are told."""


class Bump(NamedTuple):
    """One package, from one version to another."""

    package: str
    old: str
    new: str


def bumps(subject: Subject, live: frozenset[str]) -> dict[Bump, list[str]]:
    """Bump → the vulnerabilities that it did not fix, sorted."""
    marker = subject.ticket.marker if subject.ticket else None
    told = {flaw.id: flaw.features.version for flaw in (marker.flaws if marker else ())}
    found: dict[Bump, list[str]] = defaultdict(list)
    for member in subject.members:
        flaw = member.record.flaw
        old, new = told.get(flaw.id) or flaw.features.version, member.features.version
        if member.finding is None or flaw.id not in live or not old or not new or old == new:
            continue
        found[Bump(_package(member.features), old, new)].append(_name(member.features))
    return {bump: sorted(names) for bump, names in sorted(found.items())}


def still_vulnerable(found: dict[Bump, list[str]]) -> str:
    """Reason: plain text."""
    first = next(iter(found))
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"still vulnerable after {_cut(first.old)} → {_cut(first.new)}{more}"


def bump_comment(found: dict[Bump, list[str]]) -> str:
    """Said in the ticket: one line for each package."""
    lines = []
    for bump, names in list(found.items())[:_FEW]:
        what = inline(_cut(bump.package))
        how = f"{inline(_cut(bump.old))} → {inline(_cut(bump.new))}"
        which = ", ".join(inline(_cut(name)) for name in names[:_FEW])
        more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
        lines.append(f"{what} is still vulnerable after {how}: {which}{more}.")
    if len(found) > _FEW:
        lines.append(f"So are {len(found) - _FEW} more packages.")
    return "\n\n".join(lines)


def _package(features: Features) -> str:
    return package_words(msgspec.structs.replace(features, version=None)) or features.title


def _name(features: Features) -> str:
    return features.vulnerabilities[0] if features.vulnerabilities else features.rule


def _cut(text: str) -> str:
    line = plain(text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
