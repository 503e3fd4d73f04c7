"""ServiceNow passes the contract: with the marker in a column and in an attachment, on three tables."""

from __future__ import annotations

import pytest

from tests.trackers.contract import TrackerContract, applied, draft
from tests.trackers.servicenow.conftest import COLUMN
from ticketbot.trackers.base import Draft

ATTACHED = {"labels_field": "u_labels"}


@pytest.mark.parametrize(
    "configured",
    [
        COLUMN,
        ATTACHED,
        COLUMN | {"table": "problem"},
        ATTACHED | {"table": "sn_si_incident"},
    ],
    ids=["a column", "an attachment", "problems", "security incidents"],
)
class TestContract(TrackerContract):
    @pytest.fixture
    def tracker(self, bench, configured):
        tracker = bench.tracker(**configured)
        yield tracker
        tracker.close_connection()

    @pytest.fixture
    def said(self, bench):
        return lambda ticket_id: next(
            seen.comments for seen in bench.instance.tickets() if seen.id == ticket_id
        )

    def test_two_creates_for_one_subject_are_both_carried_out_and_sorted(self, tracker):
        """Sys_ids are in no order of time: every job sorts them by text, and finds the same first."""
        made = [applied(tracker.create([Draft(draft(), f"machine {n}")])[0]).id for n in range(5)]
        assert [t.id for t in self.found(tracker, "s1")["s1"]] == sorted(made)
        assert made != sorted(made)
