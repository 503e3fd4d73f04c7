"""A seed → what happens: rounds of reports, jobs at once, kills, lost ledgers, people, time."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Literal

import msgspec

from tests.sync.laboratory import FakeReport, finding, report

RULES = ("A", "B", "C", "D", "E", "F")
Act = Literal["wont_fix", "title", "comment", "delete", "stranger"]


class Run(msgspec.Struct, frozen=True):
    """One job. `machine`: whose ledger; "" for one without a disk that lasts. `dies_at`: 0 for never."""

    machine: str
    dies_at: int
    patient: bool


class Round(msgspec.Struct, frozen=True):
    """What one state of the code brings: a report, the jobs that sync it at once, and what people do."""

    rules: tuple[str, ...]
    severe: tuple[str, ...]
    runs: tuple[Run, ...]
    acts: tuple[tuple[Act, int], ...]
    """What people do after it, and a number that says to which ticket."""
    minutes: float


class Schedule(msgspec.Struct, frozen=True):
    """One schedule; the last round is what counts in the end."""

    seed: int
    share: float
    rounds: tuple[Round, ...]

    def report(self, n: int) -> FakeReport:
        """The n-th round's report; behind the last, the next build of the same code."""
        here = self.rounds[min(n, len(self.rounds) - 1)]
        made = report(
            *(
                finding(
                    rule, text=rule.lower(), severity="critical" if rule in here.severe else "high"
                )
                for rule in here.rules
            )
        )
        ended = f"2026-03-01T12:0{n}:00Z"  # two builds with the same flaws are two scans
        return replace(made, scan=msgspec.structs.replace(made.scan, ended=ended))


def schedule(seed: int) -> Schedule:
    """The same seed gives the same schedule."""
    chance = random.Random(seed)
    rounds = tuple(_round(chance) for _ in range(chance.randint(1, 3)))
    return Schedule(seed, chance.choice((0.0, 0.05, 0.15, 0.35)), rounds)


def _round(chance: random.Random) -> Round:
    rules = tuple(sorted(chance.sample(RULES, chance.randint(1, len(RULES)))))
    severe = tuple(rule for rule in rules if chance.random() < 0.2)
    runs = tuple(
        Run(
            machine=chance.choice(("one", "two", "three", "", "")),
            dies_at=chance.randint(1, 60) if chance.random() < 0.35 else 0,
            patient=chance.random() < 0.7,
        )
        for _ in range(chance.choice((1, 1, 2, 2, 3, 4)))
    )
    acts: tuple[tuple[Act, int], ...] = tuple(
        (
            chance.choice(("wont_fix", "title", "comment", "delete", "stranger", "title")),
            chance.randint(0, 10),
        )
        for _ in range(chance.choice((0, 0, 1, 2)))
    )
    return Round(rules, severe, _own_ledgers(runs), acts, chance.choice((0.05, 1, 5, 600)))


def _own_ledgers(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """Jobs on one machine queue at its ledger's lock: two at once have two ledgers."""
    taken: set[str] = set()
    kept = []
    for run in runs:
        machine = "" if run.machine in taken else run.machine
        taken.add(machine or "-")
        kept.append(msgspec.structs.replace(run, machine=machine))
    return tuple(kept)
