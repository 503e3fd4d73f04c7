"""What is written into columns, what is left out and said, and how people's decisions read."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.trackers.contract import applied, create, draft, marker
from tests.trackers.servicenow.conftest import COLUMN, TABLES
from ticketbot.model.ticket import Resolution
from ticketbot.trackers.base import Draft
from ticketbot.trackers.servicenow.table import table_of

RESOLUTIONS = get_args(Resolution)


class TestResolutions:
    @pytest.mark.parametrize("table", [*TABLES, "sn_vul_app_vulnerable_item"])
    @pytest.mark.parametrize("resolution", RESOLUTIONS)
    @pytest.mark.parametrize(
        "settings", [{"columns": {"sn_vul_app_vulnerable_item": (), **dict.fromkeys(TABLES, ())}}]
    )
    def test_our_own_close_reads_back_as_what_it_was(self, bench, table, resolution):
        tracker = bench.tracker(table=table)
        made = create(tracker)
        closed = marker("s1", closed=resolution)
        after = applied(
            tracker.close(made.id, resolution, comment="Gone", marker=closed, nonce="n")
        )
        assert (after.resolution, after.marker) == (resolution, closed)
        assert tracker.find(["s1"])["s1"] == [after]

    @pytest.mark.parametrize("table", TABLES)
    @pytest.mark.parametrize("resolution", ["fixed", "wont_fix", "accepted", "duplicate", None])
    def test_a_persons_close_reads_as_what_they_chose(self, bench, table, resolution):
        tracker = bench.tracker(table=table)
        made = create(tracker)
        bench.instance.person_closes(made.id, resolution)
        now = tracker.read([made.id])[made.id]
        if table == "problem":
            expected = {None: "fixed", "wont_fix": "false_positive"}.get(resolution, resolution)
        else:
            expected = resolution
        assert (now.state, now.resolution, now.marker.closed) == ("closed", expected, None)

    def test_what_the_instance_moves_on_to_closed_by_itself_is_still_ours(self, bench, tracker):
        made = create(tracker)
        closed = marker("s1", closed="fixed")
        tracker.close(made.id, "fixed", comment="Gone", marker=closed, nonce="n")
        bench.instance.person_edits(made.id, "state", "7")
        now = tracker.read([made.id])[made.id]
        assert (now.state, now.resolution, now.marker.closed) == ("closed", "fixed", "fixed")

    def test_a_persons_other_close_is_not_taken_for_ours(self, bench, tracker):
        made = create(tracker)
        closed = marker("s1", closed="fixed")
        tracker.close(made.id, "fixed", comment="Gone", marker=closed, nonce="n")
        bench.instance.person_reopens(made.id)
        bench.instance.person_closes(made.id, "false_positive")
        now = tracker.read([made.id])[made.id]
        assert (now.resolution, now.marker.closed) == ("false_positive", "fixed")

    def test_states_and_codes_are_the_configurations(self, bench):
        tracker = bench.tracker(
            resolutions={"fixed": {"state": 7, "close_code": "Closed/Resolved by Scan"}},
            read_as={"Resolved by caller": "accepted"},
            closed_states=[7, "6"],
            open_state=1,
        )
        one, two = create(tracker, "s1"), create(tracker, "s2")
        tracker.close(one.id, "fixed", comment="Gone", marker=None, nonce="n")
        row = bench.instance.row(one.id)
        assert (row["state"], row["close_code"]) == ("7", "Closed/Resolved by Scan")
        bench.instance.person_closes(two.id, None)
        now = tracker.read([one.id, two.id])
        assert [now[t.id].resolution for t in (one, two)] == ["fixed", "accepted"]
        tracker.reopen(one.id, comment="Back", marker=None, nonce="n2")
        assert bench.instance.row(one.id)["state"] == "1"

    def test_resolving_gives_code_and_notes_as_the_data_policy_wants(self, bench, tracker):
        made = create(tracker)
        applied(tracker.close(made.id, "fixed", comment="Gone in *v2*", marker=None, nonce="n"))
        row = bench.instance.row(made.id)
        assert (row["state"], row["close_code"]) == ("6", "Solution provided")
        assert "Gone in" in row["close_notes"]

    @pytest.mark.parametrize("settings", [{"closing": ("close_code", "cause")}])
    def test_a_data_policy_that_wants_more_is_told_in_its_words(self, bench, tracker):
        made = create(tracker)
        outcome = tracker.close(made.id, "fixed", comment="Gone", marker=None, nonce="n")
        assert outcome.state == "rejected"
        assert "Data Policy Exception: The following fields are mandatory: Cause" in outcome.reason
        assert bench.open() == 1

    @pytest.mark.parametrize("settings", [{"final": ("7",)}])
    def test_a_closed_record_that_the_instance_does_not_reopen_is_told(self, bench, tracker):
        made = create(tracker)
        closed = marker("s1", closed="fixed")
        tracker.close(made.id, "fixed", comment="Gone", marker=closed, nonce="c")
        bench.instance.person_edits(made.id, "state", "7")
        outcome = tracker.reopen(made.id, comment="Back", marker=marker("s1"), nonce="n")
        assert outcome.state == "rejected"
        assert "keeps it in state 7, asked for 2" in outcome.reason
        now = tracker.read([made.id])[made.id]
        assert (now.state, now.resolution, now.marker) == ("closed", "fixed", closed)


class TestDuplicates:
    @pytest.mark.parametrize(
        ("table", "column"),
        [
            ("incident", "parent_incident"),
            ("problem", "duplicate_of"),
            ("sn_si_incident", "parent"),
        ],
    )
    def test_a_duplicate_names_the_one_that_is_kept(self, bench, table, column):
        tracker = bench.tracker(table=table)
        one, two = create(tracker, "s1"), create(tracker, "s2")
        bench.witness.items.clear()
        applied(
            tracker.close(
                two.id, "duplicate", comment="Twin", marker=None, duplicate_of=one.id, nonce="n"
            )
        )
        assert bench.instance.row(two.id)[column] == one.id
        assert [m for m, _, _ in bench.witness.items if m != "GET"] == ["PATCH"]

    def test_a_parent_that_a_person_set_stays(self, bench, tracker):
        one, two = create(tracker, "s1"), create(tracker, "s2")
        bench.instance.person_edits(two.id, "parent_incident", "f" * 32)
        outcome = tracker.link(two.id, one.id, "duplicates", nonce="n")
        assert (outcome.state, "names another record already" in outcome.reason) == (
            "applied",
            True,
        )
        assert bench.instance.row(two.id)["parent_incident"] == "f" * 32

    def test_a_regression_names_its_predecessor(self, bench, tracker):
        one, two = create(tracker, "s1"), create(tracker, "s2")
        for nonce in ("a", "b"):
            applied(tracker.link(two.id, one.id, "regression", nonce=nonce))
        assert bench.instance.tickets()[1].links == (("regression", one.id),)
        assert tracker.link(two.id, "nonsense", "regression", nonce="c").state == "rejected"


class TestPriority:
    @pytest.mark.parametrize(
        ("name", "pair"), [("critical", "11"), ("High", "12"), ("MEDIUM", "22"), ("low", "23")]
    )
    def test_it_is_impact_and_urgency(self, bench, tracker, name, pair):
        written = marker("s1", written={"priority": name})
        made = create(tracker, priority=name, marker=written)
        row = bench.instance.row(made.id)
        assert row["impact"] + row["urgency"] == pair
        assert made.priority == name  # as it was written: a person's change shows by another

    def test_one_that_nobody_configured_is_left_out_and_said(self, tracker):
        outcome = tracker.create([Draft(draft(priority="P1"), "n")])[0]
        assert applied(outcome).title == "Flaw s1"
        assert "priority 'P1' (`priorities:` knows critical, high" in outcome.reason

    def test_its_columns_are_the_configurations(self, bench):
        tracker = bench.tracker(priorities={"P1": {"impact": 2, "urgency": 3}})
        made = create(tracker, priority="P1")
        row = bench.instance.row(made.id)
        assert (row["impact"], row["urgency"], made.priority) == ("2", "3", "P1")


class TestReferences:
    @pytest.fixture(autouse=True)
    def people(self, bench):
        bench.group = bench.instance.adds("sys_user_group", name="AppSec")
        bench.instance.adds("sys_user_group", name="Twins")
        bench.instance.adds("sys_user_group", name="Twins")
        bench.item = bench.instance.adds("cmdb_ci", name="shop-api")

    def test_names_become_sys_ids_and_are_looked_up_once(self, bench, tracker):
        fields = {"assignment_group": "appsec", "cmdb_ci": "shop-api"}
        for n in range(3):
            made = create(tracker, f"s{n}", assignee="ada@example.com", fields=fields)
        row = bench.instance.row(made.id)
        assert (row["assignment_group"], row["cmdb_ci"]) == (bench.group, bench.item)
        assert made.assignee == "ada"
        looked_up = [path for m, path, _ in bench.witness.items if m == "GET"]
        assert len(looked_up) == 3

    @pytest.mark.parametrize(
        ("value", "why"),
        [
            ("Nobody", "sys_user_group has no 'Nobody'"),
            ("Twins", "sys_user_group has several named 'Twins'"),
            ("x^ORactive=true", "'x^ORactive=true' cannot be looked for"),
        ],
    )
    def test_an_unknown_one_is_left_out_and_the_ticket_made(self, bench, tracker, value, why):
        outcome = tracker.create([Draft(draft(fields={"assignment_group": value}), "n")])[0]
        assert bench.instance.row(applied(outcome).id)["assignment_group"] == ""
        assert f"assignment_group ({why})" in outcome.reason

    def test_a_sys_id_is_taken_as_it_is(self, bench, tracker):
        made = create(tracker, fields={"assignment_group": bench.group})
        assert bench.instance.row(made.id)["assignment_group"] == bench.group

    @pytest.mark.parametrize("settings", [{"forbidden": frozenset({"cmdb_ci"})}])
    def test_a_table_that_may_not_be_read_blocks_no_ticket(self, tracker):
        outcome = tracker.create([Draft(draft(fields={"cmdb_ci": "shop-api"}), "n")])[0]
        assert outcome.state == "applied"
        assert "cmdb_ci (cmdb_ci could not be asked" in outcome.reason

    def test_a_column_that_the_table_has_not_is_said(self, tracker):
        fields = {"u_team": "AppSec", "category": "security", "correlation_id": "mine"}
        outcome = tracker.create([Draft(draft(fields=fields), "n")])[0]
        assert "u_team (the instance did not take it)" in outcome.reason
        assert "correlation_id (it is no column of a report's)" in outcome.reason
        assert "category" not in outcome.reason
        assert set(tracker.find(["s1"])) == {"s1"}


def test_a_table_as_delivered_reads_back_every_resolution():
    for table in (*TABLES, "task", "change_request"):
        made = table_of({"table": table})
        assert set(made.resolutions) == set(RESOLUTIONS)
        assert all(c["state"] in made.closed_states for c in made.resolutions.values())
        assert made.open_state not in made.closed_states


def test_the_marker_goes_with_the_record_in_one_request(bench):
    tracker = bench.tracker(**COLUMN)
    made = create(tracker)
    assert [m for m, _, _ in bench.witness.items] == ["POST"]
    assert tracker.read([made.id])[made.id].marker == marker("s1")
