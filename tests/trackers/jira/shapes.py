"""The shapes of what ticketbot sends to JIRA and of what a JIRA answers: JSON Schemas, ours and Atlassian's.

Ours are strict: what is not meant to be sent fails. Atlassian's are of version 3; version 2 differs in
texts alone, which are strings there (https://developer.atlassian.com/cloud/jira/platform/rest/v2/intro/).
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # no stubs installed

OFFICIAL = Path(__file__).parents[4] / "shared" / "openapi" / "jira_v3.json"


def strict(needed: str = "", **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": needed.split(),
        "additionalProperties": False,
    }


TEXT = {"type": "string", "minLength": 1}
NAMES = {"type": "array", "items": TEXT}
NAME = strict("name", name=TEXT)
ID = {"type": "string", "pattern": r"^\d+$"}
PROPERTY = {
    "type": "array",
    "minItems": 1,
    "maxItems": 1,
    "items": strict("key value", key={"const": "ticketbot"}, value={"type": "object"}),
}
PERSON = {"anyOf": [strict("accountId", accountId=TEXT), NAME, {"type": "null"}]}
WRITTEN = {
    "summary": {"type": "string", "maxLength": 255, "pattern": r"^[^\n\r]+$"},
    "description": {"type": "string", "maxLength": 32_767},
    "priority": NAME,
    "duedate": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    "assignee": PERSON,
}
FIELDS = strict(
    "project issuetype summary description labels",
    **WRITTEN,
    project=strict("key", key=TEXT),
    issuetype=NAME,
    labels={"type": "array", "items": {"type": "string", "pattern": r"^\S{1,255}$"}},
    components={"type": "array", "items": NAME},
    security=NAME,
    customfield_10010=TEXT,
)
CREATE = strict("fields", fields=FIELDS, properties=PROPERTY)
LABEL = {"anyOf": [strict("add", add=TEXT), strict("remove", remove=TEXT)]}
SENT = {
    "POST issue": CREATE,
    "POST issue/bulk": strict(
        "issueUpdates",
        issueUpdates={"type": "array", "minItems": 2, "maxItems": 50, "items": CREATE},
    ),
    "POST issue/bulkfetch": strict(
        "issueIdsOrKeys fields properties",
        issueIdsOrKeys={"type": "array", "minItems": 1, "maxItems": 100, "items": TEXT},
        fields=NAMES,
        properties={"const": ["ticketbot"]},
    ),
    "POST search/jql": strict(
        "jql maxResults fields",
        jql={"type": "string", "pattern": "(=|in)"},
        maxResults={"type": "integer", "minimum": 1, "maximum": 5000},
        fields={"const": ["key"]},
        nextPageToken=TEXT,
    ),
    "POST search": strict(
        "jql maxResults fields startAt",
        jql={"type": "string", "pattern": "(=|in)"},
        maxResults={"type": "integer", "minimum": 1, "maximum": 5000},
        fields={"anyOf": [{"const": ["key"]}, {"type": "array", "items": TEXT, "minItems": 13}]},
        validateQuery={"const": False},
        startAt={"type": "integer", "minimum": 0},
    ),
    "PUT issue/{}": strict(
        "",
        fields=strict("", **WRITTEN),
        update=strict("labels", labels={"type": "array", "minItems": 1, "items": LABEL}),
        properties=PROPERTY,
    ),
    "POST issue/{}/transitions": strict(
        "transition",
        transition=strict("id", id=ID),
        fields=strict("", resolution=NAME, customfield_10010=TEXT),
    ),
    "POST issue/{}/comment": strict("body properties", body=TEXT, properties=PROPERTY),
    "POST issueLink": strict(
        "type inwardIssue outwardIssue",
        type=NAME,
        inwardIssue=strict("id", id=ID),
        outwardIssue=strict("id", id=ID),
    ),
}
"""Method and path below /rest/api/2/ → what the body must be."""


def place(path: str) -> str:
    """The path as `SENT` names it."""
    return re.sub(
        r"^(issue)/(?:\d+|[A-Z]+-\d+)(?=/|$)", r"\1/{}", path.removeprefix("/rest/api/2/")
    )


@cache
def official() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(OFFICIAL.read_text())
    return document


@cache
def operation(method: str, path: str) -> Any:
    """What Atlassian says of this request; None where the description has nothing of the kind."""
    fitting = [
        pattern
        for pattern in official()["paths"]
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", pattern), path.replace("/api/2/", "/api/3/"))
    ]
    narrowest = min(fitting, key=lambda pattern: pattern.count("{"), default="")
    return official()["paths"].get(narrowest, {}).get(method.lower())


def complaints(schema: Any, value: Any) -> list[str]:
    """What is wrong with a value, by Atlassian's description."""
    found = validator(json.dumps(schema)).iter_errors(value)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


@cache
def validator(schema: str) -> Any:
    """One for each schema: making one is slow."""
    whole = json.loads(schema) | {"components": official()["components"]}
    return jsonschema.Draft202012Validator(whole)
