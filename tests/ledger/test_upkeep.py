"""Runs, marks, counts, renamed targets and pruning."""

from __future__ import annotations

from tests.ledger.given import (
    DAY_1,
    DAY_2,
    DAY_3,
    KEY,
    SCOPE,
    accepted,
    first_sight,
    flaw_id,
    intent,
    missed,
    scan,
    ticket_row,
    write,
)
from ticketbot.ledger.upkeep import Run
from ticketbot.model.flaw import Scope
from ticketbot.planning.state import Effects

WEB = Scope("web", "bandit")


def test_a_run_is_open_until_it_ends(ledger):
    run = Run(id="r1", command="sync", version="1.0", url="https://ci/1", started_at=DAY_1)
    ledger.start_run(run)
    ledger.start_run(run)
    assert ledger.run("r1") == run
    ledger.end_run("r1", now=DAY_2, outcome="done", summary={"create": 3})
    ended = ledger.run("r1")
    assert ended is not None
    assert (ended.ended_at, ended.outcome, ended.summary) == (DAY_2, "done", {"create": 3})
    assert ledger.run("r2") is None


def test_a_mark_is_the_last_one_set(ledger):
    assert ledger.mark("sec") == ""
    ledger.set_mark("sec", "1")
    ledger.set_mark("sec", "2")
    assert (ledger.mark("sec"), ledger.mark("itsm")) == ("2", "")


def test_the_status_counts(ledger):
    write(ledger, first_sight(1, 2, 3))
    ledger.save_tickets([ticket_row(1), ticket_row(2, state="closed")])
    ledger.set_baseline([flaw_id(3)], True)
    ledger.decide(flaw_id(1), accepted(), DAY_1)
    ledger.journal.open_many([intent("i1")])
    status = ledger.status()
    assert (status.flaws, status.baseline, status.decided) == (3, 1, 1)
    assert (status.tickets_open, status.tickets_closed) == (1, 1)
    assert (status.scopes, status.scans, status.pending) == (1, 1, 1)
    assert status.last_run is not None
    assert status.last_run.command == "sync"


def test_a_renamed_target_keeps_its_flaws_and_its_scans(ledger):
    nos = write(ledger, first_sight(1, 2))
    assert ledger.rename_target("shop", "web") == 2
    assert ledger.rename_target("shop", "web") == 0
    state = ledger.scope_state(WEB)
    assert state.present == set(nos.values())
    assert state.last == scan(scope=WEB, results=2)
    assert len(ledger.known_results(WEB, KEY)) == 2
    assert ledger.records_by_id([flaw_id(1)])[0].flaw.target == "web"


def test_a_target_scanned_under_both_names_becomes_one(ledger):
    write(ledger, first_sight(1, 2))
    write(ledger, Effects(scans=(scan("B", WEB),), seen=((0, flaw_id(2)),)))
    write(ledger, Effects(scans=(scan("A", WEB),), missed=((0, flaw_id(2)),)))
    ledger.rename_target("shop", "web")
    state = ledger.scope_state(WEB)
    assert state.applied == {"A", "B"}
    assert state.last == scan("A", WEB)
    one, two = ledger.records_by_id([flaw_id(1), flaw_id(2)])
    assert [(s.scope, s.absences) for s in one.sightings] == [(WEB, 0)]
    assert [(s.scope, s.absences) for s in two.sightings] == [(WEB, 1)]
    assert ledger.scope_state(SCOPE).present == frozenset()


def test_pruning_removes_what_is_over_and_unused(ledger):
    for day, digest in ((DAY_1, "A"), (DAY_2, "B"), (DAY_3, "C")):
        write(ledger, first_sight(1, digest=digest) if digest == "A" else missed(digest), day)
        ledger.end_run(f"run {day}", now=day, outcome="done", summary={})
    ledger.journal.open_many([intent("done"), intent("pending", action="close")])
    ledger.journal.finish("done", "applied", now=DAY_1)
    assert ledger.prune(DAY_3) == {"intents": 1, "scans": 1, "runs": 1}
    assert ledger.scope_state(SCOPE).applied == {"A", "C"}
    assert [i.id for i in ledger.journal.pending("sec")] == ["pending"]
    assert ledger.prune(DAY_3) == {"intents": 0, "scans": 0, "runs": 0}


def test_everything_forgotten_is_an_empty_ledger(ledger):
    write(ledger, first_sight(1))
    ledger.save_tickets([ticket_row(1)])
    ledger.decide(flaw_id(1), accepted(), DAY_1)
    ledger.forget_everything()
    status = ledger.status()
    assert (status.flaws, status.scans, status.scopes, status.tickets_open) == (0, 0, 0, 0)
    write(ledger, first_sight(1))
