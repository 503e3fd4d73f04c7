"""How well findings keep their identity through the history of a repository, measured against its truth.

`python -m tests.benchmarks.identity_history [--multitool FILE] FOLDER…` prints Markdown. A folder has
`index.json` (the reports, oldest first) and `truth.json` (which result of one is which of the next), as
`identity_sources` makes them. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.identity_microsoft import match_results_forward
from tests.benchmarks.identity_score import (
    Pairs,
    Score,
    Truth,
    against,
    nth_of_its_kind,
    scored,
    table,
)
from tests.benchmarks.identity_stages import recipe_rows, stage_table
from tests.identity.scanner import candidates, opened
from ticketbot.identity.digest import same_message
from ticketbot.identity.ingredients import NOTHING, Grounds
from ticketbot.identity.match import NO_RENAMES, Candidate, pairs
from ticketbot.identity.recipes import RECIPES
from ticketbot.model.finding import Finding


class Scanned(NamedTuple):
    """A report: its bytes, and its results by number, as a reader and as the matcher sees them."""

    data: bytes
    candidates: list[Candidate]
    findings: list[Finding]

    def keys(self, name: str) -> list[Hashable]:
        """What a simple recipe makes of each result."""
        return [_SIMPLE[name](finding) for finding in self.findings]

    def values(self, recipe: str) -> list[Hashable]:
        """The first value of one of our recipes for each result."""
        return [
            next((a.value for a in each.aliases if a.recipe == recipe), None)
            for each in self.candidates
        ]


class History(NamedTuple):
    """Consecutive reports of one tool, and the truth about each pair of neighbours."""

    name: str
    tool: str
    reports: list[tuple[Scanned, Scanned]]
    truths: list[Truth]


class Link(NamedTuple):
    """The new end of a link, and what it is called."""

    partner: int
    kind: str


def _place(finding: Finding) -> tuple[str | None, int | None]:
    place = finding.locations[0]
    return place.path, place.line


_SIMPLE = {
    "file + line + rule": lambda f: (f.rule, *_place(f)),
    "file + rule + message": lambda f: (f.rule, _place(f)[0], f.message),
    "file + rule + message without numbers": lambda f: (
        f.rule,
        _place(f)[0],
        same_message(f.message),
    ),
}


def scanned(data: bytes, root: str, grounds: Grounds = NOTHING) -> Scanned:
    report = opened(data, root)
    found = candidates(report, grounds)
    built = [report.build(result) for result in report.results()]
    findings = [each for each in built if isinstance(each, Finding)]
    assert [each.index for each in found] == list(range(len(built))) == list(range(len(findings)))
    return Scanned(data, found, findings)


def load(folder: Path) -> History:
    """A folder of the corpus, or of `identity_sources`. Raises SystemExit for another."""
    try:
        truth, index = (json.loads((folder / f).read_text()) for f in ("truth.json", "index.json"))
    except OSError as error:
        raise SystemExit(f"{folder} is no history: {error}") from error
    reports = {}
    for commit in index["commits"]:
        data = gzip.decompress((folder / commit["file"]).read_bytes())
        reports[commit["sha"]] = scanned(data, commit.get("root") or root_of(data))
    return History(
        folder.name,
        str(truth["tool"]),
        [(reports[pair["a"]], reports[pair["b"]]) for pair in truth["pairs"]],
        [truth_of(pair) for pair in truth["pairs"]],
    )


def root_of(data: bytes) -> str:
    """The folder that all absolute paths of a report are under; its parts up to the repository's."""
    results = json.loads(data)["runs"][0].get("results") or [{}]
    places = (each.get("locations") or [{}] for each in results)
    uris = [
        p[0].get("physicalLocation", {}).get("artifactLocation", {}).get("uri", "") for p in places
    ]
    absolute = [
        uri.removeprefix("file://").split("/") for uri in uris if uri.startswith("file:///")
    ]
    common = []
    for parts in zip(*absolute, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return "/".join(common) or "/nowhere"


def truth_of(pair: dict[str, list[list[int | str]]]) -> Truth:
    """One pair of truth.json; its form is described in the corpus's README."""
    by_kind: dict[str, dict[int, int]] = {k: {} for k in ("same", "moved", "edited", "xmoved")}
    for i, j, kind, *_ in pair["match"]:
        by_kind[str(kind)][int(i)] = int(j)
    return Truth(
        sure=by_kind["same"] | by_kind["moved"],
        edited=by_kind["edited"],
        far=by_kind["xmoved"],
        fixed=frozenset(int(str(i)) for i in pair["fixed"]),
        fresh=frozenset(int(str(j)) for j in pair["new"]),
    )


def ours(old: Scanned, new: Scanned, renames: Mapping[str, str] = NO_RENAMES) -> dict[int, Link]:
    """What ticketbot's matcher makes of two reports, and what it calls each link."""
    made = pairs(old.candidates, new.candidates, renames)["pairs"]
    assert isinstance(made, list)
    return {i: Link(j, kind) for i, j, kind in made}


def partners(links: Mapping[int, Link]) -> Pairs:
    return {i: link.partner for i, link in links.items()}


def by_keys(keys: Callable[[Scanned], list[Hashable]], history: History) -> Score:
    """Equal keys, the n-th of its kind with the n-th."""
    return scored((nth_of_its_kind(keys(a), keys(b)) for a, b in history.reports), history.truths)


def rivals(history: History, multitool: Path | None) -> Iterator[tuple[str, Score]]:
    """Other ways of matching, from the plainest."""
    reports, truths = history.reports, history.truths
    for name in _SIMPLE:
        yield name, by_keys(partial(Scanned.keys, name=name), history)
    if multitool:
        made = (match_results_forward(multitool, a.data, b.data) for a, b in reports)
        yield "Microsoft `match-results-forward`", scored(made, truths)
    for recipe in RECIPES:
        if any(any(a.values(recipe)) for a, _ in reports):
            alone = by_keys(partial(Scanned.values, recipe=recipe), history)
            yield f"`{recipe}` alone, the n-th with the n-th", alone


def kinds(history: History) -> str:
    """What the links of the whole matcher are called, and how many of them the truth contradicts.
    Markdown."""
    made: Counter[str] = Counter()
    known: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for (a, b), truth in zip(history.reports, history.truths, strict=True):
        links = ours(a, b)
        everything = {**truth.edited, **truth.far, **truth.sure}
        bad = against(partners(links), everything)
        for i, link in links.items():
            made[link.kind] += 1
            known[link.kind] += i in everything
            wrong[link.kind] += i in bad
    lines = ["| link | number | of those the truth knows | wrong |", "| --- | --: | --: | --: |"]
    lines += [f"| {s} | {n:,} | {known[s]:,} | {wrong[s]} |" for s, n in made.most_common()]
    return "\n".join(lines)


def show(history: History, more: Iterable[tuple[str, Score]], multitool: Path | None) -> None:
    """All tables of one history, printed. `more`: rows for the first."""
    total = sum(len(truth.sure) for truth in history.truths)
    print(f"### {history.name}: {history.tool}, {len(history.truths)} pairs of reports, ", end="")
    print(f"{total:,} untouched or moved findings\n")
    every = [*rivals(history, multitool), *more]
    print(table("way of matching", every), end="\n\n", flush=True)
    reports = [(a.candidates, b.candidates) for a, b in history.reports]
    print(stage_table(reports, history.truths), end="\n\n", flush=True)
    print(kinds(history), end="\n\n", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--multitool", type=Path, help="Sarif.Multitool of the npm package")
    given = parser.parse_args()
    for folder in given.folders:
        history = load(folder)
        reports = [(a.candidates, b.candidates) for a, b in history.reports]
        whole = scored((partners(ours(a, b)) for a, b in history.reports), history.truths)
        more = [*recipe_rows(reports, history.truths), ("**ticketbot**", whole)]
        show(history, more, given.multitool)


if __name__ == "__main__":
    main()
