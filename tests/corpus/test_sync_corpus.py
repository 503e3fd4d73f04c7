"""Every real SARIF report and every report of the demo: the second sync plans nothing, and neither does one
with a ledger that was lost and rebuilt from the tracker."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ticketbot.cli.main import call

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus" / "real"
DEMO = sorted((ROOT / "examples" / "demo" / "reports").glob("v*/*"))
REAL = sorted(CORPUS.rglob("*.sarif"))


def name(file: Path) -> str:
    return "/".join(file.parts[-2:])


@pytest.fixture
def plan(workdir: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def planned(command: str, file: Path) -> dict[str, int]:
        capsys.readouterr()  # what commands before it said
        given = [command, str(file), "--target", "t", "--branch", "main", "--format", "json"]
        assert call(given) == 0
        summary = json.loads(capsys.readouterr().out)["summary"]
        return {action: count for action, count in summary.items() if count and action != "leave"}

    return planned


def check(file: Path, plan: Any, workdir: Path) -> None:
    first = plan("sync", file)
    assert set(first) <= {"create"}
    assert plan("sync", file) == {}
    for path in (workdir / ".ticketbot").glob("ledger.db*"):
        path.unlink()
    assert call(["ledger", "rebuild"]) == 0
    assert plan("plan", file) == {}
    assert plan("sync", file) == {}


@pytest.mark.parametrize("file", DEMO, ids=name)
def test_a_demo_report_again_and_after_a_rebuild(file: Path, plan: Any, workdir: Path) -> None:
    check(file, plan, workdir)


@pytest.mark.skipif(not REAL, reason=f"no corpus at {CORPUS}")
@pytest.mark.parametrize("file", REAL, ids=name)
def test_a_real_report_again_and_after_a_rebuild(file: Path, plan: Any, workdir: Path) -> None:
    check(file, plan, workdir)
