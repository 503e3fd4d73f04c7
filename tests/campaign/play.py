"""A schedule played on a tracker, and what must be true when the faults are over and one more sync ran."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.campaign.schedule import RULES, Round, Schedule
from tests.campaign.stage import perform, step
from tests.campaign.worlds import LONG, World
from tests.sync.laboratory import Laboratory
from ticketbot.errors import TrackerError
from ticketbot.ledger.journal import Journal
from ticketbot.ledger.ledger import Ledger
from ticketbot.simulate.exchange import Seen

WATCHED = ((Ledger, "apply_effects"), (Journal, "open_many"), (Journal, "finish"))


@dataclass
class Played:
    """What people did, as far as it must still be true in the end."""

    world: World
    schedule: Schedule
    decided: set[str] = field(default_factory=set)
    """Ids of tickets that a person closed as won't fix."""
    titled: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    """Rules whose ticket a person deleted."""
    strangers: dict[str, Seen] = field(default_factory=dict)
    kills: int = 0
    failures: int = 0
    fresh: int = 0
    serial: int = 0

    def lab(self, machine: str) -> Laboratory:
        """A machine with its ledger; a new one each time where it has no disk that lasts."""
        if not machine:
            self.fresh += 1
            machine = f"fresh-{self.fresh}"
        return Laboratory(self.world.root, f"{machine}.db", clock=self.world.hands)

    def job(self, machine: str, n: int, *, patient: bool) -> Callable[[], None]:
        def work() -> None:
            lab = self.lab(machine)
            self.serial += 1
            lab.runs = self.serial  # no run has another's id
            lab.tracker = self.world.tracker()
            try:
                lab.sync(self.schedule.report(n), patient=patient)
            except TrackerError:
                self.failures += 1

        return work


@contextmanager
def stepping() -> Iterator[None]:
    """Jobs give way, and may be killed, before and after each write of the ledger that matters."""

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **more: Any) -> Any:
            step()
            result = call(*args, **more)
            step()
            return result

        return stepped

    with pytest.MonkeyPatch.context() as patch:
        for owner, name in WATCHED:
            patch.setattr(owner, name, watched(getattr(owner, name)))
        yield


def play(schedule: Schedule, make: Callable[[Path, int, float], World], root: Path) -> Played:
    """Every round, then quiet, then one more sync. Raises AssertionError with what went wrong."""
    root.mkdir()
    world = make(root, schedule.seed, schedule.share)
    played = Played(world, schedule)
    chance = random.Random(schedule.seed)
    random.seed(schedule.seed)  # tenacity's jitter takes the module's
    with world.reached(), stepping():
        for n, here in enumerate(schedule.rounds):
            world.faulty = True
            jobs = [(played.job(r.machine, n, patient=r.patient), r.dies_at) for r in here.runs]
            played.kills += sum(actor.killed for actor in perform(jobs, chance))
            world.faulty = False
            _people(played, here)
            world.hands.passes(minutes=here.minutes)
        world.hands.passes(seconds=LONG)
        machine = chance.choice(("one", "two", ""))
        played.job(machine, len(schedule.rounds), patient=True)()
        assert_right(played)
    shutil.rmtree(root)
    return played


def _people(played: Played, here: Round) -> None:
    people = played.world.people
    for act, number in here.acts:
        ours = [seen for seen in people.tickets() if seen.id not in played.strangers]
        if act == "stranger":
            made = people.person_makes("A in app/db.py", "made by hand")
            played.strangers[made] = next(s for s in people.tickets() if s.id == made)
            continue
        if not ours:
            continue
        seen = ours[number % len(ours)]
        if act == "delete":
            played.deleted.add(rule_of(seen))
            played.decided.discard(seen.id)
            people.person_deletes(seen.id)
        elif act == "wont_fix" and seen.open:
            people.person_closes(seen.id, "wont_fix")
            played.decided.add(seen.id)
        elif act == "title":
            played.titled[seen.id] = f"{rule_of(seen)} in words of our own"
            people.person_edits(seen.id, "title", played.titled[seen.id])
        elif act == "comment":
            played.said[seen.id] = "we are on it"
            people.person_comments(seen.id, "we are on it")


def rule_of(seen: Seen) -> str:
    """The flaw a ticket is about: each rule has one, and people keep it in their titles."""
    return next(
        rule for rule in RULES if seen.title.startswith(rule) or f" {rule} in" in seen.title
    )


def assert_right(played: Played) -> None:
    """One open ticket per flaw, none lost, none touched that is not ours, no human decision undone."""
    seen = {ticket.id: ticket for ticket in played.world.people.tickets()}
    for stranger, before in played.strangers.items():
        assert seen[stranger] == before, "a stranger's ticket was touched"
    ours = [ticket for ticket in seen.values() if ticket.id not in played.strangers]
    decided = {rule_of(seen[i]) for i in played.decided if i in seen}
    last = played.schedule.rounds[-1]
    for rule in RULES:
        mine = [ticket for ticket in ours if rule_of(ticket) == rule]
        opened = [ticket.key for ticket in mine if ticket.open]
        told = f"{rule}: open {opened}, all {[(t.key, t.open, t.resolution) for t in mine]}"
        if rule in decided:
            assert not opened, f"a decision was undone: {told}"
        elif rule not in last.rules:
            assert not opened, f"gone, and not closed: {told}"
        elif rule in played.deleted:
            assert len(opened) <= 1, f"twins: {told}"
        else:
            assert len(opened) == 1, f"not exactly one: {told}"
    for ticket_id in played.decided & set(seen):
        assert seen[ticket_id].resolution in ("wont_fix", "duplicate"), "a decision was overwritten"
    for ticket_id, title in played.titled.items():
        assert ticket_id not in seen or seen[ticket_id].title == title, "a person's title is gone"
    for ticket_id, text in played.said.items():
        assert ticket_id not in seen or any(text in c for c in seen[ticket_id].comments)
