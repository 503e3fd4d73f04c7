"""Where markers stand in JIRA: properties, descriptions, both, and what clones and people do to them."""

from __future__ import annotations

import msgspec
import pytest

from tests.trackers.contract import applied, create, draft, marker
from tests.trackers.jira.given import Scene, scene
from tests.trackers.jira.test_changed import LONG, many, of_target
from ticketbot.trackers.base import Draft

BOTH = ["property", "description"]
CLOSED = marker("s1", closed="fixed")


@pytest.fixture(params=[True, False], ids=["Cloud", "Data Center"])
def jira(request):
    with scene(cloud=request.param) as made:
        yield made


@pytest.fixture
def server():
    with scene(cloud=False) as made:
        yield made


def anchors(jira: Scene) -> list[int]:
    return [seen.body.count("{anchor:tb1.") for seen in jira.site.tickets()]


@pytest.mark.parametrize(("cloud", "expected"), [(True, 0), (False, 1)])
def test_data_center_has_markers_in_descriptions_too(cloud, expected):
    with scene(cloud=cloud) as jira:
        create(jira.tracker())
        (issue,) = jira.site.site.issues.values()
        assert anchors(jira) == [expected]
        assert issue.properties["ticketbot"]["subject"] == "s1"


@pytest.mark.parametrize("before", BOTH)
@pytest.mark.parametrize("after", BOTH)
def test_a_change_of_the_setting_loses_no_ticket(jira, before, after):
    made = create(jira.tracker(marker=before))
    jira.now.passes(LONG)
    tracker = jira.tracker(marker=after)
    for found in (tracker.find(["s1"])["s1"], tracker.changed("", ["shop"])[0]):
        assert [(ticket.id, ticket.marker) for ticket in found] == [(made.id, marker("s1"))]
    new = draft(title="Worse", marker=marker("s1", draft="d2"))
    assert applied(tracker.update(made.id, new, ["title"], nonce="n")).marker == new.marker
    assert anchors(jira) == [int(after == "description")]
    jira.now.passes(LONG)
    for place in BOTH:
        tickets, _ = jira.tracker(marker=place).changed("", ["shop"])
        assert [ticket.marker for ticket in tickets] == [new.marker]


@pytest.mark.parametrize("place", BOTH)
def test_a_clone_is_a_person_s(jira, place):
    made = create(jira.tracker(marker=place))
    jira.now.passes(LONG)
    _, mark = jira.tracker(marker=place).changed("")
    jira.now.passes(LONG)
    copy = jira.site.person_clones(made.id)
    jira.now.passes(60)
    tracker = jira.tracker(marker=place)
    assert tracker.changed(mark)[0] == []
    assert [ticket.id for ticket in tracker.changed("", ["shop"])[0]] == [made.id]
    assert [ticket.id for ticket in tracker.find(["s1"])["s1"]] == [made.id]
    assert tracker.read([copy])[copy].marker is None


def test_a_clone_that_our_own_account_made_is_no_twin(server):
    """An automation may run as the same account."""
    made = create(server.tracker())
    copy = server.site.person_clones(made.id)
    server.site.site.issues[int(copy)].creator = 0
    server.now.passes(LONG)
    assert [ticket.id for ticket in server.tracker().changed("")[0]] == [made.id]


def test_tickets_that_another_account_of_ours_made_are_still_ours(server):
    made = create(server.tracker())
    server.site.site.issues[int(made.id)].creator = 1
    server.now.passes(LONG)
    assert [ticket.id for ticket in server.tracker().changed("")[0]] == [made.id]


def test_an_account_that_no_header_names_is_asked_for_once(server):
    def answer(asked):
        given = server.site.answer(asked)
        kept = {name: text for name, text in given.headers.items() if name != "X-AUSERNAME"}
        return msgspec.structs.replace(given, headers=kept)

    many(server, 3, "shop", "s")
    server.now.passes(LONG)
    server.answering(answer)
    server.requests()
    assert len(server.tracker().changed("", ["shop"])[0]) == 3
    paths = [path for _, path in server.requests()]
    assert (paths.count("myself"), sum(path.startswith("issue/1") for path in paths)) == (1, 0)


def test_a_description_that_a_person_emptied_leaves_the_property(server):
    made = create(server.tracker())
    server.site.person_edits(made.id, "body", "Mine now.")
    server.now.passes(LONG)
    (ticket,) = server.tracker().changed("")[0]
    assert ticket.marker == marker("s1")
    again = marker("s1", draft="d2")
    applied(server.tracker().comment(made.id, "Hello", marker=again, nonce="n"))
    (seen,) = server.site.tickets()
    assert seen.body.startswith("Mine now.\n\n{anchor:tb1.")


def test_a_marker_that_has_no_room_in_a_description_is_read_from_the_property(server):
    flaws = tuple(
        msgspec.structs.replace(marker("s1").flaws[0], id=f"f{n}", birth=f"sline/1:{n * 7919:08x}")
        for n in range(400)
    )
    large = marker("s1", flaws=flaws)
    made = create(server.tracker(), marker=large)
    assert (anchors(server), made.marker) == ([0], server.tracker().read([made.id])[made.id].marker)
    server.now.passes(LONG)
    (ticket,) = server.tracker().changed("")[0]
    assert {flaw.id for flaw in ticket.marker.flaws} == {flaw.id for flaw in flaws}
    applied(server.tracker().comment(made.id, "Less", marker=marker("s1"), nonce="n"))
    applied(server.tracker().comment(made.id, "More", marker=large, nonce="m"))
    assert anchors(server) == [0]  # an old one would be read


@pytest.mark.parametrize("closer", ["a person", "ticketbot", "ticketbot, killed before it said so"])
def test_who_closed_a_ticket_is_read_the_same_from_many_and_from_one(server, closer):
    tracker = server.tracker()
    made = create(tracker)
    if closer == "a person":
        server.site.person_closes(made.id, "fixed")
    else:
        applied(tracker.close(made.id, "fixed", comment="Gone", marker=CLOSED, nonce="c"))
    if closer.endswith("so"):
        issue = server.site.site.issues[int(made.id)]
        value = issue.properties["ticketbot"] | {"closed": None, "closing": "fixed"}
        issue.properties["ticketbot"] = value
        text = issue.fields["description"]
        issue.fields["description"] = f"{text[: text.index('{anchor')]}\n\n{text[-65:]}"
    server.now.passes(LONG)
    (ticket,) = server.tracker().changed("")[0]
    assert ticket.state == "closed"
    assert ticket.marker.closed == (None if closer == "a person" else "fixed")


def test_a_ticket_that_was_moved_to_another_tracker_s_project_is_not_that_one_s(jira):
    made = create(jira.tracker(marker="description"))
    jira.site.person_moves(made.id, "OPS")
    jira.now.passes(LONG)
    assert jira.tracker(marker="description", project="OPS").changed("", ["shop"])[0] == []
    assert [t.key for t in jira.tracker(marker="description").changed("", ["shop"])[0]] == ["OPS-1"]


def test_a_ticket_is_the_same_however_it_was_read(server):
    many(server, 30, "shop", "s")
    server.now.passes(LONG)
    listed = {ticket.id: ticket for ticket in server.tracker().changed("", ["shop"])[0]}
    assert server.tracker().read(listed) == listed
    for id_, ticket in listed.items():
        assert server.tracker().read([id_]) == {id_: ticket}


def test_many_are_read_at_once_and_those_that_are_gone_are_missing(server):
    many(server, 50, "shop", "s")
    server.now.passes(LONG)
    ids = sorted(map(str, server.site.site.issues))
    server.site.person_deletes(ids[7])
    server.requests()
    assert set(server.tracker().read(ids)) == {*ids} - {ids[7]}
    assert [path.rstrip("0123456789") for _, path in server.requests()] == [
        "search",
        "issue/",
        "project/SEC",
    ]


def test_ten_of_ours_among_many_others_are_read_in_five_requests(server):
    many(server, 1000, "other", "o")
    many(server, 10, "shop", "s")
    server.now.passes(LONG)
    server.requests()
    assert len(server.tracker().changed("", ["shop"])[0]) == 10
    assert len(server.requests()) <= 5


def test_a_cold_start_reads_many_in_few_requests(server):
    many(server, 600, "shop", "s")
    server.now.passes(LONG)
    server.requests()
    assert len(server.tracker().changed("", ["shop"])[0]) == 600
    assert len(server.requests()) <= 7


def test_a_proxy_that_lets_no_post_through_is_asked_by_get():
    with scene(cloud=False, post_search=False) as jira:
        tracker = jira.tracker()
        drafts = [Draft(draft(f"s{n}", marker=of_target(f"s{n}", "shop")), "n") for n in range(30)]
        made = [applied(outcome) for outcome in tracker.create(drafts)]
        jira.now.passes(LONG)
        jira.requests()
        assert len(jira.tracker().read([ticket.id for ticket in made])) == 30
        assert jira.requests() == [("POST", "search"), ("GET", "search")]
