"""What requests to ServiceNow and its answers look like, as its documentation has it; no official description
exists. Every request of every test here, and every answer, is held against these.

https://www.servicenow.com/docs: Table API, Attachment API, Batch API, Import Set API.
"""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import urlsplit

import msgspec
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from ticketbot.simulate.exchange import Answered, Asked

TEXTS = {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}}
"""What a table takes: columns and texts; no nulls, no numbers, nothing nested."""
ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
HEADER = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
    "required": ["name", "value"],
    "additionalProperties": False,
}
BATCH = {
    "type": "object",
    "properties": {
        "batch_request_id": {"type": "string", "minLength": 1},
        "rest_requests": {
            "type": "array",
            "minItems": 1,
            "maxItems": 50,
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "method": {"enum": ["GET", "POST", "PATCH", "DELETE"]},
                    "url": {"type": "string", "pattern": "^/api/now/", "maxLength": 6144},
                    "body": {"type": "string", "contentEncoding": "base64"},
                    "headers": {"type": "array", "items": HEADER},
                    "exclude_response_headers": {"type": "boolean"},
                },
                "required": ["id", "method", "url"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["batch_request_id", "rest_requests"],
    "additionalProperties": False,
}
BATCHED = {
    "type": "object",
    "properties": {
        "batch_request_id": {"type": "string"},
        "serviced_requests": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "body": {"type": "string"},
                    "status_code": {"type": "integer"},
                    "status_text": {"type": "string"},
                    "headers": {"type": "array", "items": HEADER},
                    "execution_time": {"type": "number"},
                    "error_message": {"type": "string"},
                    "redirect_url": {"type": "string"},
                },
                "required": ["id", "body", "status_code"],
                "additionalProperties": False,
            },
        },
        "unserviced_requests": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["batch_request_id", "serviced_requests", "unserviced_requests"],
    "additionalProperties": False,
}
CELL = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"link": {"type": "string"}, "value": ID},
            "required": ["link", "value"],
            "additionalProperties": False,
        },
    ]
}
ROW = {
    "type": "object",
    "properties": {"sys_id": ID},
    "required": ["sys_id"],
    "additionalProperties": CELL,
}
RESULT = {
    "type": "object",
    "properties": {"result": {"anyOf": [ROW, {"type": "array", "items": ROW}]}},
    "required": ["result"],
    "additionalProperties": False,
}
IMPORTED = {
    "type": "object",
    "properties": {
        "import_set": {"type": "string"},
        "staging_table": {"type": "string"},
        "result": {"type": "array", "items": {**TEXTS, "required": ["transform_map", "status"]}},
    },
    "required": ["import_set", "staging_table", "result"],
    "additionalProperties": False,
}
FAILED = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {"message": {"type": "string"}, "detail": {"type": ["string", "null"]}},
            "required": ["message", "detail"],
            "additionalProperties": False,
        },
        "status": {"const": "failure"},
    },
    "required": ["error", "status"],
    "additionalProperties": False,
}
PARAMETERS = {
    "type": "object",
    "properties": {
        "sysparm_query": {"type": "string"},
        "sysparm_fields": {"type": "string", "pattern": r"^[a-z_.0-9]+(,[a-z_.0-9]+)*$"},
        "sysparm_limit": {"type": "string", "pattern": "^[1-9][0-9]*$"},
        "sysparm_display_value": {"enum": ["true", "false"]},
        "sysparm_exclude_reference_link": {"enum": ["true", "false"]},
    },
    "additionalProperties": False,
}
UPLOAD = {
    "type": "object",
    "properties": {
        "table_name": {"type": "string", "minLength": 1},
        "table_sys_id": ID,
        "file_name": {"type": "string", "pattern": r"^[\w.-]+$"},
    },
    "required": ["table_name", "table_sys_id", "file_name"],
    "additionalProperties": False,
}
_VALIDATORS = {
    name: Draft202012Validator(schema)
    for name, schema in {
        "texts": TEXTS,
        "batch": BATCH,
        "batched": BATCHED,
        "result": RESULT,
        "imported": IMPORTED,
        "failed": FAILED,
        "parameters": PARAMETERS,
        "upload": UPLOAD,
    }.items()
}


def problems(asked: Asked, answer: Answered) -> list[str]:
    """What is wrong with a request or with its answer; nothing of an answer that is no JSON."""
    found = list(_request(asked))
    if answer.headers.get("Content-Type") == "application/json" and asked.path != "/oauth_token.do":
        shape = _answer_shape(asked, answer)
        if shape:
            found += _wrong(shape, Answered.__name__, _decoded(answer.body))
    return [f"{asked.method} {asked.path}: {each}" for each in found]


def _request(asked: Asked) -> list[str]:
    length = len(asked.path) + sum(len(k) + len(v) + 2 for k, v in asked.query.items())
    found = [f"an address of {length} characters"] if length > 6144 else []
    if asked.path.startswith("/api/now/attachment/file"):
        return found + _wrong("upload", "query", dict(asked.query))
    if asked.path == "/oauth_token.do":
        return found + ([] if not asked.query else ["a secret in the address?"])
    found += _wrong("parameters", "query", dict(asked.query))
    if re.match("/api/now/v1/batch", asked.path):
        found += _wrong("batch", "body", _decoded(asked.body))
    elif asked.method in ("POST", "PATCH"):
        found += _wrong("texts", "body", _decoded(asked.body))
    elif asked.body:
        found.append("a body where none belongs")
    return found


def _answer_shape(asked: Asked, answer: Answered) -> str:
    if answer.status >= 400:
        return "failed"
    if asked.path.endswith("/file") and asked.method == "GET":
        return ""
    if asked.path.endswith("/batch"):
        return "batched"
    return "imported" if "/import/" in asked.path else "result"


def _wrong(shape: str, what: str, value: Any) -> list[str]:
    errors = _VALIDATORS[shape].iter_errors(value)
    return [f"{what} {error.json_path}: {error.message[:200]}" for error in errors]


def _decoded(body: bytes) -> Any:
    return msgspec.json.decode(body)


def items(asked: Asked) -> list[tuple[str, str, bytes]]:
    """(method, address without its query, body) of a request, or of each in a batch."""
    if not asked.path.endswith("/batch"):
        return [(asked.method, asked.path, asked.body)]
    return [
        (each["method"], urlsplit(each["url"]).path, base64.b64decode(each.get("body", "")))
        for each in _decoded(asked.body)["rest_requests"]
    ]
