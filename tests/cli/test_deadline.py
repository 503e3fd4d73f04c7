"""`--max-duration`: when the time is up, and that nobody sleeps beyond it."""

from __future__ import annotations

import pytest

from ticketbot.cli import clock
from ticketbot.trackers.clock import NoTimeError


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the clock says, and what was slept."""
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr("time.sleep", now.append)
    return now


def test_a_wait_that_fits_is_waited(times: list[float]) -> None:
    deadline = clock.deadline("5m")
    deadline.sleep(299)
    assert times[1:] == [299]
    assert not deadline()


def test_a_wait_beyond_the_end_is_not_begun_and_ends_the_run(times: list[float]) -> None:
    deadline = clock.deadline("5m")
    with pytest.raises(NoTimeError):
        deadline.clock.sleep(301)
    assert times[1:] == []
    assert deadline()


def test_the_time_runs_out(times: list[float]) -> None:
    deadline = clock.deadline("5m")
    times[0] += 300
    assert deadline()


def test_without_a_limit_every_wait_is_waited(times: list[float]) -> None:
    deadline = clock.deadline("")
    deadline.sleep(100_000)
    assert times[1:] == [100_000]
    assert not deadline()
