"""How long a server, and the own pace, are waited for. On a clock that passes at once."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from tests.trackers.line import BEGIN, LOST, OK, READ, UNSENT, WRITE, Line, reply, times
from ticketbot.errors import TrackerError
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.pace import Pace, unhurried
from ticketbot.trackers.wire import ATTEMPTS, DEADLINE, LONGEST_WAIT, SILENCE, TIMEOUT

JITTER = 30.0
"""Seconds: the longest wait where nobody says how long."""

ASKED_FOR = [
    (2, reply(429, retry_after="2")),
    (5, reply(429, retry_after=formatdate(BEGIN + 5, usegmt=True))),
    (3600, reply(429, retry_after="3600")),
    (90, reply(429, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(BEGIN) + 90))),
]


@pytest.mark.parametrize("ask", [True, False], ids=["read", "write"])
@pytest.mark.parametrize(("seconds", "refusal"), ASKED_FOR)
def test_a_server_that_wants_one_to_wait_is_waited_for(seconds, refusal, ask):
    line = Line(refusal, OK)
    line.wire.ask(READ) if ask else line.wire.tell(WRITE)
    assert line.sent[0] == 0
    assert seconds <= line.sent[1] <= seconds + 1


def test_a_server_that_says_zero_is_asked_again_at_once():
    line = Line(*times(reply(429, retry_after="0"), 2))
    line.wire.ask(READ)
    assert sum(line.slept) <= 2


def test_a_read_of_a_server_that_fails_waits_as_long_as_it_says():
    line = Line(reply(503, retry_after="20"), OK)
    line.wire.ask(READ)
    assert 20 <= line.sent[1] <= 21


def test_without_a_word_the_waits_are_random_and_grow():
    lines = [Line(reply(500)) for _ in range(20)]
    for line in lines:
        with pytest.raises(TrackerError):
            line.wire.ask(READ)
        assert max(line.slept) <= JITTER
        assert [each <= 2**n for n, each in enumerate(line.slept)] == [True] * (ATTEMPTS - 1)
    assert len({line.slept[0] for line in lines}) > 1


@pytest.mark.parametrize("wanted", [LONGEST_WAIT + 1, 10**9])
def test_who_wants_one_to_wait_longer_than_any_limit_is_left_for_the_next_run(wanted):
    line = Line(reply(429, retry_after=str(int(wanted))))
    assert line.wire.tell(WRITE).state == "rejected"
    with pytest.raises(TrackerError):
        line.wire.ask(READ)
    assert line.slept == []


def test_slow_failures_end_at_the_deadline():
    line = Line(LOST, takes=60)
    with pytest.raises(TrackerError):
        line.wire.ask(READ)
    assert line.at - BEGIN <= DEADLINE + 60 + JITTER
    assert len(line.sent) < ATTEMPTS


def test_after_an_hour_of_waiting_there_is_no_second_hour():
    line = Line(reply(429, retry_after="3600"))
    assert line.wire.tell(WRITE).state == "rejected"
    assert len(line.sent) == 2


def test_waiting_for_the_own_pace_is_no_failure_of_the_server():
    def slow(clock: Clock) -> Pace:
        return unhurried(clock, {"content": [(1, 1800)]})

    line = Line(OK, reply(429, retry_after="2"), OK, pace=slow)
    assert line.wire.tell(WRITE).state == "applied"
    assert line.wire.tell(WRITE).state == "applied"
    assert len(line.sent) == 3


def test_every_attempt_is_counted_by_the_pace():
    line = Line(
        *times(reply(429, retry_after="0"), 3),
        pace=lambda clock: unhurried(clock, {"read": [(1, 60)]}),
    )
    line.wire.ask(READ)
    gaps = [later - before for before, later in zip(line.sent, line.sent[1:], strict=False)]
    assert min(gaps) >= 60


NO_TIME = [
    ("rejected", 1, [reply(429, retry_after="600")]),
    ("rejected", 1, [UNSENT]),
    ("ambiguous", 1, [LOST]),
    ("ambiguous", 2, [LOST, reply(429, retry_after="600")]),
]


@pytest.mark.parametrize(("state", "sent", "script"), NO_TIME)
def test_where_the_run_has_no_time_to_wait_what_came_of_the_last_attempt_stands(
    state, sent, script
):
    line = Line(*script, ends=sent - 1)
    told = line.wire.tell(WRITE, repeatable=True)
    assert (told.state, len(line.sent)) == (state, sent)
    assert told.reason


def test_what_the_own_pace_leaves_no_time_for_is_not_sent():
    line = Line(OK, pace=lambda clock: unhurried(clock, {"content": [(1, 60)]}), ends=59)
    assert [line.wire.tell(WRITE).state for _ in range(2)] == ["applied", "rejected"]
    assert len(line.sent) == 1


@pytest.mark.parametrize("takes", [0, 5, TIMEOUT[1]])
def test_a_server_that_says_nothing_keeps_nobody_waiting_for_minutes(takes):
    line = Line(LOST, takes=takes)
    with pytest.raises(TrackerError):
        line.wire.ask(READ)
    assert len(line.sent) > 1
    assert line.at - BEGIN <= SILENCE + TIMEOUT[1] + JITTER
