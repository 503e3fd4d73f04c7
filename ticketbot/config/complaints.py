"""pydantic's errors → problems a person can act on: place, what was expected, did you mean.

Only words; finds no errors itself.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from ticketbot.config.yaml_source import KeyPath, Place
from ticketbot.errors import Problem

Schema = Mapping[str, Any]


def complaints(
    error: ValidationError, data: Any, places: Mapping[KeyPath, Place], schema: Schema, file: str
) -> list[Problem]:
    """One problem for each error, in the order of the file."""
    found: list[tuple[tuple[str, int, int], Problem]] = []
    for item in error.errors(include_url=False):
        path = _in_data(item["loc"], data)
        place = place_of(path, places, file)
        what = _sentence(item["type"], item, path, schema)
        found.append(((place.file, place.line, place.column), Problem(str(place), what)))
    return [problem for _, problem in sorted(found, key=lambda pair: pair[0])]


def place_of(path: KeyPath, places: Mapping[KeyPath, Place], file: str) -> Place:
    """The place of a value, or of the nearest thing around it."""
    while path and path not in places:
        path = path[:-1]
    return places.get(path, Place(file, 1, 1))


def dotted(path: KeyPath) -> str:
    """`routes[2].when.severity`, as messages name a key."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "the file"


def _in_data(loc: tuple[int | str, ...], data: Any) -> KeyPath:
    """pydantic's location without the names of union members, which are not in the file."""
    path: list[int | str] = []
    for part in loc:
        inside = isinstance(data, dict) and part in data
        if inside or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            data = data[part]
        elif part != loc[-1] or not isinstance(data, dict):
            continue
        path.append(part)
    return tuple(path)


def _sentence(kind: str, item: Any, path: KeyPath, schema: Schema) -> str:
    name, found = dotted(path).removesuffix(".[key]"), item["input"]
    context = item.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(path, item["loc"], schema)
    if kind == "missing":
        return f"`{name}` is missing"
    if kind in ("literal_error", "enum"):
        close = difflib.get_close_matches(str(found), _words(context["expected"]), n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        return f"`{name}`: expected {context['expected']}, found {_shown(found)}{hint}"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tags = context.get("expected_tags", "'local', 'jira', 'github', 'servicenow'")
        given = found.get("type") if isinstance(found, dict) else found
        return f"`{name}.type`: expected one of {tags}, found {_shown(given)}"
    if kind == "value_error":
        return f"`{name}`: {context['error']}"
    if kind == "string_pattern_mismatch":
        return f"`{name}`: {_shown(found)} has not the expected form {context['pattern']}"
    said = item["msg"].replace("Input should be", "expected", 1)
    return f"`{name}`: {said}, found {_shown(found)}"


def _words(expected: str) -> list[str]:
    return [word.strip(" '") for word in expected.replace(" or ", ",").split(",")]


def _shown(value: Any) -> str:
    """What stands in the file, short; never a whole block (it might hold a credential)."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= len("x" * 60) else text[:57] + "…'"


def _unknown(path: KeyPath, loc: tuple[int | str, ...], schema: Schema) -> str:
    known = _keys_at(schema, loc[:-1])
    key = str(path[-1])
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    hint = f"did you mean `{close[0]}`?" if close else f"known here: {', '.join(known)}"
    return f"`{dotted(path)}` is unknown; {hint}"


def _keys_at(schema: Schema, loc: tuple[int | str, ...]) -> list[str]:
    """The keys that the JSON Schema knows at this place."""
    node: Schema = _resolved(schema, schema)
    for part in loc:
        if isinstance(part, int):
            node = _resolved(schema, node.get("items", {}))
        elif part in node.get("properties", {}):
            node = _resolved(schema, node["properties"][part])
        elif part in (mapping := node.get("discriminator", {}).get("mapping", {})):
            node = _resolved(schema, {"$ref": mapping[part]})
        else:
            node = _resolved(schema, node.get("additionalProperties") or {})
    return sorted(node.get("properties", {}))


def _resolved(schema: Schema, node: Schema) -> Schema:
    for branch in node.get("anyOf", ()):
        if branch.get("type") != "null":
            return _resolved(schema, branch)
    if "$ref" in node:
        found: Schema = schema["$defs"][node["$ref"].rpartition("/")[2]]
        return found
    return node
