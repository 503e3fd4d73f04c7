"""What we write into issues, how it comes back, and what people's words and labels mean."""

from __future__ import annotations

import msgspec
import pytest

from tests.trackers.contract import applied, create, draft, marker
from ticketbot.trackers.base import Draft
from ticketbot.trackers.github import body as github_body


def only(hub):
    (seen,) = hub.server.tickets()
    return seen


@pytest.mark.parametrize(
    ("resolution", "reason", "label"),
    [
        ("fixed", "completed", None),
        ("wont_fix", "not_planned", None),
        ("false_positive", "not_planned", "false positive"),
        ("accepted", "not_planned", "accepted"),
        ("duplicate", "duplicate", None),
    ],
)
def test_our_closing_comes_back_as_it_was_and_goes_with_the_reopening(
    hub, tracker, resolution, reason, label
):
    made = create(tracker)
    closed = marker("s1", closed=resolution)
    after = applied(tracker.close(made.id, resolution, comment="Why", marker=closed, nonce="n1"))
    assert (after.resolution, after.changed_by) == (resolution, "ticketbot")
    assert tracker.read([made.id])[made.id] == after
    assert hub.server.store.live[1].reason == reason
    assert (label in only(hub).labels) == (label is not None)
    again = applied(tracker.reopen(made.id, comment="Back", marker=marker("s1"), nonce="n2"))
    assert (again.state, again.resolution) == ("open", None)
    assert again.labels == made.labels
    assert hub.server.store.live[1].reason == "reopened"


@pytest.mark.parametrize(
    "resolution", [None, "wont_fix", "false_positive", "accepted", "duplicate"]
)
def test_a_persons_closing_is_read_by_its_reason_and_labels(hub, tracker, resolution):
    made = create(tracker)
    hub.server.person_closes(made.id, resolution)
    seen = tracker.read([made.id])[made.id]
    assert (seen.state, seen.resolution, seen.changed_by) == ("closed", resolution, "ada")


def test_the_labels_that_say_why_are_configured(hub):
    tracker = hub.tracker(resolution_labels={"Risk Accepted": "accepted"})
    made = create(tracker)
    hub.server.person_edits(made.id, "labels", ["risk accepted"])
    hub.server.person_closes(made.id, None)
    assert tracker.read([made.id])[made.id].resolution == "accepted"


def test_a_person_who_reopens_and_closes_as_not_planned_decides_although_the_marker_is_old(
    hub, tracker
):
    made = create(tracker)
    closed = marker("s1", closed="fixed")
    applied(tracker.close(made.id, "fixed", comment="Gone", marker=closed, nonce="n"))
    hub.server.person_reopens(made.id)
    hub.server.person_closes(made.id, "wont_fix")
    assert tracker.read([made.id])[made.id].resolution == "wont_fix"


@pytest.mark.parametrize("knows", [True, False])
def test_a_duplicate_names_the_survivor_where_the_server_can(make_hub, knows):
    hub = make_hub(knows_duplicates=knows)
    tracker = hub.tracker()
    one, two = create(tracker, "s1"), create(tracker, "s2")
    closed = marker("s2", closed="duplicate")
    after = applied(
        tracker.close(
            two.id, "duplicate", comment="Twin", marker=closed, duplicate_of=one.id, nonce="n"
        )
    )
    assert (after.state, after.resolution) == ("closed", "duplicate")
    assert hub.server.tickets()[1].links == ((("duplicates", "1"),) if knows else ())


def test_a_link_is_said_once_by_whoever_says_it(hub):
    one, two = create(hub.tracker(), "s1"), create(hub.tracker(), "s2")
    for nonce in ("a", "b"):
        applied(hub.tracker().link(two.id, one.id, "regression", nonce=nonce))
    assert hub.server.tickets()[1].links == (("regression", "1"),)
    assert len(hub.server.tickets()[1].comments) == 1


def test_an_update_is_one_patch_and_nothing_where_nothing_differs(hub, tracker):
    made = create(tracker)
    hub.asked()
    new = draft(title="Worse", body="New", labels=("security", "worse"))
    applied(tracker.update(made.id, new, ["title", "body", "labels"], nonce="n"))
    assert hub.asked() == [
        "GET /repos/acme/api/issues/1",
        "PATCH /repos/acme/api/issues/1",
    ]
    applied(tracker.update(made.id, new, ["title", "body", "labels"], nonce="m"))
    assert hub.asked() == ["GET /repos/acme/api/issues/1"]


def test_peoples_words_below_ours_stay_byte_for_byte(hub, tracker):
    made = create(tracker)
    theirs = "\r\n\r\nI looked at this.\r\n\r\n* it is real  \r\n"
    hub.server.person_edits(made.id, "body", only(hub).body + theirs)
    seen = tracker.read([made.id])[made.id]
    assert seen.body_digest == made.body_digest
    applied(tracker.update(made.id, draft(body="Quite new."), ["body"], nonce="n"))
    assert only(hub).body.startswith("Quite new.\n\n<!-- ticketbot:v1 tb1.")
    assert only(hub).body.endswith(" -->" + theirs)


def test_an_edit_of_our_words_shows_in_the_digest_even_as_crlf_it_does_not(hub, tracker):
    made = create(tracker, body="One.\n\nTwo.")
    hub.server.person_edits(made.id, "body", only(hub).body.replace("\n", "\r\n"))
    assert tracker.read([made.id])[made.id].body_digest == made.body_digest
    hub.server.person_edits(made.id, "body", only(hub).body.replace("Two", "Three"))
    assert tracker.read([made.id])[made.id].body_digest != made.body_digest


def test_a_marker_that_a_person_cut_out_comes_back_with_the_next_update(hub, tracker):
    made = create(tracker)
    hub.server.person_edits(made.id, "body", "My words.")
    after = applied(tracker.update(made.id, draft(title="New"), ["title"], nonce="n"))
    assert after.marker == marker("s1")
    assert only(hub).body.startswith("My words.\n\n<!-- ticketbot:v1")


def test_somebody_elses_issue_becomes_ours_and_keeps_its_words(hub, tracker):
    theirs = hub.server.person_makes("SQL injection", "Look at *login*.")
    hub.server.person_edits(theirs, "labels", ["triage"])
    after = applied(tracker.update(theirs, draft(), (), nonce="n"))
    assert after.title == "SQL injection"
    assert set(after.labels) == {"triage", "ticketbot", "ticketbot-target-shop"}
    assert only(hub).body.endswith(" -->\n\nLook at *login*.")
    assert [t.id for t in tracker.find(["s1"])["s1"]] == [theirs]
    applied(tracker.update(theirs, draft(body="Ours."), ["body"], nonce="m"))
    assert only(hub).body.startswith("Ours.\n\n<!--")
    assert only(hub).body.endswith("\n\nLook at *login*.")


def test_a_body_that_is_too_long_is_cut_before_its_marker_and_before_peoples_words(hub, tracker):
    made = create(tracker, body="word " * 20_000)
    assert len(only(hub).body) <= 65_536
    assert made.marker == marker("s1")
    theirs = "\n" + "mine " * 8_000
    hub.server.person_edits(made.id, "body", f"Ours.\n\n{_comment(only(hub).body)}{theirs}")
    applied(tracker.update(made.id, draft(body="word " * 20_000), ["body"], nonce="n"))
    assert len(only(hub).body) <= 65_536
    assert only(hub).body.endswith(theirs)


def _comment(body: str) -> str:
    return body[body.index("<!-- ticketbot") :]


@pytest.mark.parametrize("forged", ["<!-- ticketbot:v1 tb1.AAAA -->", "<!--ticketbot:said 00-->"])
def test_a_marker_in_a_report_is_none(hub, tracker, forged):
    made = create(tracker, body=f"It says {forged} here.")
    assert made.marker == marker("s1")
    assert forged not in only(hub).body
    assert github_body.marker_of(only(hub).body) == marker("s1")


def test_a_marker_has_at_most_four_kilobytes(hub, tracker):
    flaw = marker("s1").flaws[0]
    aliases = tuple(f"line/1:{n:064x}" for n in range(0, 10**9, 10**6))
    big = marker("s1", flaws=(msgspec.structs.replace(flaw, aliases=aliases),))
    made = create(tracker, marker=big)
    assert len(_comment(only(hub).body)) < 4_200
    assert made.marker is not None
    assert made.marker.flaws[0].birth == flaw.birth


def test_labels_that_are_dropped_in_silence_are_noticed_and_ours_found_all_the_same(make_hub):
    hub = make_hub(role="read")
    tracker = hub.tracker()
    outcome = tracker.create([Draft(draft(assignee="bob"), "n")])[0]
    assert outcome.state == "applied"
    for name in ("security", "bandit", "ticketbot", "assignees bob", "may not set"):
        assert name in outcome.reason
    hub.time.sleep(7200)
    cold = hub.tracker()
    assert [t.id for t in cold.changed("", ["shop"])[0]] == ["1"]
    assert set(cold.find(["s1"])) == {"s1"}


@pytest.mark.parametrize(
    ("more", "settings", "named"),
    [
        (
            {"assignee": "nobody"},
            {},
            "assignees left out: 422 Validation Failed: assignees invalid",
        ),
        ({}, {"issue_type": "Vulnerability"}, "type left out: 422 Validation Failed: type invalid"),
        ({"fields": {"severity": "high"}}, {}, "GitHub takes no field severity"),
        ({"labels": ("l" * 51,)}, {}, "labels over 50 characters left out"),
    ],
)
def test_what_github_does_not_know_is_left_out_and_said(hub, more, settings, named):
    outcome = hub.tracker(**settings).create([Draft(draft(**more), "n")])[0]
    assert outcome.state == "applied"
    assert named in outcome.reason
    assert "ticketbot" in only(hub).labels


def test_type_and_assignees_are_set_where_they_are_known(hub):
    tracker = hub.tracker(issue_type="Bug")
    made = create(tracker, assignee="ada", fields={"assignees": ["bob"], "milestone": 3})
    issue = hub.server.store.live[1]
    assert (issue.type, issue.milestone, issue.assignees) == ("Bug", 3, ("ada", "bob"))
    assert made.assignee == "ada"


def test_a_revision_tells_two_changes_of_one_second_apart(hub, tracker):
    made = create(tracker)
    hub.server.person_edits(made.id, "title", "One")
    first = tracker.read([made.id])[made.id]
    hub.server.person_edits(made.id, "title", "Two")
    second = tracker.read([made.id])[made.id]
    assert first.updated == second.updated
    assert len({made.revision, first.revision, second.revision}) == 3
