"""GitHub's limits are kept before it has to refuse, and its refusals are waited out as it says."""

from __future__ import annotations

import pytest

from tests.trackers.contract import create, draft
from ticketbot.errors import TrackerError
from ticketbot.trackers.base import Draft


def creates(tracker, count: int, begin: int = 0) -> None:
    for number in range(begin, begin + count):
        create(tracker, f"s{number}")


def test_content_is_paced_below_80_a_minute_and_500_an_hour(hub, tracker):
    begun = hub.time.now
    creates(tracker, 75)
    assert hub.time.now - begun < 1
    creates(tracker, 1, 75)
    assert 59 < hub.time.now - begun < 61
    creates(tracker, 404, 76)
    assert hub.time.now - begun < 3600
    creates(tracker, 1, 480)
    assert 3600 <= hub.time.now - begun < 3661
    assert len(hub.server.tickets()) == 481


def test_updates_and_comments_share_the_pace(hub, tracker):
    made = create(tracker)
    begun = hub.time.now
    for number in range(40):
        tracker.update(
            made.id, draft(title=f"Title {number}"), ["title"], comment="Hm", nonce=f"n{number}"
        )
    assert hub.time.now - begun > 59


@pytest.mark.parametrize(
    ("fault", "least", "most"),
    [
        ("403 30", 30, 32),
        ("429 30", 30, 32),
        ("429 date", 5, 7),
        ("429 0", 0, 2),
        ("403", 60, 62),
        ("429", 60, 62),
    ],
)
def test_a_secondary_limit_is_waited_out_as_github_says(hub, tracker, fault, least, most):
    tracker.changed("")
    left = [fault]
    hub.front.choose = lambda asked: left.pop() if asked.method == "POST" and left else ""
    begun = hub.time.now
    assert tracker.create([Draft(draft(), "n")])[0].state == "applied"
    assert least <= hub.time.now - begun <= most
    assert len(hub.server.tickets()) == 1


@pytest.mark.parametrize("says", [True, False])
def test_a_limit_that_others_used_up_is_waited_out(make_hub, says):
    hub = make_hub(content_minute=3, says_retry_after=says)
    creates(hub.tracker(), 7)
    assert len(hub.server.tickets()) == 7


def test_a_used_up_hour_is_waited_for_and_a_longer_one_is_the_next_runs(make_hub):
    hub = make_hub(hourly=10)
    tracker = hub.tracker()
    begun = hub.time.now
    creates(tracker, 12)
    assert 3500 < hub.time.now - begun < 3700
    hub.front.choose = lambda _asked: "403 7200"
    with pytest.raises(TrackerError, match="limits how often") as caught:
        hub.tracker().changed("")
    assert "Run again later" in caught.value.hint


def test_graphqls_limit_comes_with_a_200_and_is_waited_out(hub, tracker, monkeypatch):
    made = create(tracker)
    real, left = hub.server.answer, [1]

    def limited(asked):
        if asked.path != "/graphql" or not left:
            return real(asked)
        left.pop()
        given = real(asked)
        body = b'{"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}'
        return type(given)(200, body, given.headers)

    monkeypatch.setattr(hub.server, "answer", limited)
    begun = hub.time.now
    assert tracker.read([made.id])[made.id] == made
    assert 60 <= hub.time.now - begun < 62


def test_a_body_that_speaks_of_rate_limits_is_no_limit(hub, tracker):
    made = create(tracker, body='An API with no limit: "type": "RATE_LIMITED" never comes.')
    begun = hub.time.now
    assert tracker.read([made.id]) == {made.id: made}
    assert hub.time.now == begun


def test_a_first_import_goes_on_where_it_stopped(hub):
    first = hub.tracker()
    first.changed("")
    creates(first, 30)
    second = hub.tracker()
    subjects = [f"s{number}" for number in range(60)]
    there = second.find(subjects)
    assert len(there) == 30
    for subject in subjects:
        if subject not in there:
            create(second, subject)
    assert len(hub.server.tickets()) == 60
    assert all(len(each) == 1 for each in hub.tracker().find(subjects).values())
