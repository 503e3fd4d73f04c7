"""What an answer says of its request: every row that matters, on no socket and no clock."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from ticketbot.trackers.outcome import Reply, weigh

NOW = 1_800_000_000.0
PAGE = b"<html><head><title>Sign in</title></head></html>"
LIMIT = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW) + 90)}


def reply(status: int, body: bytes = b"", **headers: str) -> Reply:
    return Reply(status, {name.replace("_", "-"): text for name, text in headers.items()}, body)


def after(seconds: float) -> str:
    return formatdate(NOW + seconds, usegmt=True)


KINDS = [
    ("done", reply(200, b'{"id": 1}')),
    ("done", reply(201, b"[]")),
    ("done", reply(200, b" null\n")),
    ("done", reply(200, b"0")),
    ("done", reply(204)),
    ("done", reply(200, b" \r\n")),
    ("unknown", reply(200, PAGE, content_type="text/html; charset=utf-8")),
    ("unknown", reply(201, b'{"id": 1, "key": "SE')),
    ("unknown", reply(200, b"\xff\xfe{}")),
    ("unknown", reply(200, b'{"id": 1} trailing')),
    ("unknown", reply(200, b"[" * 100_000)),
    ("refused", reply(301, location="https://elsewhere.example")),
    ("refused", reply(302, PAGE, location="/login")),
    ("refused", reply(304)),
    ("refused", reply(307)),
    ("refused", reply(400, b'{"errors": {}}')),
    ("expired", reply(401)),
    ("expired", reply(401, PAGE, content_type="text/html")),
    ("refused", reply(403)),
    ("refused", reply(404)),
    ("unknown", reply(408)),
    ("refused", reply(409)),
    ("refused", reply(410)),
    ("refused", reply(413)),
    ("refused", reply(422, b"{}")),
    ("wait", reply(429)),
    ("unknown", reply(500)),
    ("unknown", reply(502, PAGE)),
    ("unknown", reply(503)),
    ("unknown", reply(504)),
    ("unknown", reply(529)),
]


@pytest.mark.parametrize(
    ("kind", "given"), KINDS, ids=[f"{r.status} {r.body[:12]!r}" for _, r in KINDS]
)
def test_what_an_answer_means(kind, given):
    assert weigh(given, NOW).kind == kind


def test_a_refusal_that_the_tracker_knows_for_a_limit_is_waited_for():
    verdict = weigh(reply(403, retry_after="60"), NOW, "secondary rate limit", limited=True)
    assert (verdict.kind, verdict.seconds) == ("wait", 60)
    assert verdict.reason == "403 secondary rate limit"


WAITS = [
    (None, {}),
    (2, {"retry-after": "2"}),
    (2, {"retry-after": " 2 "}),
    (0, {"retry-after": "0"}),
    (5, {"retry-after": after(5)}),
    (5, {"retry-after": after(5).replace("GMT", "-0000")}),
    (0, {"retry-after": after(-60)}),
    (None, {"retry-after": "soon"}),
    (None, {"retry-after": "-5"}),
    (None, {"retry-after": "1.5"}),
    (None, {"retry-after": "Mon, 99 Foo 2026"}),
    (90, LIMIT),
    (2, LIMIT | {"retry-after": "2"}),
    (0, LIMIT | {"x-ratelimit-reset": str(int(NOW) - 90)}),
    (None, LIMIT | {"x-ratelimit-remaining": "7"}),
    (None, LIMIT | {"x-ratelimit-reset": "2026-03-01T12:00Z"}),
]


@pytest.mark.parametrize(("seconds", "headers"), WAITS)
@pytest.mark.parametrize("status", [429, 503])
def test_how_long_the_server_wants_one_to_wait(status, seconds, headers):
    assert weigh(Reply(status, headers, b""), NOW).seconds == seconds


def test_a_number_of_seconds_that_is_no_number_any_more_is_still_one():
    assert weigh(reply(429, retry_after="9" * 400), NOW).seconds == float("inf")


@pytest.mark.parametrize(
    ("given", "said", "reason"),
    [
        (reply(400), "Field 'x'\n is  required.", "400 Field 'x' is required."),
        (reply(502, PAGE), "", "502 an HTML page (of a proxy, or a login page?)"),
        (reply(403, b"<!DOCTYPE html>"), "", "403 an HTML page (of a proxy, or a login page?)"),
        (reply(500, b"secret"), "", "500"),
        (reply(301, location="https://b.example"), "", "301: the server sends on to https://b.example"),
        (reply(301), "", "301: the server sends on to another address"),
        (reply(200, PAGE), "", "200 with an HTML page (of a proxy, or a login page?) that is no JSON"),
        (reply(200, b"{"), "", "200 with a body that is no JSON"),
    ],
)  # fmt: skip
def test_the_reason_is_a_phrase_for_people(given, said, reason):
    assert weigh(given, NOW, said).reason == reason


def test_a_server_that_says_much_is_cut_short():
    assert len(weigh(reply(400), NOW, "long " * 1000).reason) <= 304
