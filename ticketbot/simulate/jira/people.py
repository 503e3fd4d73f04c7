"""What people do to the issues of a simulated Jira, and what they see there."""

from __future__ import annotations

from typing import Any

from ticketbot.simulate.exchange import Seen
from ticketbot.simulate.jira.answers import stamp
from ticketbot.simulate.jira.site import Issue, Site

_MEANINGS = {
    "Done": "fixed",
    "Fixed": "fixed",
    "Won't Do": "wont_fix",
    "Won't Fix": "wont_fix",
    "Duplicate": "duplicate",
    "Cannot Reproduce": "false_positive",
    "False Positive": "false_positive",
    "Risk Accepted": "accepted",
}
_FIELDS = {"title": "summary", "body": "description", "due": "duedate", "labels": "labels"}
_CLOSED = "ticketbot-closed-"


class People:
    """Those who work in the user interface. `site`: what they work on."""

    site: Site

    def tickets(self) -> list[Seen]:
        """Every issue, the oldest first."""
        return [self._seen(issue) for issue in self.site.issues.values()]

    def _seen(self, issue: Issue) -> Seen:
        given = issue.fields
        labels = tuple(given.get("labels") or ())
        said = [name.removeprefix(_CLOSED) for name in labels if name.startswith(_CLOSED)]
        closed = issue.status == "Done"
        meaning = said[0].replace("-", "_") if said else _MEANINGS.get(issue.resolution or "")
        kinds = {"Duplicate": "duplicates", "Relates": "regression"}
        who = given.get("assignee") or {}
        return Seen(
            id=str(issue.id),
            key=issue.key,
            title=given["summary"],
            body=given.get("description") or "",
            open=not closed,
            resolution=meaning if closed else None,
            labels=labels,
            comments=tuple(comment["body"] for comment in issue.comments),
            links=tuple((kinds.get(kind, kind), str(other)) for kind, other in issue.links),
            priority=(given.get("priority") or {}).get("name"),
            due=given.get("duedate"),
            assignee=next(iter(who.values()), None),
        )

    def person_makes(self, title: str, body: str) -> str:
        """An issue that is not ours; its id."""
        settings = self.site.settings
        fields = {"summary": title, "description": body, "issuetype": {"name": "Task"}}
        issue = self.site.add(settings.projects[0], fields, {})
        issue.creator = 1
        return str(issue.id)

    def person_clones(self, ticket_id: str) -> str:
        """Words and labels are copied, properties and comments are not; the id of the copy."""
        issue = self._issue(ticket_id)
        fields = issue.fields | {"summary": f"CLONE - {issue.fields['summary']}"}
        copy = self.site.add(issue.project, fields, {})
        copy.creator = 1
        return str(copy.id)

    def person_closes(self, ticket_id: str, resolution: str | None) -> None:
        """In ticketbot's words; None: without a resolution."""
        issue = self._issue(ticket_id)
        names = [n for n in self.site.settings.resolutions if _MEANINGS.get(n) == resolution]
        if resolution is not None and not names:
            raise ValueError(f"no resolution of this site means {resolution}")
        issue.status, issue.resolution = "Done", names[0] if resolution else None
        self.site.touch(issue)

    def person_reopens(self, ticket_id: str) -> None:
        """Back to work."""
        issue = self._issue(ticket_id)
        issue.status, issue.resolution = "To Do", None
        self.site.touch(issue)

    def person_edits(self, ticket_id: str, field: str, value: Any) -> None:
        """title, body, priority, due, assignee, or labels (a list)."""
        issue = self._issue(ticket_id)
        if field == "priority":
            issue.fields["priority"] = {"name": value}
        elif field == "assignee":
            issue.fields["assignee"] = {"name": value}
        else:
            issue.fields[_FIELDS[field]] = list(value) if field == "labels" else value
        self.site.touch(issue)

    def person_comments(self, ticket_id: str, text: str) -> None:
        """Somebody says something."""
        self.comment(self._issue(ticket_id), text, [])

    def person_deletes(self, ticket_id: str) -> None:
        """For good."""
        self.site.remove(self._issue(ticket_id))

    def person_moves(self, ticket_id: str, project: str) -> None:
        """To another project."""
        self.site.move(self._issue(ticket_id), project)

    def comment(self, issue: Issue, text: str, properties: list[Any]) -> dict[str, Any]:
        """A comment, by whomever."""
        self.site.touch(issue)
        made = {
            "id": str(20_000 + sum(len(i.comments) for i in (issue,)) + issue.id * 100),
            "body": text,
            "created": stamp(issue.updated),
            "updated": stamp(issue.updated),
            "properties": properties,
        }
        issue.comments.append(made)
        return made

    def _issue(self, ticket_id: str) -> Issue:
        issue = self.site.issue(ticket_id)
        if issue is None:
            raise ValueError(f"there is no issue {ticket_id}")
        return issue
