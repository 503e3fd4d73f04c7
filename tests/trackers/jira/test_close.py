"""Closing and reopening in JIRA: whichever way the workflow has, it stays readable who closed it, and how."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.trackers.contract import applied, create, draft, marker
from tests.trackers.jira.given import scene
from ticketbot.model.ticket import Resolution
from ticketbot.simulate.exchange import answered

BARE = ("Done", "Won't Do")
CLOSED = marker("s1", closed="fixed")
LOST = ["reset after", "500 after", "502 after", "html after", "cut after"]


@pytest.fixture(params=[True, False], ids=["Cloud", "Data Center"])
def jira(request):
    with scene(cloud=request.param) as made:
        yield made


def now(jira, ticket):
    return jira.tracker().read([ticket.id])[ticket.id]


def close(tracker, ticket, resolution="fixed", **more):
    given = {"comment": "Gone", "marker": marker("s1", closed=resolution), "nonce": "n"}
    return tracker.close(ticket.id, resolution, **(given | more))


@pytest.mark.parametrize("resolution", get_args(Resolution))
@pytest.mark.parametrize(
    "site",
    [{}, {"resolutions": BARE}, {"resolution_screen": False}, {"resolutions": ("Fixed", "Done")}],
    ids=["all resolutions", "two resolutions", "none to be chosen", "done alone"],
)
@pytest.mark.parametrize("marked", [True, False])
def test_our_close_reads_as_ours_whatever_the_project_calls_it(site, resolution, marked):
    with scene(**site) as jira:
        tracker = jira.tracker()
        made = create(tracker)
        more = {} if marked else {"marker": None}
        after = applied(close(tracker, made, resolution, **more))
        assert (after.state, after.resolution) == ("closed", resolution)
        assert now(jira, made) == after
        assert after.marker == (marker("s1", closed=resolution) if marked else marker("s1"))


@pytest.mark.parametrize("resolution", [*get_args(Resolution), None])
def test_a_person_s_close_reads_as_theirs(jira, resolution):
    made = create(jira.tracker())
    jira.site.person_closes(made.id, resolution)
    assert (now(jira, made).state, now(jira, made).resolution) == ("closed", resolution)


def test_the_label_of_an_old_close_says_nothing_of_a_new_one():
    with scene(resolutions=BARE) as jira:
        tracker = jira.tracker()
        made = create(tracker)
        assert "ticketbot-closed-duplicate" in applied(close(tracker, made, "duplicate")).labels
        opened = applied(tracker.reopen(made.id, comment="Back", marker=None, nonce="m"))
        assert not [name for name in opened.labels if "closed" in name]


def test_a_close_is_announced_made_and_marked_and_a_reopening_marked_after_it(jira):
    tracker = jira.tracker()
    made = create(tracker)
    jira.requests()
    applied(close(tracker, made))
    writes = [(m, p.partition("/")[2].partition("/")[2]) for m, p in jira.requests()]
    marked, moved, said = ("PUT", ""), ("POST", "transitions"), ("POST", "comment")
    assert [w for w in writes if w in (marked, moved, said)] == [marked, moved, marked, said]
    applied(tracker.reopen(made.id, comment="Back", marker=marker("s1"), nonce="m"))
    writes = [(m, p.partition("/")[2].partition("/")[2]) for m, p in jira.requests()]
    assert [w for w in writes if w in (marked, moved, said)] == [moved, marked, said]


def test_transitions_are_asked_once_for_tickets_of_one_kind(jira):
    tracker = jira.tracker()
    tickets = [create(tracker, f"s{n}") for n in range(3)]
    jira.requests()
    for ticket in tickets:
        applied(close(tracker, ticket))
    asked = [p for m, p in jira.requests() if m == "GET" and p.endswith("/transitions")]
    assert len(asked) == 1


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("path", ["/transitions", "/comment", ""], ids=["move", "say", "mark"])
def test_a_lost_answer_is_looked_up_and_nothing_is_said_or_done_twice(jira, fault, path):
    tracker = jira.tracker()
    made = create(tracker)
    jira.faulty(fault, path=path or made.id, method="POST" if path else "PUT")
    after = applied(close(tracker, made))
    assert (after.state, after.marker) == ("closed", CLOSED)
    (seen,) = jira.site.tickets()
    assert len(seen.comments) == 1


@pytest.mark.parametrize("path", ["/transitions", "/comment"])
def test_what_is_not_plainly_there_stays_unknown(jira, path):
    tracker = jira.tracker()
    made = create(tracker)
    jira.faulty("reset before", path=path, method="POST")
    assert close(tracker, made).state == "ambiguous"


def test_a_screen_s_required_fields_come_from_the_configuration():
    with scene(required_to_close=("customfield_10010",)) as jira:
        made = create(jira.tracker())
        outcome = close(jira.tracker(), made)
        assert outcome.state == "rejected"
        assert "requires Team (customfield_10010): set `transition_fields` of sec" in outcome.reason
        assert now(jira, made).marker == marker("s1")
        for name in ("customfield_10010", "Team"):
            tracker = jira.tracker(transition_fields={name: "AppSec"})
            applied(close(tracker, made))
            (issue,) = jira.site.site.issues.values()
            assert issue.fields["customfield_10010"] == "AppSec"
            applied(tracker.reopen(made.id, comment="", marker=None, nonce="m"))


def test_an_account_that_may_not_transition_leaves_the_ticket_as_it_was():
    with scene(denied=("TRANSITION_ISSUES",)) as jira:
        made = create(jira.tracker())
        outcome = close(jira.tracker(), made)
        assert outcome.state == "rejected"
        assert "no transition leads SEC-1 from 'To Do' to a status of the category Done" in (
            outcome.reason
        )
        assert now(jira, made) == made


def test_a_configured_status_is_kept_to(jira):
    made = create(jira.tracker())
    assert close(jira.tracker(done_status="Rejected"), made).state == "rejected"
    applied(close(jira.tracker(done_status="done"), made))
    tracker = jira.tracker(open_status="In Progress")
    applied(tracker.reopen(made.id, comment="", marker=None, nonce="m"))
    assert jira.site.site.issue(made.id).status == "In Progress"


@pytest.mark.parametrize("resolution", ["fixed", "accepted"])
def test_a_refused_close_takes_its_mark_back(jira, resolution):
    jira.site.site.change(resolutions=BARE)
    tracker = jira.tracker()
    one, two = create(tracker, "s1"), create(tracker, "s2")
    applied(close(tracker, two))
    jira.site.site.change(required_to_close=("customfield_10010",))
    outcome = close(tracker, one, resolution)
    assert outcome.state == "rejected"
    assert "Team (customfield_10010)" in outcome.reason
    assert (now(jira, one).marker, now(jira, one).labels) == (one.marker, one.labels)


def test_a_duplicate_is_linked_to_the_one_that_is_kept(jira):
    tracker = jira.tracker()
    kept, twin = create(tracker, "s1"), create(tracker, "s2")
    for _ in range(2):
        applied(close(tracker, twin, "duplicate", duplicate_of=kept.id))
    seen = {t.id: t.links for t in jira.site.tickets()}
    assert seen == {kept.id: (), twin.id: (("duplicates", kept.id),)}


@pytest.mark.parametrize(
    ("site", "says"),
    [
        ({"link_types": ("Relates",)}, "No issue link type with name 'Duplicate' found"),
        ({"denied": ("LINK_ISSUES",)}, "You do not have permission to link issues"),
    ],
)
def test_a_duplicate_that_cannot_be_linked_is_closed_and_says_so(site, says):
    with scene(**site) as jira:
        tracker = jira.tracker()
        kept, twin = create(tracker, "s1"), create(tracker, "s2")
        outcome = close(tracker, twin, "duplicate", duplicate_of=kept.id)
        assert applied(outcome).state == "closed"
        assert says in outcome.reason
        assert tracker.link(twin.id, kept.id, "duplicates", nonce="n").state == "rejected"


def test_linking_is_looked_up_before_and_after(jira):
    tracker = jira.tracker()
    one, two = create(tracker, "s1"), create(tracker, "s2")
    jira.faulty("reset after", path="issueLink")
    applied(tracker.link(two.id, one.id, "regression", nonce="n"))
    applied(tracker.link(two.id, one.id, "regression", nonce="m"))
    assert [p for _, p in jira.requests()].count("issueLink") == 1


def test_the_marker_in_a_description_follows_what_is_done():
    with scene(cloud=False, properties=False) as jira:
        tracker = jira.tracker()
        made = create(tracker)
        jira.site.person_edits(made.id, "body", jira.site.tickets()[0].body + "\nMy words.")
        after = applied(close(tracker, made))
        assert after.marker == CLOSED
        assert jira.site.tickets()[0].body.endswith("\nMy words.")
        assert after.body_digest == made.body_digest


def test_a_second_process_learns_that_properties_are_refused():
    with scene(cloud=False, properties=False) as jira:
        made = create(jira.tracker())
        tracker = jira.tracker()
        after = applied(
            tracker.update(made.id, draft(title="Worse", body="New"), ["body"], nonce="u")
        )
        assert after.marker == marker("s1")
        assert applied(close(jira.tracker(), made)).marker == CLOSED
        (seen,) = jira.site.tickets()
        assert seen.body.startswith("New")
        assert seen.body.count("{anchor:tb1.") == 1
        assert seen.comments == ("Gone",)


def test_a_transition_that_collides_with_another_is_chosen_and_sent_again(jira):
    collisions = [answered(409, {"errorMessages": ["Another one is going on."], "errors": {}})]

    def answer(asked):
        moving = asked.method == "POST" and asked.path.endswith("/transitions")
        return collisions.pop() if moving and collisions else jira.site.answer(asked)

    made = create(jira.tracker())
    jira.answering(answer)
    assert applied(close(jira.tracker(), made)).state == "closed"
    assert collisions == []


@pytest.mark.parametrize("resolution", ["fixed", "wont_fix"])
def test_a_ticket_that_somebody_closes_at_the_same_time_keeps_both_marks(jira, resolution):
    """Nothing may say that ours was not, or that theirs was ours."""
    made = create(jira.tracker())
    rivals = [lambda: jira.site.person_closes(made.id, resolution)]

    def answer(asked):
        if rivals and asked.method == "POST" and asked.path.endswith("/transitions"):
            rivals.pop()()
        return jira.site.answer(asked)

    tracker = jira.tracker()
    jira.answering(answer)
    after = applied(close(tracker, made))
    assert (after.state, after.resolution, after.marker) == ("closed", resolution, CLOSED)
    other = create(tracker, "s2")
    assert applied(close(tracker, other)).state == "closed"


@pytest.mark.parametrize("resolution", ["fixed", "duplicate", "accepted"])
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_job_that_is_killed_while_it_closes_leaves_nothing_that_reads_as_a_person_s(
    jira, resolution, steps
):
    class KilledError(BaseException):
        pass

    left = [None] * steps

    def answer(asked):
        if asked.method == "GET" or asked.path.endswith(("bulkfetch", "jql", "search")):
            return jira.site.answer(asked)
        if not left:
            raise KilledError
        left.pop()
        return jira.site.answer(asked)

    made = create(jira.tracker())
    jira.answering(answer)
    with pytest.raises(KilledError):
        close(jira.tracker(), made, resolution)
    jira.answering(jira.site.answer)
    found = now(jira, made)
    said = (found.state, found.resolution, found.marker.closed)
    open_, closed = ("open", None, None), ("closed", resolution, resolution)
    assert said == (open_ if steps == 1 else closed)
