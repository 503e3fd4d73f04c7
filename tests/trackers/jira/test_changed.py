"""What changed in JIRA since a mark, and how few requests tell it."""

from __future__ import annotations

import msgspec
import pytest

from tests.trackers.contract import create, draft, marker
from tests.trackers.jira.given import scene
from ticketbot.model.ticket import Marker
from ticketbot.trackers.base import Draft

LONG = 3600.0


@pytest.fixture(params=[True, False], ids=["Cloud", "Data Center"])
def jira(request):
    with scene(cloud=request.param, search_lag=120.0) as made:
        yield made


def of_target(subject: str, target: str) -> Marker:
    given = marker(subject)
    flaws = tuple(msgspec.structs.replace(flaw, target=target) for flaw in given.flaws)
    return msgspec.structs.replace(given, flaws=flaws)


def many(jira, count: int, target: str, prefix: str) -> None:
    drafts = [
        Draft(draft(f"{prefix}{n}", marker=of_target(f"{prefix}{n}", target)), f"{prefix}{n}")
        for n in range(count)
    ]
    tracker = jira.tracker()
    for start in range(0, count, 50):
        tracker.create(drafts[start : start + 50])


def test_a_change_that_the_index_had_not_yet_is_given_next_time(jira):
    made = create(jira.tracker())
    jira.now.passes(LONG)
    _, mark = jira.tracker().changed("")
    jira.site.person_closes(made.id, "wont_fix")
    jira.now.passes(30)
    tickets, mark = jira.tracker().changed(mark)
    assert tickets == []
    jira.now.passes(300)
    (ticket,), mark = jira.tracker().changed(mark)
    assert (ticket.state, ticket.resolution) == ("closed", "wont_fix")
    jira.now.passes(LONG)
    assert jira.tracker().changed(jira.tracker().changed(mark)[1])[0] == []


def test_a_search_that_had_to_wait_for_its_turn_misses_nothing(jira):
    made = create(jira.tracker())
    jira.now.passes(LONG)
    _, mark = jira.tracker().changed("")
    jira.site.person_closes(made.id, "fixed")
    jira.now.passes(130)
    jira.faulty("429 3000", path="jql" if jira.site.site.settings.cloud else "search")
    assert [ticket.state for ticket in jira.tracker().changed(mark)[0]] == ["closed"]


def test_a_target_is_read_in_full_the_first_time_and_by_what_changed_later(jira):
    many(jira, 2, "shop", "a")
    many(jira, 3, "Das Büro", "b")
    jira.now.passes(LONG)
    tickets, mark = jira.tracker().changed("", ["shop"])
    assert {t.marker.subject for t in tickets} >= {"a0", "a1"}
    jira.now.passes(LONG)
    tickets, mark = jira.tracker().changed(mark, ["Das Büro", "shop"])
    assert {t.marker.subject for t in tickets} == {"b0", "b1", "b2"}
    tickets, _ = jira.tracker().changed(mark)
    assert len(tickets) == 5


def test_a_mark_that_cannot_be_read_is_none(jira):
    create(jira.tracker())
    jira.now.passes(LONG)
    assert len(jira.tracker().changed("{nonsense")[0]) == 1


def test_the_deployment_is_asked_once_and_remembered_with_the_mark(jira):
    create(jira.tracker())
    jira.now.passes(LONG)
    tracker = jira.tracker(deployment=None)
    jira.requests()
    _, mark = tracker.changed("")
    tracker.find(["s1"])
    assert [path for _, path in jira.requests()].count("serverInfo") == 1
    jira.tracker(deployment=None).changed(mark)
    assert "serverInfo" not in [path for _, path in jira.requests()]


def test_ten_of_ours_among_many_others_are_read_in_four_requests():
    with scene() as jira:
        many(jira, 1000, "other", "o")
        many(jira, 10, "shop", "s")
        jira.now.passes(LONG)
        jira.requests()
        assert len(jira.tracker().changed("", ["shop"])[0]) == 10
        search, read = ("POST", "search/jql"), ("POST", "issue/bulkfetch")
        assert jira.requests() == [search, search, read, read]


def test_a_cold_start_sees_what_the_index_has_not_yet(jira):
    create(jira.tracker(), "old")
    jira.now.passes(LONG)
    made = create(jira.tracker())
    assert made in jira.tracker().changed("", ["shop"])[0]


def test_nothing_changed_is_one_request(jira):
    many(jira, 60, "shop", "s")
    jira.now.passes(LONG)
    _, mark = jira.tracker().changed("", ["shop"])
    jira.now.passes(LONG)
    jira.requests()
    assert jira.tracker().changed(mark, ["shop"])[0] == []
    assert len(jira.requests()) == 1


def test_the_revision_changes_with_what_moves_no_date(jira):
    made = create(jira.tracker())
    (issue,) = jira.site.site.issues.values()
    issue.properties["ticketbot"] = issue.properties["ticketbot"] | {"draft": "d9"}
    assert jira.tracker().read([made.id])[made.id].revision != made.revision
