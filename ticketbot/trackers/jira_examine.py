"""What a Jira needs to work with ticketbot, looked at by reads alone.

Never raises for what it finds: a look that fails is a check that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.trackers.base import Check
from ticketbot.trackers.jira_issues import Issues
from ticketbot.trackers.jira_line import Line
from ticketbot.trackers.jira_rows import Rows
from ticketbot.trackers.jira_transitions import Transitions


class Examination:
    """Checks of one configured tracker."""

    def __init__(
        self,
        line: Line,
        issues: Issues,
        transitions: Transitions,
        rows: Rows,
        settings: Mapping[str, Any],
    ) -> None:
        self._line, self._issues, self._transitions = line, issues, transitions
        self._rows, self._settings = rows, settings

    def all(self) -> list[Check]:
        """Every check that can be made."""
        try:
            self._line.ask("myself")
        except TrackerError as error:
            return [Check("credentials", "wrong", error.message, error.hint)]
        return [Check("credentials", "ok", "accepted")]
