"""Tickets made: alone or fifty in one request, with everything they are found by in that request.

An answer that is lost leaves it unknown whether they were made: nothing is asked or sent here then, the
walk over the newest keys tells (`jira_read`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from ticketbot.errors import TrackerError
from ticketbot.trackers.base import Draft, Outcome
from ticketbot.trackers.jira.issues import Issues
from ticketbot.trackers.jira.line import Line, complaints, complaints_of
from ticketbot.trackers.jira.marker import Issue
from ticketbot.trackers.jira.memory import Memory
from ticketbot.trackers.jira.rows import Rows
from ticketbot.trackers.jira.words import Words, told, without
from ticketbot.trackers.wire import Told

BULK = 50
"""https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/ (issue/bulk)."""


class Made(msgspec.Struct, frozen=True):
    """What came of one create. Without `id`: refused, or (`unknown`) nobody knows."""

    id: str = ""
    key: str = ""
    unknown: bool = False
    reason: str = ""
    fields: dict[str, str] = {}
    """Complaints by field."""
    status: int = 0


class Creating:
    """Creates of one configured tracker."""

    def __init__(
        self, line: Line, issues: Issues, rows: Rows, words: Words, memory: Memory
    ) -> None:
        self._line, self._issues, self._rows = line, issues, rows
        self._words, self._memory = words, memory

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """See `Tracker.create`."""
        return [o for i in range(0, len(drafts), BULK) for o in self._some(drafts[i : i + BULK])]

    def _some(self, drafts: Sequence[Draft]) -> list[Outcome]:
        left: list[dict[str, str]] = [{} for _ in drafts]
        bodies = [self._words.creation(d.draft, left[i]) for i, d in enumerate(drafts)]
        made = self._post(bodies)
        again = {
            i: body
            for i, result in enumerate(made)
            if (body := self._otherwise(result, bodies[i], drafts[i], left[i])) is not None
        }
        if again:
            for i, result in zip(again, self._post(list(again.values())), strict=True):
                if made[i].status == 404 and not result.id:
                    self._words.property_refused = False  # it was something else
                made[i], bodies[i] = result, again[i]
        return self._outcomes(drafts, bodies, made, left)

    def _otherwise(
        self, result: Made, body: dict[str, Any], draft: Draft, left: dict[str, str]
    ) -> dict[str, Any] | None:
        """What to send instead of what was refused; None where there is nothing to try."""
        if result.id or result.unknown:
            return None
        if result.status == 404 and "properties" in body:
            self._words.property_refused = True
            return self._words.creation(draft.draft, left)
        fewer = without(body["fields"], result.fields, left)
        return body | {"fields": fewer} if fewer is not None else None

    def _post(self, bodies: Sequence[dict[str, Any]]) -> list[Made]:
        if len(bodies) == 1:
            return [_single(self._line.tell("POST", "issue", bodies[0], cost="content"))]
        path, body = "issue/bulk", {"issueUpdates": list(bodies)}
        return _several(self._line.tell("POST", path, body, cost="content"), len(bodies))

    def _outcomes(
        self,
        drafts: Sequence[Draft],
        bodies: Sequence[dict[str, Any]],
        made: Sequence[Made],
        left: Sequence[dict[str, str]],
    ) -> list[Outcome]:
        """With the tickets as they are now. One that cannot be read was made all the same: not to say so
        would make another one in the next run."""
        try:
            issues = self._issues.fetch(each.id for each in made if each.id)
            unread = "the account that made it may not see it"
        except TrackerError as error:
            issues, unread = [], error.message
        found = {str(issue["id"]): issue for issue in issues}
        outcomes = []
        for i, each in enumerate(made):
            if not each.id:
                state = Outcome("ambiguous" if each.unknown else "rejected", reason=each.reason)
                outcomes.append(state)
                continue
            if each.id not in found:
                left[i]["a look at the new ticket"] = unread
            ticket = self._rows.ticket(found.get(each.id) or _as_sent(each, bodies[i]))
            at = self._line.clock.seconds()
            self._memory.made(drafts[i].draft.subject, ticket, at)
            outcomes.append(Outcome("applied", ticket, told(left[i])))
        return outcomes


def _as_sent(made: Made, body: dict[str, Any]) -> Issue:
    properties = {each["key"]: each["value"] for each in body.get("properties") or ()}
    return {"id": made.id, "key": made.key, "fields": body["fields"], "properties": properties}


def _single(result: Told) -> Made:
    if result.state == "applied" and result.reply:
        return _named(result.reply.json_or_none())
    if result.state == "rejected" and result.reply:
        _, fields = complaints(result.reply)
        return Made(reason=_why(result.reason, fields), fields=fields, status=result.status)
    return Made(unknown=result.state == "ambiguous", reason=result.reason, status=result.status)


def _several(result: Told, count: int) -> list[Made]:
    """Partial success is documented as 201, no success as 400 of the same shape."""
    body = result.reply.json_or_none() if result.reply else None
    if not isinstance(body, dict) or not isinstance(body.get("issues"), list):
        if result.state == "applied":
            return [Made(unknown=True, reason="the answer names no issues")] * count
        return [_single(result)] * count
    if result.state == "ambiguous":
        return [_single(result)] * count
    failed = {int(e["failedElementNumber"]): _refused(e) for e in body.get("errors") or ()}
    issues = iter(body["issues"])
    if len(failed) + len(body["issues"]) != count:
        return [Made(unknown=True, reason="the answer names other than what was asked")] * count
    return [failed[i] if i in failed else _named(next(issues)) for i in range(count)]


def _refused(error: dict[str, Any]) -> Made:
    general, fields = complaints_of(error.get("elementErrors"))
    status = int(error.get("status") or 400)
    texts = [*general, *(f"{name}: {text}" for name, text in fields.items())]
    reason = _why(f"{status} {' · '.join(texts)}", fields)
    return Made(reason=reason, fields=fields, status=status)


def _named(issue: Any) -> Made:
    if not isinstance(issue, dict) or not issue.get("id"):
        return Made(unknown=True, reason="the answer names no issue")
    return Made(id=str(issue["id"]), key=str(issue.get("key", "")))


def _why(said: str, fields: dict[str, str]) -> str:
    """The server's words, and the next step."""
    said = said.rstrip(".")
    required = sorted(name for name, text in fields.items() if "required" in text)
    if "project" in fields or "issuetype" in fields:
        return f"{said}. Check `project` and `issue_type` of this tracker: `ticketbot doctor` lists them"
    if "security" in fields:
        return (
            f"{said}. Check `security_level` of this tracker, and that it is on the create screen"
        )
    if required:
        names = ", ".join(f"`fields.{name}`" for name in required)
        return f"{said}. Set {names} of this tracker: `ticketbot doctor` lists what is required"
    if "labels" in fields:
        return f"{said}. Tickets are found by their labels: put the field on the create screen"
    return said
