"""A broken mapping is answered with all its problems at once, each with file, line and what was expected."""

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
import yaml

from tests.readers.mapping_given import HEAD
from ticketbot.config.mapping_files import (
    load_mapping,
    load_mappings,
    mapping_folders,
    parse_mapping,
)
from ticketbot.errors import MappingError
from ticketbot.readers.mapping import mapping_schema

MAPPINGS = Path(__file__).parents[2] / "mappings"

BROKEN = """\
name: Toy Tool
tool: Toy
url: https://toy.example/
what: A tool for tests
comand: toy --json
detect:
  - has: [a.b, "c["]
severities:
  HIGH: hihg
results:
  - each: results
    rule: {path: a, first: [b]}
    title: {template: "{a} {b[}"}
    message: 5
    severity: {path: s, table: {A: hihg}}
    kind: {value: cod}
    status: {path: s, table: {OK: passed, ok: open}}
    cwe: [a, "nope(b)"]
    location:
      path: {first: [{value: x}, b]}
      lin: 3
    evidence:
      - {label: Request}
"""

EXPECTED = {
    1: "should match pattern",
    5: "unknown key 'comand'; did you mean 'command'?",
    7: "'c[' is not JMESPath",
    9: "found 'hihg'",
    11: "must end in `[]` or `*`",
    12: "found path and first",
    13: "'b[' is not JMESPath",
    14: "expected a path or keys and values, found 5",
    15: "'hihg' is not one of critical, high, medium, low, info",
    16: "'cod' is not one of code, dependency",
    17: "is never reached: 'OK' is the same word",
    18: "'nope', which is not a function",
    20: "is never reached: the one before it is always there",
    21: "unknown key 'lin'; did you mean 'line'?",
    23: "expected `text` or `http`",
}


def problems(text):
    with pytest.raises(MappingError) as refused:
        parse_mapping(text, "toy.yaml")
    return refused.value.problems


def line(problem):
    return int(problem.where.split(":")[1])


def test_every_problem_of_a_mapping_comes_at_once_with_its_line():
    found = problems(BROKEN)
    for number, what in EXPECTED.items():
        assert any(what in each.what for each in found if line(each) == number), number
    assert "`command` is missing" in [each.what for each in found]
    assert len(found) == len(EXPECTED) + 1
    assert [line(each) for each in found] == sorted(line(each) for each in found)


@pytest.mark.parametrize(
    ("lines", "where", "what"),
    [
        ("severities: {A: low}", 8, "no result has `severity`"),
        ("gather: {x: y}", 8, "is for `format: lines`"),
        ("format: xml", 8, "'json' or 'lines'"),
        ("scan: {version: 1}", 8, "expected a path"),
        ("incomplete: [{when: x}]", 8, "`because` is missing"),
        ("tool: Again", 8, "`tool` is given twice"),
        ("family: !!python/name:os.system x", 8, "is not allowed here"),
    ],
)
def test_problems_between_parts_and_of_yaml_itself(lines, where, what):
    found = problems(f"{HEAD}{lines}\nresults: [{{each: 'r[]', rule: a, title: b}}]\n")
    assert [(line(each), what in each.what) for each in found] == [(where, True)]


@pytest.mark.parametrize("text", ["", "- a list", "just words", "a: [", "\t"])
def test_what_is_no_mapping_document_is_refused_in_a_sentence(text):
    assert len(problems(text)) == 1


def test_words_that_old_yaml_takes_for_booleans_are_words_in_tables():
    status = "{path: s, table: {NO: open, 0: passed}}"
    text = f"{HEAD}results: [{{each: 'r[]', rule: a, title: b, status: {status}}}]"
    value = parse_mapping(text, "toy.yaml").document.results[0].status
    assert value is not None and value.table == {"NO": "open", "0": "passed"}


def test_the_json_schema_accepts_every_shipped_mapping_and_refuses_unknown_keys():
    schema = mapping_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in MAPPINGS.glob("*.yaml"):
        data = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8"))))
        assert not [error.message for error in validator.iter_errors(data)], path.name
        assert not validator.is_valid({**data, "nonsense": 1})


def test_a_folder_of_mappings_tells_the_problems_of_all_its_files(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("name: x\n", encoding="utf-8")
    with pytest.raises(MappingError) as refused:
        load_mappings([tmp_path])
    assert {Path(each.where.split(":")[0]).name for each in refused.value.problems} == {
        "one.yaml",
        "two.yaml",
    }


def test_a_mapping_of_ones_own_hides_the_shipped_one_of_that_name(tmp_path):
    own = (MAPPINGS / "trivy.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(own.replace("tool: Trivy", "tool: Mine"), encoding="utf-8")
    found = load_mappings(mapping_folders(tmp_path))
    assert found["trivy"].document.tool == "Mine"
    assert {"sonarqube", "schemathesis"} <= set(found)


def test_two_files_with_one_name_in_one_folder_are_a_problem(tmp_path):
    own = (MAPPINGS / "trivy.yaml").read_text(encoding="utf-8")
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(own, encoding="utf-8")
    with pytest.raises(MappingError, match="1 problem"):
        load_mappings([tmp_path])


def test_a_folder_that_was_asked_for_must_exist(tmp_path):
    with pytest.raises(MappingError, match="does not exist"):
        mapping_folders(tmp_path / "nowhere")


def test_a_file_that_is_not_there_is_told_by_name(tmp_path):
    with pytest.raises(MappingError, match=r"gone\.yaml cannot be read"):
        load_mapping(tmp_path / "gone.yaml")


def test_the_digest_of_a_mapping_changes_with_its_meaning_and_not_with_its_comments():
    text = (MAPPINGS / "trivy.yaml").read_text(encoding="utf-8")
    first = parse_mapping(text, "a")
    assert parse_mapping(text + "\n# a comment\n", "b").digest == first.digest
    assert (
        parse_mapping(text.replace("UNKNOWN: medium", "UNKNOWN: low"), "c").digest != first.digest
    )


def test_a_mapping_lists_the_kinds_of_findings_it_makes():
    found = {name: mapping.kinds for name, mapping in load_mappings([MAPPINGS]).items()}
    assert found["schemathesis"] == ("api",)
    assert {"dependency", "container", "secret", "iac"} <= set(found["trivy"])
