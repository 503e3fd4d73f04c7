"""Where each field of a finding came from: for `ticketbot mappings test` and for whoever writes a
mapping.

Shows what the report had before it became the field's type, redacted and cut. Builds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from ticketbot.readers.mapped_convert import as_text, is_absent
from ticketbot.readers.mapped_plan import Plan, compile_source
from ticketbot.readers.mapping import Mapping
from ticketbot.readers.mapping_paths import Level
from ticketbot.readers.redact import Redactor

LONGEST = 200
"""Characters of a value that are shown."""
HIDDEN = "secret.value"


class Traced(NamedTuple):
    """A field, the path or table it came from, and what was there; None: nothing."""

    field: str
    origin: str
    value: str | None


def trace(
    mapping: Mapping, item: object, parents: Sequence[object] = (), *, source: int = 0
) -> list[Traced]:
    """Of one result, given with the objects it stands in (the report first, its own list's owner
    last), by the mapping's result source of this number, from 0."""
    level = None
    for each in parents:
        level = Level(each, parent=level, header=parents[0])
    plan = compile_source(mapping.document.results[source])
    return traced(plan, plan.stand(Level(item, 0, level, parents[0] if parents else None)))


def traced(plan: Plan, level: Level) -> list[Traced]:
    """Of the result at a level, in the order of the mapping's fields."""
    return [
        Traced(name, field.origin, _shown(name, field.read(at)))
        for name, field in plan.fields.items()
        for at in plan.levels(name.partition(".")[0], level)
    ]


def _shown(name: str, value: object) -> str | None:
    if is_absent(value) or (isinstance(value, list) and all(map(is_absent, value))):
        return None
    text = as_text(value) if not isinstance(value, list) else None
    if name == HIDDEN:
        return Redactor().secret(None, text or "").redacted
    text = Redactor().evidence(text or msgspec.json.encode(value).decode())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
