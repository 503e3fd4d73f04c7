"""`python -m tests.campaign KIND FIRST COUNT`: play schedules and print what came of them."""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.campaign.play import play
from tests.campaign.schedule import schedule
from tests.campaign.worlds import WORLDS


def main(kind: str, first: int, count: int) -> int:
    begun, wrong, kills, failures = time.monotonic(), list[int](), 0, 0
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory() as folder:
            try:
                played = play(schedule(seed), WORLDS[kind], Path(folder) / "world")
                kills, failures = kills + played.kills, failures + played.failures
            except Exception:  # noqa: BLE001  # the campaign goes on, and tells at its end
                wrong.append(seed)
                print(f"{kind} {seed}: {traceback.format_exc(limit=-3)}", flush=True)
    print(
        f"{kind}: {count} schedules from seed {first}, {kills} jobs killed, {failures} runs ended by"
        f" the tracker, {len(wrong)} wrong {wrong[:20]}, {time.monotonic() - begun:.0f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
