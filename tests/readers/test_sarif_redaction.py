"""No text of a SARIF report gets around redaction: not what results refer to, nor what is put
together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.readers.sarif_given import at, finding, report

SECRET = "ghp_" + "a1B2" * 9
AT_3 = {"artifactLocation": {"index": 0}, "region": {"startLine": 3}}
QUOTED = {"region": {"startLine": 3, "snippet": {"text": f"k {SECRET}"}}}
REFERRING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "string of the rule": (
        {"message": {"id": "m"}},
        {"rules": [{"id": "R1", "messageStrings": {"m": {"text": f"k {SECRET}"}}}]},
    ),
    "string of the tool": (
        {"message": {"id": "g"}},
        {"tool": {"driver": {"name": "T", "globalMessageStrings": {"g": {"text": SECRET}}}}},
    ),
    "contents of an artifact": (
        {"locations": [{"physicalLocation": AT_3}]},
        {"artifacts": [{"location": {"uri": "a.py"}, "contents": {"text": f"1\n2\n{SECRET}"}}]},
    ),
    "step of a flow": (
        {"codeFlows": [{"threadFlows": [{"locations": [{"index": 0}]}]}]},
        {"threadFlowLocations": [{"location": {"physicalLocation": QUOTED}}]},
    ),
    "logical location": (
        {"locations": [{"logicalLocations": [{"index": 0}]}]},
        {"logicalLocations": [{"fullyQualifiedName": f"app.{SECRET}"}]},
    ),
    "own logical location": ({"locations": [{"logicalLocations": [{"name": SECRET}]}]}, {}),
    "rule": ({"ruleId": SECRET}, {}),
    "path": ({"locations": at(f"a/{SECRET}/b.py")["locations"]}, {}),
    "encoded path": ({"locations": at("a/%67" + SECRET[1:])["locations"]}, {}),
    "vector": ({"properties": {"cvss_vector": f"CVSS:{SECRET}"}}, {}),
    "vector of the rule": (
        {},
        {"rules": [{"id": "R1", "properties": {"cvss_vector": f"CVSS:{SECRET}"}}]},
    ),
    "name of the rule": ({}, {"rules": [{"id": "R1", "name": SECRET}]}),
    "guid": ({"guid": SECRET}, {}),
}


@pytest.mark.parametrize("case", REFERRING)
def test_what_a_result_refers_to_is_redacted(case: str) -> None:
    result, run = REFERRING[case]
    made = repr(finding({"ruleId": "R1", "message": {"text": "x"}} | result, **run))
    assert "a1B2a1B2" not in made
    assert "a1 B2 a1" not in made


def test_a_message_put_together_is_redacted() -> None:
    rules = [{"id": "R1", "messageStrings": {"m": {"text": 'password = "{0}"'}}}]
    result = {"ruleId": "R1", "message": {"id": "m", "arguments": ["Tr0ub4dor&3x"]}}
    assert "Tr0ub4dor" not in repr(finding(result, rules=rules))


def test_a_scan_says_no_secret() -> None:
    run = {
        "tool": {"driver": {"name": SECRET, "version": SECRET, "rules": []}},
        "automationDetails": {"id": f"{SECRET}/1"},
        "versionControlProvenance": [
            {"repositoryUri": f"https://h/{SECRET}", "revisionId": SECRET, "branch": SECRET}
        ],
        "invocations": [{"startTimeUtc": SECRET, "endTimeUtc": SECRET}],
        "results": [],
    }
    assert "a1B2a1B2" not in repr(report({"version": "2.1.0", "runs": [run]}).scans)


def test_people_are_no_part_of_what_attacks_say() -> None:
    mail = {"message": {"text": "leaked alice.smith@corp.example 4111 1111 1111 1111"}}
    made = repr(finding({"ruleId": "R1"} | mail, name="OWASP ZAP"))
    assert "alice" not in made
    assert "4111" not in made
