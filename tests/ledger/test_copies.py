"""Export, import and rebuild: nothing is lost, nothing doubled, and damaged files change nothing."""

from __future__ import annotations

import gzip
import io
from datetime import datetime, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from tests.ledger.given import (
    DAY_1,
    DAY_2,
    DAY_3,
    KEY,
    OTHER,
    SCOPE,
    accepted,
    alias,
    first_sight,
    flaw,
    flaw_id,
    intent,
    marked,
    missed,
    result,
    ticket,
    ticket_row,
    write,
)
from ticketbot.errors import LedgerError
from ticketbot.ledger.ledger import Ledger
from ticketbot.ledger.merge import join
from ticketbot.model.flaw import Decision
from ticketbot.planning.state import Effects


def exported(ledger: Ledger) -> bytes:
    stream = io.BytesIO()
    ledger.export(stream)
    return stream.getvalue()


def full(ledger: Ledger) -> Ledger:
    """Something of everything."""
    write(ledger, first_sight(1, 2, 3))
    write(ledger, first_sight(3, digest="B", scope=OTHER), DAY_2)
    write(ledger, missed("C", 2), DAY_3)
    write(ledger, Effects(scans=(missed("C").scans), results=((0, result(9), ""),)), DAY_3)
    ledger.save_tickets([ticket_row(1, 1, 2, struck=(flaw_id(2),), written={"due": None})])
    ledger.decide(flaw_id(3), accepted(), DAY_1)
    ledger.decide(flaw_id(3), None, DAY_2)
    ledger.decide(flaw_id(3), Decision(kind="false_positive", made_at=DAY_3), DAY_3)
    ledger.set_baseline([flaw_id(2)], True)
    ledger.journal.open_many([intent("i1"), intent("i2", action="close")])
    ledger.journal.finish("i2", "applied", now=DAY_3)
    ledger.set_mark("sec", "17")
    return ledger


def test_an_empty_ledger_learns_everything(ledger):
    file = exported(full(ledger))
    with Ledger.open("sqlite://") as copy:
        counts = copy.import_(io.BytesIO(file))
        assert counts["flaw"] == 3
        assert exported(copy) == file
        for scope in (SCOPE, OTHER):
            assert copy.scope_state(scope) == ledger.scope_state(scope)
            assert copy.known_results(scope) == ledger.known_results(scope)
        ids = [flaw_id(n) for n in (1, 2, 3)]
        assert copy.records_by_id(ids) == ledger.records_by_id(ids)
        assert copy.unsettled("shop", KEY, DAY_3) == ledger.unsettled("shop", KEY, DAY_3)
        assert [i.id for i in copy.journal.of_run("r")] == ["i1"]
        assert copy.mark("sec") == "17"


def test_importing_twice_is_importing_once(ledger):
    file = exported(full(ledger))
    with Ledger.open("sqlite://") as copy:
        copy.import_(io.BytesIO(file))
        before = copy.records_by_id([flaw_id(n) for n in (1, 2, 3)])
        copy.import_(io.BytesIO(file))
        assert copy.records_by_id([flaw_id(n) for n in (1, 2, 3)]) == before
        assert copy.status() == ledger.status()


def test_an_older_ledger_catches_up_and_keeps_what_it_alone_knows(ledger):
    full(ledger)
    with Ledger.open("sqlite://") as older:
        write(older, first_sight(1, 2))
        write(older, Effects(flaws=(flaw(8),)))
        older.save_tickets([ticket_row(1, 1)])
        older.import_(io.BytesIO(exported(ledger)))
        assert older.scope_state(SCOPE).last == ledger.scope_state(SCOPE).last
        one, two, eight = older.records_by_id([flaw_id(1), flaw_id(2), flaw_id(8)])
        assert two.flaw.baseline
        assert two.sightings[0].absences == 1
        assert one.tickets[0].struck == (flaw_id(2),)
        assert eight.flaw == flaw(8)
        assert {one.no, two.no} <= older.unsettled("shop", KEY, DAY_3)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda file: b"", "empty"),
        (lambda file: b"{}", "no whole export"),
        (lambda file: file[:-20], "no whole export"),
        (lambda file: gzip.compress(b'{"kind": "else"}\n'), "at line 1:"),
        (lambda file: gzip.compress(gzip.decompress(file) + b'{"kind": "flaw"}\n'), "at line 1.:"),
        (lambda file: gzip.compress(b'{"kind": "ticketbot-ledger", "format": 9}\n'), "format 9"),
    ],
)
def test_a_file_that_is_no_export_changes_nothing(ledger, damage, message):
    file = exported(full(ledger))
    with Ledger.open("sqlite://") as copy:
        with pytest.raises(LedgerError, match=message):
            copy.import_(io.BytesIO(damage(file)))
        assert copy.status().flaws == copy.status().scans == 0


def test_a_rebuild_has_the_tickets_word_and_what_the_ledger_alone_knew(ledger):
    full(ledger)
    ledger.set_baseline([flaw_id(3)], True)
    found = [ticket(1, marked(1), revision="9"), ticket(4, marked(4))]
    assert ledger.rebuild({"sec": found}) == {"tickets": 2, "kept": 1}
    assert ledger.records_by_id([flaw_id(2)]) == []  # its ticket is not in the tracker any more
    one, three, four = ledger.records_by_id([flaw_id(n) for n in (1, 3, 4)])
    assert [t.revision for t in one.tickets] == ["9"]
    assert [t.id for t in four.tickets] == ["4"]
    assert three.flaw.baseline
    assert three.decision == Decision(kind="false_positive", made_at=DAY_3)
    assert three.paused == 86_400.0
    assert three.aliases == (alias(3), alias(3, "loc/1"))
    last = ledger.scope_state(SCOPE).last
    assert last is not None
    assert last.digest == "C"
    assert ledger.mark("sec") == ""
    assert ledger.journal.pending("sec") == []


def test_a_lost_ledger_is_rebuilt_from_the_tickets(ledger):
    ledger.rebuild({"sec": [ticket(1)], "itsm": [ticket(1, marked(2), tracker="itsm")]})
    assert ledger.status().flaws == 2
    assert ledger.tickets("itsm", ["1"])["1"].flaws == (flaw_id(2),)


MOMENTS = [(datetime.fromisoformat(DAY_1) + timedelta(hours=h)).isoformat() for h in range(6)]
HISTORIES = st.lists(st.integers(0, 5), unique=True, max_size=4).map(
    lambda hours: [
        (accepted(MOMENTS[h]), MOMENTS[h] if n < len(hours) - 1 else None)
        for n, h in enumerate(sorted(hours))
    ]
)


@drawn(HISTORIES, HISTORIES)
def test_joined_histories_are_in_order_and_at_most_the_last_stands(ours, theirs):
    joined = join(ours, theirs)
    times = [decision.made_at for decision, _ in joined]
    assert times == sorted({decision.made_at for decision, _ in (*ours, *theirs)})
    assert all(lifted is not None for _, lifted in joined[:-1])
    assert join(joined, joined) == joined
    assert join(ours, ours) == ours


def test_what_was_taken_back_there_is_taken_back_here():
    assert join([(accepted(), None)], [(accepted(), DAY_2)]) == [(accepted(), DAY_2)]
