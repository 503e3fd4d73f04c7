"""The same over real HTTP on this machine: bytes, headers, broken connections."""

from __future__ import annotations

import pytest

from tests.trackers.contract import HOSTILE, applied, create, draft, marker
from tests.trackers.jira.given import Now, given
from ticketbot.simulate.exchange import Time
from ticketbot.simulate.faults import Front
from ticketbot.simulate.jira import service as simulation
from ticketbot.simulate.server import serving
from ticketbot.trackers.base import Draft
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.jira.tracker import make


@pytest.fixture(params=[True, False], ids=["Cloud", "Data Center"])
def line(request):
    now = Now()
    time = Time(now.seconds)
    front = Front(simulation.make(time, cloud=request.param), time)
    with serving(front) as server:
        tracker = make("sec", given({"url": server.url}), Clock(now.seconds, now.passes))
        yield front, now, tracker
        tracker.close_connection()


def test_a_ticket_lives(line):
    _, now, tracker = line
    made = create(tracker, title=HOSTILE.splitlines()[0], body=HOSTILE)
    now.passes(600)
    assert tracker.find(["s1"]) == {"s1": [made]}
    applied(tracker.update(made.id, draft(title="Wörse 🦀"), ["title"], nonce="a"))
    closed = marker("s1", closed="fixed")
    applied(tracker.close(made.id, "fixed", comment="Gone", marker=closed, nonce="b"))
    after = applied(tracker.reopen(made.id, comment="Back", marker=marker("s1"), nonce="c"))
    assert (after.title, after.state) == ("Wörse 🦀", "open")


@pytest.mark.parametrize("fault", ["reset after", "close after", "502 after", "cut after"])
def test_a_lost_answer_is_ambiguous_and_the_ticket_is_found(line, fault):
    front, _, tracker = line
    front.choose = lambda asked: fault if asked.path.endswith("/issue") else ""
    (outcome,) = tracker.create([Draft(draft("s1"), "n")])
    assert outcome.state == "ambiguous"
    assert len(tracker.find(["s1"])["s1"]) == 1


def test_a_connection_that_breaks_before_anything_is_done_is_as_unknown(line):
    front, _, tracker = line
    front.choose = lambda asked: "reset before" if asked.path.endswith("/issue") else ""
    (outcome,) = tracker.create([Draft(draft("s1"), "n")])
    assert outcome.state == "ambiguous"
    assert tracker.find(["s1"]) == {}
