"""`ticketbot findings`: the forms it writes, and what it says beside them."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import result

KEYS = (
    "pointer tool rule title message severity confidence kind status cwe owasp vulnerabilities cvss "
    "cvss_vector location locations request component resource secret aliases tags links"
).split()


def test_each_finding_is_one_line_of_json_with_every_key(cli, report):
    report("r.sarif", result("R1", 3), result("R2", 9, level="note"))
    said = cli("findings", "r.sarif", "--format", "jsonl")
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 0
    assert [line["pointer"] for line in lines] == ["/runs/0/results/0", "/runs/0/results/1"]
    assert [key for key in lines[0] if key in KEYS] == KEYS
    assert lines[0]["location"] == {
        "path": "app.py", "line": 3, "end_line": 3, "column": None, "logical": None,
    }  # fmt: skip
    assert lines[0]["locations"] == [lines[0]["location"]]
    assert lines[0]["request"] is None
    assert all(len(value) == 32 for value in lines[0]["aliases"].values())
    assert lines[1]["severity"] == "low"


def test_a_bad_result_is_told_with_its_pointer_and_the_others_go_on(cli, report):
    report("r.sarif", result("R1", 3), "not an object", result("R2", 4))
    said = cli("findings", "r.sarif", "--format", "jsonl")
    assert said.code == 0
    assert len(said.out.splitlines()) == 2
    assert "rejected r.sarif /runs/0/results/1: " in said.err
    assert "3 results read: 2 open, 1 rejected" in said.err


def test_suppressed_results_are_shown_and_counted(cli, report):
    report("r.sarif", result("R1", 3) | {"suppressions": [{"kind": "inSource"}]})
    said = cli("findings", "r.sarif", "--format", "jsonl")
    assert json.loads(said.out)["status"] == "suppressed"
    assert "1 result read: 0 open, 1 suppressed, 0 rejected" in said.err


def test_csv_has_no_cell_that_a_spreadsheet_calculates(cli, report):
    report("r.sarif", result("=HYPERLINK(1)", 3))
    said = cli("findings", "r.sarif", "--format", "csv")
    row = next(csv.DictReader(io.StringIO(said.out)))
    assert row["rule"] == "'=HYPERLINK(1)"
    assert (row["path"], row["line"], row["severity"]) == ("app.py", "3", "high")


@pytest.mark.parametrize("width", ["80", "120"])
def test_the_table_fits_its_width(cli, report, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", width)
    report("r.sarif", result("R1", 3, path=f"{'deep/' * 30}a.py"), result("R\x1b[31m漢字" * 20, 4))
    said = cli("findings", "r.sarif")
    assert said.code == 0
    assert len(said.out.splitlines()) == 3
    assert max(len(line) for line in said.out.splitlines()) <= int(width)
    assert "\x1b" not in said.out


def test_a_gzipped_report_is_read_as_it_is(cli, report):
    plain = Path(report("r.sarif", result("R1", 3)))
    Path("r.sarif.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert "1 result read" in cli("findings", "r.sarif.gz").err


def test_the_result_can_go_to_a_file(cli, report):
    said = cli(
        "findings", report("r.sarif", result("R1", 3)), "--format", "jsonl", "-o", "out/f.jsonl"
    )
    assert (said.code, said.out) == (0, "")
    assert json.loads(Path("out/f.jsonl").read_text())["rule"] == "R1"


def test_findings_as_sarif_read_again_are_the_same_findings(cli, report):
    report("r.sarif", result("R1", 3), result("R2", 9, level="note"), result("R2", 12))
    assert cli("findings", "r.sarif", "--format", "sarif", "-o", "again.sarif").code == 0
    log = json.loads(Path("again.sarif").read_text())
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    first, again = (
        [json.loads(line) for line in cli("findings", name, "--format", "jsonl").out.splitlines()]
        for name in ("r.sarif", "again.sarif")
    )
    for key in ("rule", "severity", "status", "message", "location", "kind"):
        assert [each[key] for each in first] == [each[key] for each in again]
    assert [f["aliases"]["line/1"] for f in first] == [f["aliases"]["line/1"] for f in again]


def test_a_line_of_the_checkout_is_an_ingredient_of_identity(cli, report):
    bare = result("R1", 2)
    del bare["locations"][0]["physicalLocation"]["region"]["snippet"]
    Path("src").mkdir()
    Path("src/app.py").write_text("first\npassword = read()\n")
    without = json.loads(cli("findings", report("r.sarif", bare), "--format", "jsonl").out)
    with_it = json.loads(
        cli("findings", "r.sarif", "--format", "jsonl", "--source-root", "src").out
    )
    assert set(with_it["aliases"]) > set(without["aliases"])


def test_quiet_leaves_the_result_alone(cli, report):
    said = cli("findings", report("r.sarif", result("R1", 3)), "--quiet", "--format", "jsonl")
    assert (len(said.out.splitlines()), said.err) == (1, "")


def test_a_scan_that_is_incomplete_says_so(cli, report):
    report("r.sarif", result("R1", 3), invocations=[{"executionSuccessful": False}])
    said = cli("findings", "r.sarif", "--quiet")
    assert "r.sarif: lint: " in said.err


def test_sarif_has_githubs_hash_of_each_line_the_checkout_shows(cli, report):
    Path("src").mkdir()
    Path("src/app.py").write_text("var a = 0;\nvar b = 0;\nvar c = 0;\nvar d = 0;\n")
    found = report("r.sarif", result("R1", 1), result("R2", 9), result("R3", 2, path="b.py"))

    def hashes(*more: str) -> list[str | None]:
        document = json.loads(cli("findings", found, "--format", "sarif", *more).out)
        rows = document["runs"][0]["results"]
        return [row["partialFingerprints"].get("primaryLocationLineHash") for row in rows]

    assert hashes("--source-root", "src") == ["5e4d5a9cf1294ad9:1", None, None]
    assert hashes() == [None] * 3
