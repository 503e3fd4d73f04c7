"""How many requests a sync makes, and how long it takes on a virtual clock: P5, P6 and P7 of our targets.

`python -m tests.benchmarks.tracker_requests [KIND…]` prints a table; nothing is asserted, nothing waits.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.campaign.worlds import WORLDS, Remote
from tests.sync.laboratory import FakeReport, Laboratory, finding, report

SIZES = (1_000, 10_000)


def findings(count: int, worse: int = 0) -> FakeReport:
    """`count` flaws, the first `worse` of them critical."""
    return report(
        *(
            finding(
                f"R{n}",
                line=n + 1,
                text=f"call({n})",
                severity="critical" if n < worse else "high",
            )
            for n in range(count)
        )
    )


def measured(kind: str, count: int) -> Iterator[tuple[str, Counter[str], float]]:
    """What was done, its requests by method, and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        world = WORLDS[kind](Path(folder), 0, 0.0)
        if not isinstance(world, Remote):
            return
        lab = Laboratory(Path(folder), clock=world.hands)
        with world.reached():
            for what, given in (
                (f"create {count:,}", findings(count)),
                ("unchanged, first look at our own changes", findings(count)),
                ("unchanged, warm ledger", findings(count)),
                ("unchanged, cold start", findings(count)),
                ("1 % changed", findings(count, worse=count // 100)),
            ):
                if what.endswith("cold start"):
                    lab.lose_ledger()
                lab.tracker, begun = world.tracker(), world.hands.moment
                world.front.requests.clear()
                ran = lab.sync(given, first_import=True)
                wrong = [done for done in ran.applied.results if done.outcome != "applied"]
                if wrong:
                    raise SystemExit(f"{kind}, {what}: {len(wrong)} not applied: {wrong[0]}")
                seconds = (world.hands.moment - begun).total_seconds()
                yield what, Counter(method for method, _ in world.front.requests), seconds
                world.hands.passes(hours=1)


def main(kinds: list[str]) -> None:
    print(f"{'tracker':<18}{'what':<44}{'requests':>9}{'GET':>8}{'others':>8}{'time':>10}")
    for kind in kinds or WORLDS:
        for count in SIZES:
            for what, methods, seconds in measured(kind, count):
                total, gets = methods.total(), methods["GET"]
                print(
                    f"{kind:<18}{what:<44}{total:>9,}{gets:>8,}{total - gets:>8,}{seconds:>9.0f}s",
                    flush=True,
                )


if __name__ == "__main__":
    main(sys.argv[1:])
