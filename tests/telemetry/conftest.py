"""The command line, and the published OCSF schema to hold its events against."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest
from ocsf_json_schema import (  # type: ignore[import-untyped]  # ships no types
    OcsfJsonSchemaEmbedded,
    get_ocsf_schema,
)

from tests.cli.conftest import cli as cli
from tests.cli.conftest import report as report
from ticketbot.telemetry.shape import OCSF_VERSION

TARGET = ("--target", "shop", "--branch", "main")


@cache
def _schemas() -> OcsfJsonSchemaEmbedded:
    return OcsfJsonSchemaEmbedded(get_ocsf_schema(version=OCSF_VERSION))


@cache
def _validator(class_uid: int, profiles: tuple[str, ...]) -> Any:
    name = _schemas().lookup_class_name_from_uid(class_uid=class_uid)
    schema = _schemas().get_class_schema(class_name=name, profiles=list(profiles))
    assert schema["additionalProperties"] is False  # an attribute of our own invention fails
    return jsonschema.Draft202012Validator(schema)


def problems(event: dict[str, Any]) -> list[str]:
    """What the published schema says against an event; what it cannot see comes last."""
    validator = _validator(event["class_uid"], tuple(event["metadata"].get("profiles", ())))
    found = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(event)]
    if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
        found.append("type_uid is not class_uid * 100 + activity_id")
    return found


@pytest.fixture
def audit(workdir):
    """Writes a ticketbot.yaml with an audit file; gives a function that reads the events back."""
    Path("ticketbot.yaml").write_text("version: 1\naudit: {file: audit.jsonl}\n")

    def read(*codes: str) -> list[dict[str, Any]]:
        lines = Path("audit.jsonl").read_text().splitlines()
        events = [json.loads(line) for line in lines]
        return [e for e in events if not codes or e["metadata"]["event_code"] in codes]

    return read
