"""The contract of all trackers on JIRA: Cloud, whose search lags, and Data Center."""

from __future__ import annotations

import pytest

from tests.trackers.contract import TrackerContract, applied, create
from tests.trackers.jira.given import scene


class JiraContract(TrackerContract):
    """Both deployments."""

    @pytest.fixture
    def said(self, jira):
        def texts(ticket_id):
            return next(t.comments for t in jira.site.tickets() if t.id == ticket_id)

        return texts

    @pytest.fixture
    def tracker(self, jira):
        return jira.tracker()

    def nothing_new(self, tracker, mark, known):
        """What was written within the lag of an index is given again, as it was."""
        tickets, _ = tracker.changed(mark)
        assert all(ticket in known for ticket in tickets)


class TestCloud(JiraContract):
    @pytest.fixture
    def jira(self):
        with scene(cloud=True, search_lag=5.0) as made:
            yield made


class TestDataCenter(JiraContract):
    @pytest.fixture
    def jira(self):
        with scene(cloud=False, search_lag=1.0) as made:
            yield made

    def test_a_change_changes_the_revision_and_reading_does_not(self, tracker):
        """Searches give whole seconds; what changes no field is told apart by them alone."""
        made = create(tracker)
        tracker._line.clock.sleep(1.0)
        assert self.now(tracker, made).revision == made.revision
        after = applied(tracker.comment(made.id, "Hello", nonce="n"))
        assert after.revision != made.revision


class TestDataCenterWithProperties(JiraContract):
    @pytest.fixture
    def tracker(self, jira):
        return jira.tracker(marker="property")

    @pytest.fixture
    def jira(self):
        with scene(cloud=False, search_lag=1.0) as made:
            yield made
