"""The same over real sockets: pysnow, requests and a server on this machine."""

from __future__ import annotations

import pytest

from tests.trackers.contract import applied, create, draft, marker
from tests.trackers.servicenow.conftest import AUTH, Bench
from ticketbot.simulate.server import serving
from ticketbot.trackers.base import Draft
from ticketbot.trackers.servicenow.tracker import make


@pytest.fixture
def bench():
    return Bench({"clients": {"abc": "geheim"}})


@pytest.fixture
def server(bench):
    with serving(bench.front) as server:
        yield server


@pytest.fixture(
    params=[AUTH, {"client_id": "abc", "client_secret": "geheim"}], ids=["basic", "oauth"]
)
def tracker(bench, server, request):
    tracker = make("snow", {"url": f"{server.url}/", "auth": request.param}, bench.clock)
    yield tracker
    tracker.close_connection()
    assert bench.witness.problems == []


def test_a_ticket_lives_its_life(tracker):
    made = create(tracker, body="x" * 5000)
    new = draft(title="Worse", marker=marker("s1", draft="d2"))
    applied(tracker.update(made.id, new, ["title"], comment="It got worse.", nonce="n1"))
    closed = marker("s1", closed="fixed")
    applied(tracker.close(made.id, "fixed", comment="Gone", marker=closed, nonce="n2"))
    (ticket,) = tracker.find(["s1"])["s1"]
    assert (ticket.title, ticket.state, ticket.resolution) == ("Worse", "closed", "fixed")
    assert ticket.marker == closed
    assert tracker.changed("")[0] == [ticket]


@pytest.mark.parametrize("fault", ["reset after", "close after", "502 after", "cut after"])
def test_an_answer_that_is_lost_makes_one_ticket(bench, tracker, fault):
    bench.spoil(fault, lambda asked: asked.path == "/api/now/table/incident")
    assert tracker.create([Draft(draft(), "n")])[0].state == "ambiguous"
    assert len(tracker.find(["s1"])["s1"]) == 1


def test_many_at_once_go_in_batches(bench, tracker):
    outcomes = tracker.create([Draft(draft(f"s{n}"), f"n{n}") for n in range(60)])
    assert {outcome.state for outcome in outcomes} == {"applied"}
    assert len(tracker.find([f"s{n}" for n in range(60)])) == 60
