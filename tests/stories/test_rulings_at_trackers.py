"""A person's merge, and its undoing, at every kind of tracker: done once, and then it is quiet."""

from __future__ import annotations

import pytest

from tests.stories.telling import EVERY, Story, injection, told
from tests.sync.laboratory import Ran, finding
from ticketbot.triage.ruling import carry_out
from ticketbot.triage.rulings import Wanted, merge, undo

OTHER = finding("Command injection", 30, "os.system(q)", path="app/run.py")


def ruled(story: Story, wanted: str) -> Ran:
    """`ticketbot triage merge` or `undo`, of the two tickets there are, by the order of their making."""
    lab, tracker = story.lab, story.world.tracker()
    first, second = sorted(story.tickets(), key=lambda seen: seen.id)
    with lab.ledger() as ledger:
        job = lab.job([], ledger, tracker)
        now = job.context.now
        said: Wanted = (
            merge(ledger, first.key, [second.key], by="ada", reason="one query", now=now)
            if wanted == "merge"
            else undo(ledger, second.key, (), by="ada", reason="", now=now)
        )
        return Ran(*carry_out(job, said, lab.hands(job, ledger, tracker)))


@pytest.mark.parametrize("kind", EVERY)
def test_a_merge_and_its_undoing_are_done_once_everywhere(kind, tmp_path):
    with told(kind, tmp_path) as story:
        story.scan(injection(), OTHER)
        story.world.hands.passes(days=1)
        ran = ruled(story, "merge")
        assert (sorted(ran.actions), set(ran.outcomes)) == (["close", "update"], {"applied"})
        story.world.hands.passes(hours=1)
        assert [story.scan(injection(), OTHER).actions for _ in range(3)] == [[], [], []]
        assert sorted(story.states()) == ["duplicate", "open"]
        story.loses_its_ledger()
        assert story.scan(injection(), OTHER).actions == []
        assert sorted(ruled(story, "undo").actions) == ["reopen", "update"]
        story.world.hands.passes(hours=1)
        assert [story.scan(injection(), OTHER).actions for _ in range(3)] == [[], [], []]
        assert story.states() == ["open", "open"]
