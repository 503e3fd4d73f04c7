"""The journal: an intent is there before its request, and there is one for each thing to do."""

from __future__ import annotations

import pytest

from tests.ledger.given import DAY_1, DAY_2, DAY_3, first_sight, flaw_id, intent, ticket_row, write
from ticketbot.ledger.ledger import Ledger


def test_an_intent_is_pending_until_its_outcome_is_known(ledger):
    wanted = intent("i1", high_water_mark="41", flaws=(flaw_id(1), flaw_id(2)))
    assert ledger.journal.open_many([wanted]) == [wanted]
    assert ledger.journal.pending("sec") == [wanted]
    assert ledger.journal.pending("other") == []
    ledger.journal.finish("i1", "unknown", now=DAY_2, note="timeout")
    [unknown] = ledger.journal.pending("sec")
    assert (unknown.state, unknown.note, unknown.finished_at) == ("unknown", "timeout", DAY_2)
    ledger.journal.finish("i1", "applied", now=DAY_3, ticket_id="7")
    assert ledger.journal.pending("sec") == []
    [done] = ledger.journal.of_run("r")
    assert (done.state, done.ticket_id, done.finished_at) == ("applied", "7", DAY_3)


@pytest.mark.parametrize(
    ("state", "taken"), [("open", True), ("unknown", True), ("applied", False), ("rejected", False)]
)
def test_a_pending_intent_bars_the_next_and_a_known_outcome_frees_it(ledger, state, taken):
    ledger.journal.open_many([intent("i1")])
    if state != "open":
        ledger.journal.finish("i1", state, now=DAY_2)
    second = intent("i2")
    assert ledger.journal.open_many([second]) == [None if taken else second]


def test_one_of_a_batch_loses_and_the_rest_is_written(ledger):
    ledger.journal.open_many([intent("i1")])
    close = intent("i3", action="close")
    other = intent("i4", subject=flaw_id(2))
    elsewhere = intent("i5", tracker="itsm")
    batch = [intent("i2"), close, other, elsewhere]
    assert ledger.journal.open_many(batch) == [None, close, other, elsewhere]
    assert [i.id for i in ledger.journal.pending("sec")] == ["i1", "i3", "i4"]


def test_twins_in_one_batch_are_one(ledger):
    first, twin = intent("i1"), intent("i2")
    assert ledger.journal.open_many([first, twin]) == [first, None]


def test_an_id_that_was_used_before_is_nobodys_to_win(ledger):
    ledger.journal.open_many([intent("i1")])
    ledger.journal.finish("i1", "applied", now=DAY_2)
    assert ledger.journal.open_many([intent("i1", nonce="another")]) == [None]


def test_two_connections_do_not_both_win(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with Ledger.open(url) as one, Ledger.open(url) as two:
        first, second = intent("i1"), intent("i2")
        assert one.journal.open_many([first]) == [first]
        assert two.journal.open_many([second]) == [None]
        assert two.journal.pending("sec") == [first]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("applied", "rejected", "applied"),
        ("applied", "unknown", "applied"),
        ("rejected", "unknown", "rejected"),
        ("rejected", "applied", "applied"),
        ("unknown", "rejected", "rejected"),
    ],
)
def test_what_is_known_is_not_made_unknown_again(ledger, before, after, kept):
    ledger.journal.open_many([intent("i1")])
    ledger.journal.finish("i1", before, now=DAY_2)
    ledger.journal.finish("i1", after, now=DAY_3)
    assert [i.state for i in ledger.journal.of_run("r")] == [kept]


def test_an_outcome_and_its_ticket_are_written_together_or_not_at_all(ledger):
    write(ledger, first_sight(1))
    ledger.journal.open_many([intent("i1")])
    with pytest.raises(KeyError):  # a member that nobody knows
        ledger.journal.finish("i1", "applied", now=DAY_2, rows=[ticket_row(1, 9)])
    assert [i.state for i in ledger.journal.of_run("r")] == ["open"]
    ledger.journal.finish("i1", "applied", now=DAY_2, ticket_id="1", rows=[ticket_row(1)])
    assert ledger.tickets("sec", None) == {"1": ticket_row(1)}


def test_what_was_killed_inside_a_transaction_never_happened(tmp_path):
    class KilledError(BaseException):
        pass

    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with Ledger.open(url) as ledger:
        with pytest.raises(KilledError), ledger.transaction():
            write(ledger, first_sight(1))
            ledger.journal.open_many([intent("i1")])
            raise KilledError
        assert ledger.status().flaws == 0
        assert ledger.journal.pending("sec") == []
        ledger.set_mark("sec", "1")  # and the ledger still works


def test_the_history_of_a_flaw_has_its_groups_and_its_tickets(ledger):
    write(ledger, first_sight(1, 2))
    ledger.save_tickets([ticket_row(7, 1)])
    intents = [
        intent("i1", subject=flaw_id(1), sent_at=DAY_1),
        intent("i2", subject="group", flaws=(flaw_id(1), flaw_id(2)), sent_at=DAY_2),
        intent("i3", subject="x", action="close", ticket_id="7", sent_at=DAY_3),
        intent("i4", subject=flaw_id(2)),
        intent("i5", tracker="itsm", subject="y", ticket_id="7"),
    ]
    ledger.journal.open_many(intents)
    assert [i.id for i in ledger.journal.history(flaw_id(1))] == ["i1", "i2", "i3"]
    assert [i.id for i in ledger.journal.history("SEC-7")] == ["i3"]
    assert ledger.journal.history("SEC-99") == []
