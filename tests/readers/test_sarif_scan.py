"""What a run says of itself, and the signs that its scan is not complete."""

import pytest

from tests.readers.sarif_given import document, report

PLAIN = {"ruleId": "R1", "message": {"text": "x"}}


def scan(*results, **run):
    (one,) = report(document(*results, **run)).scans
    return one


@pytest.mark.parametrize(
    ("run", "reasons"),
    [
        ({}, []),
        ({"invocations": [{"executionSuccessful": True, "exitCode": 1}]}, []),
        ({"results": []}, []),
        ({"results": None}, ["`results` is null: the tool did not finish"]),
        ({"results": {}}, ["`results` is not a list, so no result could be read"]),
        (
            {"invocations": [{"executionSuccessful": False, "exitCode": 2}]},
            ["the tool says that it failed (exit code 2)"],
        ),
        ({"invocations": [{"executionSuccessful": "false"}]}, ["the tool says that it failed"]),
        (
            {"invocations": [{"executionSuccessful": True}, {"exitSignalName": "SIGKILL"}]},
            ["the tool was ended by SIGKILL"],
        ),
        ({"invocations": [{"exitSignalNumber": 9}]}, ["the tool was ended by signal 9"]),
        (
            {"invocations": [{"processStartFailureMessage": "no such file"}]},
            ["the tool could not be started: no such file"],
        ),
        (
            {
                "invocations": [
                    {
                        "toolExecutionNotifications": [
                            {"level": "error", "message": {"text": "cannot parse a.py"}},
                            {"level": "warning", "message": {"text": "slow"}},
                        ],
                        "toolConfigurationNotifications": [{"level": "error"}],
                    }
                ]
            },
            [
                "the tool reports an error: cannot parse a.py",
                "the tool reports an error: without a message",
            ],
        ),
        (
            {"invocations": [{"toolExecutionNotifications": [{"level": "error"}] * 9}]},
            [
                "the tool reports an error: without a message",
                "the tool reports 6 more errors",
            ],
        ),
        (
            {"externalPropertyFileReferences": {"results": [{"location": {"uri": "x"}}]}},
            ["further results are in external files that the report only refers to"],
        ),
        ({"externalPropertyFileReferences": {"taxonomies": [{}]}}, []),  # every Flawfinder report
    ],
)
def test_each_sign_of_an_incomplete_scan_is_a_sentence(run, reasons):
    found = scan(PLAIN, **run)
    assert list(found.reasons) == reasons
    assert found.complete is not bool(reasons)


@pytest.mark.parametrize(
    ("count", "complete"), [(4_999, True), (5_000, False), (5_001, True), (25_000, False)]
)
def test_exactly_as_many_results_as_a_known_limit_smell_of_truncation(count, complete):
    assert scan(*[{"ruleId": "R"}] * count).complete is complete


def test_a_run_without_results_is_clean():
    given = document()
    del given["runs"][0]["results"]
    (found,) = report(given).scans
    assert (found.complete, found.results) == (True, 0)


@pytest.mark.parametrize("run", [None, 7, "x", []])
def test_a_run_that_is_no_object_keeps_its_number(run):
    given = document(PLAIN)
    given["runs"].insert(0, run)
    read = report(given)
    assert [one.complete for one in read.scans] == [False, True]
    assert [result.scan for result in read.results()] == [1]


@pytest.mark.parametrize(
    ("identifier", "part"),
    [
        ("nightly/2024-10-08", "nightly"),
        ("/language:python/", "/language:python"),
        ("a/b/c", "a/b"),
        ("no category", None),
        ("/x", None),
        (None, None),
    ],
)
def test_the_part_is_the_category_as_github_reads_it(identifier, part):
    assert scan(automationDetails={"id": identifier}).part == part


def test_an_images_repository_is_the_part():
    assert scan(properties={"imageName": "acme/shop:1.0"}).part == "acme/shop"
    assert scan(properties={"imageName": "shop.tar", "repoTags": ["shop:2"]}).part == "shop"
    assert scan(properties={"imageName": "a:1"}, automationDetails={"id": "x/1"}).part == "x"


def test_the_facts_of_a_scan():
    provenance = {
        "repositoryUri": "https://ada:secret@git.example/shop",
        "revisionId": "abc",
        "branch": "main",
    }
    found = scan(
        PLAIN,
        PLAIN,
        tool={"driver": {"name": "Semgrep  OSS", "version": "1", "semanticVersion": "1.2.3"}},
        invocations=[
            {"startTimeUtc": "2024-01-01T00:00:00Z", "endTimeUtc": "2024-01-01T00:01:00Z"},
            {"endTimeUtc": "2024-01-01T00:02:00Z"},
        ],
        versionControlProvenance=[provenance],
    )
    assert (found.tool, found.family, found.version) == ("Semgrep OSS", "semgrep", "1.2.3")
    assert (found.started, found.ended) == ("2024-01-01T00:00:00Z", "2024-01-01T00:02:00Z")
    assert (found.commit, found.branch) == ("abc", "main")
    assert found.repository == "https://git.example/shop"
    assert found.results == 2


def test_results_in_inline_external_properties_leave_the_scan_incomplete() -> None:
    run = {"tool": {"driver": {"name": "T"}}, "results": []}
    told = {"version": "2.1.0", "runs": [run], "inlineExternalProperties": [{"results": [{}]}]}
    (scan,) = report(told).scans
    assert not scan.complete
    assert "inlineExternalProperties" in scan.reasons[0]
