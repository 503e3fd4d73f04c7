"""Which transition closes or reopens a ticket, and what its screen wants to be filled in.

Projects name their transitions as they like; where one leads to has a category that all share
(https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-workflow-status-categories/).
Refuses to guess a value for a field that a screen requires.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ticketbot.model.ticket import Resolution
from ticketbot.trackers.jira.line import Line
from ticketbot.trackers.jira.marker import Issue
from ticketbot.trackers.jira.resolution import Resolutions
from ticketbot.trackers.jira.steps import Step, StoppedError

_FIRST = {"new": 0, "indeterminate": 1, "undefined": 2}
"""Reopened, a ticket waits to be worked on, where the workflow can say so."""

Way = dict[str, Any]
"""A transition as Jira gives it."""


class Choice(msgspec.Struct, frozen=True):
    """A transition to make. `resolved`: the ticket then says how it was closed."""

    id: str
    fields: dict[str, Any] = {}
    resolved: bool = True
    unfilled: tuple[str, ...] = ()
    """Fields that the screen requires and nobody gave."""


class Transitions:
    """What the workflows offer, asked once for each project, type and status."""

    def __init__(self, line: Line, settings: Mapping[str, Any], resolutions: Resolutions) -> None:
        self._line, self._resolutions = line, resolutions
        self._tracker = line.name
        self._given = dict(settings.get("transition_fields") or {})
        self._done = settings.get("done_status")
        self._open = settings.get("open_status")
        self._known: dict[tuple[str, str, str], list[Way]] = {}

    def forget(self) -> None:
        """A workflow was changed."""
        self._known.clear()

    def closing(self, issue: Issue, resolution: Resolution) -> Choice:
        """The transition that says most of it. Raises StoppedError where there is none."""
        ways = [way for way in self._offered(issue) if _category(way) == "done"]
        ways = self._pinned(ways, self._done)
        choices = [(self._rank(way, resolution), self._choice(way, resolution)) for way in ways]
        return self._best(issue, choices, "a status of the category Done", "done_status")

    def reopening(self, issue: Issue) -> Choice:
        """Back to where work is to be done. Raises StoppedError where there is no way."""
        ways = [way for way in self._offered(issue) if _category(way) != "done"]
        ways = self._pinned(ways, self._open)
        choices = [(_FIRST.get(_category(way), 3), self._choice(way, None)) for way in ways]
        return self._best(issue, choices, "a status that is not done", "open_status")

    def _best(
        self, issue: Issue, choices: list[tuple[int, Choice]], where: str, key: str
    ) -> Choice:
        status = ((issue.get("fields") or {}).get("status") or {}).get("name")
        if not choices:
            why = (
                f"no transition leads {issue['key']} from {status!r} to {where}: check the workflow,"
                f" the account's permission to transition, and `{key}` of {self._tracker}"
            )
            raise StoppedError(Step("rejected", why))
        _, best = min(choices, key=lambda pair: (bool(pair[1].unfilled), pair[0]))
        if best.unfilled:
            names = ", ".join(best.unfilled)
            why = (
                f"every transition of {issue['key']} to {where} requires {names}:"
                f" set `transition_fields` of {self._tracker}"
            )
            raise StoppedError(Step("rejected", why))
        return best

    def _pinned(self, ways: list[Way], status: str | None) -> list[Way]:
        if not status:
            return ways
        return [way for way in ways if _to(way).casefold() == status.casefold()]

    def _rank(self, way: Way, resolution: Resolution) -> int:
        """One whose screen takes the resolution, one whose name says it, one that says nothing else."""
        offered = (way.get("fields") or {}).get("resolution")
        if offered and self._resolutions.choose(resolution, _allowed(offered))[1]:
            return 0
        said = self._resolutions.of(_to(way)) or self._resolutions.of(str(way.get("name", "")))
        return 1 if said == resolution else 2 if said in (None, "fixed") else 3

    def _choice(self, way: Way, resolution: Resolution | None) -> Choice:
        screen: dict[str, Any] = way.get("fields") or {}
        fields: dict[str, Any] = {}
        resolved = resolution is None
        if resolution is not None and "resolution" in screen:
            name, resolved = self._resolutions.choose(resolution, _allowed(screen["resolution"]))
            fields = {"resolution": {"name": name}} if name else {}
        unfilled = []
        for field, about in screen.items():
            given = self._given.get(field, self._given.get(str(about.get("name"))))
            if given is not None and field not in fields:
                fields[field] = given
            elif about.get("required") and not about.get("hasDefaultValue") and field not in fields:
                unfilled.append(f"{about.get('name') or field} ({field})")
        return Choice(str(way["id"]), fields, resolved, tuple(unfilled))

    def _offered(self, issue: Issue) -> list[Way]:
        fields = issue.get("fields") or {}
        names = ("project", "issuetype", "status")
        project, kind, status = (str((fields.get(name) or {}).get("id")) for name in names)
        place = (project, kind, status)
        if place not in self._known:
            self._known[place] = self.of(str(issue["id"]))
        return self._known[place]

    def of(self, ticket_id: str) -> list[Way]:
        """What may be done with one issue now, with the fields of the screens. Raises TrackerError."""
        query = {"expand": "transitions.fields"}
        found = self._line.ask(f"issue/{ticket_id}/transitions", query, missing=(404,))
        ways = found.get("transitions") if isinstance(found, dict) else None
        return [way for way in ways or () if isinstance(way, dict) and way.get("id")]


def _category(way: Way) -> str:
    return str(((way.get("to") or {}).get("statusCategory") or {}).get("key"))


def _to(way: Way) -> str:
    return str((way.get("to") or {}).get("name", ""))


def _allowed(field: Any) -> list[Any]:
    return list(field.get("allowedValues") or ()) if isinstance(field, dict) else []
