"""What a run lists beyond its results: the rules that ran, the rules that did not, the files scanned."""

from __future__ import annotations

from typing import Any

import pytest

from tests.readers.sarif_given import at, document, report
from ticketbot.model.finding import Scan


def result(named: str | None = "R1", uri: str = "a.py", **more: Any) -> dict[str, Any]:
    told = {"ruleId": named} if named else {}
    return at(uri, {"startLine": 1}) | {"message": {"text": "x"}} | told | more


def scanned(*results: dict[str, Any], **run: Any) -> Scan:
    """The scan, after all its results were read."""
    read = report(document(*results, **run))
    for _ in read.results():
        pass
    (scan,) = read.scans
    return scan


def rules(*names: str) -> list[dict[str, Any]]:
    return [{"id": name} for name in names]


def artifacts(*uris: str, role: str = "") -> list[dict[str, Any]]:
    roles = {"roles": [role]} if role else {}
    return [{"location": {"uri": uri}} | roles for uri in uris]


@pytest.mark.parametrize(
    ("situation", "results", "listed", "ran"),
    [
        ("one rule has no result", [result("R1")], rules("R1", "R2"), ("R1", "R2")),
        ("the tool found nothing", [], rules("R1", "R2"), ("R1", "R2")),
        ("every rule has results", [result("R1"), result("R2")], rules("R1", "R2"), None),
        ("no list", [result("R1")], [], None),
        ("a result of no listed rule", [result("R9")], rules("R1", "R2"), None),
        ("by index alone", [result(None, ruleIndex=0)], rules("R1"), None),
        ("by reference", [result(None, rule={"index": 0})], rules("R1"), None),
        ("by the reference's id", [result(None, rule={"id": "R1"})], rules("R1"), None),
        ("a case of a rule", [result("R1/2")], rules("R1"), None),
        ("an id with a slash of its own", [result("py/R1")], rules("py/R1"), None),
        (
            "what a rule was called before ran too",
            [result("R1")],
            [{"id": "R1"}, {"id": "R2", "deprecatedIds": ["OLD"]}],
            ("R1", "R2", "OLD"),
        ),
    ],
)
def test_rules_are_those_that_ran_where_the_list_says_more_than_the_results(
    situation: str, results: list[dict[str, Any]], listed: list[dict[str, Any]], ran: Any
) -> None:
    assert scanned(*results, rules=listed).rules == ran, situation


OFF = {"defaultConfiguration": {"enabled": False}}


def override(rule: str, *, enabled: bool) -> list[dict[str, Any]]:
    one = {"descriptor": {"id": rule}, "configuration": {"enabled": enabled}}
    return [{"executionSuccessful": True, "ruleConfigurationOverrides": [one]}]


@pytest.mark.parametrize(
    ("situation", "results", "run", "disabled"),
    [
        ("off by default", [], {"rules": [{"id": "R1"} | OFF]}, ("R1",)),
        ("off by default, yet it has a result", [result()], {"rules": [{"id": "R1"} | OFF]}, ()),
        (
            "switched off",
            [],
            {"rules": rules("R1", "R2"), "invocations": override("R2", enabled=False)},
            ("R2",),
        ),
        (
            "off by default and switched on",
            [],
            {"rules": [{"id": "R1"} | OFF], "invocations": override("R1", enabled=True)},
            (),
        ),
    ],
)
def test_rules_that_are_switched_off_did_not_run(
    situation: str, results: list[dict[str, Any]], run: dict[str, Any], disabled: Any
) -> None:
    scan = scanned(*results, **run)
    assert scan.disabled == disabled, situation
    assert not set(disabled) & set(scan.rules or ())


def test_rules_of_extensions_ran_too() -> None:
    given = document(result("js/xss"), rules=[])
    given["runs"][0]["tool"]["extensions"] = [{"name": "pack", "rules": rules("js/xss", "js/sql")}]
    read = report(given)
    assert len(list(read.results())) == 1
    assert read.scans[0].rules == ("js/xss", "js/sql")


@pytest.mark.parametrize(
    ("situation", "results", "listed", "files"),
    [
        ("a file without results", [result()], artifacts("a.py", "b.py"), ("a.py", "b.py")),
        ("only files with results", [result()], artifacts("a.py"), None),
        ("no list", [result()], [], None),
        (
            "only those with the role of scanned ones count",
            [result()],
            [*artifacts("a.py", "c.py", role="analysisTarget"), *artifacts("lib.py")],
            ("a.py", "c.py"),
        ),
        (
            "where only scanned ones have results, the others tell nothing",
            [result()],
            [*artifacts("a.py", role="analysisTarget"), *artifacts("lib.py")],
            None,
        ),
        (
            "named by index",
            [at(None, {"startLine": 1}, artifact={"index": 0}) | {"ruleId": "R1"}],
            artifacts("a.py"),
            None,
        ),
        (
            "named in a flow",
            [result(relatedLocations=at("b.py", {"startLine": 1})["locations"])],
            artifacts("a.py", "b.py"),
            None,
        ),
        (
            "named with another root",
            [result(uri="file:///home/runner/work/shop/shop/a.py")],
            artifacts("a.py"),
            None,
        ),
    ],
)
def test_files_are_those_scanned_where_the_list_says_more_than_the_results(
    situation: str, results: list[dict[str, Any]], listed: list[dict[str, Any]], files: Any
) -> None:
    assert scanned(*results, artifacts=listed).files == files, situation


def test_a_file_that_only_a_notification_names_is_no_sign_of_a_full_list() -> None:
    place = at("broken.py")["locations"][0]
    told = [{"toolExecutionNotifications": [{"level": "warning", "locations": [place]}]}]
    run = {"artifacts": artifacts("a.py", "broken.py"), "invocations": told}
    assert scanned(result(), **run).files is None
    assert scanned(result(), artifacts=run["artifacts"]).files == ("a.py", "broken.py")


def test_lists_are_redacted_as_findings_are() -> None:
    token = "ghp_" + "a1B2c3D4e5" * 4
    scan = scanned(result(), artifacts=artifacts("a.py", f"{token}.py"), rules=rules("R1", token))
    assert token not in repr(scan) and len(scan.files or ()) == len(scan.rules or ()) == 2
