"""A ledger that an earlier version has kept: today's code makes no ticket of it, and writes into none."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import msgspec
import pytest

from tests.sync.laboratory import FakeReport, Laboratory, finding, report
from ticketbot.ledger.effects import set_features
from ticketbot.model.finding import Finding, Location
from ticketbot.model.flaw import NO_TRAITS

TRIFLE = finding("Trifle", text="# a trifle", severity="low")


@pytest.fixture
def lab(tmp_path):
    return Laboratory(tmp_path)


def forget(lab: Laboratory) -> None:
    """What versions before this one did not keep: traits, and which flaws are related."""
    with lab.ledger() as ledger, ledger.transaction() as connection:
        known = ledger.candidates("shop", "bandit", ()) + ledger.candidates("shop", "semgrep", ())
        bare = {k.no: msgspec.structs.replace(k.features, traits=NO_TRAITS) for k in known}
        set_features(connection, bare)
        connection.exec_driver_sql("DELETE FROM relations")
        connection.exec_driver_sql("UPDATE flaws SET settled = ''")


def parameter(name: str, column: int, message: str) -> Finding:
    """One of several of one line."""
    place = Location(path="app/db.py", line=3, column=column, line_text="def f(a, b, c, d):")
    return finding("unused", locations=(place,), message=message.format(name))


@pytest.mark.parametrize("order", list(permutations("abc"))[1:], ids="".join)
@pytest.mark.parametrize("message", ["the parameter {} is unused", "one is unused"])
def test_findings_of_one_line_keep_their_tickets(lab, order, message):
    names = dict(zip(order, (7, 10, 13), strict=True))
    found = (parameter(name, column, message) for name, column in names.items())
    given = report(*found, TRIFLE)
    lab.sync(given)
    forget(lab)
    assert lab.sync(given).actions == []


def suspected(tool: str, **more: Any) -> FakeReport:
    found = finding(f"{tool}-sqli", cwe=(89,), tool=tool, **more)
    return report(found, TRIFLE, tool=tool, family=tool)


@pytest.mark.parametrize("loss", [forget, Laboratory.lose_ledger], ids=["upgrade", "lost ledger"])
def test_tickets_that_were_there_side_by_side_are_not_tied_later(lab, loss):
    both = suspected("bandit"), suspected("semgrep")
    lab.sync(*both)
    assert lab.local.links("2") == [("related", "1")]
    loss(lab)
    assert lab.sync(*both).actions == []
    worse = suspected("bandit", severity="critical"), suspected("semgrep")
    assert lab.sync(*worse).actions == ["update"]
    assert "**Probably also reported by:** semgrep" in lab.local.body("1") + lab.local.body("2")


def test_a_tie_is_not_made_again_when_one_ticket_was_closed_while_the_ledger_was_lost(lab):
    both = suspected("bandit"), suspected("semgrep")
    lab.sync(*both)
    lab.clock.passes(days=1)
    assert lab.sync(report(TRIFLE)).actions == ["close"]
    lab.lose_ledger()
    actions = [lab.sync(*both).actions for _ in range(3)]
    assert actions == [["reopen"], [], []]
