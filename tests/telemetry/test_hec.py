"""Splunk, played by a small server on loopback: it takes events, is busy, refuses, hangs, is not there."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from ticketbot.telemetry.hec import Destination, HecSink
from ticketbot.telemetry.hec_post import poster

TOKEN = "11111111-2222-3333-4444-555555555555"


class Splunk:
    """Answers with the given statuses in turn, the last one for ever. `bodies`: what it took."""

    def __init__(self, *statuses: int, location: str = "") -> None:
        self.statuses, self.location = list(statuses) or [200], location
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.url = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        self.requests.append((handler.path, dict(handler.headers), body))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        handler.send_response(status)
        if self.location:
            handler.send_header("Location", self.location)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    @property
    def events(self) -> list[dict[str, Any]]:
        """Of the last request."""
        return [json.loads(line) for line in self.requests[-1][2].splitlines()]


@contextmanager
def serving(splunk: Splunk) -> Iterator[Splunk]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            splunk.answer(self)

        def log_message(self, *_args: Any) -> None:
            """Nothing on standard error."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        splunk.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield splunk
        finally:
            server.shutdown()
            thread.join()


def sent(url: str, count: int, timeout: float = 5.0, **more: Any) -> list[str]:
    """Sends `count` events; what was warned of. Between tries nobody waits."""
    said: list[str] = []
    to = Destination(url=url, host="ci-7", **({"patience": 0.05} | more))
    sink = HecSink(to, poster(to, TOKEN, True, timeout), said.append, wait=lambda _seconds: None)
    for number in range(count):
        sink.write({"time": 1_500 + number}, json.dumps({"n": number}).encode())
    sink.close()
    return said


def test_events_come_in_batches_with_token_time_and_place():
    with serving(Splunk()) as splunk:
        assert sent(splunk.url, 250, index="security", source="ci", batch=1_000) == []
    path, headers, _ = splunk.requests[0]
    assert path == "/services/collector/event"
    assert headers["Authorization"] == f"Splunk {TOKEN}"
    bodies = b"\n".join(body for _, _, body in splunk.requests).splitlines()
    assert [json.loads(line)["event"]["n"] for line in bodies] == list(range(250))
    assert json.loads(bodies[0]) == {
        "time": 1.5, "host": "ci-7", "source": "ci", "sourcetype": "_json", "index": "security",
        "event": {"n": 0},
    }  # fmt: skip
    assert len(splunk.requests) < 250


def test_a_batch_has_its_limits():
    with serving(Splunk()) as splunk:
        assert sent(splunk.url, 7, batch=3) == []
        assert max(body.count(b"\n") + 1 for _, _, body in splunk.requests) <= 3
        before = len(splunk.requests)
        assert sent(splunk.url, 4, batch_bytes=1) == []
        assert len(splunk.requests) - before == 4


@pytest.mark.parametrize("busy", [503, 429, 500])
def test_a_busy_splunk_is_asked_again(busy):
    with serving(Splunk(busy, busy, 200)) as splunk:
        assert sent(splunk.url, 1, patience=5) == []
    assert len(splunk.requests) == 3
    assert splunk.events[0]["event"] == {"n": 0}


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_final_and_told_with_the_number(status):
    with serving(Splunk(status)) as splunk:
        (said,) = sent(splunk.url, 2, batch=2, patience=5)
    assert len(splunk.requests) <= 2
    assert "2 of 2 events were not sent" in said
    assert f"HTTP {status}" in said
    assert TOKEN not in said


def test_a_splunk_that_stays_busy_is_given_up_in_time():
    with serving(Splunk(503)) as splunk:
        (said,) = sent(splunk.url, 1)
    assert "1 of 1 events" in said
    assert "HTTP 503" in said


def test_what_can_be_no_request_at_all_is_told_without_the_token():
    said: list[str] = []
    to = Destination(url="http://127.0.0.1:9", patience=0.0)
    sink = HecSink(to, poster(to, "a\nb-s3cret", True), said.append, wait=lambda _seconds: None)
    sink.write({"time": 1}, b"{}")
    sink.close()
    assert "no HTTP answer: ValueError" in said[0]
    assert "s3cret" not in said[0]


def test_nobody_there_is_told_without_the_password_of_the_address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (said,) = sent(f"http://ada:s3cret-pw@127.0.0.1:{port}", 1)
    assert "1 of 1 events" in said
    assert f"http://127.0.0.1:{port}" in said
    assert "s3cret" not in said


def test_a_splunk_that_never_answers_costs_a_run_no_more_than_the_flush():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        (said,) = sent(f"http://127.0.0.1:{deaf.getsockname()[1]}", 3, flush=0.05, timeout=0.3)
    assert "3 of 3 events were not sent" in said
    assert "no answer within 0.05 s" in said


def test_a_full_queue_drops_counts_and_never_blocks():
    release = threading.Event()
    said: list[str] = []

    def slow(_body: bytes) -> int:
        release.wait(10)
        return 200

    to = Destination(url="http://127.0.0.1", waiting=5, batch=1)
    sink = HecSink(to, slow, said.append)
    for number in range(50):
        sink.write({"time": number}, b"{}")
    release.set()
    sink.close()
    assert len(said) == 1
    assert "of 50 events were not sent" in said[0]
    assert "more than 5 events waited" in said[0]


def test_no_redirect_takes_the_token_elsewhere():
    with serving(Splunk()) as elsewhere, serving(Splunk(302, location=elsewhere.url)) as splunk:
        (said,) = sent(splunk.url, 1)
    assert elsewhere.requests == []
    assert "HTTP 302" in said


def test_an_answer_that_is_no_http_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as odd:

        def talk() -> None:
            while True:
                try:
                    connection, _ = odd.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    connection.sendall(b"SSH-2.0-OpenSSH\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        (said,) = sent(f"http://127.0.0.1:{odd.getsockname()[1]}", 1)
        odd.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert "1 of 1 events" in said


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("https://s:8088", "https://s:8088/services/collector/event"),
        ("https://s:8088/", "https://s:8088/services/collector/event"),
        ("https://s/x/services/collector/event", "https://s/x/services/collector/event"),
    ],
)
def test_the_collectors_path_is_added_where_it_is_missing(url, endpoint):
    assert Destination(url=url).endpoint == endpoint
