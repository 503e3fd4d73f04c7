"""What one scope's scan does not show any more → absences, each with its doubts, or the reason why there is
none. What stands in a checkout is looked at here, and nowhere else in a run.

Refuses to say what becomes of a ticket (`planning.lifecycle`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ticketbot.identity.rules import stable_rule
from ticketbot.identity.still_there import Code
from ticketbot.model.flaw import Doubt, Features, Flaw
from ticketbot.planning.coverage import Coverage, Overlooked

_FEW = 3
"""Places that a flaw may have moved to are told up to this many."""


@dataclass
class Silence:
    """One scope's scan, and what can be known of that which it does not mention."""

    family: str
    coverage: Coverage
    code: Code | None
    """The checkout that was scanned, where it is at hand."""
    possible: frozenset[str]
    """Flaws that may be one of those that seem new."""
    minted: Sequence[Flaw]
    """What seems new."""
    shown: Callable[[], Iterable[Features]]
    """Of all flaws that the scan shows: asked for only where a line is still there."""

    def of(self, flaw_id: str, features: Features) -> Overlooked | Doubt | None:
        """What the silence about a flaw is worth: nothing, an absence in doubt, or (None) an absence."""
        judged = self.coverage.judge(features, self.family, self._exists)
        if isinstance(judged, Overlooked):
            return judged
        if doubt := self._still_there(features):
            return doubt
        if flaw_id in self.possible:
            return Doubt("moved", at=self._places(features))
        return judged

    def _exists(self, path: str) -> bool | None:
        return self.code.exists(path) if self.code is not None else None

    def _still_there(self, features: Features) -> Doubt | None:
        """On a line that the scan reports nothing of: where several are alike, they are counted."""
        remains = self.code.remains(features, self.family) if self.code is not None else []
        reported = self._lines.get(features.line_hash, []) if remains else []
        if len(remains) <= len(reported):
            return None
        free = [each for each in remains if each.line not in reported] or remains
        nearest = min(free, key=lambda each: abs(each.line - (features.line or 0)))
        at = f"{features.path}:{nearest.line}"
        return Doubt("silenced", at, nearest.word) if nearest.word else Doubt("unchanged", at)

    @cached_property
    def _lines(self) -> dict[str | None, list[int | None]]:
        """Line hash → the lines of the flaws that the scan shows."""
        lines: dict[str | None, list[int | None]] = {}
        for features in self.shown():
            lines.setdefault(features.line_hash, []).append(features.line)
        return lines

    def _places(self, features: Features) -> str:
        rule = stable_rule(self.family, features.rule)
        alike = [
            f"{new.path}:{new.line}" if new.line else new.path
            for new in (flaw.features for flaw in self.minted)
            if new.path and stable_rule(self.family, new.rule) == rule
        ]
        return ", ".join(sorted(dict.fromkeys(alike))[:_FEW])
