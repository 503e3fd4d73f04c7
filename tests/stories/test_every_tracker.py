"""One team, one week, the same reports: whichever tracker the team uses, the same things happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.campaign.worlds import WORLDS, World
from tests.sync.laboratory import FakeReport, Laboratory, finding, report

INJECTION, HASH, KEY = "SQL injection", "Weak hash", "Hard-coded key"


def found(*rules: str, **more: Any) -> FakeReport:
    return report(*(finding(rule, text=f"# {rule}", **more) for rule in rules))


class Week:
    """The pipeline, the people, and what the tracker shows in the end of each day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pipeline = Laboratory(world.root, clock=world.hands)
        self.told: list[str] = []

    def scan(self, what: str, given: FakeReport, lab: Laboratory | None = None) -> None:
        """One run of the pipeline: what it planned, and how the tickets are then."""
        lab = lab or self.pipeline
        lab.tracker = self.world.tracker()
        scan = msgspec.structs.replace(given.scan, ended=self.world.hands())
        ran = lab.sync(replace(given, scan=scan))
        assert {done.outcome for done in ran.applied.results} <= {"applied"}
        self.tell(f"{what}: {', '.join(ran.actions) or 'nothing to do'}")
        self.world.hands.passes(days=1)

    def tell(self, what: str) -> None:
        states = [
            f"{name(seen.title)} {'open' if seen.open else seen.resolution or 'done'}"
            for seen in self.world.people.tickets()
        ]
        self.told.append(f"{what} | {'; '.join(states)}")

    def ticket(self, rule: str) -> str:
        """The id of the ticket about it that is open, or was made last."""
        tickets = [s for s in self.world.people.tickets() if name(s.title) == rule]
        return max(tickets, key=lambda seen: seen.open).id


def name(title: str) -> str:
    return next(rule for rule in (INJECTION, HASH, KEY) if rule in title)


def the_week(world: World) -> list[str]:
    week, people = Week(world), world.people
    week.scan("first scan", found(INJECTION, HASH))
    week.scan("nothing new", found(INJECTION, HASH))
    week.scan("lines moved", found(INJECTION, HASH, line=99))
    week.scan("the hash is fixed", found(INJECTION))
    week.scan("it is back", found(INJECTION, HASH))
    people.person_edits(week.ticket(INJECTION), "title", "SQL injection: the login, please hurry")
    people.person_comments(week.ticket(INJECTION), "I am on it")
    week.scan("worse, and retitled by ana", found(INJECTION, HASH, severity="critical"))
    people.person_closes(week.ticket(HASH), "wont_fix")
    week.scan("ana will not fix the hash", found(INJECTION, HASH, severity="critical"))
    people.person_reopens(week.ticket(HASH))
    week.scan("she changed her mind", found(INJECTION, HASH, severity="critical"))
    week.pipeline.lose_ledger()
    week.scan("the cache is lost", found(INJECTION, HASH, severity="critical"))
    other = week.pipeline.elsewhere("another-machine")
    week.scan("another machine", found(INJECTION, HASH, KEY, severity="critical"), other)
    week.scan("and the first again", found(INJECTION, HASH, KEY, severity="critical"))
    people.person_closes(week.ticket(KEY), "false_positive")
    week.scan("the key is only a test's", found(INJECTION, HASH, KEY, severity="critical"), other)
    week.scan("all clear but that", found(KEY, severity="critical"))
    return week.told


EXPECTED = f"""\
first scan: create, create | {INJECTION} open; {HASH} open
nothing new: nothing to do | {INJECTION} open; {HASH} open
lines moved: nothing to do | {INJECTION} open; {HASH} open
the hash is fixed: close | {INJECTION} open; {HASH} fixed
it is back: reopen | {INJECTION} open; {HASH} open
worse, and retitled by ana: update, update | {INJECTION} open; {HASH} open
ana will not fix the hash: nothing to do | {INJECTION} open; {HASH} wont_fix
she changed her mind: nothing to do | {INJECTION} open; {HASH} open
the cache is lost: nothing to do | {INJECTION} open; {HASH} open
another machine: create | {INJECTION} open; {HASH} open; {KEY} open
and the first again: nothing to do | {INJECTION} open; {HASH} open; {KEY} open
the key is only a test's: nothing to do | {INJECTION} open; {HASH} open; {KEY} false_positive
all clear but that: close, close | {INJECTION} fixed; {HASH} fixed; {KEY} false_positive"""


@pytest.mark.parametrize("kind", WORLDS)
def test_the_week_is_the_same_with_every_tracker(kind: str, tmp_path: Path) -> None:
    make: Callable[[Path, int, float], World] = WORLDS[kind]
    world = make(tmp_path, 0, 0.0)
    with world.reached():
        assert "\n".join(the_week(world)) == EXPECTED
        retitled = next(s for s in world.people.tickets() if "hurry" in s.title)
        assert "I am on it" in " ".join(retitled.comments)
        assert sum("severity" in text for text in retitled.comments) == 1  # said once
