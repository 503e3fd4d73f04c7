"""docs/configuration.md, made from the models: every key, its type, its default, what it means.

    python -m ticketbot.config.reference            prints it
    python -m ticketbot.config.reference --check F  fails where F is another one

Says nothing that the models do not say; a key without a description is refused.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ticketbot.config.document import Config
from ticketbot.config.owners import OwnerMap
from ticketbot.planning.fields import NAMES

_INTRODUCTION = """\
# Configuration

<!-- Made by `python -m ticketbot.config.reference`; change the models in ticketbot/config/ instead. -->

`ticketbot.yaml` in the current folder, or the file that `--config` names. Without any, everything from
medium upwards gets a ticket in the local tracker. `ticketbot config init` writes a file to start from,
`ticketbot config validate` names every mistake with its line, and `ticketbot config schema` prints the
JSON Schema for editors. [Routing](routing.md) has recipes.

* An unknown key is a mistake. `required` keys must be there; all others may be left out.
* `${NAME}` in `auth`, in `ledger` and in other secrets is the environment variable of that name.
* Durations are written as `30m`, `2h`, `7d`, `2w`; where it says so, also as `5 business days`.
* "one or several" takes a single value or a list.
* `*` in a glob stands for anything, in paths for anything within one part; `**` goes across parts.
"""

_TEMPLATES = """
## Templates in fields

In `fields` and `labels` of trackers, severities, owners and routes, `{{{{ path }}}}` is filled in from the
flaw, in the sandbox of [Jinja2](https://jinja.palletsprojects.com/): {names}.

`cwe`, `owasp`, `vulnerabilities` and `owner` are lists: `{{{{ cwe[0] }}}}` is the first, `{{{{ cwe }}}}` all
of them with commas. What the flaw does not have is empty. Text from reports comes out as one line of at
most 255 characters. `owner` is whom CODEOWNERS names, `group` what the owners' map or CODEOWNERS gives.
`ticketbot config validate` tries every template and names the key that is wrong.
"""

_TYPES = {"string": "text", "integer": "number", "number": "number", "boolean": "true or false"}
_DURATION = "duration"

Schema = Mapping[str, Any]


def page() -> str:
    """The whole page, as Markdown."""
    told: set[str] = set()
    parts = [_INTRODUCTION]
    for title, model in (("ticketbot.yaml", Config), ("The owners' map", OwnerMap)):
        schema = model.model_json_schema()
        parts.append(f"## {title}\n\n{_intro(schema)}\n")
        parts.append(_table(schema, schema))
        for heading, node in _below(schema, schema, "", "", told):
            parts.append(f"### {heading}\n\n{_cell(_intro(node))}\n")
            parts.append(_table(node, schema))
    return "\n".join(parts) + _TEMPLATES.format(names=", ".join(f"`{name}`" for name in NAMES))


def _intro(node: Schema) -> str:
    return " ".join(str(node.get("description", "")).split())


def _table(node: Schema, schema: Schema) -> str:
    lines = ["| key | type | default | meaning |", "|---|---|---|---|"]
    required = node.get("required", ())
    for name, item in sorted(node["properties"].items(), key=lambda pair: pair[0] != "type"):
        meaning = _intro(item) or next((_intro(m) for _, m in _models(item, schema)), "")
        if not meaning:
            raise ValueError(f"{node.get('title')}.{name} has no description")
        default = "required" if name in required else _default(item)
        kind = _kind(item, schema)
        lines.append(f"| `{name}` | {kind} | {default} | {_cell(meaning)} |")
    return "\n".join(lines) + "\n"


def _below(
    node: Schema, schema: Schema, at: str, kind: str, told: set[str]
) -> Iterator[tuple[str, Schema]]:
    """(heading, mapping with keys of its own) under a node, each model once, in the models' order."""
    for name, item in node.get("properties", {}).items():
        for suffix, below in _models(item, schema):
            if below["title"] in told:
                continue
            told.add(below["title"])
            key = f"{at}{name}{suffix}"
            own = below["properties"].get("type", {}).get("const", kind)
            yield (f"`{key}` of type `{own}`" if own else f"`{key}`"), below
            yield from _below(below, schema, f"{key}.", own, told)


def _models(item: Schema, schema: Schema) -> Iterator[tuple[str, Schema]]:
    """(what follows the key, model) for each model that a key leads to."""
    if "$ref" in item:
        yield "", schema["$defs"][item["$ref"].rpartition("/")[2]]
    for branch in (*item.get("anyOf", ()), *item.get("oneOf", ()), *item.get("allOf", ())):
        yield from _models(branch, schema)
    if isinstance(item.get("items"), dict):
        yield from ((f"[]{rest}", found) for rest, found in _models(item["items"], schema))
    if isinstance(item.get("additionalProperties"), dict):
        below = item["additionalProperties"]
        named = "<severity>" if "propertyNames" in item else "<name>"
        yield from ((f".{named}{rest}", found) for rest, found in _models(below, schema))


def _kind(item: Schema, schema: Schema) -> str:
    """What a value looks like, in words."""
    choices = [each for each in item.get("anyOf", ()) if each.get("type") != "null"]
    if any(each.get("type") == "array" for each in choices) and len(choices) > 1:
        inner = next(each["items"] for each in choices if each.get("type") == "array")
        return f"one or several: {_kind(inner, schema)}"
    if choices:
        return " or ".join(dict.fromkeys(_kind(each, schema) for each in choices))
    if "const" in item:
        return f"`{item['const']}`"
    if "enum" in item:
        return ", ".join(f"`{each}`" for each in item["enum"])
    if "weeks?" in item.get("pattern", ""):
        return _DURATION + (" or business days" if "business" in item["pattern"] else "")
    if item.get("type") == "array":
        inner = item.get("items", {})
        return "list" if "$ref" in inner else f"list of {_kind(inner, schema)}"
    if "$ref" in item or "oneOf" in item or item.get("type") == "object":
        return "mapping"
    return _TYPES.get(item.get("type", ""), "anything")


def _default(item: Schema) -> str:
    value = item.get("default")
    if value is None or value in ({}, []) or isinstance(value, dict):
        return ""
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _cell(text: str) -> str:
    """Text as it stands, but for what is `code` already."""
    parts = text.replace("|", "\\|").split("`")
    parts[::2] = [re.sub(r"([*<>])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


def main(arguments: Sequence[str]) -> int:
    """Prints the page, or says whether the file after `--check` is it."""
    made = page()
    if len(arguments) == 2 and arguments[0] == "--check":
        file = Path(arguments[1])
        if file.is_file() and file.read_text("utf-8") == made:
            return 0
        again = f"python -m ticketbot.config.reference > {file}"
        sys.stderr.write(f"{file} is out of date: run {again}\n")
        return 1
    sys.stdout.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
