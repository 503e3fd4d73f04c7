"""What a plan writes: all of it or nothing, and twice is once. Then the questions it answers."""

from __future__ import annotations

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from tests.ledger.given import (
    DAY_1,
    DAY_2,
    DAY_3,
    FEATURES,
    KEY,
    OTHER,
    SCOPE,
    accepted,
    alias,
    first_sight,
    flaw,
    flaw_id,
    missed,
    result,
    scan,
    ticket_row,
    write,
)
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.flaw import Decision, Scope, Sighting
from ticketbot.planning.state import Effects, ScopeState


def sighting(ledger: Ledger, n: int, scope: Scope = SCOPE) -> Sighting:
    [record] = ledger.records_by_id([flaw_id(n)])
    return next(s for s in record.sightings if s.scope == scope)


def everything(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the runs."""
    with ledger.reading() as connection:
        tables = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'runs' ORDER BY name"
        ).scalars()
        return {
            table: sorted(
                map(tuple, connection.exec_driver_sql(f"SELECT * FROM {table}")), key=repr
            )
            for table in list(tables)
        }


def test_a_scope_that_was_never_scanned_is_empty(ledger):
    assert ledger.scope_state(SCOPE) == ScopeState(scope=SCOPE)
    assert ledger.known_results(SCOPE, KEY) == {}
    assert ledger.open_tickets(SCOPE) == 0


def test_a_first_scan_is_known_afterwards(ledger):
    nos = write(ledger, first_sight(1, 2))
    state = ledger.scope_state(SCOPE)
    assert state.last == scan(results=2)
    assert state.applied == {"A"}
    assert state.present == set(nos.values())
    assert state.absent == frozenset()
    assert ledger.known_results(SCOPE, KEY) == {
        bytes.fromhex(result(n)): nos[flaw_id(n)] for n in (1, 2)
    }
    [record] = ledger.records([nos[flaw_id(2)]])
    assert record.flaw == flaw(2)
    assert record.aliases == (alias(2), alias(2, "loc/1"))
    assert record.sightings == (Sighting(SCOPE, "A", "A"),)
    assert (record.decision, record.paused, record.tickets) == (None, 0.0, ())


def test_scopes_are_apart(ledger):
    write(ledger, first_sight(1))
    write(ledger, Effects(scans=(scan("A", OTHER),), seen=((0, flaw_id(1)),)))
    write(ledger, missed("B", 1, scope=OTHER))
    assert sighting(ledger, 1).absences == 0
    assert sighting(ledger, 1, OTHER).absences == 1
    assert ledger.scope_state(SCOPE).applied == {"A"}
    assert ledger.scope_state(OTHER).applied == {"A", "B"}


def test_absences_count_scans_and_being_seen_ends_them(ledger):
    write(ledger, first_sight(1, 2))
    write(ledger, missed("B", 1))
    write(ledger, missed("C", 1))
    assert sighting(ledger, 1) == Sighting(SCOPE, "A", "A", 2)
    write(ledger, Effects(scans=(scan("D"),), seen=((0, flaw_id(1)),), missed=((0, flaw_id(2)),)))
    assert sighting(ledger, 1) == Sighting(SCOPE, "A", "D", 0)
    assert sighting(ledger, 2) == Sighting(SCOPE, "A", "C", 1)


def test_the_last_sight_is_in_the_last_complete_scan_before_the_first_absence(ledger):
    write(ledger, first_sight(1))
    write(ledger, Effects(scans=(scan("B"),)))
    write(ledger, missed("C", 1))
    assert sighting(ledger, 1).last_scan == "B"


def test_a_partial_scan_is_no_proof_of_sight(ledger):
    write(ledger, first_sight(1))
    write(ledger, Effects(scans=(scan("B", complete=False, reasons=("--partial",)),)))
    write(ledger, missed("C", 1))
    assert sighting(ledger, 1).last_scan == "A"


def test_a_report_that_comes_back_after_another_counts_again(ledger):
    write(ledger, first_sight(1))
    for _ in range(2):
        write(ledger, missed("B", 1))
        assert sighting(ledger, 1).absences == 1
        write(ledger, Effects(scans=(scan("A"),), seen=((0, flaw_id(1)),)))
        assert sighting(ledger, 1).absences == 0
    state = ledger.scope_state(SCOPE)
    assert state.last is not None
    assert state.last.digest == "A"


@pytest.mark.parametrize("effects", [first_sight(1, 2), missed("B", 1)], ids=["seen", "missed"])
def test_the_same_effects_twice_are_written_once(ledger, effects):
    write(ledger, first_sight(1, 2))
    write(ledger, effects)
    before = everything(ledger)
    write(ledger, effects)
    assert everything(ledger) == before


@pytest.fixture(scope="module")
def pair(empty):
    with Ledger.snapshot(empty) as once, Ledger.snapshot(empty) as twice:
        yield once, twice


@settings(max_examples=30)
@drawn(st.lists(st.sampled_from(["seen", "missed", "nothing"]), max_size=6))
def test_repeating_any_step_of_any_history_changes_nothing(pair, steps):
    once, twice = pair
    for ledger, times in ((once, 1), (twice, 2)):
        ledger.forget_everything()
        for index, step in enumerate(["first", *steps]):
            here = ((0, flaw_id(1)),)
            effects = Effects(
                scans=(scan(f"scan {index}"),),
                flaws=(flaw(1),),
                seen=here if step in ("first", "seen") else (),
                missed=here if step == "missed" else (),
                decided={flaw_id(1): accepted() if step == "seen" else None},
            )
            for _ in range(times):
                write(ledger, effects, DAY_2)
    assert everything(once) == everything(twice)


def test_an_unknown_flaw_undoes_the_whole(ledger):
    effects = Effects(scans=(scan(),), flaws=(flaw(1),), seen=((0, flaw_id(9)),))
    with pytest.raises(KeyError):
        write(ledger, effects)
    assert ledger.status().flaws == ledger.status().scans == 0


def test_an_unchanged_sync_writes_nothing_but_its_scan(ledger):
    write(ledger, first_sight(*range(1, 50)))
    with ledger.reading() as connection:
        before = connection.connection.driver_connection.total_changes
    write(ledger, Effects(scans=(scan("B"),)), DAY_2)
    with ledger.reading() as connection:
        assert connection.connection.driver_connection.total_changes - before <= 3


def test_stale_results_are_forgotten_and_those_without_a_flaw_kept(ledger):
    nos = write(ledger, first_sight(1))
    effects = Effects(
        scans=(scan("B"),),
        results=((0, result(8), flaw_id(1)), (0, result(9), "")),
        stale=((0, result(1)),),
    )
    write(ledger, effects)
    one = nos[flaw_id(1)]
    assert ledger.known_results(SCOPE) == {
        bytes.fromhex(result(8)): one,
        bytes.fromhex(result(9)): 0,
    }
    assert ledger.known_results(SCOPE, KEY) == {bytes.fromhex(result(8)): one}
    assert ledger.known_results(SCOPE, "another key") == {}


def test_what_is_not_settled_under_the_key_wants_a_look(ledger):
    nos = write(ledger, first_sight(1, 2, 3))
    assert ledger.unsettled("shop", KEY, DAY_1) == set()
    assert ledger.unsettled("shop", "another key", DAY_1) == set(nos.values())
    assert ledger.unsettled("elsewhere", "another key", DAY_1) == set()
    write(ledger, Effects(unsettled=(flaw_id(1),)))
    ledger.set_baseline([flaw_id(2)], True)
    assert ledger.unsettled("shop", KEY, DAY_1) == {nos[flaw_id(1)], nos[flaw_id(2)]}
    ledger.settle([flaw_id(1), flaw_id(2)], KEY)
    assert ledger.unsettled("shop", KEY, DAY_1) == set()
    assert ledger.status().baseline == 1


@pytest.mark.parametrize(
    ("until", "now", "expired"),
    [
        ("2026-01-02", DAY_1, False),
        ("2026-01-02", DAY_2, True),
        ("2026-01-02T01:00:00+02:00", "2026-01-01T23:00:00Z", True),
        ("2026-01-02T01:00:00-02:00", "2026-01-02T02:00:00Z", False),
    ],
)
def test_an_expired_decision_wants_a_look(ledger, until, now, expired):
    nos = write(ledger, first_sight(1))
    ledger.decide(flaw_id(1), accepted(until=until), DAY_1)
    ledger.settle([flaw_id(1)], KEY)
    assert ledger.unsettled("shop", KEY, now) == (set(nos.values()) if expired else set())


def test_births_count_every_flaw_that_ever_held_the_alias(ledger):
    write(ledger, first_sight(1, 2))
    write(ledger, Effects(aliases=((flaw_id(2), alias(1), "moved"),)))
    wanted = [alias(1), alias(2), alias(3)]
    assert ledger.births("shop", wanted) == {alias(1): 2, alias(2): 1, alias(3): 0}
    assert ledger.births("elsewhere", wanted) == dict.fromkeys(wanted, 0)


def test_candidates_are_the_flaws_nobody_recognised(ledger):
    nos = write(ledger, first_sight(1, 2, 3))
    write(ledger, Effects(flaws=(flaw(4, family="semgrep"), flaw(5, target="web"))))
    found = ledger.candidates("shop", "bandit", {nos[flaw_id(1)]})
    assert [known.id for known in found] == [flaw_id(2), flaw_id(3)]
    assert found[0].aliases == (alias(2), alias(2, "loc/1"))
    assert found[0].features == FEATURES


def test_questions_about_more_than_one_statement_takes_are_answered(ledger):
    many = range(1, 1203)
    nos = write(ledger, Effects(flaws=tuple(flaw(n) for n in many)))
    assert len(ledger.candidates("shop", "bandit", ())) == len(many)
    assert [r.flaw.id for r in ledger.records_by_id(map(flaw_id, many))] == list(map(flaw_id, many))
    assert sum(ledger.births("shop", [alias(n) for n in many]).values()) == len(many)
    assert len(nos) == len(many)


def test_unknown_flaws_are_left_out(ledger):
    write(ledger, first_sight(1))
    assert [r.flaw.id for r in ledger.records_by_id([flaw_id(9), flaw_id(1)])] == [flaw_id(1)]


def test_features_are_replaced_and_the_birth_is_not(ledger):
    write(ledger, first_sight(1))
    moved = FEATURES.__class__(
        rule="B608", title="SQL", severity="critical", kind="code", tool="Bandit", line=9
    )
    write(ledger, Effects(flaws=(flaw(1, birth=alias(7)),), features={flaw_id(1): moved}))
    [record] = ledger.records_by_id([flaw_id(1)])
    assert record.flaw == flaw(1, features=moved)


def test_absent_are_those_whose_ticket_is_open(ledger):
    nos = write(ledger, first_sight(1, 2, 3, 4))
    ledger.save_tickets([ticket_row(1, 1, 4), ticket_row(2, state="closed", closed="fixed")])
    write(ledger, missed("B", 1, 2, 3))
    state = ledger.scope_state(SCOPE)
    assert state.absent == {nos[flaw_id(1)]}
    assert state.present == {nos[flaw_id(4)]}
    assert ledger.open_tickets(SCOPE) == 1
    assert ledger.open_tickets(OTHER) == 0


def test_a_decision_stands_until_it_is_taken_back_and_accepted_time_is_paused(ledger):
    write(ledger, first_sight(1))
    ledger.decide(flaw_id(1), accepted(DAY_1), DAY_1)
    [record] = ledger.records_by_id([flaw_id(1)])
    assert (record.decision, record.paused) == (accepted(DAY_1), 0.0)
    ledger.decide(flaw_id(1), None, DAY_2)
    [record] = ledger.records_by_id([flaw_id(1)])
    assert (record.decision, record.paused) == (None, 86_400.0)
    again = accepted(DAY_2, until="2026-01-02T12:00:00Z")
    ledger.decide(flaw_id(1), again, DAY_2)
    ledger.decide(flaw_id(1), Decision(kind="wont_fix", made_at=DAY_3), DAY_3)
    [record] = ledger.records_by_id([flaw_id(1)])
    assert record.decision == Decision(kind="wont_fix", made_at=DAY_3)
    assert record.paused == 1.5 * 86_400


def test_a_decision_of_the_code_is_taken_back_at_the_time_of_the_run(ledger):
    write(ledger, first_sight(1))
    said = Decision(kind="accepted", made_at=DAY_1, source="code")
    write(ledger, Effects(decided={flaw_id(1): said}), DAY_1)
    write(ledger, Effects(decided={flaw_id(1): None}), DAY_3)
    [record] = ledger.records_by_id([flaw_id(1)])
    assert (record.decision, record.paused) == (None, 2 * 86_400.0)
