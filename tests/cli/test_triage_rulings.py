"""`triage merge` and `triage undo` as a user meets them: first shown, then done, then told by `explain`."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from tests.cli.conftest import result

SYNC = ("sync", "r.sarif", "--target", "shop", "--branch", "main", "--quiet")
MERGE = ("triage", "merge", "LOC-1", "LOC-2", "--because", "one query", "--by", "ada")


def test_a_merge_is_shown_then_done_then_explained_and_taken_back(cli, report):
    report("r.sarif", result("R1", 3), result("R2", 9))
    cli(*SYNC)
    shown = cli(*MERGE)
    assert (shown.code, "1 to update, 1 to close" in shown.out) == (0, True)
    assert "nothing was written; --yes does it" in shown.err
    assert "nothing to do" in cli(*SYNC).out
    assert "1 updated, 1 closed" in cli(*MERGE, "--yes").out
    assert "nothing to do" in cli(*SYNC).out
    told = cli("explain", "LOC-1").out
    assert "by ada (command): one query" in told
    assert re.search(r"LOC-2 \([0-9a-f]{8}\) is LOC-1 \([0-9a-f]{8}\)", " ".join(told.split()))
    assert told.count(" merge ") == 1, "it is said once, not below each of its flaws"
    ruling = told.split(" merge ")[1].split()[0]
    undone = cli("triage", "undo", ruling, "--yes", "--format", "json")
    document = json.loads(undone.out)
    assert sorted(change["action"] for change in document["changes"]) == ["reopen", "update"]
    assert "taken back" in cli("explain", "LOC-2").out
    assert "nothing to do" in cli(*SYNC).out


def test_an_export_carries_rulings(cli, report):
    report("r.sarif", result("R1", 3), result("R2", 9))
    cli(*SYNC)
    cli(*MERGE, "--yes")
    assert cli("ledger", "export", "l.gz").code == 0
    assert cli("ledger", "import", "l.gz").code == 0
    assert "merge" in cli("explain", "LOC-1").out


def test_what_is_not_known_is_said(cli, report):
    report("r.sarif", result("R1", 3))
    cli(*SYNC)
    refused = cli("triage", "merge", "LOC-1", "LOC-7", "--yes")
    assert refused.code == 2
    assert "LOC-7: the ledger knows no ticket" in refused.err
    assert "no match has brought" in cli("triage", "undo", "LOC-1").err


def test_a_related_flaw_is_called_by_its_ticket(cli):
    reports = Path(__file__).parents[2] / "examples/demo/reports/v1"
    for name in ("bandit.sarif", "ruff.sarif"):
        shutil.copy(reports / name, name)
    synced = cli("sync", "bandit.sarif", "ruff.sarif", *SYNC[2:]).out
    tied = re.search(r"linked: related to (LOC-\d+) \((\w+)\): .*\n *high +(LOC-\d+)", synced)
    assert tied is not None
    told = cli("explain", tied[3]).out.partition("\nrelated\n")[2]
    assert re.match(rf"  {tied[1]} \([0-9a-f]{{8}}\)  {tied[2]} S324\n", told)
