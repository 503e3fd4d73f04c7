"""The same adoption on every tracker, through its real client against the simulated server: whose index lags,
who keeps the marker in the text, who in an attachment."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaign.worlds import LONG, WORLDS, World
from tests.sync.laboratory import Ran, finding, report
from tests.triage.bench import Bench, left, taken
from ticketbot.errors import TrackerError
from ticketbot.simulate.exchange import Seen

A, B, C = (finding(rule, path=f"{rule}.py", text=rule) for rule in ("A1", "B1", "C1"))
BOTH = report(A, B)


@pytest.fixture(params=sorted(WORLDS))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    made = WORLDS[request.param](tmp_path, 1, 0.0)
    with made.reached():
        yield made


def furnished(world: World) -> Bench:
    """Tickets of a script: the first two for one flaw, the last closed as won't fix."""
    for title in ("A1 in A1.py", "A1 in A1.py", "Coffee", "B1 in B1.py"):
        world.people.person_makes(title, "The script's own words.")
        world.hands.passes(seconds=60)
    world.people.person_closes(world.people.tickets()[3].id, "wont_fix")
    world.hands.passes(seconds=LONG)
    return Bench(world.root, clock=world.hands, tracker=world.tracker())


@pytest.fixture
def lab(world: World) -> Bench:
    return furnished(world)


def later(lab: Bench, world: World, *scan: object) -> Ran:
    """The next job, on another machine."""
    world.hands.passes(seconds=LONG)
    lab.tracker = world.tracker()
    return lab.sync(report(*scan))  # type: ignore[arg-type]  # findings


def adopted(lab: Bench, world: World) -> None:
    made, applied = lab.adopt(BOTH, closed=True)
    assert sorted(taken(made).values()) == ["A1", "B1"]
    assert sorted(left(made).values()) == ["second", "silent"]
    assert [done.outcome for done in applied.results] == ["applied", "applied"], applied
    assert later(lab, world, A, B).actions == []


def open_per_flaw(world: World) -> Counter[str]:
    """As the markers in the trackers say."""
    tickets, _ = world.tracker().changed("")
    flaws = [f for t in tickets if t.state == "open" and t.marker for f in t.marker.flaws]
    return Counter(flaw.features.rule for flaw in flaws)


def words(ticket: Seen) -> str:
    """What a reader sees: on GitHub and Data Center the text holds a marker that shows nothing."""
    return re.sub(r"<!--.*?-->|\{anchor:[^}]*\}", "", ticket.body, flags=re.DOTALL).strip()


def test_no_twin_is_made_and_no_word_is_changed(lab: Bench, world: World) -> None:
    before = world.people.tickets()
    adopted(lab, world)
    after = world.people.tickets()
    assert [(t.title, t.open, t.resolution, t.comments) for t in after] == [
        (t.title, t.open, t.resolution, t.comments) for t in before
    ]
    assert all(words(t) == "The script's own words." for t in after)
    assert after[2] == before[2], "the one about coffee is nobody's"


def test_a_lost_ledger_plans_nothing(lab: Bench, world: World) -> None:
    adopted(lab, world)
    lab.lose_ledger()
    assert later(lab, world, A, B).actions == []
    assert lab.propose(BOTH).ours == 2


def test_it_closes_and_opens_again_with_its_words(lab: Bench, world: World) -> None:
    adopted(lab, world)
    worse = finding("A1", path="A1.py", text="A1", severity="critical", message="other words")
    assert later(lab, world, worse, B).actions == ["update"]
    assert sorted(later(lab, world, B, C).actions) == ["close", "create"]
    assert later(lab, world, A, B, C).actions in (["reopen"], ["reopen", "update"])
    assert later(lab, world, A, B, C).actions == []
    seen = [t for t in world.people.tickets() if words(t) == "The script's own words."]
    assert [t.title for t in seen] == ["A1 in A1.py", "A1 in A1.py", "Coffee", "B1 in B1.py"]
    assert len(world.people.tickets()) == 5 and sum(t.open for t in seen) == 3


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", sorted(WORLDS))
def test_adoption_that_was_disturbed_is_finished_by_the_next(
    tmp_path: Path, kind: str, seed: int
) -> None:
    """Answers lost before and after, refusals for the rate, servers that are down: and then none of it."""
    world = WORLDS[kind](tmp_path, seed, 0.3)
    with world.reached():
        lab = furnished(world)
        for _ in range(3):
            world.faulty = True
            with contextlib.suppress(TrackerError):
                lab.adopt(BOTH, closed=True)
            world.faulty = False
            world.hands.passes(seconds=LONG)
            lab.tracker = world.tracker()
        lab.adopt(BOTH, closed=True)
        assert later(lab, world, A, B).actions == []
        tickets = world.people.tickets()
        assert [(words(t), t.open) for t in tickets] == [
            ("The script's own words.", is_open) for is_open in (True, True, True, False)
        ]
        assert open_per_flaw(world) == {"A1": 1}
