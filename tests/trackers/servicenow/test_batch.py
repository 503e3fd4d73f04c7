"""The Batch API: what it gives back unserviced was not carried out; what it says nothing of is ambiguous."""

from __future__ import annotations

import msgspec
import pytest

from tests.trackers.contract import applied, draft
from ticketbot.errors import TrackerError
from ticketbot.simulate.exchange import Answered
from ticketbot.trackers.base import Draft


def drafts(count: int) -> list[Draft]:
    return [Draft(draft(f"s{n}"), f"n{n}") for n in range(count)]


def altered(bench, change):
    """Every batch's answer is changed before it is sent."""
    answer = bench.witness.answer

    def spoilt(asked):
        given = answer(asked)
        if not asked.path.endswith("/batch"):
            return given
        value = change(msgspec.json.decode(given.body))
        return Answered(given.status, msgspec.json.encode(value), given.headers)

    bench.witness.answer = spoilt


@pytest.mark.parametrize("settings", [{"write_seconds": 9.0}])
def test_what_did_not_fit_into_its_time_is_sent_again(bench, tracker):
    outcomes = tracker.create(drafts(8))
    assert [applied(outcome).title for outcome in outcomes] == [f"Flaw s{n}" for n in range(8)]
    assert len(bench.instance.tickets()) == 8
    assert len(bench.front.requests) == 3


@pytest.mark.parametrize("settings", [{"write_seconds": 31.0}])
def test_what_it_never_gets_to_is_rejected_and_not_made(bench, tracker):
    outcomes = tracker.create(drafts(2))
    assert [(o.state, o.reason) for o in outcomes] == [
        ("rejected", "the Batch API did not get to it")
    ] * 2
    assert bench.instance.tickets() == []


def test_an_item_that_it_says_nothing_of_is_ambiguous(bench, tracker):
    altered(bench, lambda value: value | {"serviced_requests": value["serviced_requests"][1:]})
    outcomes = tracker.create(drafts(3))
    assert [outcome.state for outcome in outcomes] == ["ambiguous", "applied", "applied"]


@pytest.mark.parametrize(
    ("status", "state"), [(403, "rejected"), (500, "ambiguous"), (201, "applied")]
)
def test_each_item_has_an_outcome_of_its_own(bench, tracker, status, state):
    def change(value):
        value["serviced_requests"][1]["status_code"] = status
        return value

    altered(bench, change)
    outcomes = tracker.create(drafts(3))
    assert [outcome.state for outcome in outcomes] == ["applied", state, "applied"]


def test_an_item_that_is_refused_for_its_rate_is_sent_again_after_a_while(bench, tracker):
    left = [2]

    def change(value):
        if left[0]:
            left[0] -= 1
            item = value["serviced_requests"][0] | {"status_code": 429, "body": ""}
            item["headers"] = [{"name": "Retry-After", "value": "20"}]
            return value | {"serviced_requests": [item, *value["serviced_requests"][1:]]}
        return value

    bench.witness.answer = _refusing(bench, change)
    before = bench.at
    assert [outcome.state for outcome in tracker.create(drafts(3))] == ["applied"] * 3
    assert bench.at - before >= 20
    assert len(bench.instance.tickets()) == 3


def _refusing(bench, change):
    """The first item of a batch is not carried out at all while `change` refuses it."""
    answer, seen = bench.witness.answer, [0]

    def spoilt(asked):
        if not asked.path.endswith("/batch") or seen[0]:
            return answer(asked)
        seen[0] = 1
        value = msgspec.json.decode(asked.body)
        first, value["rest_requests"] = value["rest_requests"][0], value["rest_requests"][1:]
        rest = msgspec.structs.replace(asked, body=msgspec.json.encode(value))
        given = msgspec.json.decode(answer(rest).body)
        given["serviced_requests"].insert(0, {"id": first["id"]})
        return Answered(
            200, msgspec.json.encode(change(given)), {"Content-Type": "application/json"}
        )

    return spoilt


@pytest.mark.parametrize(
    "nonsense", [{}, [], {"serviced_requests": "x"}, {"serviced_requests": [{"id": "x"}]}]
)
def test_a_batch_that_answers_nonsense_is_ambiguous_for_all_in_it(bench, tracker, nonsense):
    altered(bench, lambda _value: nonsense)
    assert [outcome.state for outcome in tracker.create(drafts(3))] == ["ambiguous"] * 3
    del bench.witness.answer
    assert len(tracker.find(["s0", "s1", "s2"])) == 3


def test_a_read_in_a_batch_that_answers_nonsense_is_an_error(bench, tracker):
    altered(bench, lambda _value: {"serviced_requests": [{"id": "x"}]})
    with pytest.raises(TrackerError, match=r"the Batch API of .* answers nonsense"):
        tracker.find([f"s{n}" for n in range(300)])
    altered(bench, lambda value: {"serviced_requests": [], "unserviced_requests": ["0", "1", "2"]})
    with pytest.raises(TrackerError, match="left requests undone"):
        tracker.find([f"s{n}" for n in range(300)])


@pytest.mark.parametrize("settings", [{"forbidden": frozenset({"incident"})}])
def test_a_read_that_is_refused_in_a_batch_is_an_error(tracker):
    with pytest.raises(TrackerError, match="403 User Not Authorized") as error:
        tracker.find([f"s{n}" for n in range(300)])
    assert error.value.hint
