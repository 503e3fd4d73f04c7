"""Several processes and threads on one ledger: nobody fails, nothing is lost, nothing is doubled."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.ledger.given import SCOPE, first_sight, flaw_id, intent, write
from ticketbot.ledger.ledger import Ledger

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys
from tests.ledger.given import first_sight, intent, write
from ticketbot.ledger.ledger import Ledger

who, url = sys.argv[1], sys.argv[2]
with Ledger.open(url) as ledger:
    won = 0
    for n in range(1, 21):
        write(ledger, first_sight(n, digest=str(n)))
        won += ledger.journal.open_many([intent(f"{who} {n}", subject=str(n))]) != [None]
print(won)
"""


def test_two_processes_make_one_ledger_and_share_the_work(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, who, url], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for who in ("one", "two")
    ]
    won = [int(process.communicate(timeout=60)[0]) for process in started]
    assert [process.returncode for process in started] == [0, 0]
    assert sum(won) == 20
    with Ledger.open(url) as ledger:
        assert ledger.status().flaws == 20
        assert len(ledger.scope_state(SCOPE).applied) == 20
        assert len(ledger.journal.pending("sec")) == 20


def test_threads_with_a_ledger_each_do_not_lose_writes(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    Ledger.open(url).close()

    def work(who: int) -> None:
        with Ledger.open(url) as mine:
            for n in range(10):
                mine.journal.open_many([intent(f"{who} {n}", subject=f"{who} {n}")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with Ledger.open(url) as ledger:
        assert len(ledger.journal.pending("sec")) == 40


def test_a_reader_sees_one_moment_while_another_writes(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with Ledger.open(url) as reader, Ledger.open(url) as writer:
        with reader.transaction() as view, reader.reading() as same:
            assert view is same
        with reader.reading() as view:
            assert view.exec_driver_sql("SELECT count(*) FROM flaws").scalar() == 0
            write(writer, first_sight(1))
            assert view.exec_driver_sql("SELECT count(*) FROM flaws").scalar() == 0
        assert [r.flaw.id for r in reader.records_by_id([flaw_id(1)])] == [flaw_id(1)]
