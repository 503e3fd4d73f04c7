"""SARIF reports as a whole: versions, several runs, what producers get wrong, digests."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers.sarif_given import at, built, document, finding, report
from ticketbot.errors import ReportError
from ticketbot.model.finding import Finding, Rejected
from ticketbot.readers.report import Limits

PLAIN = {"ruleId": "R1", "message": {"text": "It is wrong."}}


@pytest.mark.parametrize("version", ["2.1.0", "2.1", "2.1.0-csd.1", "2.1.0-rtm.5", 2.1, None])
def test_versions_that_are_read(version):
    given = document(PLAIN) | {"version": version}
    if version is None:
        del given["version"]
    assert len(built(given)) == 1


@pytest.mark.parametrize(
    ("version", "hint"),
    [
        ("1.0.0", "convert"),
        ("2.0.0", "convert"),
        ("2.0.0-csd.2.beta.2019-01-24", "convert"),
        ("2.2", "later versions"),
        ("2.2.0-draft", "later versions"),
        ("3.0", "later versions"),
        ([], "later versions"),
    ],
)
def test_other_versions_are_refused_with_the_way_out(version, hint):
    with pytest.raises(ReportError, match=r"this is SARIF .*; SARIF 2\.1\.0 is read") as caught:
        report(document(PLAIN) | {"version": version})
    assert hint in caught.value.hint


@pytest.mark.parametrize("runs", [[], None])
def test_a_report_without_runs_is_empty(runs):
    read = report({"version": "2.1.0", "runs": runs})
    assert (read.scans, list(read.results())) == ([], [])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[]", "its top level is not an object"),
        (b'{"version": "2.1.0"}', "it has no `runs`"),
        (b'{"version": "2.1.0", "runs": {}}', "its `runs` is not a list"),
        (b'{"runs": [{"results": []}], "runs": []}', "it has `runs` twice"),
        (b'{"runs": [{"results": [], "results": []}]}', "runs has `results` twice"),
        (b'{"version": "2.1.0", "runs": [{"results": [{', "cut off"),
    ],
)
def test_what_is_no_sarif_report_is_refused(data, message):
    with pytest.raises(ReportError, match=message):
        report(data)


def test_results_of_several_runs_are_numbered_through():
    given = document(PLAIN, PLAIN)
    given["runs"] += [document(name="other")["runs"][0], document(PLAIN, name="third")["runs"][0]]
    read = report(given)
    results = list(read.results())
    assert [(r.scan, r.index) for r in results] == [(0, 0), (0, 1), (2, 2)]
    assert [read.build(r).pointer for r in results] == [
        "/runs/0/results/0",
        "/runs/0/results/1",
        "/runs/2/results/0",
    ]


@pytest.mark.parametrize("head", [b"\xef\xbb\xbf", b""])
def test_a_byte_order_mark_and_gzip_do_not_matter(head):
    data = head + json.dumps(document(PLAIN)).encode()
    assert built(data) == built(gzip.compress(data))


def test_results_before_the_tool_are_read_the_same():
    given = document(PLAIN, rules=[{"id": "R1", "shortDescription": {"text": "About it"}}])
    run = given["runs"][0]
    turned = {"runs": [{"results": run["results"], "tool": run["tool"]}], "version": "2.1.0"}
    assert built(turned) == built(given)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (None, "expected an object, found null"),
        (7, "expected an object, found 7"),
        ([PLAIN], "expected an object, found ["),
        ({}, "it has neither a rule, nor a message, nor a location"),
        ({"ruleId": "", "locations": []}, "it has neither a rule"),
        ({"message": "x", "locations": 3}, "it has neither a rule"),
    ],
)
def test_a_result_of_which_nothing_can_be_read_is_rejected_and_the_rest_go_on(result, reason):
    before, rejected, after = built(document(PLAIN, result, PLAIN))
    assert isinstance(before, Finding)
    assert isinstance(after, Finding)
    assert isinstance(rejected, Rejected)
    assert rejected.pointer == "/runs/0/results/1"
    assert rejected.reason.startswith(reason)


def test_a_result_over_the_limit_is_rejected():
    found = built(document(PLAIN, PLAIN | {"x": "y" * 5000}), limits=Limits(result=1000))
    assert isinstance(found[1], Rejected)
    assert "limit for one result" in found[1].reason


def test_a_result_nested_too_deeply_is_rejected():
    deep = json.loads("[" * 250 + "]" * 250)
    found = built(document(PLAIN, PLAIN | {"properties": {"x": deep}}, PLAIN))
    assert [type(one) for one in found] == [Finding, Rejected, Finding]


@pytest.mark.parametrize(
    "wrong",
    [
        {"ruleIndex": "1"},
        {"level": 3},
        {"kind": []},
        {"message": {"text": "It is wrong.", "arguments": "x"}},
        {"locations": {}},
        {"locations": [None, 7, {"physicalLocation": []}]},
        {"partialFingerprints": []},
        {"partialFingerprints": {"a": None, "b": {}}},
        {"properties": "x"},
        {"properties": {"tags": 7, "security-severity": []}},
        {"suppressions": {}},
        {"codeFlows": [[]]},
        {"rank": "high"},
        {"guid": 12},
        {"taxa": [None]},
        {"webRequest": "GET /"},
    ],
)
def test_one_wrong_property_costs_that_property_only(wrong):
    found = finding(PLAIN | wrong)
    assert (found.rule, found.message, found.title) == ("R1", "It is wrong.", "It is wrong")


@pytest.mark.parametrize(
    "header",
    [
        {"tool": []},
        {"tool": {"driver": None, "extensions": {}}},
        {"tool": {"driver": {"name": 7, "rules": [None, 3, {"id": "R1", "help": []}]}}},
        {"artifacts": {}, "taxonomies": [None], "logicalLocations": 3},
        {"originalUriBaseIds": {"A": None, "B": {"uri": 3}}},
        {"invocations": [None, {"ruleConfigurationOverrides": [{}, None]}]},
        {"versionControlProvenance": [None], "properties": [], "automationDetails": "x"},
        {"externalPropertyFileReferences": [], "columnKind": 7},
    ],
)
def test_a_header_of_wrong_types_is_read_as_far_as_it_goes(header):
    assert finding(PLAIN, **header).message == "It is wrong."


def test_the_same_result_emitted_twice_is_two_findings():
    assert len(built(document(PLAIN, PLAIN))) == 2


def digest(result, **run):
    options = run.pop("options", {})
    (one,) = report(document(result, **run), **options).results()
    return one.digest


def test_equal_digests_mean_equal_findings():
    rules = [{"id": "R1", "shortDescription": {"text": "About it"}}]
    same = digest(PLAIN, rules=rules)
    times = [{"executionSuccessful": True, "endTimeUtc": "2024-01-01T00:00:00Z"}]
    assert digest(PLAIN, rules=rules, invocations=times) == same
    assert digest(PLAIN, rules=rules, automationDetails={"id": "x/1"}) == same
    newer = {"tool": {"driver": {"name": "scan", "rules": rules, "version": "2"}}}
    assert digest(PLAIN, **newer) == same


@pytest.mark.parametrize(
    "changed",
    [
        {"rules": [{"id": "R1", "shortDescription": {"text": "About something else"}}]},
        {"name": "other"},
        {"artifacts": [{"location": {"uri": "a"}}]},
        {"originalUriBaseIds": {"A": {"uri": "a/"}}},
        {"taxonomies": [{"name": "CWE"}]},
        {"columnKind": "utf16CodeUnits"},
        {"invocations": [{"ruleConfigurationOverrides": [{"configuration": {"level": "note"}}]}]},
        {"invocations": [{"workingDirectory": {"uri": "file:///home/ada"}}]},
        {"properties": {"imageName": "shop:1"}},
        {"options": {"salt": b"x"}},
        {"options": {"roots": ("/srv",)}},
        {"options": {"review_kinds": True}},
        {"options": {"secret_keys": (("k2", b"x"),)}},
    ],
)
def test_what_a_result_refers_to_is_in_its_digest(changed):
    assert digest(PLAIN, **changed) != digest(PLAIN)
    assert len(digest(PLAIN, **changed)) == 16


NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "tool driver rules id name results ruleId rule index message text arguments locations"
                " physicalLocation artifactLocation uri uriBaseId region startLine snippet properties tags"
                " suppressions status kind level codeFlows threadFlows location fixes taxa webRequest"
                " headers artifacts invocations originalUriBaseIds fingerprints help contents".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(runs=st.lists(NODES, max_size=3) | NODES)
def test_whatever_stands_in_a_report_it_is_read_or_refused(runs):
    try:
        found = built(json.dumps({"version": "2.1.0", "runs": runs}).encode())
    except ReportError:
        return
    assert all(isinstance(one, Finding | Rejected) for one in found)


def test_moving_lines_and_reordering_keys_change_no_finding_but_its_place():
    one = finding(at("a.py", {"startLine": 5, "snippet": {"text": "x = 1"}}))
    two = finding(at("a.py", {"snippet": {"text": "x = 1"}, "startLine": 7}))
    assert one.locations[0].line_text == two.locations[0].line_text
    assert (one.locations[0].line, two.locations[0].line) == (5, 7)
