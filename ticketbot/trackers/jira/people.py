"""Who a configured name or e-mail is in Jira: an account id on Cloud, a user name on Data Center.

Asks once for each name, and guesses nobody: two who fit are none.
"""

from __future__ import annotations

import re
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.trackers.jira.line import Line
from ticketbot.trackers.jira.rows import Rows

# https://developer.atlassian.com/cloud/jira/platform/deprecation-notice-user-privacy-api-migration-guide/
_ACCOUNT = re.compile(r"[0-9a-f]{24}|\d+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class People:
    """Look-ups of one line."""

    def __init__(self, line: Line, rows: Rows) -> None:
        self._line, self._rows = line, rows
        self._found: dict[tuple[str, str], dict[str, str] | None] = {}

    def account(self, who: str, project: str) -> dict[str, str] | None:
        """As the field `assignee` wants it; None where nobody fits. Raises TrackerError."""
        if self._line.cloud and _ACCOUNT.fullmatch(who):
            return {"accountId": who}
        if not self._line.cloud and "@" not in who:
            return {"name": who}
        if (who, project) not in self._found:
            self._found[who, project] = self._asked(who, project)
        return self._found[who, project]

    def _asked(self, who: str, project: str) -> dict[str, str] | None:
        word = "query" if self._line.cloud else "username"
        key = "accountId" if self._line.cloud else "name"
        query = {word: who, "project": project, "maxResults": "10"}
        try:
            users = self._line.ask("user/assignable/search", query, missing=(400, 403, 404))
        except TrackerError:
            return None
        fitting = [user for user in users or () if isinstance(user, dict) and user.get(key)]
        exact = [user for user in fitting if _is(user, who)] or fitting
        if len(exact) != 1:
            return None
        account = str(exact[0][key])
        self._rows.people[account] = who
        return {key: account}


def _is(user: dict[str, Any], who: str) -> bool:
    names = (user.get("emailAddress"), user.get("name"), user.get("displayName"))
    return who.casefold() in (str(name).casefold() for name in names)
