"""What is sent how often: reads until they are answered, writes only where the one before surely did nothing;
and what people are told."""

from __future__ import annotations

import pytest

from tests.trackers.line import LOST, OK, READ, UNSENT, WRITE, Answer, Line, name, reply, times
from ticketbot.errors import TrackerError
from ticketbot.trackers.wire import ATTEMPTS, Call, Told

SPOILT = [
    *(LOST, UNSENT, reply(500), reply(502, b"<html>"), reply(503), reply(504), reply(408)),
    *(reply(200, b"<html>"), reply(200, b'{"id'), reply(429), reply(429, retry_after="0")),
]
NEVER = [LOST, reply(500), reply(502), reply(503, retry_after="2"), reply(504), reply(408)]
NEVER += [reply(201, b'{"id'), reply(200, b"<html>")]
SAFE = [UNSENT, reply(429), reply(429, retry_after="2"), reply(429, retry_after="0")]
REFUSED = [reply(status) for status in (301, 302, 307, 400, 403, 404, 409, 410, 413, 422)]


@pytest.mark.parametrize("spoilt", SPOILT, ids=name)
def test_a_read_is_asked_again_until_it_is_answered(spoilt):
    line = Line(*times(spoilt, 3))
    assert line.wire.ask(READ) == OK
    assert len(line.sent) == 4


@pytest.mark.parametrize("spoilt", SPOILT, ids=name)
def test_a_read_is_given_up_after_some_attempts(spoilt):
    line = Line(spoilt)
    with pytest.raises(TrackerError):
        line.wire.ask(READ)
    assert len(line.sent) == ATTEMPTS


@pytest.mark.parametrize("refusal", REFUSED, ids=name)
def test_what_is_refused_is_asked_and_told_once(refusal):
    line = Line(refusal)
    with pytest.raises(TrackerError):
        line.wire.ask(READ)
    told = line.wire.tell(WRITE)
    assert (told.state, told.status) == ("rejected", refusal.status)
    assert told.reason.startswith(str(refusal.status))
    assert len(line.sent) == 2


@pytest.mark.parametrize("answer", NEVER, ids=name)
def test_a_write_that_may_have_been_carried_out_is_never_sent_twice(answer):
    line = Line(answer, OK)
    told = line.wire.tell(WRITE)
    assert told.state == "ambiguous"
    assert told.reason
    assert len(line.sent) == 1


@pytest.mark.parametrize("first", SAFE, ids=name)
@pytest.mark.parametrize("answer", NEVER, ids=name)
def test_nor_is_it_when_an_attempt_before_it_was_safe(first, answer):
    line = Line(first, answer, OK)
    assert line.wire.tell(WRITE).state == "ambiguous"
    assert len(line.sent) == 2


@pytest.mark.parametrize("answer", NEVER, ids=name)
def test_a_repeatable_write_is_sent_until_it_is_answered(answer):
    line = Line(*times(answer, 3))
    assert line.wire.tell(WRITE, repeatable=True) == Told("applied", OK, status=200)
    assert len(line.sent) == 4


@pytest.mark.parametrize("first", NEVER, ids=name)
@pytest.mark.parametrize("last", [UNSENT, reply(429), reply(401), reply(409)], ids=name)
def test_a_repeatable_write_that_may_have_been_carried_out_before_is_not_rejected(first, last):
    told = Line(first, last).wire.tell(WRITE, repeatable=True)
    assert told.state == "ambiguous"
    assert told.reason


@pytest.mark.parametrize("answer", SAFE, ids=name)
def test_a_write_that_surely_did_nothing_is_sent_again(answer):
    line = Line(*times(answer, 3))
    assert line.wire.tell(WRITE).state == "applied"
    assert len(line.sent) == 4


@pytest.mark.parametrize("answer", SAFE, ids=name)
def test_and_rejected_where_it_never_gets_through(answer):
    line = Line(answer)
    assert line.wire.tell(WRITE).state == "rejected"
    assert len(line.sent) == ATTEMPTS


def test_a_status_that_is_an_answer_is_no_failure():
    gone = Call(method="GET", path="/issue/1", missing=(404,))
    assert Line(reply(404)).wire.ask(gone) == reply(404)
    told = Line(reply(404)).wire.tell(Call(method="DELETE", path="/x", missing=(404,)))
    assert told == Told("applied", reply(404), status=404)


# Credentials

EXPIRED = reply(401)


@pytest.mark.parametrize("ask", [True, False], ids=["read", "write"])
def test_with_a_new_token_a_request_is_sent_once_more(ask):
    line = Line(EXPIRED, OK, renew=lambda: True)
    answered = line.wire.ask(READ) if ask else line.wire.tell(WRITE).reply
    assert answered == OK
    assert (len(line.sent), line.slept) == (2, [])


@pytest.mark.parametrize(("renewed", "sent"), [(False, 1), (True, 2)])
def test_a_token_that_is_refused_again_is_not_tried_a_third_time(renewed, sent):
    line = Line(EXPIRED, renew=lambda: renewed)
    told = line.wire.tell(WRITE)
    assert (told.state, told.status) == ("rejected", 401)
    assert len(line.sent) == sent


def test_a_new_token_whose_answer_is_lost_is_not_sent_again():
    line = Line(EXPIRED, LOST, OK, renew=lambda: True)
    assert line.wire.tell(WRITE).state == "ambiguous"
    assert len(line.sent) == 2


def test_a_token_that_cannot_be_renewed_rejects_the_write():
    def fails() -> bool:
        raise TrackerError("sec: auth.example does not answer")

    told = Line(EXPIRED, renew=fails).wire.tell(WRITE)
    assert (told.state, told.reason) == ("rejected", "sec: auth.example does not answer")
    with pytest.raises(TrackerError, match=r"auth\.example"):
        Line(EXPIRED, renew=fails).wire.ask(READ)


# Words

MESSAGES: list[tuple[Answer, str, str]] = [
    (UNSENT, "sec: tracker.example: no connection in time", "url"),
    (LOST, "GET /issue/1 at tracker.example: no answer from tracker.example: the time", "again"),
    (reply(401), "sec: tracker.example does not accept the credentials (401)", "auth:"),
    (reply(429), "sec: tracker.example limits how often it may be asked (429)", "later"),
    (reply(403), "sec: GET /issue/1 at tracker.example: 403", "may not"),
    (reply(404), "sec: GET /issue/1 at tracker.example: 404", "names"),
    (reply(500, b"<html>"), "sec: GET /issue/1 at tracker.example: 500 an HTML page", "again"),
]


@pytest.mark.parametrize(
    ("answer", "message", "hint"), MESSAGES, ids=[name(answer) for answer, _, _ in MESSAGES]
)
def test_an_error_says_who_what_and_what_next(answer, message, hint):
    with pytest.raises(TrackerError) as caught:
        Line(answer).wire.ask(READ)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "s3cr3t" not in caught.value.message
