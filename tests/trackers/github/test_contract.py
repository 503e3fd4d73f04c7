"""GitHub Issues behave as every tracker: against the simulator in-process, and a few times over HTTP."""

from __future__ import annotations

import pytest

from tests.trackers.contract import TrackerContract, applied, create
from ticketbot.simulate.exchange import Time
from ticketbot.simulate.faults import Front
from ticketbot.simulate.github import make as simulate
from ticketbot.simulate.server import serving
from ticketbot.trackers.base import Tracker
from ticketbot.trackers.github import make


class TestGitHub(TrackerContract):
    @pytest.fixture
    def said(self, hub):
        return lambda ticket_id: next(
            list(seen.comments) for seen in hub.server.tickets() if seen.id == ticket_id
        )

    def nothing_new(self, tracker: Tracker, mark, known) -> None:
        """What a lagging list may have hidden is given again, as it was."""
        again, _ = tracker.changed(mark)
        assert all(ticket in known for ticket in again)


class TestGitHubWithLists(TestGitHub):
    """The same where lists, and labels in them even more, lag."""

    @pytest.fixture
    def hub(self, make_hub):
        hub = make_hub(list_lag=300, label_lag=600)
        self.wait = hub.time.sleep
        return hub

    def test_changed_gives_exactly_what_changed_since_the_mark(self, tracker):
        """As soon as a list shows it, that is."""
        one, two = create(tracker, "s1"), create(tracker, "s2")
        self.wait(601)
        tickets, mark = tracker.changed("")
        assert {t.id for t in tickets} == {one.id, two.id}
        applied(tracker.comment(two.id, "Hello", nonce="n"))
        self.wait(301)
        tickets, _ = tracker.changed(mark)
        assert self.now(tracker, two) in tickets


def test_over_http_a_ticket_is_made_found_changed_and_closed(time):
    server = simulate(Time(lambda: time.now))
    with serving(Front(server, Time(lambda: time.now))) as http:
        settings = {"url": http.url, "repository": "acme/api", "auth": {"token": "simulated"}}
        tracker = make("sec", settings, time.clock)
        made = create(tracker)
        assert tracker.find(["s1"])["s1"] == [made]
        applied(tracker.close(made.id, "fixed", comment="Gone", marker=None, nonce="n"))
        assert tracker.read([made.id])[made.id].state == "closed"
        assert [t.id for t in tracker.changed("")[0]] == [made.id]
        tracker.close_connection()
