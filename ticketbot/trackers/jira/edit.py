"""Tickets that exist are written to: fields, labels, comments, links.

Decides nothing: what to write is given, and what a person wrote below our section stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.model.ticket import Marker, TicketDraft
from ticketbot.trackers.base import Outcome
from ticketbot.trackers.jira.marker import Issue, description
from ticketbot.trackers.jira.rows import project_of
from ticketbot.trackers.jira.steps import (
    DONE,
    Step,
    Steps,
    StoppedError,
    applied,
    label_changes,
)
from ticketbot.trackers.jira.words import found_by, labels
from ticketbot.trackers.markup.section import FOOTER_PATTERN, split
from ticketbot.trackers.wire import Told


class Editing:
    """Updates, comments and links of one configured tracker."""

    def __init__(self, steps: Steps, link_types: Mapping[str, str]) -> None:
        self._steps, self._words = steps, steps.words
        self._types = dict(link_types)

    def update(
        self,
        ticket_id: str,
        draft: TicketDraft,
        fields: Sequence[str],
        *,
        remove_labels: Sequence[str],
        comment: str | None,
        nonce: str,
    ) -> Outcome:
        """One request for all fields, labels and the marker; then the comment."""
        left: dict[str, str] = {}
        try:
            issue = self._steps.present(ticket_id)
            body = self._changes(issue, draft, fields, remove_labels, left)
            applied(self._steps.edit(issue, body, left))
            applied(self._steps.say(ticket_id, comment, nonce), "the fields were written")
        except StoppedError as stopped:
            return stopped.outcome
        return self._steps.finish(ticket_id, left)

    def _changes(
        self,
        issue: Issue,
        draft: TicketDraft,
        names: Sequence[str],
        remove_labels: Sequence[str],
        left: dict[str, str],
    ) -> dict[str, Any]:
        words, has = self._words, (issue.get("fields") or {}).get("labels") or ()
        draft, names = self._fitting(issue, draft, names, left)
        fields = words.written(draft, names)
        if fields.get("priority", "") is None:
            del fields["priority"]  # Jira has none to be without
        if "assignee" in names:
            person = words.person(draft.assignee, project_of(issue), left)
            fields |= person if draft.assignee else {"assignee": None}
        if "body" in names:
            fields["description"] = words.body(draft, _theirs(issue))
        else:
            fields |= words.remarked(description(issue), draft.marker)
        add = set(found_by(draft.subject, draft.marker))
        add |= labels(draft.labels) if "labels" in names else set()
        update = label_changes(has, add, labels(remove_labels) - add)
        return {"fields": fields, "update": update} | words.properties(draft.marker)

    def _fitting(
        self, issue: Issue, draft: TicketDraft, names: Sequence[str], left: dict[str, str]
    ) -> tuple[TicketDraft, Sequence[str]]:
        """The draft as it will stand in the ticket, and the names of what there is room for."""
        try:
            return self._words.standing(draft, names, _theirs(issue)), names
        except ValueError:
            left["the text"] = "what people wrote below the line leaves no room for ours"
            names = [name for name in names if name != "body"]
            return self._words.standing(draft, names), names

    def comment(self, ticket_id: str, text: str, *, marker: Marker | None, nonce: str) -> Outcome:
        """The comment first: a marker says only what has been said."""
        try:
            issue = self._steps.present(ticket_id)
            applied(self._steps.say(ticket_id, text, nonce))
            applied(self._steps.mark(issue, marker), "it was said")
        except StoppedError as stopped:
            return stopped.outcome
        return self._steps.finish(ticket_id)

    def link(self, ticket_id: str, other_id: str, relation: str) -> Outcome:
        """Once for each pair and relation."""
        try:
            self._steps.present(ticket_id)
            applied(self.linked(ticket_id, other_id, relation))
        except StoppedError as stopped:
            return stopped.outcome
        return self._steps.finish(ticket_id)

    def linked(self, ticket_id: str, other_id: str, relation: str) -> Step:
        """The link alone. Seen from `inwardIssue` it reads as the type's outward words, as "duplicates"
        (https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-links/)."""
        kind = self._types.get(relation, self._types["regression"])  # the plainest that is named
        if not other_id.isdecimal():
            return Step("rejected", f"there is no issue with id {other_id}")
        if self._is_linked(ticket_id, other_id, kind):
            return DONE
        body = {
            "type": {"name": kind},
            "inwardIssue": {"id": ticket_id},
            "outwardIssue": {"id": other_id},
        }
        result = self._steps.line.tell("POST", "issueLink", body)
        if result.state == "ambiguous" and self._is_linked(ticket_id, other_id, kind):
            result = Told("applied")
        return Step(result.state, result.reason, result.status)

    def _is_linked(self, ticket_id: str, other_id: str, kind: str) -> bool:
        query = {"fields": "issuelinks"}
        try:
            issue = self._steps.line.ask(f"issue/{ticket_id}", query, missing=(404,))
        except TrackerError:
            return False
        links = ((issue or {}).get("fields") or {}).get("issuelinks") or ()
        return any(
            str((link.get("outwardIssue") or {}).get("id")) == other_id
            and str((link.get("type") or {}).get("name")).casefold() == kind.casefold()
            for link in links
        )


def _theirs(issue: Issue) -> str:
    return split(description(issue), FOOTER_PATTERN).theirs
