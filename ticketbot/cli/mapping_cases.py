"""Cases of mappings: a report and the findings it must give, `<folder>/<mapping>/<case>/`.

`findings.json` holds `{"scan", "findings", "rejected"}`; what is absent in a finding is left out.
Reads without roots and without keys, so that a case gives the same everywhere.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ticketbot.cli.console import Console
from ticketbot.cli.output import counted
from ticketbot.cli.reports import FileSource
from ticketbot.errors import UsageError
from ticketbot.model.finding import Rejected
from ticketbot.readers.mapped import read
from ticketbot.readers.mapping import Mapping
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions

EXPECTED = "findings.json"
SHOWN_LINES = 40


class Cases:
    """The cases under one folder. `accept`: what comes out is written as what is expected."""

    def __init__(self, folder: Path, accept: bool, console: Console) -> None:
        self._folder, self._accept, self._console = folder, accept, console

    def run(self, mappings: Sequence[Mapping], *, asked: bool) -> int:
        """0 where all hold, 1 where one does not. Raises UsageError where there is nothing to test."""
        failed = held = 0
        for mapping in mappings:
            reports = sorted((self._folder / mapping.name).glob("*/report.*"))
            if not reports and asked:
                raise UsageError(
                    f"{mapping.name} has no case in {self._folder / mapping.name}",
                    hint="A case is a folder with report.json and findings.json; --accept writes the latter.",
                )
            for report in reports:
                if self._holds(mapping, report):
                    held += 1
                else:
                    failed += 1
        if not held + failed:
            raise UsageError(
                f"there is no case in {self._folder}", hint="Name the folder with --cases."
            )
        self._console.out(f"{counted(held + failed, 'case')}, {held} hold, {failed} do not")
        return 1 if failed else 0

    def _holds(self, mapping: Mapping, report: Path) -> bool:
        name, expected = f"{mapping.name}/{report.parent.name}", report.parent / EXPECTED
        actual = as_text(outcome(mapping, report))
        if self._accept:
            if not expected.exists() or _text(expected) != actual:
                expected.write_text(actual, encoding="utf-8")
                self._console.out(f"written    {name}")
            return True
        if not expected.exists():
            self._console.out(f"no {EXPECTED}  {name}")
            return False
        if (wanted := _text(expected)) == actual:
            self._console.say(f"holds      {name}")
            return True
        self._console.out(f"differs    {name}")
        lines = difflib.unified_diff(
            wanted.splitlines(), actual.splitlines(), "expected", "found", lineterm="", n=2
        )
        for line in list(lines)[:SHOWN_LINES]:
            self._console.out(f"  {line}")
        return False


def outcome(mapping: Mapping, report: Path) -> dict[str, Any]:
    """What a mapping makes of a report."""
    opened = read(FileSource(str(report), report), ReadOptions(), Redactor(), mapping)
    made = [opened.build(each) for each in opened.results()]
    return {
        "scan": msgspec.to_builtins(opened.scans[0]),
        "findings": [msgspec.to_builtins(each) for each in made if not isinstance(each, Rejected)],
        "rejected": [msgspec.to_builtins(each) for each in made if isinstance(each, Rejected)],
    }


def as_text(found: object) -> str:
    """As it is kept."""
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _text(path: Path) -> str:
    """What is kept, in the form in which it would be written now."""
    try:
        return as_text(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be read: {error}", hint="Write it again with --accept."
        ) from error
