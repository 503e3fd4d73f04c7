"""What a broken exchange is called, where nothing can have arrived: `unsent`, and only there. Called so by
mistake, a create is sent twice; so every case is a real socket of this machine.
"""

from __future__ import annotations

import socket

import pytest

from tests.trackers.transport.conftest import OK, answer, closed_port, listening, post, through
from ticketbot.trackers.outcome import UnsentError


def test_an_answer_is_an_answer_with_names_in_lower_case():
    data = b"HTTP/1.1 429 Slow\r\nRetry-After: 2\r\nContent-Length: 2\r\n\r\n{}"
    with listening(answer(data)) as (port, seen):
        reply = post(f"http://127.0.0.1:{port}")
    assert (reply.status, reply.headers["retry-after"], reply.body) == (429, "2", b"{}")
    assert seen[0].startswith(b"POST /x?key=")


# Nothing has left

UNSENT = [
    ("http://127.0.0.1:{port}", "nobody listens there"),
    ("http://tracker.localhost:{port}", "nobody listens there"),
    ("http://[::1", "no such address"),
    ("http://", "no such address"),
    ("ftp://127.0.0.1", "no such address"),
    ("127.0.0.1", "no such address"),
    ("http://a..b", "no such address"),
]


@pytest.mark.parametrize(("url", "why"), UNSENT)
def test_without_anybody_there_nothing_is_sent(url, why):
    with pytest.raises(UnsentError, match=why):
        post(url.format(port=closed_port()))


def test_an_unknown_host_gets_nothing(monkeypatch):
    def unknown(*_address, **_more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(UnsentError, match="unknown host"):
        post("http://tracker.example")


def test_a_host_that_takes_no_connection_in_time_gets_nothing():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        with socket.create_connection(address), socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(address)
            with pytest.raises(UnsentError, match="no connection in time"):
                post(f"http://127.0.0.1:{address[1]}")


def test_a_certificate_that_nobody_vouches_for_stops_the_request(tls):
    with (
        listening(answer(OK), tls=tls) as (port, seen),
        pytest.raises(UnsentError, match="certificate verify failed"),
    ):
        post(f"https://localhost:{port}")
    assert seen == []


@pytest.mark.usefixtures("trusting")
def test_a_certificate_for_another_host_stops_the_request(tls):
    with (
        listening(answer(OK), tls=tls) as (port, seen),
        pytest.raises(UnsentError, match="certificate verify failed"),
    ):
        post(f"https://127.0.0.1:{port}")
    assert seen == []


def test_tls_to_a_plain_port_sends_no_request():
    with (
        listening(answer(OK)) as (port, seen),
        pytest.raises(UnsentError, match="no secure connection"),
    ):
        post(f"https://localhost:{port}")
    assert b"POST" not in seen[0]


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_read_stop_the_request(content, tls, tmp_path, monkeypatch):
    file = tmp_path / "ca.pem"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    if content:
        file.write_text(content)
    with (
        listening(answer(OK), tls=tls) as (port, seen),
        pytest.raises(UnsentError, match=r"certificates|no secure connection"),
    ):
        post(f"https://localhost:{port}")
    assert seen == []


@pytest.mark.parametrize(
    ("token", "why"), [("abc\n", "line break"), ("t\u2026ken", "character that HTTP does not take")]
)
def test_a_token_that_fits_in_no_header_is_sent_nowhere(token, why):
    with (
        listening(answer(OK)) as (port, seen),
        pytest.raises(UnsentError, match=why) as caught,
    ):
        post(f"http://127.0.0.1:{port}", token=token)
    assert token.strip() not in str(caught.value)
    assert b"POST" not in b"".join(seen)


def test_a_proxy_that_is_not_there_gets_nothing():
    with pytest.raises(UnsentError, match="the proxy does not let one through"):
        post("http://tracker.example", through(closed_port()))


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Proxy Authentication Required"])
def test_a_proxy_that_opens_no_tunnel_gets_nothing(status):
    refusal = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()
    with (
        listening(answer(refusal)) as (port, seen),
        pytest.raises(UnsentError, match="the proxy does not let one through"),
    ):
        post("https://tracker.example", through(port))
    assert seen[0].startswith(b"CONNECT ")
