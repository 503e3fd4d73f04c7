"""One change to one issue as requests, in an order that a crash between any two is not misunderstood: the
state and the marker in one request first, then what is said about it. What may have been carried out is
looked at before it counts as ambiguous; a create is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ticketbot.errors import TrackerError
from ticketbot.trackers.base import Outcome
from ticketbot.trackers.github import body as github_body
from ticketbot.trackers.github.mirror import Mirror
from ticketbot.trackers.github.repository import Repository
from ticketbot.trackers.github.rows import Row
from ticketbot.trackers.github.session import refused_fields
from ticketbot.trackers.wire import Call, Told

OPTIONAL = ("labels", "assignees", "type", "milestone")
"""What an issue can be made without."""


class Written(msgspec.Struct, frozen=True):
    """What came of a write; the row after it, where it was applied."""

    told: Told
    row: Row | None = None
    left_out: str = ""


class Writer:
    """Writes to one repository's issues."""

    def __init__(self, repository: Repository, mirror: Mirror) -> None:
        self._repository, self._mirror = repository, mirror
        self._said: set[str] = set()
        """Nonces of comments that are there."""

    def create(self, fields: dict[str, Any]) -> Written:
        """POST once; a second time only where the first was refused for fields it can do without."""
        call = Call(method="POST", path=self._repository.path(), json=fields, cost="content")
        return self._lenient(call)

    def patch(self, before: Row, fields: dict[str, Any]) -> Written:
        """Nothing to change, nothing sent."""
        fields = {name: value for name, value in fields.items() if _differs(before, name, value)}
        if not fields:
            return Written(Told("applied"), before)
        path = self._repository.path_of(before)
        call = Call(method="PATCH", path=path, json=fields, cost="write")
        written = self._lenient(call, before.known)
        if written.told.state == "ambiguous":
            after = self._look(before)
            if after and not any(_differs(after, name, value) for name, value in fields.items()):
                return Written(Told("applied"), after)
        return written

    def _lenient(self, call: Call, known: int | None = None) -> Written:
        told = self._repository.tell(call)
        refused = sorted(refused_fields(told.reply) & set(OPTIONAL) & set(call.json))
        if told.state == "rejected" and "duplicate_issue_id" in call.json and told.status == 422:
            # an Enterprise server that does not know duplicates yet
            fields = {k: v for k, v in call.json.items() if k != "duplicate_issue_id"}
            call = msgspec.structs.replace(call, json=fields | {"state_reason": "not_planned"})
            told = self._repository.tell(call)
        elif told.state == "rejected" and refused:
            fields = {k: v for k, v in call.json.items() if k not in refused}
            call = msgspec.structs.replace(call, json=fields)
            why = f"{', '.join(refused)} left out: {told.reason}"
            again = self._repository.tell(call)
            return self._read(again, call.json, why, known)
        return self._read(told, call.json, "", known)

    def _read(
        self, told: Told, asked: Mapping[str, Any], left_out: str, known: int | None
    ) -> Written:
        """The answer as a row. One that is none may belong to a request that was carried out."""
        if told.state != "applied" or told.reply is None:
            return Written(told, left_out=left_out)
        try:
            row = self._repository.row(told.reply)
        except TrackerError as error:
            return Written(Told("ambiguous", told.reply, error.message))
        if row is None:
            return Written(Told("ambiguous", told.reply, "the answer is a pull request"))
        row = self._seen(msgspec.structs.replace(row, known=known))
        parts = [left_out, dropped(row, asked)]
        return Written(told, row, "; ".join(part for part in parts if part))

    def say(self, row: Row, text: str, nonce: str) -> Told:
        """A comment, once for each nonce."""
        if nonce in self._said:
            return Told("applied")
        key = github_body.said(nonce)
        path = f"{self._repository.path_of(row)}/comments"
        body = {"body": github_body.comment(text, key)}
        told = self._repository.tell(Call(method="POST", path=path, json=body, cost="content"))
        if told.state == "ambiguous" and self._is_said(row, key):
            told = Told("applied")
        if told.state == "applied":
            self._said.add(nonce)
        return told

    def says(self, row: Row, text: str, key: str) -> Told:
        """A comment that is there once, whoever asks and when: looked for first."""
        if self._is_said(row, github_body.said(key)):
            return Told("applied")
        return self.say(row, text, key)

    def _is_said(self, row: Row, key: str) -> bool:
        try:
            return any(key in text for text in self._repository.comments(row))
        except TrackerError:
            return False

    def _look(self, row: Row) -> Row | None:
        try:
            if row.known:
                return self._repository.issue(row.known)
            return self._mirror.refresh([row.number]).get(row.number)
        except TrackerError:
            return None

    def _seen(self, row: Row) -> Row:
        """Numbers of other repositories are other issues here."""
        return row if row.known else self._mirror.see(row)

    def after(self, row: Row) -> Row:
        """The row as it is after a comment; as it was, with one comment more, where it cannot be read."""
        return self._look(row) or msgspec.structs.replace(row, comments=row.comments + 1)


def _differs(row: Row, name: str, value: Any) -> bool:
    match name:
        case "labels" | "assignees":
            return _folded(getattr(row, name)) != _folded(value)
        case "body":
            return row.body.rstrip() != str(value).rstrip()
        case "duplicate_issue_id":
            return row.reason != "duplicate"
    state = "open" if row.open else "closed"
    shown = {"state": state, "state_reason": row.reason, "title": row.title}
    return bool(shown.get(name) != value)


def _folded(names: Any) -> set[str]:
    return {str(name).lower() for name in names}


def dropped(row: Row, asked: Mapping[str, Any]) -> str:
    """What the answer does not show although it was asked for: GitHub says nothing of it."""
    lost = []
    for name, had in (("labels", row.labels), ("assignees", row.assignees)):
        missing = sorted(
            set(asked.get(name, ())) - {h for h in asked.get(name, ()) if h.lower() in _folded(had)}
        )
        if missing:
            lost.append(f"{name} {', '.join(missing)}")
    if asked.get("type") and row.type != asked["type"]:
        lost.append(f"type {asked['type']}")
    return f"GitHub left out {'; '.join(lost)}: the account may not set that here" if lost else ""


_NEXT = {
    401: "check the tracker's auth: in the configuration",
    403: "`ticketbot doctor` tells what the account may not do",
    404: "the account may not write issues there: `ticketbot doctor` tells more",
    410: "switch the repository's issues on",
}


def outcome_of(told: Told, reason: str = "") -> Outcome:
    """Of a step that was not applied. `reason`: what was done before it."""
    parts = (told.reason, reason, _NEXT.get(told.status, "") if told.state == "rejected" else "")
    return Outcome(
        "rejected" if told.state == "rejected" else "ambiguous",
        reason="; ".join(part for part in parts if part),
    )
