"""Years of real history: how many findings keep their flaw when the code around them changes.

Reads `../shared/corpus/history` where it is; its README says how the truth was made.
"""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pytest

from ticketbot.identity.identify import identify
from ticketbot.identity.match import Candidate, pairs
from ticketbot.model.finding import Finding
from ticketbot.readers import sarif
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions

HISTORY = Path(__file__).parents[3] / "shared" / "corpus" / "history"
REPOSITORIES = sorted(p.name for p in HISTORY.iterdir()) if HISTORY.is_dir() else []

pytestmark = pytest.mark.skipif(not REPOSITORIES, reason=f"there is no corpus at {HISTORY}")


class Stored(NamedTuple):
    """A report of the corpus as a source."""

    name: str
    data: bytes

    def open(self) -> BinaryIO:
        return io.BytesIO(self.data)


class Score(NamedTuple):
    """Counts over all pairs of reports of one history."""

    persisting: int = 0
    kept: int = 0
    matched: int = 0
    wrong: int = 0
    changed: int = 0
    """Edited, or moved far."""
    followed: int = 0
    misled: int = 0
    """Of the changed: linked to another one."""

    def __str__(self) -> str:
        recall, per_1k = self.kept / self.persisting, 1000 * self.wrong / self.matched
        return (
            f"recall {recall:.4f} of {self.persisting}, wrong {per_1k:.2f} per 1000, edited and "
            f"far moves {self.followed} of {self.changed}, {self.misled} of them wrong"
        )


def candidates(path: Path) -> list[Candidate]:
    report = sarif.read(
        Stored(path.name, gzip.decompress(path.read_bytes())),
        ReadOptions(roots=("/home/runner/work/juice-shop",)),
        Redactor(),
    )
    found = []
    for result in report.results():
        finding = report.build(result)
        if isinstance(finding, Finding):
            place = finding.locations[0]
            identity = identify(finding, report.scans[result.scan])
            found.append(
                Candidate(
                    index=result.index,
                    aliases=identity.aliases,
                    rule=identity.rule,
                    path=place.path,
                    line=place.line,
                    traits=identity.traits,
                )
            )
    return found


def score(repository: str) -> Score:
    base = HISTORY / repository
    truth, index = (json.loads((base / f).read_text()) for f in ("truth.json", "index.json"))
    scans = {commit["sha"]: candidates(base / commit["file"]) for commit in index["commits"]}
    total = Score()
    for pair in truth["pairs"]:
        made = pairs(scans[pair["a"]], scans[pair["b"]])["pairs"]
        assert isinstance(made, list)
        got = {i: j for i, j, _ in made}
        sure = {i: j for i, j, kind, *_ in pair["match"] if kind in ("same", "moved")}
        changed = {i: j for i, j, kind, *_ in pair["match"] if kind in ("edited", "xmoved")}
        here = Score(
            persisting=len(sure),
            kept=sum(got.get(i) == j for i, j in sure.items()),
            matched=len(got),
            wrong=sum(sure.get(i, j) != j for i, j in got.items()),
            changed=len(changed),
            followed=sum(got.get(i) == j for i, j in changed.items()),
            misled=sum(got.get(i, j) != j for i, j in changed.items()),
        )
        total = Score(*map(sum, zip(total, here, strict=True)))
    return total


@pytest.mark.parametrize("repository", REPOSITORIES)
def test_findings_keep_their_flaws_through_history(repository: str) -> None:
    """Without sources and without git; the bounds are those of the project's issue 5."""
    result = score(repository)
    print(f"{repository}: {result}")
    assert result.kept >= 0.998 * result.persisting, str(result)
    assert result.wrong <= 0.001 * result.matched, str(result)
    assert result.followed >= 0.5 * result.changed, str(result)
    assert result.misled <= max(2, 0.02 * result.changed), str(result)
