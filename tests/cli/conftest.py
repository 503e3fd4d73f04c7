"""The command line as a user meets it: called in this process, in an empty folder, with small reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from ticketbot.cli.main import call


class Said(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(workdir, capsys):
    """Calls a command: `cli("sync", "r.sarif")`. The target and the branch need no git."""

    def run(*arguments: str) -> Said:
        try:
            code = call(arguments)
        except SystemExit as left:
            code = int(left.code or 0)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


def result(
    rule: str, line: int, *, level: str = "error", path: str = "app.py", text: str = ""
) -> dict:
    """A result of a SARIF report; its line's text is its own."""
    snippet = text or f"{rule.lower()}({line})"
    region = {"startLine": line, "endLine": line, "snippet": {"text": snippet}}
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": f"{rule} was found"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": path}, "region": region}}],
    }


@pytest.fixture
def report(workdir):
    """Writes a SARIF report: `report("r.sarif", result("R1", 3), …)`; gives its name."""

    def write(name: str, *results: dict, tool: str = "lint", **run: object) -> str:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {"tool": {"driver": {"name": tool}}, "results": list(results), **run}
        path.write_text(json.dumps({"version": "2.1.0", "runs": [made]}))
        return name

    return write
