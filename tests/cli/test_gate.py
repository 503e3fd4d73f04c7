"""`ticketbot gate` as a pipeline owner meets it: exit codes, screens, files for the CI system."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import result
from tests.cli.test_options import READING

MAIN = ("--target", "shop", "--branch", "main")
BRANCH = ("--target", "shop", "--branch", "fix/login")
CONFIG = """
version: 1
routes:
  - {name: payments, when: {path: "pay/**"}, to: local}
  - {name: rest, to: local}
"""


def files() -> dict[str, bytes]:
    """Every file below the current folder with its bytes."""
    return {str(p): p.read_bytes() for p in Path().rglob("*") if p.is_file()}


def test_the_options_of_the_contract_are_there(cli):
    shown = set(re.findall(r"--[a-z-]+", cli("gate", "--help").out))
    assert {*READING, "--fail-on", "--max", "--base", "--all", "--new-only"} <= shown
    assert {"--junit", "--sarif", "--codequality"} <= shown


@pytest.mark.parametrize(
    ("levels", "options", "code"),
    [
        ([], (), 0),
        (["error"], (), 1),
        (["warning"], (), 0),
        (["warning"], ("--fail-on", "medium"), 1),
        (["error"], ("--fail-on", "critical"), 0),
        (["error", "error"], ("--max", "high=2"), 0),
        (["error", "error"], ("--max", "critical=0,high=1"), 1),
        (["error"], ("--advisory",), 0),
    ],
)
def test_thresholds_decide_the_exit_code(cli, report, levels, options, code):
    found = [result(f"R{n}", n + 1, level=level) for n, level in enumerate(levels)]
    assert cli("gate", report("r.sarif", *found), *MAIN, *options).code == code


def test_a_failure_names_the_five_worst_with_their_place_and_the_numbers(cli, report):
    many = [result(f"R{n}", n, level="error", path="app/db.py") for n in range(1, 9)]
    said = cli("gate", report("r.sarif", *many, result("S1", 3, level="note")), *MAIN)
    assert said.out.startswith("failed: 9 open findings; 8 high (0 allowed)\n")
    assert len(re.findall(r"^  high +app/db.py:\d", said.out, re.M)) == 5
    assert "… and 3 more" in said.out and re.search(r"high +8 +0  breached", said.out)


@pytest.mark.parametrize("options", [("--all", "--new-only"), ("--max", "high"), ("--max", "h=1")])
def test_a_contradiction_or_a_bad_threshold_is_a_mistake(cli, report, options):
    assert cli("gate", report("r.sarif", result("R1", 1)), *MAIN, *options).code == 2


def test_a_gate_changes_no_file_and_needs_no_credentials(cli, report):
    Path("ticketbot.yaml").write_text(
        "version: 1\ntrackers: {sec: {type: github, repository: a/b, auth: {token: '${NOT_SET}'}}}"
    )
    report("r.sarif", result("R1", 3))
    cli("baseline", "set", "r.sarif", *MAIN)
    report("new.sarif", result("R1", 3), result("R2", 9))
    before = files()
    said = cli("gate", "new.sarif", *MAIN)
    assert (said.code, files()) == (1, before)
    assert "not counted: 1 known debt (baseline)" in said.out


def test_without_a_ledger_nothing_is_made(cli, report):
    report("r.sarif", result("R1", 3))
    assert cli("gate", "r.sarif", *BRANCH).code == 1
    assert [path.name for path in Path().iterdir()] == ["r.sarif"]


def test_on_a_change_branch_only_what_is_new_counts(cli, report):
    cli("sync", report("r.sarif", result("R1", 3)), *MAIN)
    report("r.sarif", result("R1", 5, text="r1(3)"))
    passed = cli("gate", "r.sarif", *BRANCH)
    assert (passed.code, passed.out.splitlines()[0]) == (0, "passed: 0 new findings")
    assert cli("gate", "r.sarif", *BRANCH, "--all").code == 1
    report("r.sarif", result("R1", 5, text="r1(3)"), result("R2", 9))
    failed = cli("gate", "r.sarif", *BRANCH)
    assert failed.code == 1 and "1 known before" in failed.out and "R2" in failed.out


def test_a_ledger_that_knows_nothing_of_the_default_branch_is_told(cli, report):
    said = cli("gate", report("r.sarif", result("R1", 3)), *BRANCH)
    assert "knows no scan of lint on the default branch of shop" in said.err
    assert "--base" in said.err


def test_a_base_report_says_what_was_there_without_a_ledger(cli, report):
    Path("ticketbot.yaml").write_text("version: 1\nledger: '${NO_LEDGER_HERE}'\n")
    report("old.sarif", result("R1", 3))
    report("new.sarif", result("R1", 7, text="r1(3)"), result("R2", 9))
    said = cli("gate", "new.sarif", "--base", "old.sarif", *MAIN)
    assert said.code == 1 and "failed: 1 new finding; 1 high" in said.out
    assert said.err.count("notice: no ledger") == 1
    assert cli("gate", "old.sarif", "--base", "new.sarif", *MAIN).code == 0


def test_an_incomplete_scan_fails_until_somebody_says_that_he_knows(cli, report):
    report("r.sarif", invocations=[{"executionSuccessful": False}])
    said = cli("gate", "r.sarif", *MAIN)
    assert said.code == 1 and "a scan is not complete" in said.out and "--partial" in said.err
    assert cli("gate", "r.sarif", *MAIN, "--partial").code == 0
    advised = cli("gate", "r.sarif", *MAIN, "--advisory")
    assert advised.code == 0 and "would have been exit code 1" in advised.err


def test_a_report_without_a_run_proves_nothing(cli):
    Path("r.sarif").write_text('{"version": "2.1.0", "runs": []}')
    said = cli("gate", "r.sarif", *MAIN)
    assert said.code == 1 and "no run in it" in said.err


def test_an_empty_report_after_one_that_was_not_passes_with_a_warning(cli, report):
    cli("sync", report("r.sarif", result("R1", 3)), *MAIN)
    said = cli("gate", report("r.sarif"), *MAIN)
    assert said.code == 0 and "is empty, after one that was not" in said.err


RULES = CONFIG + "gate: {high: 9, rules: [{name: money, route: payments, max: 0}]}"


@pytest.mark.parametrize(("path", "code"), [("pay/card.py", 1), ("app.py", 0)])
def test_a_rule_of_the_configuration_holds_for_its_route(cli, report, path, code):
    Path("ticketbot.yaml").write_text(RULES)
    said = cli("gate", report("r.sarif", result("R1", 3, path=path)), *MAIN, "--max", "high=9")
    assert said.code == code and "money" in said.out


@pytest.mark.parametrize(
    ("gate", "problem"),
    [
        ("{rules: [{route: nowhere, max: 0}]}", "there is no route 'nowhere'"),
        ("{hihg: 0}", "hihg"),
        ("{rules: [{when: {kind: [secret]}}]}", "max"),
    ],
)
def test_a_mistake_in_the_gate_is_told_with_its_line(cli, gate, problem):
    Path("ticketbot.yaml").write_text(CONFIG + f"gate: {gate}")
    said = cli("config", "validate")
    assert said.code == 2 and "ticketbot.yaml:6" in said.err and problem in said.err


def test_the_json_says_everything_that_decided(cli, report):
    said = cli("gate", report("r.sarif", result("R1", 3)), *MAIN, "--format", "json")
    verdict = json.loads(said.out)
    assert (verdict["passed"], verdict["counts"], verdict["left_out"]) == (False, "open", {})
    assert verdict["thresholds"][1] == {
        "name": "high",
        "found": 1,
        "allowed": 0,
        "breached": True,
    }
    assert verdict["findings"][0]["where"] == "app.py:3" and verdict["findings"][0]["breaches"]


def test_junit_has_a_failure_for_each_breach_and_a_pass_for_each_limit_that_holds(cli, report):
    hostile = result("R1", 3)
    hostile["message"]["text"] = "<b>\u202e]]>\x07 & more"
    report("r.sarif", hostile, result("R2", 4), result("S1", 5, level="note"))
    cli("gate", "r.sarif", *MAIN, "--junit", "out/gate.xml")
    suite = ElementTree.parse("out/gate.xml").getroot()[0]
    cases = suite.findall("testcase")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "2", "0")
    assert [case.find("failure") is not None for case in cases] == [False, True, True]
    assert [child.tag for child in suite] == [
        *["properties"],
        *["testcase"] * 3,
        *["system-out", "system-err"],
    ]
    assert "<b>]]> & more" in (cases[1][0].text or "")


def test_sarif_tells_new_from_known_and_what_was_decided(cli, report):
    cli("baseline", "set", report("r.sarif", result("R1", 3)), *MAIN)
    report("r.sarif", result("R1", 3), result("R2", 9))
    cli("gate", "r.sarif", *BRANCH, "--sarif", "gate.sarif")
    run = json.loads(Path("gate.sarif").read_text())["runs"][0]
    found = {each["ruleId"]: each for each in run["results"]}
    assert {rule: each["baselineState"] for rule, each in found.items()} == {
        "R1": "unchanged",
        "R2": "new",
    }
    assert found["R1"]["suppressions"][0]["justification"] == "known debt (baseline)"
    assert "suppressions" not in found["R2"]
    assert re.fullmatch(r"[0-9a-f-]{36}", found["R2"]["correlationGuid"])
    assert re.fullmatch(r"[0-9a-f]{32}", found["R2"]["partialFingerprints"]["ticketbot.line/v1"])
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["R2", "R1"]


def test_code_quality_for_gitlab_has_what_counts(cli, report):
    report("r.sarif", result("R1", 3), result("S1", 5, level="note"))
    cli("gate", "r.sarif", *MAIN, "--codequality", "gl.json")
    issues = json.loads(Path("gl.json").read_text())
    assert [each["severity"] for each in issues] == ["critical", "minor"]
    assert issues[0]["location"] == {"path": "app.py", "lines": {"begin": 3}}
    assert len({each["fingerprint"] for each in issues}) == 2


def test_github_gets_a_summary_and_at_most_ten_annotations_of_a_level(cli, report, monkeypatch):
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_STEP_SUMMARY": os.path.abspath("summary.md"),
    }.items():
        monkeypatch.setenv(name, value)
    evil = result("R0", 1, path="a,b:c.py")
    evil["message"]["text"] = "100 %\n::add-mask::x @ada <img src=x> #12"
    report("r.sarif", evil, *[result(f"R{n}", n) for n in range(1, 20)])
    said = cli("gate", "r.sarif")
    commands = [line for line in said.err.splitlines() if line.startswith("::")]
    assert len(commands) == 10 and all(
        line.startswith("::error title=high%3A ") for line in commands
    )
    assert ",file=a%2Cb%3Ac.py,line=1::a,b:c.py:1: 100 %25 ::add-mask::x" in commands[0]
    summary = Path("summary.md").read_text()
    assert summary.startswith("### ticketbot gate: failed: 20 new findings; 20 high (0 allowed)")
    assert "| high | 20 | 0 | **breached** |" in summary


def test_a_sync_appends_its_summary_with_hostile_titles_made_harmless(cli, report, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    Path("summary.md").write_text("before\n")
    evil = result("R1", 3)
    evil["message"]["text"] = "[x](http://e.example) | ![i](y) <script> @ada"
    cli("sync", report("r.sarif", evil), *MAIN)
    summary = Path("summary.md").read_text()
    assert summary.startswith("before\n### ticketbot sync") and "1 created" in summary
    assert "](http" not in summary.replace("\\]", "") and "<script" not in summary.replace(
        "\\<", ""
    )


def test_a_summary_that_cannot_be_written_stops_nothing(cli, report, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "no/such/folder/summary.md")
    said = cli("gate", report("r.sarif"), *MAIN)
    assert said.code == 0 and "step summary" in said.err
