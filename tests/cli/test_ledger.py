"""`ticketbot ledger`, and the lock that lets jobs queue."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import result
from ticketbot.ledger.lock import held

TARGET = ("--target", "shop", "--branch", "main")
LEDGER = Path(".ticketbot/ledger.db")


@pytest.fixture
def synced(cli, report):
    cli("sync", report("r.sarif", result("R1", 3), result("R2", 9, level="note")), *TARGET)
    return cli


def without_ledger() -> None:
    for path in LEDGER.parent.glob("ledger.db*"):
        path.unlink()


def test_status_counts(synced):
    said = synced("ledger", "status")
    assert "flaws         2 (0 decided, 0 in the baseline)" in said.out
    assert "tickets       1 open, 0 closed" in said.out
    assert ": sync, done, " in said.out


@pytest.mark.parametrize("command", [["status"], ["export", "x"], ["prune"]])
def test_where_there_is_no_ledger_none_is_made(cli, command):
    said = cli("ledger", *command)
    assert said.code == 2
    assert "there is no ledger yet" in said.err
    assert not LEDGER.parent.exists()


def test_a_lost_ledger_is_rebuilt_and_the_next_sync_plans_nothing(synced):
    without_ledger()
    said = synced("ledger", "rebuild")
    assert said.code == 0
    assert "made anew from 1 ticket of local" in said.out
    assert "nothing to do" in synced("sync", "r.sarif", *TARGET).out


def test_a_rebuild_keeps_what_only_the_ledger_knows(synced):
    assert "1 flaw without a ticket kept" in synced("ledger", "rebuild").out
    assert "nothing to do" in synced("sync", "r.sarif", *TARGET).out


def test_an_exported_ledger_carries_everything_to_another_machine(synced):
    assert synced("ledger", "export", "l.gz").code == 0
    without_ledger()
    said = synced("ledger", "import", "l.gz")
    assert "2 flaws, 1 tickets" in said.out
    assert synced("sync", "r.sarif", *TARGET).out == "nothing to do, 2 left as they are\n"


def test_a_file_that_is_no_export_is_refused(synced, report):
    said = synced("ledger", "import", "r.sarif")
    assert said.code == 2
    assert "Traceback" not in said.err


def test_prune_takes_whole_days(synced):
    assert "removed what ended before" in synced("ledger", "prune", "--older-than", "0d").out
    assert synced("ledger", "prune", "--older-than", "soon").code == 2
    assert "nothing to do" in synced("sync", "r.sarif", *TARGET).out


HOLD = """
import sys
from ticketbot.ledger.lock import held
with held(sys.argv[1], lambda text: print(text, flush=True)):
    print("mine", flush=True)
    sys.stdin.readline()
"""


def holder(url: str) -> subprocess.Popen[str]:
    """A job that has the lock, or waits for it."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, url],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_jobs_on_one_ledger_queue_and_a_killed_one_gives_the_lock_back(workdir):
    url = f"sqlite:///{workdir}/ledger.db"
    with holder(url) as first:
        assert first.stdout and first.stdout.readline() == "mine\n"
        with holder(url) as second:
            assert second.stdout and "another job uses the ledger" in second.stdout.readline()
            first.kill()
            assert second.stdout.readline() == "mine\n"
            second.communicate("done\n", timeout=60)


@pytest.mark.parametrize("url", ["sqlite://", "postgresql://nobody@localhost/nothing"])
def test_what_needs_no_lock_has_none(workdir, url):
    with held(url, print):
        assert list(workdir.iterdir()) == []
