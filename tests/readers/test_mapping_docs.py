"""docs/mappings.md: its blocks are loaded, its example does what the page says."""

import re
from pathlib import Path

import pytest
import yaml

from tests.readers.mapping_given import HEAD, Bytes
from ticketbot.config.mapping_files import parse_mapping
from ticketbot.model.finding import Finding, Suppression
from ticketbot.readers.mapped import read
from ticketbot.readers.mapping_document import MappingDocument
from ticketbot.readers.mapping_words import Value
from ticketbot.readers.prefix import Prefix
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions

PAGE = (Path(__file__).parents[2] / "docs/mappings.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
YAML = [text for language, text in BLOCKS if language == "yaml"]
RESULTS = "results: [{each: 'r[]', rule: a, title: b}]\n"


@pytest.mark.parametrize("text", YAML, ids=range(len(YAML)))
def test_every_yaml_block_of_the_page_loads(text):
    data = yaml.safe_load(text)
    if isinstance(data, list):
        assert [Value.model_validate(value) for value in data]
    elif "name" not in data:
        parse_mapping(HEAD + RESULTS + text, "docs/mappings.md")
    else:
        parse_mapping(text, "docs/mappings.md")


def test_the_example_gives_the_findings_the_page_tells():
    (report,) = [text.encode() for language, text in BLOCKS if language == "json"]
    mapping = parse_mapping(YAML[0], "docs/mappings.md")
    assert mapping.matches(Prefix.of(report))
    found = read(Bytes(report), ReadOptions(), Redactor(), mapping)
    first, second = map(found.build, found.results())
    assert isinstance(first, Finding) and isinstance(second, Finding)
    assert (first.rule, first.severity, first.cwe) == ("TP12", "high", (89,))
    assert (first.locations[0].path, first.locations[0].line) == ("app/db.py", 41)
    assert (second.status, second.suppression) == (
        "suppressed",
        Suppression(kind="external", justification="local only"),
    )
    (scan,) = found.scans
    assert (scan.version, scan.commit, scan.complete) == ("3.1", "4f2a9c1", True)


def test_the_page_names_every_field_of_a_result_and_of_a_scan():
    parts = MappingDocument.model_json_schema()["$defs"]
    for name in ("ResultSource", "ScanFields", "MappingDocument"):
        for field in parts.get(name, MappingDocument.model_json_schema())["properties"]:
            assert re.search(rf"\b{field}\b", PAGE), field
