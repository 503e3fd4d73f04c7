"""What a create wants and takes, held against the configuration.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/ (createmeta by issue type);
Data Center has had the same since 8.4, and calls its lists `values`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ticketbot.trackers.base import Check
from ticketbot.trackers.jira.line import Line

_OURS = {"summary", "issuetype", "project", "description", "labels"}
_LESS = {"priority": "priority", "duedate": "due date", "assignee": "assignee"}


def screen_checks(line: Line, settings: Mapping[str, Any]) -> Iterator[Check]:
    """Issue type, required fields, labels, security level. Raises TrackerError."""
    project, wanted = str(settings["project"]), str(settings.get("issue_type") or "Bug")
    path = f"issue/createmeta/{project}/issuetypes"
    kinds = listed(line.ask(path, {"maxResults": "200"}), "issueTypes")
    fitting = [kind for kind in kinds if kind.get("name") == wanted]
    if not fitting:
        names = ", ".join(sorted(str(kind.get("name")) for kind in kinds))
        found = f"{project} has no issue type {wanted!r}; it has {names or 'none to be created'}"
        yield Check("issue type", "wrong", found, "Set the tracker's `issue_type`.")
        return
    yield Check("issue type", "ok", f"{project} has {wanted}")
    about = line.ask(f"{path}/{fitting[0]['id']}", {"maxResults": "200"})
    fields = {str(f.get("fieldId") or f.get("key")): f for f in listed(about, "fields")}
    yield from _required(fields, settings)
    yield from _placed(fields, settings)


def _required(fields: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[Check]:
    given = _OURS | set(settings.get("fields") or {})
    if settings.get("security_level"):
        given.add("security")
    missing = [
        f"{about.get('name')} ({name})"
        for name, about in fields.items()
        if about.get("required") and not about.get("hasDefaultValue") and name not in given
    ]
    if missing:
        found = f"a create requires {', '.join(missing)}, which the configuration does not give"
        yield Check("required fields", "wrong", found, "Set them in the tracker's `fields`.")
    else:
        yield Check("required fields", "ok", "the configuration gives all that are required")


def _placed(fields: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[Check]:
    """Fields that are on no screen cannot be set."""
    put = "Put it on the create screen of the issue type."
    for name in ("labels", "description"):
        if name not in fields:
            found = f"{name} is not on the create screen: tickets cannot be made"
            yield Check(name, "wrong", found, put)
        elif name == "labels":
            yield Check(name, "ok", "tickets can be found by them")
    for name, word in _LESS.items():
        if name not in fields:
            found = f"the {word} is not on the create screen: tickets are made without"
            yield Check(name, "warning", found, put)
    for name in sorted(set(settings.get("fields") or {}) - set(fields) - _OURS - set(_LESS)):
        found = f"the configured field {name} is not on the create screen, and is left out"
        yield Check("fields", "warning", found, "Put it there, or out of the tracker's `fields`.")
    level = settings.get("security_level")
    if level:
        yield _security(fields.get("security"), str(level))


def _security(about: Any, level: str) -> Check:
    allowed = (about or {}).get("allowedValues") or ()
    names = [str(each.get("name")) for each in allowed if isinstance(each, dict)]
    if about is not None and (not names or level in names):
        return Check("security level", "ok", f"{level} can be set")
    there = f"only {', '.join(names)}" if names else "no security level on the create screen"
    advice = "Set the tracker's `security_level`, and give the account the permission to set it."
    return Check("security level", "wrong", f"expected {level}, found {there}", advice)


def listed(page: Any, name: str) -> list[dict[str, Any]]:
    """A list of either deployment."""
    found = (page.get(name) or page.get("values")) if isinstance(page, dict) else None
    return [each for each in found or () if isinstance(each, dict)]
