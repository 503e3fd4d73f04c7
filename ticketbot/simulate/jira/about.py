"""What a simulated Jira says of itself: server, account, permissions, projects, what a create wants."""

from __future__ import annotations

from typing import Any

from ticketbot.simulate.exchange import Answered, Asked, answered
from ticketbot.simulate.jira.answers import STATUSES, Shown, status
from ticketbot.simulate.jira.forms import refused
from ticketbot.simulate.jira.search import Route
from ticketbot.simulate.jira.site import Settings, Site


class About:
    """Requests that read what an administrator has set up."""

    def __init__(self, site: Site) -> None:
        self._site, self._shown = site, Shown(site)

    @property
    def _settings(self) -> Settings:
        return self._site.settings

    def routes(self) -> list[Route]:
        """(method, path, handler)."""
        return [
            ("GET", "serverInfo", self._server),
            ("GET", "myself", self._myself),
            ("GET", "mypermissions", self._permissions),
            ("GET", r"project/(\w+)", self._project),
            ("GET", r"project/(\w+)/statuses", self._statuses),
            ("GET", "resolution", self._resolutions),
            ("GET", "issueLinkType", self._link_types),
            ("GET", r"issue/createmeta/(\w+)/issuetypes", self._types),
            ("GET", r"issue/createmeta/(\w+)/issuetypes/(\d+)", self._fields),
            ("GET", "user/assignable/search", self._users),
        ]

    def _server(self, asked: Asked) -> Answered:
        kind = "Cloud" if self._settings.cloud else "Server"
        version = "1001.0.0-SNAPSHOT" if self._settings.cloud else "9.12.2"
        return answered(200, {"baseUrl": asked.base, "version": version, "deploymentType": kind})

    def _myself(self, asked: Asked) -> Answered:
        account, name, _ = self._settings.users[0]
        return answered(200, self._shown.user({"accountId": account, "name": name}, asked.base))

    def _permissions(self, asked: Asked) -> Answered:
        names = asked.query.get("permissions", "").split(",")
        if names == [""]:
            return refused(400, "The 'permissions' query parameter is required.")
        shown = {
            name: {
                "id": str(number),
                "key": name,
                "name": name.replace("_", " ").capitalize(),
                "type": "PROJECT",
                "description": "",
                "havePermission": name not in self._settings.denied,
            }
            for number, name in enumerate(names, 10)
        }
        return answered(200, {"permissions": shown})

    def _has(self, key: str) -> bool:
        return key in self._settings.projects and "BROWSE_PROJECTS" not in self._settings.denied

    def _project(self, asked: Asked, key: str) -> Answered:
        if not self._has(key):
            return refused(404, f"No project could be found with key '{key}'.")
        return answered(200, self._shown.project(key, asked.base))

    def _statuses(self, asked: Asked, key: str) -> Answered:
        if not self._has(key):
            return refused(404, f"No project could be found with key '{key}'.")
        known = [status(name, asked.base) for name in STATUSES]
        types = [self._shown.issue_type(name, asked.base) for name in self._settings.issue_types]
        return answered(200, [kind | {"statuses": known} for kind in types])

    def _resolutions(self, asked: Asked) -> Answered:
        here = f"{asked.base}/rest/api/2/resolution/"
        names = enumerate(self._settings.resolutions, 1)
        return answered(
            200, [{"self": f"{here}{n}", "id": str(n), "name": name} for n, name in names]
        )

    def _link_types(self, asked: Asked) -> Answered:
        names = enumerate(self._settings.link_types, 10_000)
        kinds = [{"id": str(n), "name": name, "inward": name, "outward": name} for n, name in names]
        return answered(200, {"issueLinkTypes": kinds})

    def _types(self, asked: Asked, key: str) -> Answered:
        if not self._has(key) or "CREATE_ISSUES" in self._settings.denied:
            return refused(404, f"No project could be found with key '{key}'.")
        kinds = [self._shown.issue_type(name, asked.base) for name in self._settings.issue_types]
        return answered(200, self._listed("issueTypes", kinds))

    def _fields(self, asked: Asked, key: str, kind: str) -> Answered:
        if not self._has(key):
            return refused(404, f"No project could be found with key '{key}'.")
        names = {"summary": "Summary", "issuetype": "Issue Type", "project": "Project"}
        names |= {"description": "Description", "labels": "Labels", "priority": "Priority"}
        names |= {"duedate": "Due date", "assignee": "Assignee", "security": "Security Level"}
        names |= {"components": "Components"} | dict(self._settings.custom)
        always = ("summary", "issuetype", "project")
        fields = [
            self._field(field, name, field in (*always, *self._settings.required))
            for field, name in names.items()
            if field not in self._settings.off_screen
        ]
        return answered(200, self._listed("fields", fields))

    def _field(self, field: str, name: str, required: bool) -> dict[str, Any]:
        about = {
            "required": required,
            "schema": {"type": "string"},
            "name": name,
            "key": field,
            "fieldId": field,
            "hasDefaultValue": field == "priority",
            "operations": ["set"],
        }
        values = {"priority": self._settings.priorities, "security": self._settings.security_levels}
        if field in values:
            about["allowedValues"] = [{"name": value} for value in values[field]]
        return about

    def _listed(self, name: str, values: list[Any]) -> dict[str, Any]:
        """Data Center calls every list `values`."""
        word = name if self._settings.cloud else "values"
        page = {"startAt": 0, "maxResults": 50, "total": len(values), word: values}
        return page if self._settings.cloud else page | {"isLast": True}

    def _users(self, asked: Asked) -> Answered:
        word = "query" if self._settings.cloud else "username"
        text = asked.query.get(word, "").casefold()
        if not text or not self._has(asked.query.get("project", "")):
            return refused(400, f"The {word} and project parameters are required.")
        found = [user for user in self._settings.users if text in " ".join(user[1:]).casefold()]
        return answered(
            200, [self._shown.user({"accountId": u[0], "name": u[1]}, asked.base) for u in found]
        )
