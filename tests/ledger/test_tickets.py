"""Ticket rows and their members; and what is learnt from markers without overwriting anything."""

from __future__ import annotations

from tests.ledger.given import (
    DAY_1,
    DAY_2,
    KEY,
    OTHER,
    SCOPE,
    accepted,
    alias,
    first_sight,
    flaw,
    flaw_id,
    marked,
    scan,
    ticket,
    ticket_row,
    write,
)
from ticketbot.model.flaw import Decision, Sighting
from ticketbot.planning.state import Effects


def test_a_ticket_is_read_as_it_was_saved(ledger):
    write(ledger, first_sight(1, 2, 3))
    row = ticket_row(
        7,
        3,
        1,
        2,
        group="component:pkg:pypi/x",
        struck=(flaw_id(1),),
        state="closed",
        closed="fixed",
        closed_at=DAY_2,
        kept_open=True,
        asked=True,
        revision="12",
        draft="abc",
        due="2026-02-01",
        severity="high",
        written={"priority": "High", "assignee": None, "labels": ["a", "b"]},
        created_at=DAY_1,
    )
    ledger.save_tickets([row])
    assert ledger.tickets("sec", None) == ledger.tickets("sec", ["7", "8"]) == {"7": row}
    assert ledger.tickets_by_subject("sec", [row.subject, "x"]) == {row.subject: [row]}
    assert ledger.ticket_by_key("SEC-7") == row
    assert ledger.ticket_by_key("SEC-8") is None
    assert ledger.tickets("other", None) == {}


def test_saving_again_replaces_the_row_and_its_members(ledger):
    write(ledger, first_sight(1, 2))
    ledger.save_tickets([ticket_row(1, 1, 2)])
    new = ticket_row(1, 2, state="closed", revision="2")
    ledger.save_tickets([new])
    assert ledger.tickets("sec", None) == {"1": new}
    first, second = ledger.records_by_id([flaw_id(1), flaw_id(2)])
    assert (first.tickets, second.tickets) == ((), (new,))


def test_a_flaws_tickets_come_oldest_first(ledger):
    write(ledger, first_sight(1))
    old = ticket_row(9, 1, created_at=DAY_1, state="closed")
    new = ticket_row(2, 1, created_at=DAY_2)
    ledger.save_tickets([new, old])
    [record] = ledger.records_by_id([flaw_id(1)])
    assert record.tickets == (old, new)
    assert ledger.ticket_by_key("SEC-2") == new


def test_a_ticket_without_a_marker_teaches_nothing(ledger):
    assert ledger.adopt(ticket(1, marker=None)) is None
    assert ledger.status().flaws == 0


def test_an_unknown_ticket_brings_everything_its_marker_says(ledger):
    seen = (Sighting(SCOPE, "A", "A"), Sighting(OTHER, "A", "B", 2))
    row = ledger.adopt(ticket(1, marked(1, sightings=seen, decision=accepted()), revision="5"))
    assert row == ticket_row(1, revision="5", draft="d", severity="high")
    [record] = ledger.records_by_id([flaw_id(1)])
    assert record.flaw == flaw(1)
    assert record.aliases == (alias(1), alias(1, "loc/1"))
    assert record.sightings == seen
    assert record.decision == accepted()
    assert record.tickets == (row,)
    assert ledger.unsettled("shop", KEY, DAY_1) == {record.no}
    # another job applied A and B: whether before or after what comes here, nobody knows
    assert ledger.scope_state(OTHER).applied == frozenset()
    assert ledger.scope_state(OTHER).last is None


def test_adopting_twice_is_adopting_once(ledger):
    first = ledger.adopt(ticket(1))
    before = ledger.records_by_id([flaw_id(1)])
    assert ledger.adopt(ticket(1)) == first
    assert ledger.records_by_id([flaw_id(1)]) == before


def test_what_the_ledger_knows_is_not_overwritten_by_an_older_marker(ledger):
    write(ledger, first_sight(1))
    ledger.save_tickets([ticket_row(1, draft="newer")])
    ledger.decide(flaw_id(1), accepted(), DAY_1)
    ledger.decide(flaw_id(1), None, DAY_2)
    wont_fix = Decision(kind="wont_fix", made_at=DAY_1)
    known = marked(1, decision=wont_fix, sightings=(Sighting(SCOPE, "A", "A", 3),))
    row = ledger.adopt(ticket(1, known))
    assert row == ticket_row(1, draft="newer")
    [record] = ledger.records_by_id([flaw_id(1)])
    assert record.decision is None
    assert record.sightings == (Sighting(SCOPE, "A", "A", 0),)


def test_a_known_flaw_gains_the_aliases_and_the_ticket_it_did_not_have(ledger):
    write(ledger, first_sight(1))
    ledger.adopt(ticket(1, marked(1, aliases=(alias(1), alias(5, "line/1")))))
    [record] = ledger.records_by_id([flaw_id(1)])
    assert record.aliases == (alias(1), alias(1, "loc/1"), alias(5, "line/1"))
    assert [t.key for t in record.tickets] == ["SEC-1"]


def test_two_tickets_of_one_flaw_both_teach_what_they_know(ledger):
    rows = ledger.adopt_all(
        [
            ticket(10, marked(1, aliases=(alias(2),))),
            ticket(9, marked(1, aliases=(alias(3),)), state="closed", updated=DAY_2),
        ]
    )
    assert [row.id for row in rows] == ["9", "10"]
    [record] = ledger.records_by_id([flaw_id(1)])
    assert record.aliases == (alias(3), alias(1), alias(2))
    assert [(t.id, t.state, t.closed_at) for t in record.tickets] == [
        ("9", "closed", DAY_2),
        ("10", "open", None),
    ]


def test_a_scan_known_from_a_marker_learns_the_rest_when_it_is_applied(ledger):
    ledger.adopt(ticket(1))
    write(ledger, Effects(scans=(scan("A", commit="abc"),)))
    assert ledger.scope_state(SCOPE).last == scan("A", commit="abc")
