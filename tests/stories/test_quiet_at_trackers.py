"""Nothing is asked of a tracker, or said in it, without news: what a sync costs, and what an older ledger,
a lost one and a new one do to tickets that are there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.stories.telling import EVERY, REMOTE, Story, flaws, injection, told
from tests.sync.laboratory import finding, report
from ticketbot.sync.absorb import absorb

NEW: dict[str, Any] = {"first_import": True}


def imported(story: Story, count: int) -> None:
    """So many tickets."""
    given = report(*flaws(count))
    ran = story.sync(given, **NEW)
    assert ran.actions == ["create"] * count
    story.world.hands.passes(days=1)


@pytest.mark.parametrize("kind", EVERY)
def test_what_is_no_news_is_not_written(kind: str, tmp_path: Path) -> None:
    with told(kind, tmp_path) as story:
        found = [*flaws(5), injection()]
        story.scan(*found)
        before = story.tickets()
        with story.counted() as count:
            story.scan(*found)
            story.scan(*found, scan={"version": "9.9"})
            story.scan(*reversed(found))
            story.scan(*flaws(5), injection(line=77))
            story.loses_its_ledger()
            story.scan(*found)
            other = story.lab.elsewhere("other")
            story.scan(*found, lab=other)
        assert count.writes == 0
        assert story.tickets() == before


@pytest.mark.parametrize("kind", REMOTE)
def test_an_unchanged_sync_asks_once(kind: str, tmp_path: Path) -> None:
    with told(kind, tmp_path) as story:
        imported(story, 40)
        story.sync(report(*flaws(40)))
        story.world.hands.passes(days=1)
        with story.counted() as count:
            assert story.sync(report(*flaws(40))).actions == []
        assert (count.reads, count.writes) == (1, 0)


@pytest.mark.parametrize("kind", EVERY)
def test_yesterdays_ledger_makes_no_twin_and_closes_nothing(kind: str, tmp_path: Path) -> None:
    with told(kind, tmp_path) as story:
        hash_, key = finding("Weak hash", text="md5(x)"), finding("Redirect", text="go(url)")
        story.scan(injection(), hash_)
        with story.yesterday():
            story.scan(injection(), hash_, key)
            story.scan(injection("critical"), key)
            retitled = next(t for t in story.tickets() if "Redirect" in t.title)
            story.people.person_closes(retitled.id, "false_positive")
            story.scan(injection("critical"), key)
        before = story.tickets()
        assert len(before) == 3
        assert story.scan(injection("critical"), key).actions == []
        assert story.tickets() == before
        assert story.scan(injection("critical"), hash_, key).actions == ["reopen"]
        assert len(story.tickets()) == 3


@pytest.mark.parametrize("kind", EVERY)
def test_a_ledger_made_anew_from_the_tickets_plans_nothing(kind: str, tmp_path: Path) -> None:
    with told(kind, tmp_path) as story:
        hash_, key = finding("Weak hash", text="md5(x)"), finding("Redirect", text="go(url)")
        story.scan(injection(), hash_, key)
        story.scan(injection("critical"), key)
        ours = next(t for t in story.tickets() if "Redirect" in t.title)
        story.people.person_closes(ours.id, "accepted")
        story.scan(injection("critical"), key)
        before = story.tickets()
        tracker, now = story.world.tracker(), story.world.hands()
        with story.lab.ledger() as ledger, ledger.transaction():
            ledger.rebuild({})
            absorb(ledger, {"local": tracker}, now)
        for _ in range(2):
            assert story.scan(injection("critical"), key).actions == []
        assert story.tickets() == before


def strangers(story: Story, count: int) -> None:
    """Tickets that are none of ours, and some that look a little like it."""
    for number in range(count):
        story.people.person_makes(f"SQL injection in app/db.py ({number})", "Not yours.")


@pytest.mark.parametrize("kind", [name for name in REMOTE if name != "jira-dc"])
@pytest.mark.parametrize("others", ["strangers", "another target"])
def test_a_job_without_a_disk_reads_what_is_its_own(kind: str, others: str, tmp_path: Path) -> None:
    with told(kind, tmp_path) as story:
        many = 20_000 if others == "strangers" else 2_000
        if others == "strangers":
            strangers(story, many)
        else:
            theirs = story.lab.elsewhere("theirs")
            given: dict[str, Any] = {"target": "warehouse", **NEW}
            story.sync(report(*flaws(many, "high")), lab=theirs, **given)
        story.world.hands.passes(days=1)
        mine = [finding(f"M{n}", text=f"my line {n}") for n in range(10)]
        assert story.sync(report(*mine)).actions == ["create"] * 10
        story.world.hands.passes(days=1)
        story.loses_its_ledger()
        with story.counted() as count:
            assert story.sync(report(*mine)).actions == []
        assert count.writes == 0
        assert count.reads <= 5
        assert len(story.tickets()) == many + 10
