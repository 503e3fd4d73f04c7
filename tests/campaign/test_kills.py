"""Killed by the system again and again, on each tracker, over real sockets: one ticket per flaw."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from tests.campaign.worlds import WORLDS, LocalPeople, Remote
from tests.cli.conftest import result
from ticketbot.simulate.exchange import Simulated, Time
from ticketbot.simulate.faults import Front
from ticketbot.simulate.server import serving
from ticketbot.trackers.local.tracker import LocalTracker

ROOT = Path(__file__).parents[2]
RULES = [f"R{n:02}" for n in range(12)]
KILLS = 20 if os.environ.get("CI") else 4
"""In CI twenty each, which takes minutes."""


@contextmanager
def desk(kind: str, here: Path) -> Iterator[Simulated]:
    """A tracker that other processes reach, its configuration beside them, and the people at it."""
    if kind == "local":
        _configure(here, {"type": "local", "path": "tickets.db"})
        yield LocalPeople(LocalTracker("desk", here / "tickets.db", now=lambda: "2026-01-01"))
        return
    world = WORLDS[kind](here, 0, 0.0)
    assert isinstance(world, Remote)
    now = Time(time.time)
    service = import_module(f"ticketbot.simulate.{world.kind}.service").make(now, **world.server)
    with serving(Front(service, now)) as server:
        _configure(here, {"type": world.kind, "url": server.url, "timeout": 1, **world.written})
        yield service


def _configure(here: Path, tracker: dict[str, object]) -> None:
    (here / "ticketbot.yaml").write_text(
        yaml.safe_dump({"version": 1, "trackers": {"desk": tracker}})
    )


def scan(here: Path, number: int, rules: Sequence[str]) -> None:
    """Write the report of the `number`-th build."""
    ended = f"2026-03-01T12:{number:02}:00Z"
    run = {
        "tool": {"driver": {"name": "lint"}},
        "invocations": [{"executionSuccessful": True, "endTimeUtc": ended}],
        "results": [result(rule, 1) for rule in rules],
    }
    (here / "r.sarif").write_text(json.dumps({"version": "2.1.0", "runs": [run]}))


def sync(here: Path, dies_at: int) -> int:
    """One job; its exit code, negative where it was killed."""
    command = [sys.executable, "-m", "tests.campaign.dying", str(dies_at), "sync", "r.sarif"]
    more = ["--target", "shop", "--branch", "main", "--quiet"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "NO_PROXY": "*"}
    return subprocess.run([*command, *more], cwd=here, env=environ, check=False).returncode


@pytest.mark.parametrize("kind", WORLDS)
def test_killed_again_and_again_leaves_one_ticket_per_flaw(kind: str, tmp_path: Path) -> None:
    chance, ended = random.Random(kind), Counter[int]()
    with desk(kind, tmp_path) as people:
        builds = 0
        while ended[-signal.SIGKILL] < KILLS:
            if chance.random() < 0.3:  # a machine whose disk does not last
                for path in tmp_path.glob(".ticketbot/*"):
                    path.unlink()
            builds += 1
            scan(tmp_path, builds, sorted(chance.sample(RULES, chance.randint(8, 12))))
            ended[sync(tmp_path, chance.randint(1, 24))] += 1
            assert builds < 3 * KILLS, ended
        assert set(ended) <= {-signal.SIGKILL, 0}
        scan(tmp_path, builds + 1, RULES)
        assert sync(tmp_path, 0) == 0
        opened = Counter(seen.title.split()[0] for seen in people.tickets() if seen.open)
    assert opened == dict.fromkeys(RULES, 1)
