"""What GitHub refuses in the body of a create or an update, and what it drops without a word."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ticketbot.simulate.exchange import Answered, answered
from ticketbot.simulate.github.shapes import refusal, wrong

_CREATE = {
    "title": str,
    "body": str,
    "labels": list,
    "assignees": list,
    "type": str,
    "milestone": int,
}
_UPDATE = _CREATE | {"state": str, "state_reason": str, "duplicate_issue_id": int}
_STATES = {"state": ("open", "closed")}
_REASONS = ("completed", "not_planned", "duplicate", "reopened")
TITLE, BODY, LABEL = 256, 65_536, 50


def malformed(value: Any, *, update: bool) -> Answered | None:
    """422 for a body that is none: an unknown key, a wrong type, null."""
    known = _UPDATE if update else _CREATE
    if not isinstance(value, dict):
        return answered(400, refusal("Problems parsing JSON", 400))
    for name, each in value.items():
        if name not in known:
            return _invalid(f'"{name}" is not a permitted key.')
        if not isinstance(each, known[name]) or isinstance(each, bool):
            return _invalid(f"For 'properties/{name}', {each!r} is not a {known[name].__name__}.")
    for name in ("labels", "assignees"):
        if not all(isinstance(each, str) for each in value.get(name, ())):
            return _invalid(f"For 'properties/{name}', an entry is not a string.")
    if value.get("state", "open") not in _STATES["state"]:
        return _invalid("For 'properties/state', it is not a member of [open, closed].")
    if value.get("state_reason", "completed") not in _REASONS:
        return _invalid("For 'properties/state_reason', it is not a member of the list.")
    return None


def refused(
    value: Mapping[str, Any],
    *,
    update: bool,
    may: bool,
    people: Collection[str],
    types: Collection[str],
) -> Answered | None:
    """422 for values. `may`: the account's labels and assignees are not dropped, so they are looked at."""
    if (not update or "title" in value) and not str(value.get("title", "")).strip():
        return _failed(wrong("title", "missing_field"))
    for name, limit in (("title", TITLE), ("body", BODY)):
        if len(value.get(name, "")) > limit:
            text = f"{name} is too long (maximum is {limit} characters)"
            return _failed(wrong(name, "custom", text))
    if not may:
        return None
    for login in value.get("assignees", ()):
        if login not in people:
            return _failed(wrong("assignees", "invalid", value=login))
    if value.get("type") and value["type"] not in types:
        return _failed(wrong("type", "invalid", value=value["type"]))
    if any(len(label) > LABEL for label in value.get("labels", ())):
        return _failed(
            wrong("labels", "custom", f"name is too long (maximum is {LABEL} characters)")
        )
    return None


def _invalid(text: str) -> Answered:
    return answered(422, refusal(f"Invalid request.\n\n{text}", 422))


def _failed(entry: dict[str, Any]) -> Answered:
    return answered(422, refusal("Validation Failed", 422, entry))
