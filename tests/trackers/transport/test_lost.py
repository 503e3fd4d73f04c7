"""What a broken exchange is called, where the request may have arrived: `lost`, whatever the libraries call
it; so every case is a real socket of this machine."""

from __future__ import annotations

import socket

import pytest
import requests

from tests.trackers.transport.conftest import (
    OK,
    SECRET,
    TIMEOUT,
    answer,
    close,
    closed_port,
    garble,
    hang,
    listening,
    post,
    request,
    reset,
    through,
)
from ticketbot.trackers.outcome import LostError, UnsentError
from ticketbot.trackers.transport import sending

# It may have arrived

LOST = {
    "close": close,
    "reset": reset,
    "hang": hang,
    "half a line": answer(b"HTTP/1."),
    "no HTTP": answer(b"220 mail ready\r\n\r\n"),
    "a status alone": answer(b"HTTP/1.1 201 Created\r\n"),
    "half the headers": answer(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nCont"),
    "a cut body": answer(b"HTTP/1.1 201 Created\r\nContent-Length: 20\r\n\r\n{"),
    "a cut chunk": answer(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"),
    "two lengths": answer(b"HTTP/1.1 201 C\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}}"),
    "no gzip": answer(b"HTTP/1.1 201 C\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"),
}


@pytest.mark.parametrize("behave", LOST.values(), ids=LOST)
def test_after_the_request_was_read_a_lost_answer_is_no_proof(behave):
    with listening(behave) as (port, seen), pytest.raises(LostError):
        post(f"http://127.0.0.1:{port}")
    assert b"POST /x" in seen[0]


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_that_has_no_body_needs_no_length(status):
    with listening(answer(f"HTTP/1.1 {status}\r\n\r\n".encode())) as (port, _seen):
        assert post(f"http://127.0.0.1:{port}").body == b""


@pytest.mark.parametrize("behave", LOST.values(), ids=LOST)
def test_nor_is_it_through_a_proxy(behave):
    """urllib3 forgets that it had reached the proxy when the connection breaks."""
    with listening(behave) as (port, seen), pytest.raises(LostError):
        post("http://tracker.example", through(port))
    assert b"POST http://tracker.example/x" in seen[0]


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("behave", [*LOST.values(), garble], ids=[*LOST, "a record that is no TLS"])
def test_nor_is_it_on_a_secure_connection(behave, tls):
    with listening(behave, tls=tls) as (port, seen), pytest.raises(LostError):
        post(f"https://localhost:{port}")
    assert b"POST /x" in seen[0]


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("behave", [close, reset, hang], ids=["close", "reset", "hang"])
def test_nor_is_it_through_a_tunnel(behave, tls):
    def tunnel(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        with tls.wrap_socket(connection, server_side=True) as inside:
            seen.append(request(inside))
            behave(inside)
            if behave is hang:
                inside.recv(1)

    with listening(tunnel) as (port, seen), pytest.raises(LostError):
        post("https://localhost", through(port))
    assert b"POST /x" in seen[1]


@pytest.mark.parametrize("behave", [close, reset], ids=["close", "reset"])
def test_nor_is_it_on_a_connection_that_served_before(behave):
    def twice(connection: socket.socket) -> None:
        connection.sendall(OK)
        seen.append(request(connection))
        behave(connection)

    with listening(twice) as (port, seen), requests.Session() as session:
        for expected in (200, None):
            with sending() if expected else pytest.raises(LostError), sending():
                url = f"http://127.0.0.1:{port}/x"
                assert session.post(url, json={}, timeout=TIMEOUT).status_code == expected
    assert len(seen) == 2


def test_an_error_that_is_being_handled_further_out_says_nothing_of_this_request():
    with listening(close) as (port, seen), requests.Session() as session:
        try:
            session.get(f"http://127.0.0.1:{closed_port()}", timeout=TIMEOUT)
        except requests.ConnectionError:
            with pytest.raises(LostError):
                post(f"http://127.0.0.1:{port}")
    assert b"POST" in seen[0]


def test_who_sends_may_be_called_connect():
    def connect(port: int) -> None:
        post(f"http://127.0.0.1:{port}")

    with listening(reset) as (port, _seen), pytest.raises(LostError):
        connect(port)


@pytest.mark.parametrize("behave", [close, hang, LOST["a cut body"]])
def test_no_error_repeats_the_address_or_the_credentials(behave):
    with listening(behave) as (port, _seen), pytest.raises(LostError) as lost:
        post(f"http://127.0.0.1:{port}")
    with pytest.raises(UnsentError) as unsent:
        post(f"http://127.0.0.1:{closed_port()}")
    for error in (lost.value, unsent.value):
        assert SECRET not in str(error)
        assert error.__cause__ is None
        assert error.__suppress_context__
