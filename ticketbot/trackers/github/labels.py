"""The labels that our issues are listed by: one for all, and one for each target that is not the repository
itself. They help to look; whether an issue is ours its marker says. Pure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from ticketbot.model.ticket import Marker

LABEL = "ticketbot"
LONGEST = 50
"""Characters that GitHub takes."""


def target_label(repository: str, target: str) -> str | None:
    """None for the target that is the repository itself: the static label says as much."""
    name = repository.lower()
    if target.lower() in (name, name.partition("/")[2]):
        return None
    slug = re.sub(r"[^a-z0-9._/-]+", "-", target.lower())  # a comma would end it in a query
    if slug != target or len(slug) > 30:
        slug = f"{slug[:21]}-{hashlib.blake2b(target.encode(), digest_size=4).hexdigest()}"
    return f"{LABEL}-target-{slug}"


def found_by(repository: str, marker: Marker) -> list[str]:
    """What an issue with this marker carries."""
    targets = sorted({flaw.target for flaw in marker.flaws})
    labels = (target_label(repository, target) for target in targets)
    return [LABEL, *(label for label in labels if label)]


def listed_by(repository: str, targets: Sequence[str]) -> list[str]:
    """Labels that, one after the other, list all issues of these targets; of all, where none is named."""
    wanted = [target_label(repository, target) for target in targets]
    return sorted({label for label in wanted if label}) if wanted and all(wanted) else [LABEL]


def fitting(wanted: Iterable[str]) -> tuple[list[str], list[str]]:
    """Each once, whatever its case; and those that are too long."""
    once = {label.lower(): label for label in reversed(list(wanted)) if label.strip()}
    labels = list(reversed(once.values()))
    long = [label for label in labels if len(label) > LONGEST]
    return [label for label in labels if label not in long], long
