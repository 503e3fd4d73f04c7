"""One create call, and everything that may happen to it on the way: nothing is ever made twice, and what
is not known is not guessed."""

from __future__ import annotations

import pytest

from tests.trackers.contract import applied, create, draft, marker
from ticketbot.errors import TrackerError
from ticketbot.simulate.faults import READS, WRITES, parse
from ticketbot.trackers.base import Draft
from ticketbot.trackers.wire import settling


def once(method: str, ending: str, fault: str):
    """Spoil the first such request."""
    left = [fault]

    def choose(asked):
        hit = asked.method == method and asked.path.endswith(ending)
        return left.pop() if hit and left else ""

    return choose


def expected(fault: str) -> tuple[str, int]:
    """(state of the outcome, tickets in the end)."""
    how = parse(fault)
    if how.when == "refused":
        return ("rejected", 0) if how.how == "401" else ("applied", 1)
    return "ambiguous", 0 if how.when == "before" else 1


@pytest.mark.parametrize("fault", WRITES)
def test_a_create_that_is_spoilt_makes_at_most_one_issue_and_is_resolved_by_a_look(hub, fault):
    tracker = hub.tracker()
    tracker.changed("")
    hub.front.choose = once("POST", "/issues", fault)
    outcome = tracker.create([Draft(draft(), "n")])[0]
    hub.time.sleep(settling({}))
    hub.front.settle()
    state, made = expected(fault)
    assert (outcome.state, len(hub.server.tickets())) == (state, made)
    assert bool(outcome.reason) == (state != "applied")
    assert len(hub.tracker().find(["s1"]).get("s1", [])) == made


@pytest.mark.parametrize("fault", [f for f in WRITES if parse(f).when in ("after", "late")])
def test_the_look_finds_it_although_every_list_lags(make_hub, fault):
    hub = make_hub(list_lag=480, label_lag=720)
    tracker = hub.tracker()
    create(tracker, "before")
    hub.time.sleep(2000)
    tracker.changed("")
    hub.front.choose = once("POST", "/issues", fault)
    assert tracker.create([Draft(draft(), "n")])[0].state == "ambiguous"
    hub.time.sleep(settling({}))
    assert [t.key for t in tracker.find(["s1"])["s1"]] == ["#2"]


@pytest.mark.parametrize("fault", [f for f in WRITES if parse(f).when in ("after", "late")])
def test_a_close_whose_answer_is_lost_is_seen_to_be_done(hub, tracker, fault):
    made = create(tracker)
    hub.front.choose = once("PATCH", "/issues/1", fault)
    closed = marker("s1", closed="fixed")
    after = applied(tracker.close(made.id, "fixed", comment="Gone", marker=closed, nonce="n"))
    assert (after.state, after.resolution) == ("closed", "fixed")
    assert len(hub.server.tickets()[0].comments) == 1


@pytest.mark.parametrize("fault", [f for f in WRITES if parse(f).when == "before"])
def test_a_close_that_was_not_carried_out_is_ambiguous_and_says_nothing(hub, tracker, fault):
    made = create(tracker)
    hub.front.choose = once("PATCH", "/issues/1", fault)
    outcome = tracker.close(made.id, "fixed", comment="Gone", marker=None, nonce="n")
    assert outcome.state == "ambiguous"
    assert hub.server.tickets()[0].comments == ()


@pytest.mark.parametrize("fault", [f for f in WRITES if parse(f).when == "after"])
def test_a_comment_whose_answer_is_lost_is_looked_for_and_said_once(hub, tracker, fault):
    made = create(tracker)
    hub.front.choose = once("POST", "/comments", fault)
    applied(tracker.comment(made.id, "Hello", nonce="n"))
    applied(tracker.comment(made.id, "Hello", nonce="n"))
    assert len(hub.server.tickets()[0].comments) == 1


def test_a_close_whose_comment_is_refused_says_what_was_done(hub, tracker):
    made = create(tracker)
    hub.front.choose = lambda asked: "401" if asked.path.endswith("/comments") else ""
    outcome = tracker.close(made.id, "fixed", comment="Gone", marker=None, nonce="n")
    assert outcome.state == "rejected"
    assert "#1 was changed, the comment about it was not said" in outcome.reason
    assert not hub.server.tickets()[0].open


@pytest.mark.parametrize("fault", ["401", "502 before", "reset before"])
def test_a_reopening_whose_comment_fails_leaves_the_issue_closed(hub, tracker, fault):
    made = create(tracker)
    closed = marker("s1", closed="fixed")
    applied(tracker.close(made.id, "fixed", comment="Gone", marker=closed, nonce="n"))
    hub.front.choose = lambda asked: fault if asked.method == "POST" else ""
    outcome = tracker.reopen(made.id, comment="Back", marker=marker("s1"), nonce="m")
    assert outcome.state in ("rejected", "ambiguous")
    assert not hub.server.tickets()[0].open


@pytest.mark.parametrize("fault", READS)
def test_a_read_is_asked_again(hub, tracker, fault):
    made = create(tracker)
    hub.front.choose = once("GET", "/issues", fault)
    assert tracker.find(["s1"]) == {"s1": [made]}


@pytest.mark.parametrize("fault", ["502 before", "html after", "cut after", "reset before"])
@pytest.mark.parametrize("ending", ["/issues", "/graphql"])
def test_a_search_that_keeps_failing_is_no_proof_of_absence(hub, tracker, fault, ending):
    create(tracker)
    hub.front.choose = lambda asked: fault if asked.path.endswith(ending) else ""
    with pytest.raises(TrackerError):
        hub.tracker().find(["s2"])


@pytest.mark.parametrize("answer", ["{}", '[{"number": 1}]', '"no"', "[7]"])
def test_a_list_of_something_else_is_no_proof_of_absence(hub, answer, monkeypatch):
    real = hub.server.answer

    def nonsense(asked):
        given = real(asked)
        if not asked.path.endswith("/issues"):
            return given
        return type(given)(200, answer.encode(), given.headers)

    monkeypatch.setattr(hub.server, "answer", nonsense)
    with pytest.raises(TrackerError, match="expected a list of issues of acme/api, found"):
        hub.tracker().find(["s2"])


def test_an_answer_that_is_no_issue_leaves_a_create_ambiguous(hub, tracker, monkeypatch):
    tracker.changed("")
    real = hub.server.answer

    def nonsense(asked):
        given = real(asked)
        return type(given)(201, b'{"ok": true}', {}) if asked.method == "POST" else given

    monkeypatch.setattr(hub.server, "answer", nonsense)
    assert tracker.create([Draft(draft(), "n")])[0].state == "ambiguous"
    assert len(hub.server.tickets()) == 1
