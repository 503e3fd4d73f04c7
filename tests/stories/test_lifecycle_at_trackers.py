"""Escalation, groups, regressions, duplicates and secrets: the same policy in every tracker's own terms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.telling import EVERY, Story, injection, ranks, told
from tests.sync.laboratory import finding
from ticketbot.model.finding import Component, Finding, Secret
from ticketbot.model.ticket import TicketDraft
from ticketbot.planning.settings import Condition, Route
from ticketbot.trackers.base import Draft


@pytest.fixture(params=EVERY)
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    with told(request.param, tmp_path) as story:
        yield story


def rank(story: Story, which: int) -> str | None:
    """The priority of what is critical (0) or high (1)."""
    return None if story.kind == "github" else ranks(story.kind)[which]


def test_getting_worse_is_said_once_and_getting_better_is_not(story: Story) -> None:
    story.scan(injection())
    ticket = story.only().id
    assert story.read(ticket).priority == rank(story, 1)
    assert story.scan(injection("critical")).actions == ["update"]
    assert story.scan(injection("critical")).actions == []
    worse = story.read(ticket)
    assert worse.priority == rank(story, 0)
    if story.kind != "github":
        assert worse.due == "2026-03-09"  # not 2026-03-31
    assert sum("severity" in text for text in story.only().comments) == 1
    assert story.scan(injection()).actions == ["update"]
    better = story.read(ticket)
    assert better.due == worse.due
    assert len(story.only().comments) == 1
    assert "high" in story.only().body and "critical" not in story.only().body
    assert story.scan(injection()).actions == []


def upgrade(name: str, number: int) -> Finding:
    """One vulnerability of a component."""
    vulnerability = f"CVE-2020-{number}"
    component = Component(purl=f"pkg:npm/{name}@1.0", name=name, version="1.0")
    return finding(
        vulnerability,
        path="package-lock.json",
        kind="dependency",
        component=component,
        vulnerabilities=(vulnerability,),
    )


WHAT_MATTERS = Condition(severity=("critical", "high"))
GROUPED = (Route(name="all", when=WHAT_MATTERS, to="local", group_by="component"),)


@pytest.fixture(params=EVERY)
def upgrades(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    with told(request.param, tmp_path, routes=GROUPED) as story:
        yield story


def of(story: Story, name: str) -> str:
    """The id of the component's newest ticket."""
    return [t.id for t in story.tickets() if name in t.title][-1]


def test_a_group_is_one_ticket_until_its_last_member_is_gone(upgrades: Story) -> None:
    story, one, two = upgrades, upgrade("lodash", 1), upgrade("lodash", 2)
    react = upgrade("react", 3)
    assert story.scan(one, two, react).actions == ["create"] * 2
    assert story.scan(one, two, react).actions == []
    assert story.scan(one, react).actions == ["update"]
    ticket = story.seen(of(story, "lodash"))
    assert ticket.open and "CVE-2020-2" in ticket.body
    assert ticket.body.count("gone") == 1  # the state of its row
    story.loses_its_ledger()
    assert story.scan(one, react).actions == []
    assert story.scan(one, two, react).actions == ["update"]
    assert story.scan(react).actions == ["close"]
    assert story.seen(ticket.id).open is False
    assert story.scan(two, react).actions[0] == "reopen"
    assert len(story.tickets()) == 2


def test_a_later_member_of_a_decided_group_is_new_work(upgrades: Story) -> None:
    story, one, two = upgrades, upgrade("lodash", 1), upgrade("lodash", 2)
    story.scan(one)
    first = of(story, "lodash")
    story.people.person_closes(first, "wont_fix")
    assert story.scan(one).actions == []
    assert story.scan(one, two).actions == ["create"]
    assert of(story, "lodash") != first
    assert story.scan(one, two).actions == []
    assert [t.open for t in story.tickets()].count(True) == 1
    story.loses_its_ledger()
    assert story.scan(one, two).actions == []
    assert len(story.tickets()) == 2


def test_what_comes_back_late_is_a_new_ticket_tied_to_the_old_one(story: Story) -> None:
    story.scan(injection())
    first = story.only().id
    assert story.scan(days=40).actions == ["close"]
    assert story.scan(injection()).actions == ["create"]
    (second,) = (t for t in story.tickets() if t.id != first)
    assert story.seen(first).open is False and second.open
    if story.kind != "local":
        assert ("regression", first) in second.links
    assert story.scan(injection()).actions == []
    story.loses_its_ledger()
    assert story.scan(injection()).actions == []
    assert len(story.tickets()) == 2


def test_twins_of_two_jobs_become_one_and_say_so_in_the_trackers_terms(story: Story) -> None:
    story.scan(injection(), days=0)
    story.world.tracker().create([again(story)])
    assert len(story.tickets()) == 2
    story.world.hands.passes(days=1)
    assert story.scan(injection()).actions == ["close"]
    ordered = sorted(story.tickets(), key=lambda t: t.open, reverse=True)
    assert [t.open for t in ordered] == [True, False]
    assert ordered[1].resolution == "duplicate"
    if story.kind != "local":
        assert ("duplicates", ordered[0].id) in ordered[1].links
    assert story.scan(injection()).actions == []
    story.loses_its_ledger()
    assert story.scan(injection()).actions == []
    assert story.scan().actions == ["close"]


def again(story: Story) -> Draft:
    """What a job drafts that knows nothing of the ticket."""
    ticket = story.read(story.only().id)
    assert ticket.marker is not None
    draft = TicketDraft(
        subject=ticket.marker.subject,
        title=ticket.title,
        body="The same.",
        severity="high",
        marker=ticket.marker,
        digest=ticket.marker.draft,
    )
    return Draft(draft, "another job's")


def test_a_secret_is_asked_about_once_and_never_closed(story: Story) -> None:
    key = finding(
        "Key", text="key = REDACTED", kind="secret", secret=Secret(type="aws", redacted="AKIA…")
    )
    story.scan(key)
    for _ in range(2):
        story.scan()
    story.loses_its_ledger()
    for _ in range(2):
        story.scan()
    ticket = story.only()
    assert ticket.open
    assert sum("revoke" in text.lower() for text in ticket.comments) == 1
    story.people.person_closes(ticket.id, None)
    assert story.scan().actions == []
    assert story.states() != ["open"]
