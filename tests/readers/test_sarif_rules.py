"""Which rule a result is of, and what level and severity that gives it."""

import pytest

from tests.readers.sarif_given import finding

RULES = [
    {
        "id": "A1",
        "defaultConfiguration": {"level": "error"},
        "shortDescription": {"text": "About A"},
    },
    {
        "id": "B2",
        "defaultConfiguration": {"level": "note"},
        "shortDescription": {"text": "About B"},
    },
    {"id": "A1", "shortDescription": {"text": "A duplicate of A"}},
    {"id": "CA1000", "guid": "g-1", "shortDescription": {"text": "About CA"}},
]
EXTENSIONS = [
    {"name": "pack-x", "rules": [{"id": "X1", "shortDescription": {"text": "About X"}}]},
    {
        "name": "pack-y",
        "guid": "g-y",
        "rules": [
            {"id": "Y1", "shortDescription": {"text": "About Y"}},
            {"id": "A1", "shortDescription": {"text": "About A in Y"}},
        ],
    },
]
TOOL = {"tool": {"driver": {"name": "scan", "rules": RULES}, "extensions": EXTENSIONS}}


@pytest.mark.parametrize(
    ("result", "rule", "title"),
    [
        ({"ruleId": "A1"}, "A1", "About A"),
        ({"ruleId": "A1", "ruleIndex": -1}, "A1", "About A"),
        ({"ruleId": "A1", "ruleIndex": 99}, "A1", "About A"),
        ({"ruleIndex": 1}, "B2", "About B"),
        ({"ruleId": "A1", "ruleIndex": 2}, "A1", "A duplicate of A"),
        ({"ruleId": "B2", "ruleIndex": 0}, "B2", "About B"),  # the id is right, the index wrong
        ({"ruleId": "CA1000/1"}, "CA1000/1", "About CA"),
        ({"ruleId": "CA1000/1/2"}, "CA1000/1/2", "About CA"),
        ({"ruleId": "CA1000/1", "ruleIndex": 3}, "CA1000/1", "About CA"),
        ({"rule": {"id": "B2"}}, "B2", "About B"),
        ({"rule": {"index": 1}}, "B2", "About B"),
        ({"rule": {"guid": "g-1"}}, "CA1000", "About CA"),
        ({"ruleId": "X1"}, "X1", "About X"),  # CodeQL names no component
        ({"rule": {"id": "X1", "index": 0, "toolComponent": {"index": 0}}}, "X1", "About X"),
        (
            {"ruleId": "A1", "rule": {"index": 1, "toolComponent": {"index": 1}}},
            "A1",
            "About A in Y",
        ),
        ({"rule": {"id": "A1", "toolComponent": {"name": "pack-y"}}}, "A1", "About A in Y"),
        ({"rule": {"id": "A1", "toolComponent": {"guid": "g-y"}}}, "A1", "About A in Y"),
        ({"rule": {"id": "A1", "toolComponent": {"index": 7}}}, "A1", "About A"),
        ({"ruleId": "Z9"}, "Z9", "What it says"),
        ({"ruleId": ""}, "unknown", "What it says"),
        ({}, "unknown", "What it says"),
    ],
)
def test_the_rule_is_found_wherever_it_stands(result, rule, title):
    found = finding({"message": {"text": "What it says."}} | result, **TOOL)
    assert (found.rule, found.title) == (rule, title)


def test_a_run_without_any_rules():
    found = finding({"ruleId": "no-eval", "message": {"text": "Do not."}}, tool={"driver": {}})
    assert (found.tool, found.rule, found.severity) == ("unknown", "no-eval", "medium")


OVERRIDE = [
    {
        "ruleConfigurationOverrides": [
            {"descriptor": {"id": "R1"}, "configuration": {"level": "note"}}
        ]
    }
]


@pytest.mark.parametrize(
    ("result", "rule", "invocations", "severity"),
    [
        ({}, {}, [], "medium"),
        ({"level": "error"}, {}, [], "high"),
        ({"level": "none"}, {}, [], "info"),
        ({"level": "strange"}, {}, [], "medium"),
        ({}, {"defaultConfiguration": {"level": "error"}}, [], "high"),
        ({}, {"defaultConfiguration": {"level": "error"}}, OVERRIDE, "low"),
        ({"level": "warning"}, {"defaultConfiguration": {"level": "error"}}, OVERRIDE, "medium"),
        ({"level": "error"}, {"properties": {"security-severity": "5.0"}}, [], "medium"),
        ({"level": "error"}, {"properties": {"security-severity": 9.9}}, [], "critical"),
        ({"level": "error"}, {"properties": {"security-severity": "n/a"}}, [], "high"),
        (
            {"properties": {"security-severity": "2.0"}},
            {"properties": {"security-severity": "9"}},
            [],
            "low",
        ),
        ({"properties": {"severity": "CRITICAL"}}, {}, [], "critical"),
        (
            {"properties": {"severity": "LOW"}},
            {"properties": {"security-severity": "8.8"}},
            [],
            "high",
        ),
        ({"properties": {"issue_severity": "HIGH"}, "level": "note"}, {}, [], "high"),
        ({"rank": 90}, {}, [], "high"),
        ({"rank": 10}, {}, [], "low"),
        ({"rank": -1}, {}, [], "medium"),
        ({"rank": 90, "level": "note"}, {}, [], "low"),
    ],
)
def test_severity_comes_from_the_first_that_speaks(result, rule, invocations, severity):
    found = finding(
        {"ruleId": "R1", "message": {"text": "x"}} | result,
        rules=[{"id": "R1"} | rule],
        invocations=invocations,
    )
    assert found.severity == severity


CWE_TAXONOMY = [{"name": "CWE", "guid": "g-cwe", "taxa": [{"id": "20"}, {"id": "89"}]}]


@pytest.mark.parametrize(
    ("result", "rule", "cwe"),
    [
        ({"taxa": [{"id": "79", "toolComponent": {"name": "CWE"}}]}, {}, (79,)),
        ({"taxa": [{"index": 1, "toolComponent": {"index": 0}}]}, {}, (89,)),
        ({"taxa": [{"index": 1, "toolComponent": {"guid": "g-cwe"}}]}, {}, (89,)),
        ({"taxa": [{"id": "79", "toolComponent": {"name": "OWASP"}}]}, {}, ()),
        (
            {},
            {
                "relationships": [
                    {"target": {"id": "CWE-120", "toolComponent": {"name": "CWE"}}},
                    {"target": {"id": "20", "toolComponent": {"name": "CWE"}}},
                ]
            },
            (120, 20),
        ),
        ({}, {"properties": {"tags": ["security", "external/cwe/cwe-079"]}}, (79,)),
        ({}, {"properties": {"tags": ["CWE-502: Deserialization", "2021"]}}, (502,)),
        ({}, {"properties": {"cwe": ["CWE-79"]}}, (79,)),
        ({"properties": {"cwe": "CWE-200: Information Exposure"}}, {}, (200,)),
        ({}, {"helpUri": "https://cwe.mitre.org/data/definitions/91.html"}, (91,)),
        ({}, {"shortDescription": {"text": "Overflow (CWE-119!/CWE-120)."}}, (119, 120)),
        (
            {},
            {
                "properties": {"tags": ["CWE-78"]},
                "helpUri": "https://cwe.mitre.org/data/definitions/77.html",
            },
            (78,),
        ),
    ],
)
def test_cwe_numbers_are_found_where_producers_hide_them(result, rule, cwe):
    found = finding(
        {"ruleId": "R1", "message": {"text": "x"}} | result,
        rules=[{"id": "R1"} | rule],
        taxonomies=CWE_TAXONOMY,
    )
    assert found.cwe == cwe


def test_what_a_rule_says_for_all_its_results():
    vector = "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H"
    rule = {
        "id": "R1",
        "name": "Unsafe",
        "helpUri": "https://example.com/R1",
        "help": {"text": "Use the safe one.", "markdown": "Use the **safe** one."},
        "properties": {
            "precision": "very-high",
            "tags": ["security", "OWASP-A03:2021 - Injection", "CVE-2024-12345"],
            "cvssv3_baseScore": 8.1,
            "cvssv3_vector": vector,
        },
    }
    found = finding({"ruleId": "R1", "message": {"text": "x"}}, rules=[rule])
    assert found.confidence == "high"
    assert found.owasp == ("A03:2021",)
    assert found.vulnerabilities == ("CVE-2024-12345",)
    assert (found.cvss, found.cvss_vector) == (8.1, vector)
    assert found.remediation == "Use the **safe** one."
    assert found.help_url == "https://example.com/R1"
    assert found.tags == ("security", "OWASP-A03:2021 - Injection", "CVE-2024-12345")


@pytest.mark.parametrize(
    ("help_text", "url", "remediation"),
    [
        ("https://example.com/CIS-DI-0010", "https://example.com/CIS-DI-0010", None),  # Dockle
        ("About it.", None, None),  # Cppcheck says its title again
        ("x" * 5000, None, "x" * 3999 + "…"),
    ],
)
def test_a_help_text_that_helps_is_kept(help_text, url, remediation):
    rule = {"id": "R1", "shortDescription": {"text": "About it"}, "help": {"text": help_text}}
    found = finding({"ruleId": "R1", "message": {"text": "x"}}, rules=[rule])
    assert (found.help_url, found.remediation) == (url, remediation)


def test_addresses_that_are_not_of_the_web_are_left_out():
    rule = {"id": "R1", "helpUri": "javascript:alert(1)"}
    result = {"ruleId": "R1", "message": {"text": "[a](javascript:x) [b](https://e.com/b)"}}
    more = {"hostedViewerUri": "https://e.com/v", "workItemUris": ["file:///etc/passwd"]}
    found = finding(result | more, rules=[rule])
    assert found.help_url is None
    assert found.links == ("https://e.com/b", "https://e.com/v")
    assert found.message == "a b"


def test_an_endless_rule_id_costs_nothing() -> None:
    made = finding({"ruleId": "a/" * 2_000_000, "message": {"text": "x"}})
    assert len(made.rule) <= 500
