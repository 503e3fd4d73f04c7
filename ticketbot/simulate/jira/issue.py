"""Single issues of a simulated Jira: made, read, edited, moved along, commented, linked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ticketbot.simulate.exchange import Answered, Asked, answered
from ticketbot.simulate.jira.answers import WAYS, Shown
from ticketbot.simulate.jira.forms import (
    NO_ISSUE,
    NOT_ON_SCREEN,
    PAYLOAD,
    UPDATE,
    created,
    edited,
    operations,
    properties_of,
    refused,
    shaped,
)
from ticketbot.simulate.jira.search import Route
from ticketbot.simulate.jira.site import Issue, Settings, Site

_BULK = 50
_INVALID_WAY = (
    "It seems that you have tried to perform a workflow operation that is not valid for the current"
    " state of this issue. The likely cause is that somebody has changed the issue recently."
)
_COMMENT: dict[str, Any] = {"body": str, "properties": list, "visibility": dict}
_LINK: dict[str, Any] = {"type": dict, "inwardIssue": dict, "outwardIssue": dict, "comment": dict}

Comment = Callable[[Issue, str, list[Any]], dict[str, Any]]


class Issues:
    """Requests about issues. `comment` writes one."""

    def __init__(self, site: Site, comment: Comment) -> None:
        self._site, self._shown = site, Shown(site)
        self._comment = comment

    @property
    def _settings(self) -> Settings:
        return self._site.settings

    def routes(self) -> list[Route]:
        """(method, path, handler)."""
        one = r"issue/([A-Za-z0-9]+(?:-\d+)?)"
        return [
            ("POST", "issue", self._create),
            ("POST", "issue/bulk", self._create_many),
            ("GET", one, self._read),
            ("PUT", one, self._edit),
            ("GET", one + "/transitions", self._ways),
            ("POST", one + "/transitions", self._go),
            ("GET", one + "/comment", self._comments),
            ("POST", one + "/comment", self._say),
            ("POST", "issueLink", self._link),
        ]

    def _create(self, asked: Asked, body: Any) -> Answered:
        made = self._make(asked, body)
        return made if isinstance(made, Answered) else answered(201, made)

    def _make(self, asked: Asked, body: Any) -> dict[str, str] | Answered:
        properties = properties_of(body) if shaped(body, UPDATE, "fields") else None
        if properties is None:
            return refused(400, PAYLOAD)
        if properties and not self._settings.properties:
            return refused(404)
        fields = body["fields"]
        if wrong := created(fields, self._settings):
            return refused(400, fields=wrong)
        issue = self._site.add(fields["project"]["key"], dict(fields), properties)
        here = f"{asked.base}/rest/api/2/issue/{issue.id}"
        return {"id": str(issue.id), "key": issue.key, "self": here}

    def _create_many(self, asked: Asked, body: Any) -> Answered:
        if not shaped(body, {"issueUpdates": list}, "issueUpdates"):
            return refused(400, PAYLOAD)
        updates = body["issueUpdates"]
        if not 0 < len(updates) <= _BULK:
            return refused(400, f"The number of issues must be between 1 and {_BULK}.")
        issues, errors = [], []
        for number, update in enumerate(updates):
            made = self._make(asked, update)
            if isinstance(made, Answered):
                said = Asked(method="", path="", body=made.body).json()
                error = {"status": made.status, "elementErrors": said}
                errors.append(error | {"failedElementNumber": number})
            else:
                issues.append(made)
        return answered(201 if issues else 400, {"issues": issues, "errors": errors})

    def _found(self, name: str) -> Issue | Answered:
        return self._site.visible(name) or refused(404, NO_ISSUE)

    def _read(self, asked: Asked, name: str) -> Answered:
        issue = self._found(name)
        if isinstance(issue, Answered):
            return issue
        fields = asked.query.get("fields")
        properties = asked.query.get("properties", "").split(",")
        names = fields.split(",") if fields else None
        return answered(200, self._shown.issue(issue, asked.base, names, filter(None, properties)))

    def _edit(self, asked: Asked, body: Any, name: str) -> Answered:
        issue = self._found(name)
        if isinstance(issue, Answered):
            return issue
        properties = properties_of(body) if shaped(body, UPDATE) else None
        if properties is None:
            return refused(400, PAYLOAD)
        if properties and not self._settings.properties:
            return refused(404)
        if "EDIT_ISSUES" in self._settings.denied:
            return refused(403, "You do not have permission to edit issues in this project.")
        fields, update = body.get("fields", {}), body.get("update", {})
        both = {n: f"Field '{n}' is in fields and update." for n in fields.keys() & update.keys()}
        labels, wrong = operations(update, issue)
        if wrong := both | wrong | edited(fields, self._settings):
            return refused(400, fields=wrong)
        issue.fields |= fields
        if update:
            issue.fields["labels"] = labels
        issue.properties |= properties
        if fields or update:
            self._site.touch(issue)
        return answered(204)

    def _ways(self, asked: Asked, name: str) -> Answered:
        issue = self._found(name)
        if isinstance(issue, Answered):
            return issue
        fields = asked.query.get("expand") == "transitions.fields"
        ways = self._shown.transitions(issue, asked.base, fields=fields)
        return answered(200, {"expand": "transitions", "transitions": ways})

    def _go(self, asked: Asked, body: Any, name: str) -> Answered:
        issue = self._found(name)
        if isinstance(issue, Answered):
            return issue
        if not shaped(body, UPDATE, "transition"):
            return refused(400, PAYLOAD)
        to = WAYS.get(str(body["transition"].get("id")))
        if to is None or to == issue.status or "TRANSITION_ISSUES" in self._settings.denied:
            return refused(400, _INVALID_WAY)
        given, screen = body.get("fields", {}), self._shown.screen(to)
        wrong = {field: NOT_ON_SCREEN.format(field) for field in given if field not in screen}
        for field, about in screen.items():
            if not given.get(field):
                wrong[field] = f"{about['name']} is required."
        resolution = (given.get("resolution") or {}).get("name")
        if resolution not in (None, *self._settings.resolutions):
            wrong["resolution"] = f"Resolution name '{resolution}' is not valid"
        if wrong:
            return refused(400, fields=wrong)
        issue.status = to
        issue.resolution = (resolution or "Done") if to == "Done" else None
        issue.fields |= {n: v for n, v in given.items() if n != "resolution"}
        self._site.touch(issue)
        return answered(204)

    def _comments(self, asked: Asked, name: str) -> Answered:
        issue = self._found(name)
        if isinstance(issue, Answered):
            return issue
        start, size = int(asked.query.get("startAt", 0)), int(asked.query.get("maxResults", 50))
        shown = list(issue.comments)
        if asked.query.get("orderBy") == "-created":
            shown.reverse()
        if asked.query.get("expand") != "properties":
            shown = [{n: v for n, v in c.items() if n != "properties"} for c in shown]
        page = {"startAt": start, "maxResults": size, "total": len(shown)}
        return answered(200, page | {"comments": shown[start : start + size]})

    def _say(self, asked: Asked, body: Any, name: str) -> Answered:
        issue = self._found(name)
        if isinstance(issue, Answered):
            return issue
        if not shaped(body, _COMMENT, "body") or properties_of(body) is None:
            return refused(400, PAYLOAD)
        if body.get("properties") and not self._settings.properties:
            return refused(404)
        if len(issue.comments) >= self._settings.most_comments:
            return refused(413, "The issue has reached its limit of comments.")
        if "ADD_COMMENTS" in self._settings.denied:
            return refused(403, "You do not have permission to comment on this issue.")
        if not body["body"].strip():
            return refused(400, fields={"comment": "Comment body can not be empty!"})
        if edited({"description": body["body"]}, self._settings):
            return refused(400, "The entered text is too long.")
        made = self._comment(issue, body["body"], body.get("properties", []))
        return answered(201, {n: v for n, v in made.items() if n != "properties"})

    def _link(self, asked: Asked, body: Any) -> Answered:
        if not shaped(body, _LINK, "type inwardIssue outwardIssue"):
            return refused(400, PAYLOAD)
        kind = body["type"].get("name")
        if kind not in self._settings.link_types:
            return refused(404, f"No issue link type with name '{kind}' found.")
        ends = [
            self._found(str(body[end].get("id") or body[end].get("key")))
            for end in ("inwardIssue", "outwardIssue")
        ]
        one, two = ends
        if isinstance(one, Answered) or isinstance(two, Answered):
            return refused(404, NO_ISSUE)
        if "LINK_ISSUES" in self._settings.denied:
            return refused(403, "You do not have permission to link issues in this project.")
        if (kind, two.id) not in one.links:
            one.links.append((kind, two.id))
            self._site.touch(one)
            self._site.touch(two)
        return answered(201)
