"""What a Jira needs to work with ticketbot, looked at by reads alone.

Never raises for what it finds: a look that fails is a check that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.trackers.base import Check
from ticketbot.trackers.jira.issues import Issues, quoted
from ticketbot.trackers.jira.line import Line
from ticketbot.trackers.jira.marker import Issue
from ticketbot.trackers.jira.resolution import Resolutions
from ticketbot.trackers.jira.screen import screen_checks
from ticketbot.trackers.jira.steps import StoppedError
from ticketbot.trackers.jira.transitions import Choice, Transitions

_PERMISSIONS = {
    "BROWSE_PROJECTS": "nothing can be read",
    "CREATE_ISSUES": "no ticket can be made",
    "EDIT_ISSUES": "no ticket can be marked or updated",
    "TRANSITION_ISSUES": "no ticket can be closed",
    "ADD_COMMENTS": "nothing can be said",
    "LINK_ISSUES": "duplicates are closed without a link",
    "ASSIGN_ISSUES": "tickets are made without assignee",
}
_NEEDED = tuple(_PERMISSIONS)[:4]


class Examination:
    """Checks of one configured tracker."""

    def __init__(
        self,
        line: Line,
        issues: Issues,
        transitions: Transitions,
        resolutions: Resolutions,
        settings: Mapping[str, Any],
    ) -> None:
        self._line, self._issues, self._transitions = line, issues, transitions
        self._resolutions, self._settings = resolutions, settings
        self._project = str(settings["project"])

    def all(self) -> list[Check]:
        """Every check that can be made; what depends on one that failed is left out."""
        checks = list(self._looked("credentials", self._credentials))
        if checks[-1].state == "wrong":
            return checks
        projects = [self._project, *(self._settings.get("projects") or ())]
        for project in projects:
            checks += self._looked(f"project {project}", partial(self._visible, project))
        if any(check.state == "wrong" for check in checks):
            return checks
        looks: list[tuple[str, Callable[[], Iterator[Check]]]] = [
            ("permissions", self._permissions),
            ("create screen", lambda: screen_checks(self._line, self._settings)),
            ("transitions", self._ways),
            ("resolutions", self._named_resolutions),
            ("link types", self._links),
            ("rate limit", self._headroom),
        ]
        for what, look in looks:
            checks += self._looked(what, look)
        return checks

    def _looked(self, what: str, look: Callable[[], Iterator[Check]]) -> list[Check]:
        try:
            return list(look())
        except TrackerError as error:
            state = "wrong" if what.startswith(("credentials", "project")) else "unknown"
            return [
                Check(what, "wrong" if state == "wrong" else "unknown", error.message, error.hint)
            ]

    def _credentials(self) -> Iterator[Check]:
        me = self._line.ask("myself")
        if not isinstance(me, dict) or not (me.get("accountId") or me.get("name")):
            found = f"expected an account from {self._line.url}, found something else"
            yield Check("url", "wrong", found, "Give the address of the Jira, as people open it.")
            return
        kind = "Cloud" if self._line.cloud else "Data Center"
        name = me.get("displayName") or me.get("name")
        yield Check("credentials", "ok", f"{self._line.url} is {kind}, and accepts us as {name}")

    def _visible(self, project: str) -> Iterator[Check]:
        self._line.ask(f"project/{project}")
        yield Check(f"project {project}", "ok", "it is there, and the account may see it")

    def _permissions(self) -> Iterator[Check]:
        query = {"projectKey": self._project, "permissions": ",".join(_PERMISSIONS)}
        found = self._line.ask("mypermissions", query)
        has = found.get("permissions") if isinstance(found, dict) else None
        for name, without in _PERMISSIONS.items():
            if not (has or {}).get(name, {}).get("havePermission"):
                advice = f"Give the account {name} in the permission scheme of {self._project}."
                state = "wrong" if name in _NEEDED else "warning"
                said = f"the account lacks {name}: {without}"
                yield Check("permissions", "wrong" if state == "wrong" else "warning", said, advice)
        if all((has or {}).get(name, {}).get("havePermission") for name in _PERMISSIONS):
            yield Check("permissions", "ok", f"the account has all it needs in {self._project}")

    def _ways(self) -> Iterator[Check]:
        """Transitions are those of an issue: the newest one tells."""
        jql = f"project = {quoted(self._project)} ORDER BY created DESC"
        newest = self._issues.keys(jql, limit=1)
        issues = self._issues.fetch([newest[0][0]]) if newest else []
        if not issues:
            said = f"{self._project} has no issue that could tell its transitions"
            yield Check("transition to done", "unknown", said, "Ask again after the first ticket.")
            return
        issue = issues[0]
        back, done = self._transitions.reopening, self._transitions.closing
        yield _way("transition to done", issue, lambda: done(issue, "fixed"))
        yield _way("transition back", issue, lambda: back(issue))

    def _named_resolutions(self) -> Iterator[Check]:
        found = self._line.ask("resolution")
        names = [str(each.get("name")) for each in found or () if isinstance(each, dict)]
        if unknown := self._resolutions.unknown(names):
            said = f"{', '.join(unknown)} would be read as done: no word of ours stands for it"
            yield Check(
                "resolutions", "warning", said, "Put them into the tracker's `resolutions`."
            )
        else:
            yield Check("resolutions", "ok", f"all {len(names)} are understood")

    def _links(self) -> Iterator[Check]:
        found = self._line.ask("issueLinkType")
        kinds = found.get("issueLinkTypes") if isinstance(found, dict) else None
        names = {str(kind.get("name")).casefold() for kind in kinds or ()}
        missing = [n for n in self._settings["link_types"].values() if n.casefold() not in names]
        if missing:
            said = f"there is no link type {' or '.join(missing)}; tickets are not linked then"
            yield Check("link types", "warning", said, "Name others in the tracker's `link_types`.")
        else:
            yield Check("link types", "ok", "they are there")

    def _headroom(self) -> Iterator[Check]:
        headers = self._line.headers
        left, limit = (headers.get(f"x-ratelimit-{name}", "") for name in ("remaining", "limit"))
        if not left.isdecimal() or not limit.isdecimal():
            yield Check("rate limit", "ok", "the server says nothing of one")
            return
        near = headers.get("x-ratelimit-nearlimit") == "true" or int(left) * 5 < int(limit)
        advice = "Let fewer programs share the account, or run at another time." if near else ""
        said = f"{left} of {limit} requests are left"
        yield Check("rate limit", "warning" if near else "ok", said, advice)


def _way(what: str, issue: Issue, look: Callable[[], Choice]) -> Check:
    try:
        look()
    except StoppedError as stopped:
        advice = "Change the workflow, or the tracker's `transition_fields`."
        return Check(what, "warning", stopped.outcome.reason, advice)
    return Check(what, "ok", f"{issue['key']} has one from where it stands")
