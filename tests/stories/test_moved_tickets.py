"""Tickets that people moved elsewhere: to another project, another repository, another class of task."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.telling import REMOTE, Story, injection, told


def first(story: Story) -> str:
    """The id of the first ticket."""
    assert story.scan(injection()).actions == ["create"]
    return story.only().id


def moves(story: Story, ticket: str) -> None:
    """To another project, another repository, another class of task."""
    match story.kind:
        case "jira" | "jira-dc":
            story.people.person_moves(ticket, "OPS")
        case "github":
            story.people.person_transfers(ticket, "acme/other")
        case _:
            story.people.person_reclassifies(ticket, "problem")


@pytest.mark.parametrize("kind", REMOTE)
def test_a_moved_ticket_is_the_same_ticket(kind: str, tmp_path: Path) -> None:
    with told(kind, tmp_path) as story:
        ticket = first(story)
        moves(story, ticket)
        assert story.scan(injection()).actions == []
        assert story.scan(injection("critical")).actions == ["update"]
        assert story.scan(injection("critical")).actions == []
        assert story.scan().actions == ["close"]
        assert story.read(ticket).state == "closed"
        assert story.scan(injection("critical")).actions[0] == "reopen"
        assert story.read(ticket).state == "open"
        assert story.scan(injection("critical")).actions == []
        assert len(story.tickets()) == (0 if kind == "github" else 1)


@pytest.mark.parametrize("kind", REMOTE)
def test_a_machine_without_a_ledger_finds_a_moved_ticket_where_the_tracker_tells_of_it(
    kind: str, tmp_path: Path
) -> None:
    with told(kind, tmp_path) as story:
        moves(story, first(story))
        story.loses_its_ledger()
        first_run = story.scan(injection()).actions
        assert story.scan(injection()).actions == []
        if kind in ("jira", "jira-dc"):
            assert first_run == []
        else:  # a repository does not list what has left it, and a table may be another tracker's
            assert first_run == ["create"]
        assert len(story.tickets()) == (2 if kind.startswith("servicenow") else 1)
