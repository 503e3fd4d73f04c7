"""A question about few flaws is answered without walking all: SQLite's own steps are counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.ledger.given import DAY_1, SCOPE, alias, flaw_id, intent, ticket_row, write
from tests.ledger.given import flaw as made
from tests.ledger.given import scan as scanned
from ticketbot.ledger.ledger import Ledger
from ticketbot.planning.state import Effects

MANY = 3000
STEPS = 1000


@pytest.fixture(scope="module")
def crowded(empty):
    with Ledger.snapshot(empty) as ledger:
        numbers = range(1, MANY + 1)
        effects = Effects(
            scans=(scanned(),),
            flaws=tuple(made(n) for n in numbers),
            aliases=tuple((flaw_id(n), alias(n, "loc/1"), "new") for n in numbers),
            seen=tuple((0, flaw_id(n)) for n in numbers),
        )
        write(ledger, effects)
        ledger.save_tickets([ticket_row(n) for n in numbers])
        ledger.journal.open_many([intent(f"i{n}", subject=flaw_id(n)) for n in numbers])
        for n in numbers[1:]:
            ledger.journal.finish(f"i{n}", "applied", now=DAY_1)
        yield ledger


QUESTIONS: dict[str, Callable[[Ledger], object]] = {
    "births": lambda ledger: ledger.births("shop", [alias(n, "loc/1") for n in range(100)]),
    "records_by_id": lambda ledger: ledger.records_by_id([flaw_id(7)]),
    "tickets": lambda ledger: ledger.tickets("sec", ["7"]),
    "tickets_by_subject": lambda ledger: ledger.tickets_by_subject("sec", [flaw_id(7)]),
    "ticket_by_key": lambda ledger: ledger.ticket_by_key("SEC-7"),
    "settle": lambda ledger: ledger.settle([flaw_id(7)], "key"),
    "save_tickets": lambda ledger: ledger.save_tickets([ticket_row(7)]),
    "finish": lambda ledger: ledger.journal.finish("i1", "unknown", now=DAY_1),
    "apply_effects": lambda ledger: write(
        ledger, Effects(scans=(scanned("B"),), missed=((0, flaw_id(7)),))
    ),
    "scope_state of another": lambda ledger: ledger.scope_state(
        type(SCOPE)(SCOPE.target, "another family")
    ),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_few_cost_little_in_a_crowd(crowded, question):
    ticks = []
    with crowded.reading() as connection:
        driver = connection.connection.driver_connection
    driver.set_progress_handler(lambda: ticks.append(1), STEPS)
    try:
        question(crowded)
    finally:
        driver.set_progress_handler(None, STEPS)
    assert len(ticks) * STEPS < MANY
