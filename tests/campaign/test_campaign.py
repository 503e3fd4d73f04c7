"""One open ticket per flaw, none lost, nothing of anybody else's touched, no decision undone: on every
tracker, whatever the seeds bring. `make faults N=…` plays more of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.campaign.play import play
from tests.campaign.schedule import schedule
from tests.campaign.worlds import WORLDS

SCHEDULES = 300 if os.environ.get("CI") else 20
"""For each tracker; in CI many, which takes minutes."""
TOGETHER = 10


@pytest.mark.parametrize("first", range(0, SCHEDULES, TOGETHER))
@pytest.mark.parametrize("kind", WORLDS)
def test_after_the_faults_there_is_one_open_ticket_per_flaw(
    kind: str, first: int, tmp_path: Path
) -> None:
    for seed in range(first, first + TOGETHER):
        try:
            play(schedule(seed), WORLDS[kind], tmp_path / str(seed))
        except AssertionError as error:
            raise AssertionError(f"python -m tests.campaign {kind} {seed} 1: {error}") from error


def test_a_seed_brings_the_same_schedule_again(tmp_path: Path) -> None:
    runs = [play(schedule(7), WORLDS["local"], tmp_path / name) for name in ("a", "b")]
    assert schedule(7) == schedule(7) != schedule(8)
    assert (runs[0].kills, runs[0].failures) == (runs[1].kills, runs[1].failures)
    assert runs[0].world.hands.moment == runs[1].world.hands.moment
