"""A tiny scanner of source trees, so that the truth about two of its reports is known exactly.

Every line of a tree carries where it came from; a finding is the one of an earlier report when its line
came from the same place. Reports are SARIF bytes and go through the real reader. Mutates nothing.
"""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ticketbot.identity.identify import identify
from ticketbot.identity.ingredients import NOTHING, Grounds
from ticketbot.identity.match import Candidate, Known, match
from ticketbot.model.finding import Finding
from ticketbot.readers import sarif
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions, Report

FILES = Path(__file__).parent / "sources"
LANGUAGES = ("python", "javascript", "c")
ROOT = "/builds/shop"

RULES: Sequence[tuple[str, str, str]] = (
    (r"cursor\.execute\(", "python.lang.sql", "SQL is put together from text"),
    (r"subprocess\.run\(", "python.lang.shell", "A shell is started with 'subprocess.run'"),
    (r"pickle\.loads\(", "python.lang.pickle", "Bytes from elsewhere become objects"),
    (r"\bassert\b", "python.lang.assert", "An assertion is gone in optimised code"),
    (r"\beval\(", "javascript.lang.eval", "Text is run as code"),
    (r"\.innerHTML = ", "javascript.lang.html", "Text becomes markup"),
    (r"[a-z]+\[ ?[a-z]+ ?\] = ", "javascript.lang.injection", "Generic Object Injection Sink"),
    (r"\bstrcpy\(", "c.lang.strcpy", "Does not check for the size of 'out' (CWE-120)"),
    (r"\bsprintf\(", "c.lang.sprintf", "Does not check for the size (CWE-120)"),
    (r"\bstrlen\(", "c.lang.strlen", "Reads on where no 0 ends the text (CWE-126)"),
)
"""What is flagged: regular expression, rule, message."""


class Line(NamedTuple):
    """A line of a file. `origin` is its file and number in the first tree; empty: there was none."""

    text: str
    origin: str = ""


Tree = dict[str, list[Line]]


class Flagged(NamedTuple):
    """One result of the scanner."""

    rule: str
    message: str
    path: str
    line: int
    column: int
    end_column: int
    text: str
    origin: str


class Scanner(NamedTuple):
    """How the scanner reports; its findings are the same whatever this says."""

    snippets: bool = True
    tool: str = "Toyscan"
    root: str = ROOT
    prefix: str = ""
    level: str = "warning"
    words: str = "{}"
    """The message, with the rule's own in the braces."""
    shuffled: int = 0
    """Seed of the order of results; 0: file by file."""

    def report(self, tree: Tree) -> tuple[bytes, list[str]]:
        """SARIF, and the origin of each result in its order."""
        found = flagged(tree)
        if self.shuffled:
            random.Random(self.shuffled).shuffle(found)
        driver = {"name": self.tool, "version": "1.0", "rules": []}
        run = {"tool": {"driver": driver}, "results": [self._result(each) for each in found]}
        data = json.dumps({"version": "2.1.0", "runs": [run]}).encode()
        return data, [f"{each.origin}#{each.rule}" if each.origin else "" for each in found]

    def _result(self, each: Flagged) -> dict[str, Any]:
        region: dict[str, Any] = {
            "startLine": each.line,
            "startColumn": each.column,
            "endColumn": each.end_column,
        }
        if self.snippets:
            region["snippet"] = {"text": each.text}
        place = {
            "artifactLocation": {"uri": f"file://{self.root}/{each.path}"},
            "region": region,
        }
        return {
            "ruleId": self.prefix + each.rule,
            "level": self.level,
            "message": {"text": self.words.format(each.message)},
            "locations": [{"physicalLocation": place}],
        }


def tree(language: str) -> Tree:
    """The hand-written files of a language."""
    files: Tree = {}
    path = ""
    for line in (FILES / f"{language}.txt").read_text().splitlines():
        if line.startswith("=== "):
            path = line.removeprefix("=== ")
            files[path] = []
        else:
            files[path].append(Line(line, f"{path}:{len(files[path]) + 1}"))
    return files


def flagged(files: Tree) -> list[Flagged]:
    """What the scanner finds, file by file, line by line."""
    return [
        Flagged(rule, message, path, number, hit.start() + 1, hit.end() + 1, *line)
        for path, lines in sorted(files.items())
        for number, line in enumerate(lines, 1)
        for pattern, rule, message in RULES
        for hit in re.finditer(pattern, line.text)
    ]


def written(files: Tree, folder: Path) -> Path:
    """The tree on disk, for a checkout."""
    for path, lines in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes("".join(f"{line.text}\n" for line in lines).encode())
    return folder


class Bytes(NamedTuple):
    """Report bytes as a source."""

    name: str
    data: bytes

    def open(self) -> BinaryIO:
        return io.BytesIO(self.data)


def opened(data: bytes, root: str = ROOT) -> Report:
    """What the real reader makes of it."""
    return sarif.read(Bytes("report.sarif", data), ReadOptions(roots=(root,)), Redactor())


def candidates(report: Report, grounds: Grounds = NOTHING) -> list[Candidate]:
    """The findings of a report as the matcher wants them; those that cannot be read are an error."""
    found = []
    for result in report.results():
        finding = report.build(result)
        assert isinstance(finding, Finding), finding
        place = finding.locations[0] if finding.locations else None
        identity = identify(finding, report.scans[result.scan], grounds)
        found.append(
            Candidate(
                index=result.index,
                aliases=identity.aliases,
                rule=identity.rule,
                path=place.path if place else None,
                line=place.line if place else None,
                traits=identity.traits,
            )
        )
    return found


def remembered(old: Sequence[Candidate]) -> list[Known]:
    """The flaws that a ledger without any would have after these findings; `f0` is of finding 0."""
    by_index = {each.index: each for each in old}
    flaws = []
    for group in match(old, []).new:
        members = [by_index[index] for index in group]
        first = members[0]
        flaws.append(
            Known(
                id=f"f{first.index}",
                aliases=tuple(dict.fromkeys(a for each in members for a in each.aliases)),
                rule=first.rule,
                path=first.path,
                line=first.line,
                traits=first.traits,
            )
        )
    return flaws
