"""`ticketbot diff`: the shape of contract.md, numbers over all results of a report."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import result

SUPPRESSED = result("R9", 90) | {"suppressions": [{"kind": "inSource"}]}


def test_numbers_count_every_result_rejected_and_suppressed_ones_too(cli, report):
    old = report(
        "old.sarif", SUPPRESSED, result("R1", 3), "nothing", result("R2", 9), result("R3", 1)
    )
    moved = result("R1", 7, text="r1(3)")
    new = report("new.sarif", result("R4", 30), 7, moved, result("R2", 9), SUPPRESSED)
    said = cli("diff", old, new, "--format", "json")
    found = json.loads(said.out)
    assert said.code == 0
    assert [pair[:2] for pair in found["pairs"]] == [[0, 4], [1, 2], [3, 3]]
    assert (found["new"], found["gone"]) == ([0], [4])
    assert sum(found["stages"].values()) == 3
    assert "rejected new.sarif /runs/0/results/1" in said.err


def test_numbers_run_on_over_the_runs_of_a_report(cli, report):
    old = report("old.sarif", result("R1", 3))
    document = json.loads(Path(old).read_text())
    document["runs"].append(
        {"tool": {"driver": {"name": "lint"}}, "results": [result("R2", 9, path="b.py")]}
    )
    Path("two.sarif").write_text(json.dumps(document))
    found = json.loads(cli("diff", old, "two.sarif", "--format", "json").out)
    assert found == {"pairs": [[0, 0, "exact"]], "new": [1], "gone": [], "stages": {"exact": 1}}


def test_the_table_names_what_is_new_and_what_is_gone(cli, report):
    old = report("old.sarif", result("R1", 3), result("R2", 9))
    new = report("new.sarif", result("R1", 3), result("R3", 1))
    said = cli("diff", old, new)
    assert "new (1)\n  high      app.py:1 " in said.out
    assert "gone (1)\n  high      app.py:9 " in said.out
    assert said.out.endswith("1 persisting (1 exact), 1 new, 1 gone\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("lint.sarif", "other.sarif", "the reports are of two tools, lint and other"),
        ("lint.sarif", "*.sarif", "means 2 reports"),
    ],
)
def test_what_cannot_be_compared_is_refused(cli, report, old, new, said):
    report("lint.sarif", result("R1", 3))
    report("other.sarif", result("R1", 3), tool="other")
    answer = cli("diff", old, new)
    assert answer.code == 2
    assert said in answer.err


def bare(line: int, path: str) -> dict:
    """A result that quotes nothing."""
    place = {"artifactLocation": {"uri": path}, "region": {"startLine": line}}
    return {
        "ruleId": "R1",
        "message": {"text": "found"},
        "locations": [{"physicalLocation": place}],
    }


def at(commit: str) -> dict[str, object]:
    return {
        "versionControlProvenance": [{"repositoryUri": "https://x.example", "revisionId": commit}]
    }


def git(*words: str) -> str:
    who = ("-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *who, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_each_report_is_read_with_its_own_checkout(cli, report):
    texts = {"old": "a = 1\neval(a)\neval(b)\n", "new": "eval(b)\n\n\n\neval(a)\n"}
    for name, text in texts.items():
        Path(name).mkdir()
        (Path(name) / "a.py").write_text(text)
    old = report("old.sarif", bare(2, "a.py"), bare(3, str(Path("old/a.py").resolve())))
    new = report("new.sarif", bare(1, "a.py"), bare(5, str(Path("new/a.py").resolve())))
    said = cli(
        *("diff", old, new, "--source-root", "new", "--old-source-root", "old"), "--format", "json"
    )
    assert [pair[:2] for pair in json.loads(said.out)["pairs"]] == [[0, 1], [1, 0]], said.err


def test_a_checkout_that_is_not_there_is_refused(cli, report):
    old = report("old.sarif", result("R1", 3))
    assert cli("diff", old, old, "--old-source-root", "nowhere").code == 2
    assert cli("diff", old, old, "--source-root", "nowhere").code == 2


def test_files_that_git_knows_as_renamed_are_followed(cli, report):
    git("init", "-q")
    Path("a.py").write_text("".join(f"line {n}\n" for n in range(30)))
    git("add", ".")
    git("commit", "-q", "-m", "one")
    one = git("rev-parse", "HEAD")
    git("mv", "a.py", "b.py")
    git("commit", "-q", "-m", "two")
    two = git("rev-parse", "HEAD")
    old = report("old.sarif", bare(3, "a.py"), **at(one))
    new = report("new.sarif", bare(3, "b.py"), **at(two))
    assert json.loads(cli("diff", old, new, "--format", "json").out)["new"] == []
    unknown = report("old.sarif", bare(3, "a.py"), **at("0" * 40))
    assert json.loads(cli("diff", unknown, new, "--format", "json").out)["gone"] == [0]
