"""What a simulated Jira accepts in a request, and the sentences it refuses the rest with.

The sentences are Jira's own, as ../shared/design/trackers.md (F) collects them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ticketbot.simulate.exchange import Answered, answered
from ticketbot.simulate.jira.site import Issue, Settings

NO_ISSUE = "Issue does not exist or you do not have permission to see it."
NOT_ON_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
PAYLOAD = "Invalid request payload. Refer to the REST API documentation and try again."
_SYSTEM = frozenset(
    "summary description labels priority duedate assignee components security issuetype project".split()
)


def refused(status: int, *messages: str, fields: Mapping[str, str] | None = None) -> Answered:
    """An error in Jira's usual shape."""
    return answered(status, {"errorMessages": list(messages), "errors": dict(fields or {})})


def shaped(body: Any, allowed: Mapping[str, type | tuple[type, ...]], needed: str = "") -> bool:
    """An object with known names alone, none of them null, those needed present."""
    if not isinstance(body, dict) or set(needed.split()) - set(body):
        return False
    return all(
        name in allowed
        and isinstance(value, allowed[name])
        and (not isinstance(value, bool) or allowed[name] is bool)
        for name, value in body.items()
    )


UPDATE: dict[str, type | tuple[type, ...]] = {
    "fields": dict,
    "update": dict,
    "properties": list,
    "transition": dict,
    "historyMetadata": dict,
}


def properties_of(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Key → value of `properties`; None where they have another shape."""
    pairs = body.get("properties") or []
    if not all(shaped(pair, {"key": str, "value": object}, "key value") for pair in pairs):
        return None
    return {pair["key"]: pair["value"] for pair in pairs}


def created(fields: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    """What is wrong with the fields of a create; {} where nothing is."""
    wrong = edited(fields, settings)
    project = fields.get("project") or {}
    if not isinstance(project, dict) or project.get("key") not in settings.projects:
        wrong["project"] = "valid project is required"
    elif "CREATE_ISSUES" in settings.denied:
        wrong["project"] = "You do not have permission to create issues in this project."
    kind = fields.get("issuetype") or {}
    if not isinstance(kind, dict) or kind.get("name") not in settings.issue_types:
        wrong["issuetype"] = "Specify a valid issue type"
    if not fields.get("summary"):
        wrong["summary"] = "You must specify a summary of the issue."
    names = dict(settings.custom)
    for field in settings.required:
        if not fields.get(field):
            wrong[field] = f"{names.get(field, field.capitalize())} is required."
    return wrong


def edited(fields: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    """What is wrong with fields that are written."""
    known = (_SYSTEM | dict(settings.custom).keys()) - set(settings.off_screen)
    wrong = {name: NOT_ON_SCREEN.format(name) for name in fields if name not in known}
    for name, value in fields.items():
        if name not in wrong and (complaint := _complaint(name, value, settings)):
            wrong[name] = complaint
    return wrong


def _complaint(name: str, value: Any, settings: Settings) -> str:
    match name:
        case "summary":
            return _summary(value)
        case "description":
            return _text(value, settings)
        case "labels":
            return _labels(value)
        case "duedate":
            return _date(value)
        case "assignee":
            return _assignee(value, settings)
        case "priority" | "security" | "components":
            return _choice(name, value, settings)
    return ""


def _date(value: Any) -> str:
    fine = value is None or re.fullmatch(r"\d{4}-\d\d-\d\d", str(value))
    return "" if fine else f"Error parsing date string: {value}"


def _choice(name: str, value: Any, settings: Settings) -> str:
    known = {
        "priority": settings.priorities,
        "security": settings.security_levels,
        "components": settings.components,
    }[name]
    chosen = value if name == "components" else [value]
    if not isinstance(chosen, list) or not all(isinstance(each, dict) for each in chosen):
        return "data was not an array" if name == "components" else "data was not an object"
    unknown = [each.get("name") for each in chosen if each.get("name") not in known]
    word = name.removesuffix("s").capitalize()
    return f"{word} name '{unknown[0]}' is not valid" if unknown else ""


def _summary(value: Any) -> str:
    if not isinstance(value, str):
        return "Operation value must be a string"
    if "\n" in value or "\r" in value:
        return "The summary is invalid because it contains newline characters."
    return "Summary can't exceed 255 characters." if _length(value) > 255 else ""


def _text(value: Any, settings: Settings) -> str:
    if not isinstance(value, str):
        return "Operation value must be a string"
    if _length(value) <= settings.text_limit:
        return ""
    limit = f"{settings.text_limit:,}"
    return f"The entered text is too long. It exceeds the allowed limit of {limit} characters."


def _labels(value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return "data was not an array"
    for each in value:
        if re.search(r"\s", each):
            return f"The label '{each}' contains spaces which is invalid."
        if len(each) > 255:
            return f"The label '{each}' exceeds the maximum length of 255 characters."
    return ""


def _assignee(value: Any, settings: Settings) -> str:
    if value is None:
        return ""
    key = "accountId" if settings.cloud else "name"
    if not isinstance(value, dict) or set(value) != {key}:
        return "data was not an object" if settings.cloud else "expected a name"
    if value[key] not in {user[0 if settings.cloud else 1] for user in settings.users}:
        return f"User '{value[key]}' cannot be assigned issues."
    return ""


def operations(update: Mapping[str, Any], issue: Issue) -> tuple[list[str], dict[str, str]]:
    """(the labels after `update`, what is wrong)."""
    labels = list(issue.fields.get("labels") or ())
    for name, changes in update.items():
        if name != "labels" or not isinstance(changes, list):
            return labels, {name: NOT_ON_SCREEN.format(name)}
        for change in changes:
            if not isinstance(change, dict) or len(change) != 1:
                return labels, {name: "expected one operation"}
            verb, label = next(iter(change.items()))
            if verb == "add" and label not in labels:
                labels.append(label)
            elif verb == "remove" and label in labels:
                labels.remove(label)
            elif verb not in ("add", "remove"):
                return labels, {name: f"'{verb}' is not a valid operation"}
    complaint = _labels(labels)
    return labels, {"labels": complaint} if complaint else {}


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
