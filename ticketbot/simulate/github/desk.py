"""What people do at a simulated GitHub, and what they see there."""

from __future__ import annotations

import re
from typing import Any

from ticketbot.simulate.exchange import Seen
from ticketbot.simulate.github.store import Issue, Store

PERSON = "ada"
_LABELS = {"false_positive": "false positive", "accepted": "accepted"}
"""What people put on an issue that they close as not planned, so that one sees why."""
_REASONS = {"fixed": "completed", None: "completed", "duplicate": "duplicate"}
_RELATED = re.compile(r"^(Duplicate|Regression) of #(\d+)", re.M)
_RELATIONS = {"Duplicate": "duplicates", "Regression": "regression"}


class Desk:
    """People know issues by their numbers, as text."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def tickets(self) -> list[Seen]:
        """Every issue, the oldest first; deleted and transferred ones left out."""
        return [
            _seen(self.store.live[n])
            for n in sorted(self.store.live)
            if not self.store.live[n].pull
        ]

    def person_makes(self, title: str, body: str) -> str:
        """An issue that is not ours."""
        return str(self.store.make(title, body, PERSON).number)

    def person_opens_a_pull_request(self, title: str, body: str = "") -> str:
        """It takes the next number, and stands in lists of issues."""
        return str(self.store.make(title, body, PERSON, pull=True).number)

    def person_closes(self, ticket_id: str, resolution: str | None) -> None:
        """With the button of that name, or as not planned and with a label."""
        issue = self._issue(ticket_id)
        label = _LABELS.get(str(resolution))
        labels = tuple(dict.fromkeys((*issue.labels, label))) if label else issue.labels
        reason = _REASONS.get(resolution, "not_planned")
        self.store.state(issue, PERSON, open=False, reason=reason, labels=labels)

    def person_reopens(self, ticket_id: str) -> None:
        """As it says."""
        self.store.state(self._issue(ticket_id), PERSON, open=True, reason="reopened")

    def person_edits(self, ticket_id: str, field: str, value: Any) -> None:
        """title, body, labels (a list), assignee; priority and due are nowhere to be edited here."""
        issue = self._issue(ticket_id)
        match field:
            case "title" | "body":
                self.store.change(issue, **{field: value})
            case "labels":
                self.store.change(issue, labels=tuple(value))
            case "assignee":
                self.store.change(issue, assignees=(value,) if value else ())
            case "priority" | "due":
                return
            case _:
                raise ValueError(f"an issue has no field {field}")

    def person_comments(self, ticket_id: str, text: str) -> None:
        """As it says."""
        self.store.say(self._issue(ticket_id), PERSON, text)

    def person_deletes(self, ticket_id: str) -> None:
        """For good: its number answers 410."""
        self.store.remove(int(ticket_id))

    def person_transfers(self, ticket_id: str, there: str, number: int = 1) -> None:
        """To another repository, where it gets another number."""
        self.store.transfer(int(ticket_id), there, number)

    def _issue(self, ticket_id: str) -> Issue:
        return self.store.live[int(ticket_id)]


def _seen(issue: Issue) -> Seen:
    links = {
        (_RELATIONS[kind], number)
        for said in issue.comments
        for kind, number in _RELATED.findall(said.body)
    }
    if issue.duplicate_of is not None:
        links.add(("duplicates", str(issue.duplicate_of)))
    return Seen(
        id=str(issue.number),
        key=f"#{issue.number}",
        title=issue.title,
        body=issue.body or "",
        open=issue.open,
        resolution=None if issue.open else _resolution(issue),
        labels=issue.labels,
        comments=tuple(said.body for said in issue.comments),
        links=tuple(sorted(links)),
        assignee=issue.assignees[0] if issue.assignees else None,
    )


def _resolution(issue: Issue) -> str:
    if issue.reason == "completed":
        return "fixed"
    if issue.reason == "duplicate":
        return "duplicate"
    named = {label: resolution for resolution, label in _LABELS.items()}
    return next((named[label] for label in issue.labels if label in named), "wont_fix")
