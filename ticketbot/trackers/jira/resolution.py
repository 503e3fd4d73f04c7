"""Resolutions: ours and the project's, both ways.

Where a transition cannot set the one that is meant, a label says how ticketbot closed the ticket. Refuses to
read a person's close as ours: a resolution that says something else goes before the label and the marker.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from ticketbot.model.ticket import Resolution

LABEL = "ticketbot-closed-"
OURS: tuple[Resolution, ...] = get_args(Resolution)
_INSTEAD: dict[Resolution, Resolution] = {
    "accepted": "wont_fix",
    "false_positive": "wont_fix",
    "duplicate": "wont_fix",
    "wont_fix": "fixed",
}
"""What is nearest, where a project has no resolution for ours."""


class Resolutions:
    """`names`: ours → what the project calls it, the preferred name first."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._names = {ours: [n.casefold() for n in names.get(ours) or ()] for ours in OURS}
        self._meanings: dict[str, Resolution] = {}
        for ours, known in self._names.items():
            for name in known:
                self._meanings.setdefault(name, ours)

    def meaning(
        self, name: str | None, labels: Iterable[str], closed: Resolution | None
    ) -> Resolution | None:
        """How a closed ticket was closed. `name`: its resolution; `closed`: what its marker says. None:
        as done, nobody said how."""
        plain = (name or "").casefold()
        said = self._meanings.get(plain)
        for ours in OURS:
            if label(ours) in labels and said in (None, "fixed", ours, _INSTEAD.get(ours)):
                return ours
        if closed is not None and plain in self._names[closed]:
            return closed
        return said

    def choose(self, ours: Resolution, offered: Iterable[Any]) -> tuple[str | None, bool]:
        """Of the resolutions that a transition offers (`allowedValues`), the one for ours, or what is
        nearest; and whether it says the same."""
        names = [str(value["name"]) for value in offered if isinstance(value, dict)]
        by_name = {name.casefold(): name for name in names}
        meant: Resolution | None = ours
        while meant is not None:
            for name in self._names[meant]:
                if name in by_name:
                    return by_name[name], meant == ours
            meant = _INSTEAD.get(meant)
        return None, False

    def of(self, name: str) -> Resolution | None:
        """What a status or a transition of this name says."""
        return self._meanings.get(name.casefold())

    def unknown(self, names: Iterable[str]) -> list[str]:
        """Those of the project's that mean nothing to us."""
        return [name for name in names if name.casefold() not in self._meanings]


def label(ours: Resolution) -> str:
    """`ticketbot-closed-wont-fix`."""
    return LABEL + ours.replace("_", "-")
