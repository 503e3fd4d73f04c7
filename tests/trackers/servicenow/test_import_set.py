"""Records made through an import set that coalesces on the UUID: none is made twice, whatever happens."""

from __future__ import annotations

import pytest

from tests.trackers.contract import applied, draft, marker
from tests.trackers.servicenow.conftest import COLUMN
from ticketbot.simulate.faults import WRITES
from ticketbot.trackers.base import Draft

STAGING = {"staging": {"u_ticketbot_staging": "incident"}}


@pytest.fixture
def settings():
    return STAGING


@pytest.fixture(params=[COLUMN, {}], ids=["column", "attachment"])
def tracker(bench, request):
    return bench.tracker(import_set="u_ticketbot_staging", **request.param)


def test_a_record_has_everything_that_the_table_api_gives_it(bench, tracker):
    ticket = applied(tracker.create([Draft(draft(priority="high", due="2026-05-01"), "n")])[0])
    assert (ticket.title, ticket.priority, ticket.due) == ("Flaw s1", "high", "2026-05-01")
    assert tracker.find(["s1"]) == {"s1": [ticket]}
    assert ticket.marker == marker("s1")


def test_two_who_make_one_at_once_make_one(bench, tracker):
    other = bench.tracker(import_set="u_ticketbot_staging")
    first = applied(tracker.create([Draft(draft(), "n1")])[0])
    second = applied(other.create([Draft(draft(), "n2")])[0])
    assert first.id == second.id
    assert len(bench.instance.tickets()) == 1


@pytest.mark.parametrize("fault", [fault for fault in WRITES if fault != "401"])
def test_a_create_without_an_answer_is_sent_again_and_makes_one(bench, tracker, fault):
    bench.spoil(fault, lambda asked: "/import/" in asked.path)
    ticket = applied(tracker.create([Draft(draft(), "n")])[0])
    bench.passes(60)
    assert [t.id for t in tracker.find(["s1"])["s1"]] == [ticket.id]
    assert len(bench.instance.tickets()) == 1


@pytest.mark.parametrize("settings", [STAGING | {"mandatory": ("caller_id",)}])
def test_what_the_transform_refuses_is_told(bench, tracker):
    outcome = tracker.create([Draft(draft(), "n")])[0]
    assert outcome.state == "rejected"
    assert "The following fields are mandatory: Caller id" in outcome.reason


@pytest.mark.parametrize("settings", [{}])
def test_a_staging_table_that_is_not_there_is_told(bench, tracker):
    outcome = tracker.create([Draft(draft(), "n")])[0]
    assert outcome.state == "rejected"
    assert "Invalid staging table u_ticketbot_staging" in outcome.reason
