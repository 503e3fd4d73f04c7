"""How a simulated Jira shows what it holds: issues, transitions, projects, in the API's shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ticketbot.simulate.jira.site import Issue, Site

STATUSES = {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}
_IDS = {"To Do": "10000", "In Progress": "10001", "Done": "10002"}
_CATEGORIES = {
    "new": (2, "To Do", "blue-gray"),
    "indeterminate": (4, "In Progress", "yellow"),
    "done": (3, "Done", "green"),
}
WAYS = {"11": "To Do", "21": "In Progress", "31": "Done"}
"""Transition → where it leads to; each from everywhere else."""


class Shown:
    """Answers of one site, whose own address is in them."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def issue(
        self, issue: Issue, base: str, fields: Iterable[str] | None, properties: Iterable[str] = ()
    ) -> dict[str, Any]:
        """`fields`: None for all."""
        shown: dict[str, Any] = {
            "expand": "renderedFields,names,schema,operations,editmeta,changelog",
            "id": str(issue.id),
            "self": f"{base}/rest/api/2/issue/{issue.id}",
            "key": issue.key,
        }
        wanted = None if fields is None else set(fields)
        if wanted is None or wanted - {"id", "key"}:
            values = self._fields(issue, base)
            every = wanted is None or "*all" in wanted or "*navigable" in wanted
            keep = values if every else {n: v for n, v in values.items() if n in (wanted or ())}
            shown["fields"] = dict(keep)
        if self._site.settings.properties and (asked := list(properties)):
            shown["properties"] = {k: issue.properties[k] for k in asked if k in issue.properties}
        return shown

    def _fields(self, issue: Issue, base: str) -> dict[str, Any]:
        settings, given = self._site.settings, issue.fields
        custom = {name: given.get(name) for name, _ in settings.custom}
        return custom | {
            "summary": given["summary"],
            "description": given.get("description"),
            "labels": list(given.get("labels") or ()),
            "status": status(issue.status, base),
            "resolution": _named(base, "resolution", issue.resolution, settings.resolutions),
            "priority": self._priority(given, base),
            "assignee": self.user(given.get("assignee"), base),
            "creator": self.user({"name": settings.users[issue.creator][1]}, base),
            "duedate": given.get("duedate"),
            "created": stamp(issue.created),
            "updated": stamp(issue.updated),
            "project": self.project(issue.project, base),
            "issuetype": self.issue_type(given["issuetype"]["name"], base),
            "components": [{"name": each["name"]} for each in given.get("components") or ()],
            "security": given.get("security"),
            "issuelinks": self._links(issue, base),
        }

    def _priority(self, given: Mapping[str, Any], base: str) -> dict[str, str] | None:
        if "priority" in self._site.settings.off_screen:
            return None
        name = (given.get("priority") or {"name": "Medium"})["name"]
        return _named(base, "priority", name, self._site.settings.priorities)

    def user(self, who: Mapping[str, str] | None, base: str) -> dict[str, Any] | None:
        """A user by account id or name."""
        wanted = set((who or {}).values())
        for account, name, mail in self._site.settings.users:
            if wanted & {account, name}:
                shown = {"displayName": name.capitalize(), "emailAddress": mail, "active": True}
                if self._site.settings.cloud:
                    here = f"{base}/rest/api/2/user?accountId={account}"
                    return shown | {"self": here, "accountId": account, "accountType": "atlassian"}
                return shown | {"self": f"{base}/rest/api/2/user?username={name}", "name": name}
        return None

    def project(self, key: str, base: str) -> dict[str, Any]:
        """A project, as issues show it."""
        number = str(10_000 + self._site.settings.projects.index(key))
        here = f"{base}/rest/api/2/project/{number}"
        return {"self": here, "id": number, "key": key, "name": f"Project {key}"}

    def issue_type(self, name: str, base: str) -> dict[str, Any]:
        """An issue type."""
        number = str(10_001 + self._site.settings.issue_types.index(name))
        here = f"{base}/rest/api/2/issuetype/{number}"
        return {"self": here, "id": number, "name": name, "subtask": False}

    def _links(self, issue: Issue, base: str) -> list[dict[str, Any]]:
        shown = []
        for kind, other in issue.links:
            target = self._site.issues.get(other)
            if target is not None:
                there = {"id": str(other), "key": target.key}
                there["self"] = f"{base}/rest/api/2/issue/{other}"
                about = {"name": kind, "inward": f"is {kind.lower()}d by", "outward": kind.lower()}
                shown.append({"id": f"{issue.id}{other}", "type": about, "outwardIssue": there})
        return shown

    def transitions(self, issue: Issue, base: str, *, fields: bool) -> list[dict[str, Any]]:
        """What may be done with an issue now."""
        if "TRANSITION_ISSUES" in self._site.settings.denied:
            return []
        shown = []
        for number, name in WAYS.items():
            if name != issue.status:
                way = {"id": number, "name": name, "to": status(name, base), "isGlobal": True}
                screen = self.screen(name, base)
                way["hasScreen"] = bool(screen)
                shown.append(way | ({"fields": screen} if fields else {}))
        return shown

    def screen(self, to: str, base: str = "") -> dict[str, Any]:
        """The fields of the screen of a transition."""
        if to != "Done":
            return {}
        settings, screen = self._site.settings, {}
        if settings.resolution_screen:
            names = settings.resolutions
            allowed = [_named(base, "resolution", name, names) for name in names]
            screen["resolution"] = _field("Resolution", "resolution", allowed)
        for name in settings.required_to_close:
            screen[name] = _field(dict(settings.custom).get(name, name), "string", None)
        return screen


def _field(name: str, kind: str, allowed: list[Any] | None) -> dict[str, Any]:
    about = {
        "required": True,
        "schema": {"type": kind},
        "name": name,
        "key": kind if kind != "string" else name,
        "hasDefaultValue": False,
        "operations": ["set"],
    }
    return about | ({"allowedValues": allowed} if allowed is not None else {})


def status(name: str, base: str) -> dict[str, Any]:
    """A status with its category."""
    key = STATUSES[name]
    number, title, colour = _CATEGORIES[key]
    category = {
        "self": f"{base}/rest/api/2/statuscategory/{number}",
        "id": number,
        "key": key,
        "colorName": colour,
        "name": title,
    }
    here = f"{base}/rest/api/2/status/{_IDS[name]}"
    return {"self": here, "id": _IDS[name], "name": name, "statusCategory": category}


def _named(base: str, kind: str, name: str | None, names: tuple[str, ...]) -> dict[str, str] | None:
    if name is None:
        return None
    number = str(names.index(name) + 1 if name in names else 99)
    return {"self": f"{base}/rest/api/2/{kind}/{number}", "id": number, "name": name}


def stamp(seconds: float) -> str:
    """`2026-03-01T12:00:00.000+0000`."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}+0000"
