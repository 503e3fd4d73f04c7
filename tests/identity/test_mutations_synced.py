"""The mutations once more, through the whole sync on the local tracker: what people see of them.

A ticket for each flaw; after the change no ticket more than is due, and those closed whose flaws went.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.identity.mutations import MUTATIONS
from tests.identity.scanner import LANGUAGES, Scanner, Tree, opened, tree, written
from tests.sync.laboratory import Laboratory, Ran
from ticketbot.cli.source_lines import Checkout
from ticketbot.identity.ingredients import NOTHING, Grounds
from ticketbot.model.finding import Finding, Rejected, Scan
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import Report, Result
from ticketbot.sync import Job

CHOSEN = (
    "a line is inserted before each flagged one",
    "a function is deleted",
    "the first of look-alikes is deleted",
    "one more look-alike at the end",
    "functions are reordered",
    "files are renamed",
    "the top folder is renamed",
    "tabs in place of spaces",
    "suppression comments are added",
    "results are scored anew",
    "messages are reworded",
    "another root",
    "another path of the rules",
)
BY_NAME = {mutation.name: mutation for mutation in MUTATIONS}


@dataclass
class Sarif:
    """A SARIF report as the laboratory takes it."""

    report: Report
    digest: str
    format: str = "sarif"

    @property
    def scans(self) -> Sequence[Scan]:
        return self.report.scans

    def results(self) -> Iterator[Result]:
        return self.report.results()

    def build(self, result: Result) -> Finding | Rejected:
        return self.report.build(result)


@dataclass
class Grounded(Laboratory):
    """A machine with a checkout."""

    grounds: Grounds = NOTHING

    def job(self, *given: Any, **more: Any) -> Job:
        return replace(super().job(*given, **more), grounds=self.grounds)


def synced(
    lab: Grounded, files: Tree, scanner: Scanner, folder: Path | None
) -> tuple[Ran, list[str]]:
    """One run, a day after the last, and the origins of what was found."""
    data, origins = scanner.report(files)
    lab.grounds = NOTHING
    if folder:
        lab.grounds = Grounds(sources=Checkout(written(files, folder), Redactor()))
    report = Sarif(opened(data, scanner.root), hashlib.sha256(data).hexdigest())
    lab.clock.passes(days=1)
    return lab.sync(report, first_import=True), origins  # type: ignore[arg-type]  # a real report, where the laboratory names its fakes


@pytest.mark.parametrize("setting", ["quoted", "blind", "checkout"])
@pytest.mark.parametrize("name", CHOSEN)
def test_tickets_follow_their_flaws(name: str, setting: str, tmp_path: Path) -> None:
    mutation, lab = BY_NAME[name], Grounded(tmp_path)
    files: Tree = {}
    for language in LANGUAGES:
        files |= tree(language)
    plain = Scanner(snippets=setting == "quoted")
    folders = [tmp_path / "old", tmp_path / "new"] if setting == "checkout" else [None, None]
    _, before = synced(lab, files, mutation.before(plain), folders[0])
    tickets = len(lab.tickets())
    assert tickets == len(before)
    files, scanner = mutation.change(files), mutation.after(plain)
    _, after = synced(lab, files, scanner, folders[1])
    assert len(lab.tickets()) - tickets == len(after) - len(set(before) & set(after))
    gone = len(set(before) - set(after))
    again, _ = synced(lab, files, scanner, folders[1])
    assert again.actions == []
    assert len([state for state in lab.states() if state != "open"]) == gone
