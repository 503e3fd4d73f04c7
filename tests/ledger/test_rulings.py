"""Rulings and relations in the ledger: written once, taken back for good, carried by exports and markers."""

from __future__ import annotations

import io

from tests.ledger.given import DAY_1, DAY_2, alias, first_sight, flaw_id, marked, ticket, write
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.flaw import Ruling

MERGE = Ruling(kind="merge", flaw=flaw_id(1), other=flaw_id(2), made_at=DAY_1, by="ada")
SPLIT = Ruling(kind="split", flaw=flaw_id(1), aliases=(alias(1, "loc/1"),), made_at=DAY_1)
UNDONE = Ruling(
    kind="merge", flaw=flaw_id(1), other=flaw_id(2), made_at=DAY_1, by="ada", undone_at=DAY_2
)


def test_a_ruling_is_written_once_and_taken_back_for_good(ledger):
    write(ledger, first_sight(1, 2))
    assert [ledger.rule([MERGE]), ledger.rule([MERGE])] == [1, 0]
    assert [r.survivor for r in ledger.records_by_id([flaw_id(1), flaw_id(2)])] == ["", flaw_id(1)]
    assert [ledger.rule([UNDONE]), ledger.rule([MERGE]), ledger.rule([UNDONE])] == [1, 0, 0]
    assert ledger.records_by_id([flaw_id(2)])[0].survivor == ""
    assert ledger.rulings_called(MERGE.id[:6]) == [UNDONE]


def test_a_ruling_about_unknown_flaws_is_left_out(ledger):
    write(ledger, first_sight(1))
    assert ledger.rule([MERGE]) == 0


def test_what_was_split_off_is_barred_and_still_counts_as_born(ledger):
    write(ledger, first_sight(1))
    ledger.rule([SPLIT])
    (known,) = ledger.candidates("shop", "bandit", ())
    assert (known.aliases, known.barred) == ((alias(1),), SPLIT.aliases)
    assert ledger.records_by_id([flaw_id(1)])[0].aliases == (alias(1),)
    assert ledger.births("shop", SPLIT.aliases) == {alias(1, "loc/1"): 1}


def test_flaws_that_were_ruled_about_want_a_look(ledger):
    write(ledger, first_sight(1, 2, 3))
    ledger.rule([MERGE])
    assert len(ledger.unsettled("shop", "settled under this", DAY_1)) == 2


def test_an_export_carries_rulings_and_those_taken_back(ledger, empty):
    write(ledger, first_sight(1, 2))
    ledger.rule([UNDONE, SPLIT])
    stream = io.BytesIO()
    ledger.export(stream)
    stream.seek(0)
    with Ledger.snapshot(empty) as other:
        assert other.import_(stream)["ruling"] == 2
        assert set(other.rulings_about([flaw_id(1)])) == {UNDONE, SPLIT}


def test_a_marker_brings_rulings_and_a_rebuild_keeps_them(ledger):
    held = ticket(1, marked(1, rulings=(SPLIT, MERGE)), marked(2, rulings=(MERGE,)))
    ledger.adopt(held)
    assert ledger.records_by_id([flaw_id(2)])[0].survivor == flaw_id(1)
    ledger.rule([UNDONE])
    ledger.rebuild({"sec": [held]})
    assert ledger.records_by_id([flaw_id(2)])[0].survivor == ""
    (known,) = [k for k in ledger.candidates("shop", "bandit", ()) if k.id == flaw_id(1)]
    assert known.barred == SPLIT.aliases
