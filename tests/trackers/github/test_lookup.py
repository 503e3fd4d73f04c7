"""How our issues are found: by what changed, by subject, by number; in how many requests."""

from __future__ import annotations

import msgspec
import pytest

from tests.trackers.contract import applied, create, draft, marker
from ticketbot.errors import TrackerError
from ticketbot.model.ticket import Marker
from ticketbot.trackers.base import Draft
from ticketbot.trackers.github import body as github_body
from ticketbot.trackers.github.labels import target_label


def test_ten_of_ours_among_20_000_others_are_found_in_at_most_five_requests(hub, tracker):
    for number in range(10_000):
        hub.server.store.make(f"Another {number}", "Body", "ada")
    for number in range(10):
        create(tracker, f"s{number}")
    for number in range(10_000):
        hub.server.store.make(f"Later {number}", "Body", "ada")
    hub.time.sleep(3600)
    hub.asked()
    cold = hub.tracker()
    assert len(cold.changed("", ["shop"])[0]) == 10
    assert cold.find(["new"]) == {}
    assert len(hub.asked()) <= 5
    assert set(cold.find(["s3", "new"])) == {"s3"}


def test_ten_of_a_target_among_20_000_of_other_targets_are_found_in_at_most_five(hub, tracker):
    flaw = msgspec.structs.replace(marker("other").flaws[0], target="web")
    body = github_body.composed("Body", marker("other", flaws=(flaw,)))
    for _ in range(20_000):
        hub.server.store.make("Another", body, "ticketbot", labels=("ticketbot",))
    for number in range(10):
        create(tracker, f"s{number}")
    hub.time.sleep(3600)
    hub.asked()
    cold = hub.tracker()
    assert len(cold.changed("", ["shop"])[0]) == 10
    assert cold.find(["new"]) == {}
    assert len(hub.asked()) <= 5
    assert set(cold.find(["s3", "new"])) == {"s3"}


def test_a_target_gets_a_label_of_its_own_but_for_the_repository_itself(hub, tracker):
    flaw = marker("s2").flaws[0]
    of_repository = msgspec.structs.replace(flaw, target="acme/api")
    create(tracker)
    create(tracker, "s2", marker=Marker(subject="s2", flaws=(of_repository,)))
    one, two = hub.server.tickets()
    assert "ticketbot-target-shop" in one.labels
    assert two.labels == ("security", "bandit", "ticketbot")
    assert [t.id for t in hub.tracker().changed("", ["acme/api"])[0]] == ["1", "2"]


@pytest.mark.parametrize("target", ["Shop, Web & more", "x" * 80, "läden/süd"])
def test_a_targets_label_fits_and_has_no_comma(target):
    label = target_label("acme/api", target)
    assert label is not None
    assert len(label) <= 50
    assert "," not in label
    assert label != target_label("acme/api", target + "2")


def test_an_unchanged_repository_costs_one_request_and_its_etag_makes_it_free(hub, tracker):
    create(tracker)
    _, mark = tracker.changed("")
    hub.time.sleep(7200)
    _, mark = tracker.changed(mark)
    hub.asked()
    left = hub.server.limits.headers("simulated")["X-RateLimit-Remaining"]
    assert tracker.changed(mark) == ([], mark)
    assert len(hub.asked()) == 1
    assert hub.server.limits.headers("simulated")["X-RateLimit-Remaining"] == left


def test_pull_requests_and_other_issues_are_not_ours_but_their_changes_move_the_mark(hub, tracker):
    create(tracker)
    _, mark = tracker.changed("")
    hub.time.sleep(7200)
    hub.server.person_opens_a_pull_request("Fix", github_body.composed("Copied", marker("s1")))
    hub.server.person_makes("Another", "Body")
    tickets, later = tracker.changed(mark)
    assert {ticket.id for ticket in tickets} <= {"1"}
    assert msgspec.json.decode(later)["since"] > msgspec.json.decode(mark)["since"]
    assert [t.id for t in tracker.find(["s1"])["s1"]] == ["1"]


def test_what_a_lagging_list_hid_is_given_with_the_next_changes(make_hub):
    hub = make_hub(list_lag=600)
    tracker = hub.tracker()
    create(tracker)
    hub.time.sleep(3000)
    _, mark = tracker.changed("")
    hub.server.person_closes("1", "wont_fix")
    hub.server.person_makes("Another", "Body")
    hub.time.sleep(300)
    tickets, mark = tracker.changed(mark)
    assert tickets == []
    hub.time.sleep(301)
    assert [t.state for t in tracker.changed(mark)[0]] == ["closed"]


def test_a_list_that_shows_an_older_state_undoes_nothing(make_hub):
    hub = make_hub(list_lag=300)
    create(hub.tracker())
    _, mark = hub.tracker().changed("")
    hub.time.sleep(200)
    closed = marker("s1", closed="fixed")
    applied(hub.tracker().close("1", "fixed", comment="Gone", marker=closed, nonce="n"))
    hub.time.sleep(150)
    (ticket,), _ = hub.tracker().changed(mark)
    assert (ticket.state, ticket.resolution) == ("closed", "fixed")
    assert [t.state for t in hub.tracker().find(["s1"])["s1"]] == ["closed"]


def test_a_cold_start_sees_what_no_list_shows_yet(make_hub):
    hub = make_hub(list_lag=300, label_lag=600)
    create(hub.tracker())
    hub.time.sleep(3)
    assert [t.id for t in hub.tracker().changed("", ["shop"])[0]] == ["1"]


def test_a_cold_start_is_not_told_an_older_state(make_hub):
    hub = make_hub(list_lag=300, label_lag=600)
    create(hub.tracker())
    hub.time.sleep(1000)
    closed = marker("s1", closed="fixed")
    applied(hub.tracker().close("1", "fixed", comment="Gone", marker=closed, nonce="n"))
    (ticket,), _ = hub.tracker().changed("", ["shop"])
    assert (ticket.state, ticket.resolution) == ("closed", "fixed")


def test_a_second_look_reads_only_newer_numbers(hub, tracker):
    tracker.changed("")
    for number in range(100):
        create(tracker, f"s{number}")
    create(hub.tracker(), "other")
    hub.server.person_deletes("50")
    hub.asked()
    assert len(tracker.find([f"s{number}" for number in range(40)])) == 40
    assert set(tracker.find(["other"])) == {"other"}
    assert len(hub.asked()) <= 4


def test_a_relabelled_renamed_and_closed_issue_is_still_noticed(hub, tracker):
    create(tracker)
    _, mark = tracker.changed("")
    hub.time.sleep(7200)
    hub.server.person_edits("1", "labels", ["mine"])
    hub.server.person_edits("1", "title", "My title")
    hub.server.person_closes("1", "false_positive")
    (ticket,), _ = hub.tracker().changed(mark)
    assert (ticket.title, ticket.resolution, ticket.changed_by) == (
        *("My title", "false_positive"),
        "ada",
    )


def test_an_issue_whose_marker_a_person_cut_out_is_given_by_its_label(hub, tracker):
    create(tracker)
    _, mark = tracker.changed("")
    hub.time.sleep(7200)
    hub.server.person_edits("1", "body", "My words")
    (ticket,), _ = tracker.changed(mark)
    assert (ticket.id, ticket.marker) == ("1", None)


def test_numbers_that_others_took_are_walked_over_until_many_are_nothing(make_hub):
    hub = make_hub(list_lag=900)
    tracker = hub.tracker()
    tracker.changed("")
    for number in range(60):
        hub.server.person_makes(f"Another {number}", "Body")
    hub.server.person_deletes("57")
    create(hub.tracker(), "s1")
    assert [t.id for t in tracker.find(["s1"])["s1"]] == ["61"]


def test_a_find_says_what_a_person_did_before_this_run(hub):
    for number in range(3):
        create(hub.tracker(), f"s{number}")
    hub.time.sleep(5000)
    _, mark = hub.tracker().changed("")
    hub.time.sleep(5000)
    hub.server.person_closes("2", None)
    hub.server.person_deletes("3")
    tracker = hub.tracker()
    tracker.changed(mark)
    found = tracker.find(["s0", "s1", "s2"])
    assert {s: [t.state for t in each] for s, each in found.items()} == {
        "s0": ["open"],
        "s1": ["closed"],
    }


def test_known_tickets_are_read_25_in_a_request(hub, tracker):
    for number in range(60):
        create(tracker, f"s{number}")
    hub.asked()
    assert len(tracker.read([str(number) for number in range(1, 61)])) == 60
    assert hub.asked() == ["POST /graphql"] * 3


def test_fewer_are_read_at_once_where_the_server_gives_up(make_hub):
    hub = make_hub(aliases=10)
    tracker = hub.tracker()
    for number in range(20):
        create(tracker, f"s{number}")
    assert len(tracker.read([str(number) for number in range(1, 21)])) == 20


def test_a_pull_request_is_no_ticket(hub, tracker):
    number = hub.server.person_opens_a_pull_request("Fix")
    assert tracker.read([number]) == {}
    assert tracker.comment(number, "Hello", nonce="n").state == "rejected"
    assert [seen.comments for seen in hub.server.tickets()] == []


def test_a_deleted_issue_is_missing_and_cannot_be_written_to(hub, tracker):
    made = create(tracker)
    hub.server.person_deletes(made.id)
    assert tracker.read([made.id]) == {}
    outcome = tracker.close(made.id, "fixed", comment="Gone", marker=None, nonce="n")
    assert (outcome.state, outcome.reason) == ("rejected", "there is no issue #1 (deleted?)")


def test_a_transferred_issue_is_read_and_written_where_it_is(hub, tracker):
    made = create(tracker)
    hub.server.person_transfers(made.id, "acme/elsewhere", 7)
    hub.asked()
    ticket = tracker.read([made.id])[made.id]
    assert (ticket.id, ticket.key, ticket.state) == ("1", "acme/elsewhere#7", "open")
    for outcome in (
        tracker.update(made.id, draft(title="New"), ["title"], nonce="n1"),
        tracker.comment(made.id, "Hello", nonce="n2"),
        tracker.close(made.id, "fixed", comment="Gone", marker=None, nonce="n3"),
    ):
        assert outcome.state == "applied"
        assert (outcome.ticket.id, outcome.ticket.key) == ("1", "acme/elsewhere#7")
    assert (outcome.ticket.title, outcome.ticket.state) == ("New", "closed")
    _, there = hub.server.store.moved[1]
    assert [said.body.partition("\n")[0] for said in there.comments] == ["Hello", "Gone"]
    written = [line for line in hub.asked() if line.startswith(("PATCH", "POST /repos"))]
    assert all("acme/elsewhere/issues/7" in line for line in written)


def test_missing_tickets_are_an_error_where_the_repository_is_not_seen_any_more(make_hub, time):
    hub = make_hub()
    tracker = hub.tracker()
    made = create(tracker)
    hub.server.settings = type(hub.server.settings)(role="none")
    with pytest.raises(TrackerError, match="no repository acme/api that this account may see"):
        tracker.read([made.id])


def test_numbers_of_another_repository_of_the_same_name_are_not_taken_for_ours(make_hub):
    tracker = make_hub().tracker()
    create(tracker)
    _, mark = tracker.changed("")
    again = make_hub(repository_id=43).tracker()
    again.changed(mark)
    with pytest.raises(TrackerError, match="another repository than before under the same name"):
        again.find(["s1"])


def test_a_mark_that_is_none_of_ours_is_a_cold_start(hub, tracker):
    create(tracker)
    assert len(tracker.changed("nonsense")[0]) == 1


def test_a_query_is_githubs_and_stays_in_the_repository(hub, tracker):
    create(tracker)
    hub.server.person_makes("SQL injection in login", "seen by hand")
    hub.time.sleep(120)
    assert [t.ticket.key for t in tracker.search("SQL injection label:ticketbot")] == []
    assert [(t.ticket.key, t.body) for t in tracker.search("SQL injection")] == [
        ("#2", "seen by hand")
    ]
    assert [t.ticket.key for t in tracker.search("")] == ["#2", "#1"]
    assert [t.ticket.key for t in tracker.search("", limit=1)] == ["#2"]


def test_twins_of_two_jobs_are_both_found_the_oldest_first(hub):
    one, two = hub.tracker(), hub.tracker()
    assert one.find(["s1"]) == two.find(["s1"]) == {}
    applied(one.create([Draft(draft(), "a")])[0])
    applied(two.create([Draft(draft(), "b")])[0])
    for tracker in (one, two):
        assert [t.id for t in tracker.find(["s1"])["s1"]] == ["1", "2"]
