"""`ticketbot doctor` on an instance: by reads alone, and each finding says what to change."""

from __future__ import annotations

import pytest

from tests.trackers.servicenow.conftest import COLUMN


def found(tracker) -> dict[str, tuple[str, str, str]]:
    return {check.what: (check.state, check.found, check.advice) for check in tracker.examine()}


@pytest.fixture
def filled(bench):
    """An instance with a record to look at."""
    bench.instance.person_makes("Printer", "It is on fire.")
    return bench


def test_where_all_is_well_nothing_is_to_be_changed(filled):
    checks = found(filled.tracker(**COLUMN))
    assert {state for state, _, _ in checks.values()} == {"ok"}
    assert {
        "table incident",
        "rate limit",
        "column u_ticketbot",
        "resolution fixed",
        "marker",
    } <= set(checks)
    assert {"queries by correlation_id", "mandatory columns"} <= set(checks)


def test_it_only_reads(filled):
    filled.tracker().examine()
    assert {method for method, _, _ in filled.witness.items} == {"GET"}


@pytest.mark.parametrize(
    ("configured", "what", "words", "advice"),
    [
        ({"marker_field": "u_none"}, "column u_none", "has no column u_none", "Make the column"),
        (
            {"id_field": "u_none"},
            "queries by u_none",
            "the instance dropped this term",
            "Check that incident has a column u_none",
        ),
        (
            {"resolutions": {"fixed": {"state": "6", "close_code": "Fixed"}}},
            "resolution fixed",
            "close_code has no choice 'Fixed', only Duplicate, Known error",
            "Set resolutions.fixed",
        ),
        ({"table": "nothing"}, "table nothing", "Invalid table nothing", "Check the names"),
        (
            {"import_set": "u_none"},
            "import set u_none",
            "Invalid table u_none",
            "Check the names",
        ),
        (
            {"auth": {"user": "bot", "password": "wrong"}},
            "table incident",
            "does not accept the credentials",
            "auth:",
        ),
    ],
    ids=["column", "query", "choice", "table", "import set", "credentials"],
)
def test_what_is_wrong_says_what_to_change(filled, configured, what, words, advice):
    state, text, next_step = found(filled.tracker(**configured))[what]
    assert state == "wrong"
    assert words in text
    assert advice in next_step


def test_names_that_nobody_has_are_a_warning(filled):
    filled.instance.adds("sys_user_group", name="AppSec")
    fields = {"assignment_group": "AppSec", "cmdb_ci": "nothing", "assignee": "{{ owner }}"}
    checks = found(filled.tracker(fields=fields))
    assert checks["assignment_group"][0] == "ok"
    assert checks["cmdb_ci"][:2] == (
        "warning",
        "'nothing': cmdb_ci has no 'nothing', and is left out",
    )
    assert "assignee" not in checks


def test_mandatory_columns_without_a_value_are_named(filled):
    for element in ("caller_id", "short_description", "number"):
        filled.instance.adds("sys_dictionary", name="incident", element=element, mandatory="true")
    state, text, advice = found(filled.tracker())["mandatory columns"]
    assert (state, "wants caller_id, and nothing" in text) == ("wrong", True)
    assert advice == "Give them a value under `fields:`."
    assert found(filled.tracker(fields={"caller_id": "ada"}))["mandatory columns"][0] == "ok"


@pytest.mark.parametrize("settings", [{"forbidden": frozenset({"sys_choice", "sys_dictionary"})}])
def test_what_the_account_may_not_read_is_unknown_and_no_fault(filled):
    checks = found(filled.tracker())
    assert (checks["resolutions"][0], checks["mandatory columns"][0]) == ("unknown", "unknown")
    assert "wrong" not in {state for state, _, _ in checks.values()}


def test_an_empty_table_tells_nothing_of_its_columns(bench):
    assert found(bench.tracker())["column correlation_id"][0] == "unknown"
