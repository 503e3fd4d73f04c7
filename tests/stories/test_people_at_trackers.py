"""What people do to tickets between two scans, at every tracker: their words stay, what they decide holds,
and nothing is made twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stories.telling import EVERY, Story, injection, ranks, told

BELOW = "Ana: the pool is in settings.py, see the wiki."


@pytest.fixture(params=EVERY)
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    with told(request.param, tmp_path) as story:
        yield story


def first(story: Story) -> str:
    """The id of the first ticket."""
    assert story.scan(injection()).actions == ["create"]
    return story.only().id


def test_a_retitled_ticket_keeps_its_title_when_the_flaw_gets_worse(story: Story) -> None:
    ticket = first(story)
    story.people.person_edits(ticket, "title", "The login, please hurry")
    assert story.scan(injection("critical")).actions == ["update"]
    assert story.scan(injection("critical", line=70, text="db.execute(q)")).actions == []
    assert story.only().title == "The login, please hurry"
    assert story.read(ticket).priority in (ranks(story.kind)[0], None)


@pytest.mark.parametrize("cold", [False, True])
def test_words_below_ours_stay_when_ours_are_written_anew(story: Story, cold: bool) -> None:
    ticket = first(story)
    before = story.only().body
    story.people.person_edits(ticket, "body", f"{before}\n\n{BELOW}")
    if cold:
        story.loses_its_ledger()
        assert story.scan(injection()).actions == []
    assert story.scan(injection("critical")).actions == ["update"]
    after = story.only().body
    assert after.endswith(BELOW)
    if story.kind != "local":  # whose tickets have no line below which people write
        assert "critical" in after.lower() and after != before


@pytest.mark.parametrize("cold", [False, True])
def test_words_inside_ours_stay_too(story: Story, cold: bool) -> None:
    ticket = first(story)
    lines = story.only().body.split("\n")
    mixed = "\n".join([*lines[:2], BELOW, *lines[2:]])
    story.people.person_edits(ticket, "body", mixed)
    if cold:
        story.loses_its_ledger()
        assert story.scan(injection()).actions == []
    assert story.scan(injection("critical")).actions == ["update"]
    assert BELOW in story.only().body
    assert story.scan(injection("critical")).actions == []


@pytest.mark.parametrize("cold", [False, True])
def test_a_ticket_without_its_labels_has_no_twin(story: Story, cold: bool) -> None:
    ticket = first(story)
    story.people.person_edits(ticket, "labels", [])
    if cold:
        story.loses_its_ledger()
    if cold and story.kind in ("jira", "jira-dc"):
        # JQL finds tickets by their labels, and no property that no app indexes
        assert story.scan(injection()).actions == ["create"]
        return
    assert story.scan(injection()).actions == []
    assert story.scan(injection("critical")).actions == ["update"]
    assert len(story.tickets()) == 1


def test_a_ticket_whose_body_was_emptied_has_no_twin(story: Story) -> None:
    ticket = first(story)
    story.people.person_edits(ticket, "body", "Somebody tidied up here.")
    assert story.scan(injection()).actions == []
    story.scan(injection("critical"))
    assert len(story.tickets()) == 1
    assert "Somebody tidied up here." in story.only().body
    assert story.scan().actions == ["close"]
    assert story.scan(injection()).actions[0] == "reopen"
    assert len(story.tickets()) == 1


def test_a_ticket_whose_marker_was_cut_out_is_found_without_a_ledger(story: Story) -> None:
    ticket = first(story)
    story.people.person_edits(ticket, "body", "Somebody tidied up here.")
    story.loses_its_ledger()
    # GitHub has the marker in the body and nowhere else
    expected = ["create"] if story.kind == "github" else []
    assert story.scan(injection()).actions == expected
    assert story.scan(injection()).actions == []
    assert "Somebody tidied up here." in story.seen(ticket).body


@pytest.mark.parametrize("cold", [False, True])
def test_a_deleted_ticket_is_not_made_in_a_loop(story: Story, cold: bool) -> None:
    ticket = first(story)
    story.people.person_deletes(ticket)
    if cold:
        story.loses_its_ledger()
    runs = [story.scan(injection()) for _ in range(3)]
    if cold:  # nobody knows that there ever was one
        assert [ran.actions for ran in runs] == [["create"], [], []]
        return
    assert [ran.actions for ran in runs] == [[], [], []]
    assert story.tickets() == []
    worse = story.scan(injection("critical"))
    assert [c.reason for c in worse.plan.changes] == [
        f"{worse.plan.changes[0].ticket} is not to be found in local: nothing is made in its place"
    ]
    assert story.scan().actions == []
    assert story.scan(injection()).actions == []
    assert story.tickets() == []


@pytest.mark.parametrize("how", ["wont_fix", "false_positive", "accepted", "duplicate"])
@pytest.mark.parametrize("cold", [False, True])
def test_what_a_person_decided_holds(story: Story, how: str, cold: bool) -> None:
    ticket = first(story)
    story.people.person_closes(ticket, how)
    for day in range(3):
        if cold:
            story.loses_its_ledger()
        assert story.scan(injection(), days=3, scan={"commit": f"{day}" * 40}).actions == []
    assert story.scan(injection("critical")).actions == []
    assert story.states() == [how]
    assert story.scan().actions == []
    assert story.states() == [how]
    story.people.person_reopens(ticket)
    assert story.scan(injection()).actions in ([], ["update"])
    assert story.states() == ["open"]


def test_nothing_is_said_in_a_ticket_that_was_closed_a_moment_ago(story: Story) -> None:
    story.scan(injection(), days=0)
    ticket = story.only().id
    story.people.person_closes(ticket, "wont_fix")
    for _ in range(2):  # lists do not tell of it yet
        assert story.scan(injection("critical"), days=0).actions == []
    assert story.only().comments in ((), ("Done.",))
    story.world.hands.passes(hours=1)
    assert story.scan(injection("critical")).actions == []
    assert story.states() == ["wont_fix"]
    story.people.person_reopens(ticket)
    story.world.hands.passes(hours=1)
    assert story.scan(injection("critical")).actions == ["update"]


@pytest.mark.parametrize("how", ["fixed", None])
def test_closed_as_done_is_opened_only_by_a_later_commit(story: Story, how: Any) -> None:
    story.scan(injection(), scan={"commit": "a" * 40})
    ticket = story.only().id
    story.people.person_closes(ticket, how)
    assert story.scan(injection(), scan={"commit": "a" * 40}).actions == []
    assert story.scan(injection(), scan={"commit": "a" * 40}, days=9).actions == []
    assert story.scan(injection(), scan={"commit": "b" * 40}).actions == ["reopen"]
    assert story.scan(injection(), scan={"commit": "c" * 40}).actions == []
    assert story.states() == ["open"]


def test_a_person_opens_what_we_closed(story: Story) -> None:
    ticket = first(story)
    assert story.scan().actions == ["close"]
    story.people.person_reopens(ticket)
    assert story.scan().actions == []
    assert story.scan().actions == []
    assert story.states() == ["open"]


def test_what_a_person_assigned_and_ranked_stays(story: Story) -> None:
    ticket = first(story)
    here = story.kind
    low = "low" if here.startswith("servicenow") else "Low"
    story.people.person_edits(ticket, "assignee", "ada")
    story.people.person_edits(ticket, "priority", low)
    story.people.person_edits(ticket, "due", "2026-03-03")
    assert story.scan(injection()).actions == []
    assert story.scan(injection("critical")).actions == ["update"]
    now = story.read(ticket)
    assert now.assignee is not None
    if here != "github":
        assert (now.priority or "").lower() == "low"
        assert now.due == "2026-03-03"
    assert story.scan(injection("critical")).actions == []
