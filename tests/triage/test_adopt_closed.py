"""Closed tickets of somebody else: adopted only when asked for, and then as the person's word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sync.laboratory import finding, report
from tests.triage.bench import Bench, left, taken
from ticketbot.model.flaw import Decision

SCAN = {"commit": "c1", "started": "2026-03-01T12:00:00Z"}
LATER = {"commit": "c2", "started": "2026-03-09T12:00:00Z"}


@pytest.fixture
def lab(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.opened("B608 in app/db.py")
    return made


def test_closed_ones_are_counted_and_left_unless_asked_for(lab: Bench) -> None:
    lab.local.person_closes("1", "wont_fix", "ada")
    made = lab.propose(report(finding()))
    assert (made.closed, made.pairs, made.left) == (1, (), ())


@pytest.mark.parametrize("resolution", ["wont_fix", "false_positive", "accepted"])
def test_what_a_person_decided_by_closing_binds(lab: Bench, resolution: Any) -> None:
    lab.local.person_closes("1", resolution, "ada")
    made, _ = lab.adopt(report(finding(), **SCAN), closed=True)
    assert taken(made) == {"LOC-1": "B608"}
    assert lab.sync(report(finding(), **SCAN)).actions == []
    lab.clock.passes(days=8)
    assert lab.sync(report(finding(), **LATER)).actions == []
    assert lab.states() == [resolution]
    with lab.ledger() as ledger:
        (record,) = ledger.records_by_id([made.pairs[0].item.flaw])
    assert record.decision is not None and record.decision.by == "ada"
    (ticket,) = lab.tickets()
    assert ticket.marker is not None
    assert ticket.marker.flaws[0].decision == record.decision, "a rebuilt ledger knows it too"


def test_closed_as_done_it_is_reopened_only_by_a_later_commit(lab: Bench) -> None:
    lab.local.person_closes("1", None, "ada")
    lab.adopt(report(finding(), **SCAN), closed=True)
    lab.clock.passes(days=4)
    scanned_again = {**SCAN, "started": "2026-03-05T12:00:00Z"}
    assert lab.sync(report(finding(), **scanned_again)).actions == []
    lab.clock.passes(days=4)
    assert lab.sync(report(finding(), **LATER)).actions == ["reopen"]
    assert lab.states() == ["open"]


def test_of_two_closed_ones_the_newest_has_the_last_word(lab: Bench) -> None:
    lab.opened("B608 in app/db.py")
    lab.local.person_closes("1", "wont_fix", "ada")
    lab.local.person_closes("2", "false_positive", "bob")
    made, _ = lab.adopt(report(finding()), closed=True)
    assert taken(made) == {"LOC-2": "B608"} and left(made) == {"LOC-1": "second"}
    assert lab.sync(report(finding())).actions == []


def test_a_duplicate_stands_for_no_flaw(lab: Bench) -> None:
    lab.local.person_closes("1", "duplicate", "ada")
    made = lab.propose(report(finding()), closed=True)
    assert left(made) == {"LOC-1": "duplicate"}


def test_a_decision_known_before_is_kept(lab: Bench) -> None:
    lab.local.person_closes("1", "wont_fix", "ada")
    (flaw,) = (each.id for each in lab.adopt(report(finding()))[0].plan.effects.flaws)
    said = Decision(kind="accepted", made_at=lab.clock(), source="command", by="bob")
    with lab.ledger() as ledger:
        ledger.decide(flaw, said, lab.clock())
    made, _ = lab.adopt(report(finding()), closed=True)
    assert taken(made) == {"LOC-1": "B608"}
    with lab.ledger() as ledger:
        (record,) = ledger.records_by_id([flaw])
    assert record.decision == said
    assert lab.sync(report(finding())).actions == []


def test_a_ticket_closed_long_ago_is_followed_by_a_new_one(lab: Bench) -> None:
    """As one of ours would be: `reopen_within` counts from its closing."""
    lab.local.person_closes("1", None, "ada")
    lab.adopt(report(finding(), **SCAN), closed=True)
    lab.clock.passes(days=40)
    far = {"commit": "c2", "started": "2026-04-10T12:00:00Z"}
    assert lab.sync(report(finding(), **far)).actions == ["create"]
    assert lab.local.links("2") == [("regression", "1")]
