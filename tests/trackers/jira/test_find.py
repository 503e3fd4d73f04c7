"""Our tickets found in JIRA: an index is never believed when it says nothing, and never when it says much."""

from __future__ import annotations

import pytest

from tests.trackers.contract import applied, create, draft, marker
from tests.trackers.jira.given import scene
from ticketbot.errors import TrackerError
from ticketbot.trackers.base import Draft

LONG = 3600.0


@pytest.fixture(params=[True, False], ids=["Cloud", "Data Center"])
def jira(request):
    with scene(cloud=request.param, search_lag=120.0) as made:
        yield made


def posts(jira):
    return [path for method, path in jira.requests() if method == "POST"]


def test_a_twin_that_another_job_makes_is_found_at_once(jira):
    one = create(jira.tracker())
    jira.now.passes(LONG)
    two = create(jira.tracker())
    assert [t.id for t in jira.tracker().find(["s1"])["s1"]] == [one.id, two.id]


def test_own_creates_are_not_read_again_key_by_key():
    with scene(search_lag=1e9) as jira:
        tracker = jira.tracker()
        create(tracker, "s0")
        tracker.create([Draft(draft(f"s{n}"), f"n{n}") for n in range(1, 300)])
        jira.requests()
        assert len(tracker.find([f"s{n}" for n in range(300)])) == 300
        # the newest old key, 3 searches by label, one batch of new keys
        assert len(jira.requests()) == 5
        jira.now.passes(61)
        assert len(tracker.find([f"s{n}" for n in range(300)])) == 300
        assert len(jira.requests()) == 8  # and three reads of own creates


def test_keys_that_the_index_has_are_not_walked_one_by_one_on_data_center():
    with scene(cloud=False, search_lag=1.0) as jira:
        other = jira.tracker()
        other.create([Draft(draft(f"s{n}"), f"n{n}") for n in range(100)])
        jira.now.passes(2)
        create(jira.tracker(), "x")
        jira.requests()
        assert list(jira.tracker().find(["x"])) == ["x"]
        # two searches for keys, one for labels, the new ticket, and five keys that nobody has yet
        assert len(jira.requests()) == 9


def test_a_walk_goes_on_behind_people_s_tickets_and_deleted_ones(jira):
    create(jira.tracker(), "old")
    jira.now.passes(LONG)
    for n in range(4):
        gone = jira.site.person_makes(f"p{n}", "")
    jira.site.person_deletes(gone)
    made = create(jira.tracker())
    assert [t.id for t in jira.tracker().find(["s1"])["s1"]] == [made.id]


def test_a_gap_of_deleted_keys_does_not_end_a_walk_before_what_is_known(jira):
    tracker = jira.tracker()
    create(tracker, "old")
    jira.now.passes(LONG)
    gone = [jira.site.person_makes(f"p{n}", "") for n in range(120)]
    for ticket in gone:
        jira.site.person_deletes(ticket)
    create(tracker, "own")
    made = create(jira.tracker())
    assert [t.id for t in tracker.find(["s1"])["s1"]] == [made.id]


def test_a_walk_begins_below_a_ticket_that_was_moved_here(jira):
    """It has the newest number, and was created long ago."""
    create(jira.tracker(), "old")
    foreign = create(jira.tracker(project="OPS"), "other")
    jira.now.passes(LONG)
    made = create(jira.tracker())
    jira.site.person_moves(foreign.id, "SEC")
    jira.now.passes(0)
    assert [t.id for t in jira.tracker().find(["s1"])["s1"]] == [made.id]


def test_a_moved_ticket_is_found_and_read_under_its_new_key(jira):
    made = create(jira.tracker())
    jira.site.person_moves(made.id, "OPS")
    jira.now.passes(LONG)
    tracker = jira.tracker()
    (found,) = tracker.find(["s1"])["s1"]
    assert (found.id, found.key, found.url) == (
        made.id,
        "OPS-1",
        "http://acme.simulated/browse/OPS-1",
    )
    assert tracker.read([made.id]) == {made.id: found}


def test_two_trackers_on_one_jira_tell_their_tickets_apart(jira):
    sec, ops = jira.tracker(), jira.tracker(project="OPS")
    mine, other = create(sec), create(ops)
    jira.now.passes(LONG)
    assert [t.id for t in jira.tracker().find(["s1"])["s1"]] == [mine.id]
    assert [t.id for t in jira.tracker().changed("")[0]] == [mine.id]
    assert [t.id for t in jira.tracker(project="OPS").changed("", ["shop"])[0]] == [other.id]


def test_a_clone_that_a_person_made_is_not_ours(jira):
    made = create(jira.tracker())
    clone = jira.site.person_makes("CLONE - Flaw s1", "")
    jira.site.person_edits(clone, "labels", list(made.labels))
    jira.now.passes(LONG)
    assert [t.id for t in jira.tracker().find(["s1"])["s1"]] == [made.id]
    assert [t.id for t in jira.tracker().changed("")[0]] == [made.id]


def test_labels_that_a_person_took_off_hide_a_ticket_from_searches_alone(jira):
    made = create(jira.tracker())
    jira.site.person_edits(made.id, "labels", [])
    tracker = jira.tracker()
    assert tracker.read([made.id])[made.id].marker == marker("s1")
    draft_ = draft(marker=marker("s1", draft="d2"))
    after = applied(tracker.update(made.id, draft_, ["title"], nonce="n"))
    assert {"ticketbot", "tb-s1", "ticketbot-target-shop"} <= set(after.labels)


@pytest.mark.parametrize("subject", ["", "a b", 's1" OR labels = "x', "s1)", "é", "a\nb"])
def test_a_subject_that_is_none_is_never_put_into_a_query(jira, subject):
    create(jira.tracker())
    jira.requests()
    assert jira.tracker().find([subject]) == {}
    assert jira.requests() == []


def test_deleted_tickets_are_missing_and_a_project_that_is_hidden_is_an_error(jira):
    tracker = jira.tracker()
    one, two = create(tracker, "s1"), create(tracker, "s2")
    jira.site.person_deletes(one.id)
    assert set(tracker.read([one.id, two.id])) == {two.id}
    with scene(cloud=jira.site.site.settings.cloud, denied=("BROWSE_PROJECTS",)) as hidden:
        with pytest.raises(TrackerError, match="No project could be found with key 'SEC'") as error:
            hidden.tracker().read(["10001"])
        assert "the account may see them" in error.value.hint


def test_searches_go_by_get_where_the_server_refuses_post(jira):
    create(jira.tracker())
    jira.now.passes(LONG)
    with scene(cloud=jira.site.site.settings.cloud, post_search=False) as other:
        made = create(other.tracker())
        other.now.passes(LONG)
        other.requests()
        tracker = other.tracker()
        assert [t.id for t in tracker.changed("")[0]] == [made.id]
        tracker.changed("")
        searches = [method for method, path in other.requests() if path.startswith("search")]
        assert searches[0] == "POST"
        assert set(searches[1:]) == {"GET"}


def test_pages_are_read_to_the_last(jira):
    with scene(cloud=jira.site.site.settings.cloud, page=7) as small:
        small.tracker().create([Draft(draft(f"s{n}"), f"n{n}") for n in range(30)])
        small.now.passes(LONG)
        assert len(small.tracker().changed("")[0]) == 30


def test_adoption_reads_what_a_query_finds_in_its_order(jira):
    create(jira.tracker())
    jira.site.person_makes("Bandit B608 in api.py", "made by a script")
    jira.now.passes(LONG)
    (found,) = jira.tracker().search('project = SEC AND text ~ "B608"')
    assert (found.ticket.title, found.body, found.ticket.marker) == (
        "Bandit B608 in api.py",
        "made by a script",
        None,
    )
    assert [t.ticket.key for t in jira.tracker().search("")] == ["SEC-1", "SEC-2"]
    with pytest.raises(TrackerError, match=r"Field .what. does not exist"):
        jira.tracker().search("what is this")
    adopted = applied(jira.tracker().update(found.ticket.id, draft("s2"), [], nonce="n"))
    assert (adopted.title, adopted.marker) == ("Bandit B608 in api.py", marker("s2"))
    jira.now.passes(LONG)
    assert [t.id for t in jira.tracker().find(["s2"])["s2"]] == [adopted.id]
