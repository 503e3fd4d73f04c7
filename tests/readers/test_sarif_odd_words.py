"""Words that SARIF does not know close no ticket."""

from typing import Any

import pytest

from tests.readers.sarif_given import finding


@pytest.mark.parametrize(
    ("result", "status"),
    [
        ({"kind": "FAIL"}, "open"),
        ({"kind": "bogus"}, "open"),
        ({"kind": "Pass"}, "passed"),
        ({"suppressions": [None]}, "open"),
        ({"suppressions": [{}]}, "open"),
    ],
)
def test_what_makes_no_sense_closes_nothing(result: dict[str, Any], status: str) -> None:
    assert finding({"ruleId": "R1", "message": {"text": "x"}} | result).status == status


def test_a_level_in_upper_case() -> None:
    assert finding({"ruleId": "R1", "message": {"text": "x"}, "level": "ERROR"}).severity == "high"
