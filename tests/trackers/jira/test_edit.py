"""Writing to tickets that are there: what people wrote stays, and nothing is written or said twice."""

from __future__ import annotations

import pytest

from tests.trackers.contract import HOSTILE, applied, create, draft, marker
from tests.trackers.jira.given import scene

LOST = ["reset after", "500 after", "504 after", "html after", "cut after"]


@pytest.fixture(params=[True, False], ids=["Cloud", "Data Center"])
def jira(request):
    with scene(cloud=request.param) as made:
        yield made


def update(tracker, ticket, fields, **more):
    said = {name: more.pop(name) for name in ("comment", "remove_labels") if name in more}
    return tracker.update(ticket.id, draft(**more), fields, nonce="n", **said)


def test_words_below_the_line_stay_when_ours_are_written_anew(jira):
    tracker = jira.tracker()
    made = create(tracker)
    (seen,) = jira.site.tickets()
    jira.site.person_edits(made.id, "body", seen.body + "\n\nAsk *Ada* first.\n")
    assert tracker.read([made.id])[made.id].body_digest == made.body_digest
    after = applied(update(tracker, made, ["body"], body="Other words."))
    assert after.body_digest != made.body_digest
    (seen,) = jira.site.tickets()
    assert seen.body.startswith("Other words.")
    assert seen.body.endswith("write below this line.\n\nAsk *Ada* first.\n")


def test_an_update_is_one_write_with_marker_labels_and_fields(jira):
    tracker = jira.tracker()
    made = create(tracker)
    jira.requests()
    applied(
        update(
            tracker,
            made,
            ["title", "priority", "due", "labels", "body", "assignee"],
            title="Worse",
            priority="Highest",
            due="2026-06-01",
            labels=("critical",),
            assignee="ada@example.com",
            remove_labels=["bandit"],
            marker=marker("s1", draft="d2"),
        )
    )
    assert [m for m, p in jira.requests() if m == "PUT"] == ["PUT"]
    (seen,) = jira.site.tickets()
    assert (seen.title, seen.priority, seen.due) == ("Worse", "Highest", "2026-06-01")
    assert "critical" in seen.labels
    assert "bandit" not in seen.labels


def test_a_due_date_and_an_assignee_are_taken_away_again(jira):
    tracker = jira.tracker()
    made = create(tracker, due="2026-06-01", assignee="ada@example.com")
    assert (made.due, made.assignee) == ("2026-06-01", "ada@example.com")
    after = applied(update(tracker, made, ["due", "assignee", "priority"]))
    assert (after.due, after.assignee, after.priority) == (None, None, made.priority)


def test_what_is_on_no_screen_any_more_is_left_out_and_named(jira):
    tracker = jira.tracker()
    made = create(tracker)
    jira.site.site.change(off_screen=("priority",))
    outcome = update(tracker, made, ["title", "priority"], title="Worse", priority="High")
    assert applied(outcome).title == "Worse"
    assert outcome.reason.startswith("priority was left out: Field 'priority' cannot be set.")


@pytest.mark.parametrize("fault", [*LOST, "hang after", "502 before", "429 2"])
def test_an_update_without_an_answer_is_carried_out_once_more_and_does_no_harm(jira, fault):
    tracker = jira.tracker()
    made = create(tracker)
    jira.faulty(fault, method="PUT")
    applied(update(tracker, made, ["title"], title="Worse", comment="It got worse"))
    (seen,) = jira.site.tickets()
    assert (seen.title, seen.comments) == ("Worse", ("It got worse",))


@pytest.mark.parametrize("fault", LOST)
def test_a_comment_without_an_answer_is_looked_for_by_its_nonce(jira, fault):
    tracker = jira.tracker()
    made = create(tracker)
    jira.site.person_comments(made.id, "Hello")
    jira.faulty(fault, path="/comment", method="POST")
    for _ in range(2):
        applied(tracker.comment(made.id, "Hello", nonce="a"))
    (seen,) = jira.site.tickets()
    assert seen.comments == ("Hello", "Hello")


def test_a_comment_that_is_not_there_may_still_come(jira):
    tracker = jira.tracker()
    made = create(tracker)
    jira.site.person_comments(made.id, "Hello")
    jira.faulty("hang late 40", path="/comment", method="POST")
    assert tracker.comment(made.id, "Hello", nonce="a").state == "ambiguous"


def test_a_marker_goes_with_a_comment_and_after_it(jira):
    tracker = jira.tracker()
    made = create(tracker)
    asked = marker("s1", asked=True)
    assert applied(tracker.comment(made.id, "Revoked?", marker=asked, nonce="a")).marker == asked
    jira.faulty("reset before", path="/comment", method="POST")
    outcome = tracker.comment(made.id, "Still?", marker=marker("s1"), nonce="b")
    assert outcome.state == "ambiguous"
    assert tracker.read([made.id])[made.id].marker == asked


def test_text_of_a_report_starts_nothing_in_a_ticket_or_a_comment(jira):
    text = HOSTILE + "\n[~ada] !http://evil.example/x.png! {code}x{code} [~accountid:1]"
    tracker = jira.tracker()
    made = create(tracker, body=text.replace("[", "\\[").replace("!", "\\!"))
    applied(tracker.comment(made.id, "Hello [~ada]", nonce="a"))
    (seen,) = jira.site.tickets()
    for shown in (seen.body, *seen.comments):
        assert "[~" not in shown
        assert " !http" not in shown


@pytest.mark.parametrize("denied", ["EDIT_ISSUES", "ADD_COMMENTS"])
def test_what_the_account_may_not_do_is_rejected_with_jira_s_words(jira, denied):
    tracker = jira.tracker()
    made = create(tracker)
    jira.site.site.change(denied=(denied,))
    outcome = update(tracker, made, ["title"], title="Worse", comment="It got worse")
    assert outcome.state == "rejected"
    assert "You do not have permission to" in outcome.reason


def test_words_of_people_that_leave_no_room_stay_and_ours_are_left_out(jira):
    tracker = jira.tracker()
    made = create(tracker)
    (seen,) = jira.site.tickets()
    long = seen.body + "\n" + "x" * (32_767 - len(seen.body) - 1)
    jira.site.person_edits(made.id, "body", long)
    outcome = update(tracker, made, ["title", "body"], title="Worse", body="More. " * 100)
    assert applied(outcome).title == "Worse"
    assert (
        "the text was left out: what people wrote below the line leaves no room" in outcome.reason
    )
    assert jira.site.tickets()[0].body == long


def test_a_ticket_that_is_full_of_comments_takes_no_more_and_says_so(jira):
    jira.site.site.change(most_comments=0)
    made = create(jira.tracker())
    outcome = jira.tracker().comment(made.id, "Hello", nonce="a")
    assert outcome.state == "rejected"
    assert "413 The issue has reached its limit of comments." in outcome.reason
