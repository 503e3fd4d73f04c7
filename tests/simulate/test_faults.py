"""What goes wrong on purpose: whether the request was carried out, how often, and what is said of it."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from tests.simulate.stub import Clock, Stub
from ticketbot.simulate.exchange import Answered, Asked, Broken
from ticketbot.simulate.faults import HEADER, READS, WRITES, Fault, Front, parse, seeded

CREATE = Asked(method="POST", path="/issue", body=b'{"a": 1}')
READ = Asked(method="GET", path="/issue/1")
HOWS = ("reset", "close", "hang", "cut", "html", "500", "502", "503", "504")


@pytest.fixture
def stub():
    return Stub()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def front(stub, clock):
    return Front(stub, clock.time)


def with_fault(text: str, asked: Asked = CREATE) -> Asked:
    return Asked(method=asked.method, path=asked.path, body=asked.body, headers={HEADER: text})


PARSED = [
    *((f"{how} {when}", Fault(how, when)) for how in HOWS for when in ("before", "after", "late")),
    *((status, Fault(status, "refused")) for status in ("429", "403", "401")),
    ("429 2", Fault("429", "refused", "2")),
    ("429 0", Fault("429", "refused", "0")),
    ("429 date", Fault("429", "refused", "date")),
    ("403 60", Fault("403", "refused", "60")),
    ("hang late 45", Fault("hang", "late", "45")),
    ("503 after 2", Fault("503", "after", "2")),
    ("503 before date", Fault("503", "before", "date")),
    ("  502   after ", Fault("502", "after")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fault"), PARSED)
def test_a_fault_is_one_line_of_text(text, fault):
    assert parse(text) == fault


WRONG = [
    "",
    "502",
    "reset",
    "after 502",
    "502 sometimes",
    "404 after",
    "429 after",
    "502 after 2 3",
]
WRONG += [
    "hang late soon",
    "hang late date",
    "429 soon",
    "429 2 3",
    "503 after -1",
    "teapot before",
]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_fault_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="is no fault: expected for instance"):
        parse(text)


@pytest.mark.parametrize("text", [*WRITES, *READS])
def test_every_fault_that_a_seed_may_choose_is_one(text):
    assert parse(text).how


def test_without_a_fault_the_answer_is_the_services(front, stub):
    assert front.answer(CREATE) == Answered(201, b'{"id":1}', {"Content-Type": "application/json"})
    assert stub.asked == [CREATE]


@pytest.mark.parametrize("how", HOWS)
def test_before_never_reaches_the_service(front, stub, clock, how):
    front.answer(with_fault(f"{how} before"))
    clock.at += 10**6
    front.settle()
    assert stub.asked == []


@pytest.mark.parametrize("how", HOWS)
def test_after_reaches_the_service_once(front, stub, clock, how):
    front.answer(with_fault(f"{how} after"))
    clock.at += 10**6
    front.settle()
    assert len(stub.asked) == 1


@pytest.mark.parametrize(("text", "seconds"), [("hang late 45", 45), ("502 late", 10)])
def test_late_reaches_the_service_once_and_not_before_its_time(front, stub, clock, text, seconds):
    front.answer(with_fault(text))
    clock.at += seconds - 0.1
    front.answer(READ)
    assert [asked.method for asked in stub.asked] == ["GET"]
    clock.at += 0.1
    front.answer(READ)
    assert [asked.method for asked in stub.asked] == ["GET", "POST", "GET"]
    clock.at += 10**6
    front.settle()
    assert len(stub.asked) == 3


@pytest.mark.parametrize("text", ["429", "429 2", "403 60", "401"])
def test_what_is_refused_never_reaches_the_service(front, stub, text):
    answer = front.answer(with_fault(text))
    assert (answer.status, answer.body) == (int(text[:3]), b'{"refused": true}')
    assert stub.asked == []


@pytest.mark.parametrize("how", ["reset", "close", "hang"])
@pytest.mark.parametrize("when", ["before", "after", "late 5"])
def test_a_broken_connection_is_no_answer(front, how, when):
    assert front.answer(with_fault(f"{how} {when}")) == Broken(how)


@pytest.mark.parametrize("when", ["before", "after", "late 5"])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_that_fails_says_so_in_its_trackers_words(front, status, when):
    answer = front.answer(with_fault(f"{status} {when}"))
    assert (answer.status, answer.body) == (status, b'{"refused": true}')


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_cut_answer_is_half_of_a_2xx(front, when):
    answer = front.answer(with_fault(f"cut {when}"))
    assert answer.status == 200
    assert b'{"id": 1}'.replace(b" ", b"").startswith(answer.body.replace(b" ", b""))
    assert not answer.body.endswith(b"}")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_proxys_page_is_a_2xx_without_json(front, when):
    answer = front.answer(with_fault(f"html {when}"))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html")
    assert b"<html>" in answer.body


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("429", None), ("429 2", "2"), ("429 0", "0"), ("503 after", None), ("503 before 7", "7")],
)
def test_a_server_may_say_how_long_to_wait(front, text, seconds):
    assert front.answer(with_fault(text)).headers.get("Retry-After") == seconds


def test_or_until_when(front, clock):
    answer = front.answer(with_fault("429 date"))
    assert answer.headers["Retry-After"] == formatdate(clock.at + 5, usegmt=True)


def test_a_header_goes_before_what_was_chosen(stub, clock):
    front = Front(stub, clock.time, lambda _asked: "502 before")
    assert front.answer(with_fault("429")) == stub.refusal(429, {})
    assert front.answer(CREATE) == stub.refusal(502, {})


def test_a_header_that_is_no_fault_is_answered_with_what_was_expected(front, stub):
    answer = front.answer(with_fault("502 sometimes"))
    assert answer.status == 400
    assert b"'502 sometimes' is no fault" in answer.body
    assert stub.asked == []


def test_every_request_is_remembered(front):
    for asked in (CREATE, with_fault("502 before"), READ):
        front.answer(asked)
    assert front.requests == [("POST", "/issue"), ("POST", "/issue"), ("GET", "/issue/1")]


def chosen(seed: int, share: float, number: int = 2000) -> list[str]:
    choose = seeded(seed, share)
    return [choose(READ if n % 2 else CREATE) for n in range(number)]


def test_a_seed_spoils_the_same_requests_again():
    assert chosen(7, 0.3) == chosen(7, 0.3)
    assert chosen(7, 0.3) != chosen(8, 0.3)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_about_the_asked_share_is_spoilt(share):
    spoilt = [text for text in chosen(1, share) if text]
    assert len(spoilt) == pytest.approx(2000 * share, abs=100)


def test_reads_and_writes_meet_every_fault_of_their_own():
    texts = chosen(1, 1.0)
    assert set(texts[0::2]) == set(WRITES)
    assert set(texts[1::2]) == set(READS)
