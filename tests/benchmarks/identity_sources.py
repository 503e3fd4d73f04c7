"""What the checkout adds to identity, on real releases: with and without sources, text, and git's renames.

`python -m tests.benchmarks.identity_sources WORK [--multitool FILE] [PROJECT…]` downloads source
distributions from PyPI into WORK, scans them, takes the truth from git, and prints Markdown. Each project's
folder is also a history for `identity_history`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Hashable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.benchmarks.identity_history import (
    History,
    Scanned,
    ours,
    partners,
    scanned,
    show,
    truth_of,
)
from tests.benchmarks.identity_releases import Project, Release, Workshop
from tests.benchmarks.identity_score import Score, nth_of_its_kind, scored
from tests.benchmarks.identity_truth import Spot, changes, matched
from ticketbot.cli.source_lines import Checkout
from ticketbot.identity.ingredients import NOTHING, Grounds
from ticketbot.identity.line_hash import line_hashes
from ticketbot.identity.match import NO_RENAMES
from ticketbot.readers.redact import Redactor

PROJECTS = {
    project.name: project
    for project in (
        Project(
            "Scrapy", "bandit", tuple("2.8.0 2.9.0 2.10.0 2.11.0 2.12.0 2.13.0".split()), (".py",)
        ),
        Project("dulwich", "bandit", tuple("0.20.0 0.21.0 0.22.1 0.23.0 0.24.1".split()), (".py",)),
        Project(
            "psutil",
            "flawfinder",
            tuple("5.6.0 5.7.0 5.8.0 5.9.0 6.0.0 6.1.0 7.0.0".split()),
            (".c", ".h"),
        ),
    )
}


def bare(data: bytes) -> bytes:
    """The report as a tool writes it that quotes no code."""
    log = json.loads(data)
    for run in log["runs"]:
        for result in run.get("results") or ():
            result.pop("fingerprints", None)  # flawfinder's are of the text
            for location in result.get("locations") or ():
                physical = location.get("physicalLocation", {})
                physical.pop("contextRegion", None)
                physical.get("region", {}).pop("snippet", None)
    return json.dumps(log).encode()


def spots(release: Release, report: Scanned) -> list[Spot]:
    """The findings of a release, with the line that each is on."""
    lines: dict[str, list[str]] = {}
    found = []
    for number, finding in enumerate(report.findings):
        place = finding.locations[0]
        path, line = place.path or "", place.line or 0
        if path not in lines:
            lines[path] = lines_of(release.tree / path)
        text = lines[path][line - 1].strip() if 0 < line <= len(lines[path]) else ""
        found.append(Spot(number, finding.rule, path, line, place.column or 0, text))
    return found


def lines_of(file: Path) -> list[str]:
    """As GitHub and git cut them; a file that ends in a newline has an empty last one."""
    text = file.read_bytes().decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def truth(workshop: Workshop, project: Project, old: Release, new: Release) -> dict[str, Any]:
    """One pair as truth.json has it."""
    a = spots(old, scanned(old.report, str(old.tree)))
    b = spots(new, scanned(new.report, str(new.tree)))
    changed = changes(workshop.repository(project), old.commit, new.commit)
    links = matched(a, b, changed)
    return {
        "a": old.commit,
        "b": new.commit,
        "match": [[i, j, kind, ""] for i, j, kind in links],
        "fixed": sorted({s.number for s in a} - {i for i, _, _ in links}),
        "new": sorted({s.number for s in b} - {j for _, j, _ in links}),
        "renames": {
            path: change.path for path, change in changed.items() if change and change.path != path
        },
    }


def write(folder: Path, project: Project, releases: list[Release], pairs: list[Any]) -> None:
    """In the form of the corpus's histories."""
    commits = [
        {"sha": r.commit, "file": f"{r.version}.sarif.gz", "root": str(r.tree)} for r in releases
    ]
    (folder / "index.json").write_text(json.dumps({"repo": project.name, "commits": commits}))
    (folder / "truth.json").write_text(json.dumps({"tool": project.tool, "pairs": pairs}))


def history(
    project: Project, releases: list[Release], pairs: list[Any], *, text: bool, sources: bool
) -> History:
    """The reports as read with or without their text, in the checkout of each or nowhere."""
    read = {}
    for each in releases:
        grounds = Grounds(sources=Checkout(each.tree, Redactor())) if sources else NOTHING
        read[each.commit] = scanned(
            each.report if text else bare(each.report), str(each.tree), grounds
        )
    return History(
        project.name,
        project.tool,
        [(read[pair["a"]], read[pair["b"]]) for pair in pairs],
        [truth_of(pair) for pair in pairs],
    )


def github(releases: list[Release], pairs: list[Any], plain: History) -> Score:
    """`primaryLocationLineHash` of each finding's line, as GitHub would make it of the checkout."""
    keys: dict[str, list[Hashable]] = {}
    read = {pair["a"]: a for pair, (a, _) in zip(pairs, plain.reports, strict=True)}
    read |= {pair["b"]: b for pair, (_, b) in zip(pairs, plain.reports, strict=True)}
    for each in releases:
        found = spots(each, read[each.commit])
        wanted: dict[str, set[int]] = {}
        for spot in found:
            wanted.setdefault(spot.path, set()).add(spot.line)
        hashes = {
            path: line_hashes(lines_of(each.tree / path), lines) for path, lines in wanted.items()
        }
        keys[each.commit] = [
            (s.rule, s.path, h) if (h := hashes[s.path].get(s.line)) else None for s in found
        ]
    made = (nth_of_its_kind(keys[pair["a"]], keys[pair["b"]]) for pair in pairs)
    return scored(made, plain.truths)


def measured(
    project: Project, releases: list[Release], pairs: list[Any]
) -> Iterator[tuple[str, Score]]:
    """ticketbot on each kind of ground."""
    for text in (True, False):
        for sources in (False, True):
            given = history(project, releases, pairs, text=text, sources=sources)
            for git in (False, True):
                made = (
                    partners(ours(a, b, pair["renames"] if git else NO_RENAMES))
                    for (a, b), pair in zip(given.reports, pairs, strict=True)
                )
                what = ["report with text" if text else "report without text"]
                what += ["sources"] * sources + ["git's renames"] * git
                yield f"ticketbot: {' + '.join(what)}", scored(made, given.truths)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("projects", nargs="*", default=list(PROJECTS))
    parser.add_argument("--multitool", type=Path, help="Sarif.Multitool of the npm package")
    given = parser.parse_args()
    workshop = Workshop(given.work)
    for name in given.projects:
        project = PROJECTS[name]
        releases = workshop.releases(project)
        neighbours = pairwise(releases)
        pairs = [truth(workshop, project, old, new) for old, new in neighbours]
        write(workshop.folder / project.name, project, releases, pairs)
        plain = history(project, releases, pairs, text=True, sources=False)
        hashed = ("GitHub's hash + rule + file", github(releases, pairs, plain))
        show(plain, [hashed, *measured(project, releases, pairs)], given.multitool)


if __name__ == "__main__":
    main()
