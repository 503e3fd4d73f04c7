"""Every mapping on small reports of its tool: tests/mappings/<tool>/<case>/{report.*, findings.json}.

`findings.json` has the scan, the findings and the rejected results; fields that are absent are left out.
`ticketbot mappings test --accept` writes them, to be read before they are kept.
"""

import json
from pathlib import Path

import msgspec
import pytest

from tests.readers.mapping_given import Bytes
from ticketbot.config.mapping_files import load_mappings
from ticketbot.model.finding import Rejected
from ticketbot.readers.mapped import read
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions

HERE = Path(__file__).parent
MAPPINGS = load_mappings([HERE.parents[1] / "mappings"])
CASES = sorted(path.parent for path in HERE.glob("*/*/report.*"))


def outcome(case):
    (path,) = case.glob("report.*")
    found = read(Bytes(path.read_bytes()), ReadOptions(), Redactor(), MAPPINGS[case.parent.name])
    made = [found.build(each) for each in found.results()]
    return {
        "scan": msgspec.to_builtins(found.scans[0]),
        "findings": [msgspec.to_builtins(each) for each in made if not isinstance(each, Rejected)],
        "rejected": [msgspec.to_builtins(each) for each in made if isinstance(each, Rejected)],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_case(case):
    expected = json.loads((case / "findings.json").read_text("utf-8"))
    assert json.loads(json.dumps(outcome(case))) == expected


def test_every_shipped_mapping_has_a_case_and_every_case_a_mapping():
    assert {case.parent.name for case in CASES} == set(MAPPINGS)
