"""The single writes that operations on one ticket are made of, each with what came of it.

An operation stops at the first step that was not applied. Before a write counts as unknown, the ticket is
looked at once: what is plainly there was applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from ticketbot.errors import TrackerError
from ticketbot.model.ticket import Marker
from ticketbot.trackers.base import Outcome
from ticketbot.trackers.jira.issues import Issues
from ticketbot.trackers.jira.line import Line, complaints
from ticketbot.trackers.jira.marker import CLOSING, PROPERTY, Issue, description, is_done
from ticketbot.trackers.jira.memory import Memory
from ticketbot.trackers.jira.resolution import LABEL
from ticketbot.trackers.jira.rows import Rows
from ticketbot.trackers.jira.words import BODY, Words, told, without
from ticketbot.trackers.marking import of_plain
from ticketbot.trackers.markup import forms as markup
from ticketbot.trackers.wire import Told


class Step(msgspec.Struct, frozen=True):
    """What came of one write."""

    state: Literal["applied", "rejected", "ambiguous"] = "applied"
    reason: str = ""
    status: int = 0


DONE = Step()


class StoppedError(Exception):
    """A step was not applied: the operation ends with this outcome."""

    def __init__(self, step: Step, before: str = "") -> None:
        super().__init__(step.reason)
        reason = f"{before}, but then: {step.reason}" if before else step.reason
        self.outcome = Outcome(step.state, reason=reason)


class Steps:
    """Writes to single issues of one tracker."""

    def __init__(
        self, line: Line, issues: Issues, rows: Rows, words: Words, memory: Memory
    ) -> None:
        self.line, self.issues, self.rows = line, issues, rows
        self.words, self.memory = words, memory

    def present(self, ticket_id: str) -> Issue:
        """The issue now. Raises StoppedError where there is none."""
        found = self.issues.fetch([ticket_id]) if ticket_id.isdecimal() else []
        if not found:
            why = f"there is no issue with id {ticket_id}, or the account may not see it"
            raise StoppedError(Step("rejected", why))
        return found[0]

    def finish(self, ticket_id: str, left: Mapping[str, str] | None = None) -> Outcome:
        """Applied, with the ticket after it."""
        self.memory.touched(ticket_id, self.line.clock.seconds())
        try:
            found = self.issues.fetch([ticket_id])
        except TrackerError as error:
            return Outcome("ambiguous", reason=f"done, but not to be read: {error.message}")
        if not found:
            return Outcome("ambiguous", reason="done, and then the issue was gone")
        return Outcome("applied", self.rows.ticket(found[0]), told(left or {}))

    def edit(self, issue: Issue, body: dict[str, Any], left: dict[str, str]) -> Step:
        """PUT: the same twice is the same as once. Fields that are refused by name are left out."""
        body = {name: value for name, value in body.items() if value}
        if not body:
            return DONE
        result = self._put(issue, body)
        if result.status == 404 and "properties" in body and not self.words.property_refused:
            self.words.property_refused = True  # the issue is there: it was read just now
            body = self._unpropertied(issue, body)
            result = self._put(issue, body)
        fewer = None
        if result.state == "rejected" and result.status == 400 and result.reply:
            _, wrong = complaints(result.reply)
            fewer = without(body.get("fields") or {}, wrong, left)
        if fewer is not None:
            body = {name: v for name, v in (body | {"fields": fewer}).items() if v}
            result = self._put(issue, body) if body else Told("applied")
        if result.state == "ambiguous" and self._says(str(issue["id"]), body):
            return DONE
        return Step(result.state, result.reason, result.status)

    def _put(self, issue: Issue, body: dict[str, Any]) -> Told:
        self.memory.touched(str(issue["id"]), self.line.clock.seconds())
        return self.line.tell("PUT", f"issue/{issue['id']}", body, repeatable=True)

    def _says(self, ticket_id: str, body: dict[str, Any]) -> bool:
        """Whether the issue says what was to be written, as far as that can be compared."""
        issue = self._seen(ticket_id)
        fields = (issue or {}).get("fields") or {}
        simple = {n: v for n, v in (body.get("fields") or {}).items() if isinstance(v, str)}
        values = (issue or {}).get("properties") or {}
        labels = (body.get("update") or {}).get("labels") or ()
        return (
            issue is not None
            and all(fields.get(name) == value for name, value in simple.items())
            and all(values.get(p["key"]) == p["value"] for p in body.get("properties") or ())
            and all(
                (name in (fields.get("labels") or ())) is (verb == "add")
                for change in labels
                for verb, name in change.items()
            )
        )

    def done_now(self, ticket_id: str) -> bool | None:
        """Whether the issue is done; None where it cannot be read."""
        issue = self._seen(ticket_id)
        return None if issue is None else is_done(issue)

    def _seen(self, ticket_id: str) -> Issue | None:
        try:
            found = self.issues.fetch([ticket_id])
        except TrackerError:
            return None
        return found[0] if found else None

    def mark(
        self,
        issue: Issue,
        marker: Marker | None,
        *,
        closed: Iterable[str] | None = None,
        closing: bool = False,
    ) -> Step:
        """The marker alone. `closed`: and the labels of how it was closed, instead of others of the kind."""
        labels = (issue.get("fields") or {}).get("labels") or ()
        wanted = set(closed or ())
        stale = {name for name in labels if name.startswith(LABEL)} - wanted
        stale = set() if closed is None else stale
        body: dict[str, Any] = self.words.properties(marker, closing=closing)
        if marker and (not closing or self.words.property_refused):
            body["fields"] = self.words.remarked(description(issue), marker)
        body["update"] = label_changes(labels, wanted, stale)
        return self.edit(issue, body, {})

    def _unpropertied(self, issue: Issue, body: dict[str, Any]) -> dict[str, Any]:
        """The same edit with the marker in the description."""
        value = body["properties"][0]["value"]
        marker = of_plain(value)
        fields = dict(body.get("fields") or {})
        if marker is not None:
            marker = msgspec.structs.replace(marker, closed=value.get(CLOSING) or marker.closed)
            fields |= self.words.remarked(fields.get("description", description(issue)), marker)
        return {"fields": fields} | {n: body[n] for n in ("update",) if n in body}

    def say(self, ticket_id: str, text: str | None, nonce: str) -> Step:
        """A comment, once for each nonce: it is kept in a property of the comment."""
        if not text or self.memory.was_said(ticket_id, nonce):
            return DONE
        body: dict[str, Any] = {"body": markup.jira_wiki(text, BODY)}
        if not self.words.property_refused:
            body["properties"] = [{"key": PROPERTY, "value": {"nonce": nonce}}]
        self.memory.touched(ticket_id, self.line.clock.seconds())
        result = self.line.tell("POST", f"issue/{ticket_id}/comment", body, cost="content")
        if result.state == "ambiguous" and self._heard(ticket_id, nonce):
            result = Told("applied")
        if result.state == "applied":
            self.memory.said(ticket_id, nonce)
        return Step(result.state, result.reason, result.status)

    def _heard(self, ticket_id: str, nonce: str) -> bool:
        query = {"orderBy": "-created", "maxResults": "50", "expand": "properties"}
        try:
            page = self.line.ask(f"issue/{ticket_id}/comment", query, missing=(404,))
        except TrackerError:
            return False
        comments = page.get("comments") if isinstance(page, dict) else None
        return any(
            isinstance(each.get("value"), dict) and each["value"].get("nonce") == nonce
            for comment in comments or ()
            for each in comment.get("properties") or ()
        )


def applied(step: Step, before: str = "") -> None:
    """Raises StoppedError for a step that was not, naming what was done before it."""
    if step.state != "applied":
        raise StoppedError(step, before)


def label_changes(
    present: Iterable[str], add: Iterable[str], remove: Iterable[str]
) -> dict[str, Any]:
    """As `update` of an edit wants it; {} where nothing changes."""
    has = set(present)
    changes = [{"add": name} for name in sorted(set(add) - has)]
    changes += [{"remove": name} for name in sorted(set(remove) & has)]
    return {"labels": changes} if changes else {}
