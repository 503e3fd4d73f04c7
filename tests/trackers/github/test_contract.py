"""GitHub Issues behave as every tracker: against the simulator in-process, and a few times over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.trackers.contract import TrackerContract, applied, create, draft
from ticketbot.simulate.exchange import Time
from ticketbot.simulate.faults import Front
from ticketbot.simulate.github.service import GitHub
from ticketbot.simulate.github.service import make as simulate
from ticketbot.simulate.server import serving
from ticketbot.trackers.base import Draft, Tracker
from ticketbot.trackers.github.tracker import GitHubTracker, make


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


@contextmanager
def over_http(time) -> Iterator[tuple[GitHubTracker, Front]]:
    front = Front(simulate(Time(lambda: time.now)), Time(lambda: time.now))
    with serving(front) as http:
        settings = {"url": http.url, "repository": "acme/api", "auth": {"token": "simulated"}}
        tracker = make("sec", settings, time.clock)
        yield tracker, front
        tracker.close_connection()


def test_over_http_a_ticket_is_made_found_changed_and_closed(time):
    with over_http(time) as (tracker, _):
        made = create(tracker)
        assert tracker.find(["s1"])["s1"] == [made]
        applied(tracker.close(made.id, "fixed", comment="Gone", marker=None, nonce="n"))
        assert tracker.read([made.id])[made.id].state == "closed"
        assert [t.id for t in tracker.changed("")[0]] == [made.id]


@pytest.mark.parametrize("fault", ["reset after", "close after", "502 after", "cut after"])
def test_over_http_a_create_whose_answer_is_lost_is_made_once(time, fault):
    with over_http(time) as (tracker, front):
        tracker.changed("")
        left = [fault]
        front.choose = lambda _asked: left.pop() if left else ""
        assert tracker.create([Draft(draft(), "n")])[0].state == "ambiguous"
        assert [t.id for t in tracker.find(["s1"])["s1"]] == ["1"]
        assert len(front.service.tickets()) == 1


def test_over_http_a_write_to_a_transferred_issue_follows_no_redirect(time):
    with over_http(time) as (tracker, front):
        tracker.changed("")
        made = create(tracker)
        server = front.service
        assert isinstance(server, GitHub)
        repository = tracker._repository
        row = repository.numbered([1])[1]
        server.person_transfers(made.id, "acme/elsewhere", 7)
        assert row is not None
        written = tracker._writer.patch(row, {"title": "Ours"})
        assert (written.told.state, written.told.status) == ("rejected", 301)
        assert server.store.moved[1][1].title == "Flaw s1"
