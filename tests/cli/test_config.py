"""`ticketbot config` and `ticketbot mappings`."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest
import yaml

from tests.cli.conftest import result


def test_the_file_to_start_from_is_valid_and_never_overwritten(cli):
    assert cli("config", "init").code == 0
    before = Path("ticketbot.yaml").read_text()
    assert "ticketbot.yaml is valid: " in cli("config", "validate").out
    said = cli("config", "init")
    assert said.code == 2
    assert Path("ticketbot.yaml").read_text() == before


def test_the_schema_accepts_the_file_to_start_from(cli):
    cli("config", "init")
    schema = json.loads(cli("config", "schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(Path("ticketbot.yaml").read_text()), schema)


def test_validate_takes_another_file(cli):
    Path("other.yaml").write_text("version: 2\n")
    said = cli("config", "validate", "--config", "other.yaml")
    assert said.code == 2
    assert "other.yaml:1:" in said.err


def test_a_ledger_and_a_tracker_lie_beside_the_configuration(cli, report):
    Path("ci").mkdir()
    Path("ci/ticketbot.yaml").write_text("version: 1\n")
    said = cli(
        "sync",
        report("r.sarif", result("R1", 3)),
        "--target",
        "shop",
        "--config",
        "ci/ticketbot.yaml",
    )
    assert said.code == 0
    assert Path("ci/.ticketbot/ledger.db").exists()
    assert Path("ci/.ticketbot/tickets.db").exists()


def test_every_mapping_is_listed_and_can_be_shown(cli):
    listed = cli("mappings", "list").out
    assert "trivy" in listed
    assert max(len(line) for line in listed.splitlines()) <= 80
    shown = cli("mappings", "show", "trivy")
    assert yaml.safe_load(shown.out)["name"] == "trivy"
    Path("copy.yaml").write_text(shown.out)
    assert "copy.yaml is valid: trivy" in cli("mappings", "validate", "copy.yaml").out
    schema = json.loads(cli("mappings", "schema").out)
    jsonschema.validate(yaml.safe_load(shown.out), schema)


def test_every_mistake_of_every_mapping_is_named_with_file_and_line(cli):
    Path("own").mkdir()
    Path("own/a.yaml").write_text("name: a\ntool: A\nbogus: 1\n")
    Path("own/b.yaml").write_text("- 1\n")
    said = cli("mappings", "validate", "own")
    assert said.code == 2
    assert "own/a.yaml:3:" in said.err
    assert "own/b.yaml:1:" in said.err


MAPPING = """
name: probe
tool: Probe
url: https://probe.example
what: Probes
command: probe --json
detect: [{has: [probes]}]
results:
  - each: probes[]
    rule: id
    title: says
"""


@pytest.fixture
def own(workdir):
    """A folder with a mapping of our own, and one case of it."""
    case = Path("cases/probe/two_probes")
    case.mkdir(parents=True)
    (case / "report.json").write_text(
        '{"probes": [{"id": "P1", "says": "one"}, {"id": "P2", "says": "two"}]}'
    )
    Path("own").mkdir()
    Path("own/probe.yaml").write_text(MAPPING)
    return case


def test_a_mapping_of_your_own_is_used(cli, own):
    said = cli("findings", f"{own}/report.json", "--mappings", "own", "--format", "jsonl")
    assert [json.loads(line)["rule"] for line in said.out.splitlines()] == ["P1", "P2"]


def test_cases_are_kept_compared_and_shown_where_they_differ(cli, own):
    test = ("mappings", "test", "probe", "--mappings", "own", "--cases", "cases")
    missing = cli(*test)
    assert (missing.code, "no findings.json  probe/two_probes" in missing.out) == (1, True)
    assert cli(*test, "--accept").code == 0
    assert cli(*test).code == 0
    kept = own / "findings.json"
    kept.write_text(kept.read_text().replace('"P2"', '"P3"'))
    differs = cli(*test)
    assert differs.code == 1
    assert '-   "rule": "P3"' in differs.out
    assert '+   "rule": "P2"' in differs.out


def test_a_mapping_without_any_case_is_told(cli, own):
    said = cli("mappings", "test", "trivy", "--cases", "cases")
    assert said.code == 2
    assert "trivy has no case in cases/trivy" in said.err


@pytest.mark.parametrize(
    ("written", "said"),
    [("cod", "did you mean code?"), ("code", ""), ("category", ""), ("{path: cod}", "code?")],
)
def test_a_kind_that_is_nearly_a_word_of_ours_is_told(cli, workdir, written, said):
    text = cli("mappings", "show", "bandit").out
    assert "kind: code\n" in text
    Path("own.yaml").write_text(text.replace("kind: code\n", f"kind: {written}\n"))
    answer = cli("mappings", "validate", "own.yaml")
    assert (answer.code, said in answer.err) == (2 if said else 0, True)
