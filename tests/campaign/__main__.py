"""`python -m tests.campaign KIND FIRST COUNT` plays schedules and tells what came of them; `all` is every
kind of tracker. On all cores, a line for each schedule that went wrong, and one summary for each kind."""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.campaign.play import play
from tests.campaign.schedule import schedule
from tests.campaign.worlds import WORLDS

TOGETHER = 20


class Tally(NamedTuple):
    """What some schedules brought."""

    kills: int = 0
    failures: int = 0
    wrong: tuple[int, ...] = ()
    told: tuple[str, ...] = ()

    def plus(self, other: Tally) -> Tally:
        return Tally(
            self.kills + other.kills,
            self.failures + other.failures,
            self.wrong + other.wrong,
            self.told + other.told,
        )


def some(kind: str, first: int, count: int) -> Tally:
    """Play them one after the other."""
    tally = Tally()
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory() as folder:
            try:
                played = play(schedule(seed), WORLDS[kind], Path(folder) / "world")
                tally = tally.plus(Tally(played.kills, played.failures))
            except Exception:  # noqa: BLE001  # the campaign goes on, and tells at its end
                told = f"{kind} {seed}: {traceback.format_exc(limit=-3)}"
                tally = tally.plus(Tally(wrong=(seed,), told=(told,)))
    return tally


def main(kinds: list[str], first: int, count: int) -> int:
    wrong = 0
    with ProcessPoolExecutor() as pool:
        for kind in kinds:
            begun, end = time.monotonic(), first + count
            parts = [
                pool.submit(some, kind, start, min(TOGETHER, end - start))
                for start in range(first, end, TOGETHER)
            ]
            tally = Tally()
            for part in parts:
                tally = tally.plus(part.result())
                print(*part.result().told, sep="", end="", flush=True)
            wrong += len(tally.wrong)
            print(
                f"{kind}: {count} schedules from seed {first}, {tally.kills} jobs killed,"
                f" {tally.failures} runs ended by the tracker, {len(tally.wrong)} wrong"
                f" {list(tally.wrong[:20])}, {time.monotonic() - begun:.0f} s",
                flush=True,
            )
    return 1 if wrong else 0


if __name__ == "__main__":
    chosen = list(WORLDS) if sys.argv[1] == "all" else [sys.argv[1]]
    sys.exit(main(chosen, int(sys.argv[2]), int(sys.argv[3])))
