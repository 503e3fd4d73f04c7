"""Published limits, kept to the request: in no window of time are there more, and none waits needlessly."""

from __future__ import annotations

import pytest

from ticketbot.trackers.clock import Clock
from ticketbot.trackers.pace import Pace, unhurried

BEGIN = 1_800_000_000.0
GITHUB = [(80, 60.0), (500, 3600.0)]


class Time:
    """Passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.at = BEGIN
        self.clock = Clock(lambda: self.at, self.sleep)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0, "a wait that ends at once would spin"
        self.at += seconds


@pytest.fixture
def time():
    return Time()


def crowded(sent: list[float], limit: int, seconds: float) -> list[float]:
    """Requests that have `limit` others less than `seconds` before them."""
    pairs = zip(sent, sent[limit:], strict=False)
    return [later for earlier, later in pairs if later - earlier < seconds - 0.0005]


def paced(time: Time, pace: Pace, number: int, takes: float = 0) -> list[float]:
    sent = []
    for _ in range(number):
        pace.wait("content")
        sent.append(time.at)
        time.at += takes
    return sent


@pytest.mark.parametrize("takes", [0, 0.25, 1.1, 8], ids=lambda takes: f"{takes} s each")
def test_80_a_minute_and_500_an_hour_are_kept_over_1200_requests(time, takes):
    sent = paced(time, unhurried(time.clock, {"content": GITHUB}), 1200, takes)
    for limit, seconds in GITHUB:
        assert crowded(sent, limit, seconds) == []


def test_and_nobody_waits_longer_than_the_limits_say(time):
    sent = paced(time, unhurried(time.clock, {"content": GITHUB}), 1200)
    # 80 at once each minute until 500 are there; then the same an hour later, and two hours later
    expected = [hour * 3600 + n // 80 * 60 for hour in range(3) for n in range(500)][:1200]
    late = [at - BEGIN - wanted for at, wanted in zip(sent, expected, strict=True)]
    assert min(late) >= 0
    assert max(late) < 0.5


def test_what_is_slower_than_its_limits_never_waits(time):
    sent = paced(time, unhurried(time.clock, {"content": GITHUB}), 100, takes=8)
    assert sent == [BEGIN + 8 * n for n in range(100)]


def test_each_kind_of_request_has_a_bucket_of_its_own(time):
    pace = unhurried(time.clock, {"content": [(1, 60)], "write": [(2, 60)]})
    for cost in ("content", "write", "write"):
        pace.wait(cost)
    assert time.at == BEGIN
    pace.wait("write")
    assert time.at == pytest.approx(BEGIN + 60, abs=0.01)


def test_a_kind_of_request_without_a_limit_never_waits(time):
    pace = unhurried(time.clock, {"content": [(1, 3600)]})
    for _ in range(1000):
        pace.wait("read")
    assert time.at == BEGIN


def test_what_was_long_ago_is_forgotten(time):
    pace = unhurried(time.clock, {"content": [(2, 60)]})
    for _ in range(3):
        paced(time, pace, 2)
        time.at += 61
    assert time.at == pytest.approx(BEGIN + 3 * 61)
