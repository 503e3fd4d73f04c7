"""A simulated tracker over real HTTP on this machine, broken connections included."""

from __future__ import annotations

import http.client
import json
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.simulate.stub import Clock, Stub
from ticketbot.simulate.exchange import Answered, Asked
from ticketbot.simulate.faults import HEADER, Front
from ticketbot.simulate.server import Server, serving


@pytest.fixture
def stub():
    return Stub()


@pytest.fixture
def server(stub):
    with serving(Front(stub, Clock().time)) as server:
        yield server


def connected(server: Server, timeout: float = 5) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=timeout)


def ask(
    server: Server, method: str, path: str, body: bytes | None = None, fault: str = ""
) -> tuple[int, bytes]:
    connection = connected(server, 0.3)
    try:
        connection.request(method, path, body, {HEADER: fault} if fault else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_request_arrives_whole(server, stub, method):
    connection = connected(server)
    body = json.dumps({"title": "é" * 50_000}).encode()
    connection.request(method, "/a%20b?q=x%26y&empty=", body, {"X-Own": "1"})
    assert connection.getresponse().read() == b'{"id":1}'
    connection.close()
    seen: Asked = stub.asked[0]
    assert (seen.method, seen.path, seen.body) == (method, "/a%20b", body)
    assert dict(seen.query) == {"q": "x&y", "empty": ""}
    assert seen.headers["x-own"] == "1"
    assert seen.base == server.url


def test_one_connection_serves_many_requests(server, stub):
    connection = connected(server)
    for number in range(1, 4):
        connection.request("POST", "/issue", b"{}")
        assert connection.getresponse().read() == b'{"id":%d}' % number
        if number == 1:
            held = connection.sock
        assert connection.sock is held
    connection.close()
    assert len(stub.asked) == 3


def test_many_at_once_are_answered_one_at_a_time(server, stub):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ask(server, "POST", "/issue", b"{}"), range(40)))
    assert sorted(json.loads(body)["id"] for _, body in made) == list(range(1, 41))
    assert {status for status, _ in made} == {201}


def test_an_answer_without_a_body_is_whole(server, stub):
    stub.answer = lambda _asked: Answered(204)
    assert ask(server, "DELETE", "/issue/1") == (204, b"")


@pytest.mark.parametrize(
    ("how", "seen"),
    [
        ("reset", ConnectionResetError),
        ("close", http.client.RemoteDisconnected),
        ("hang", TimeoutError),
    ],
)
@pytest.mark.parametrize(("when", "carried_out"), [("before", 0), ("after", 1)])
def test_a_broken_connection_is_really_broken(server, stub, how, seen, when, carried_out):
    with pytest.raises(seen) as caught:
        ask(server, "POST", "/issue", b"{}", fault=f"{how} {when}")
    assert type(caught.value) is seen
    assert len(stub.asked) == carried_out


def test_and_the_next_request_is_answered(server):
    for how in ("reset", "close", "hang"):
        with pytest.raises((OSError, http.client.HTTPException)):
            ask(server, "GET", "/issue/1", fault=f"{how} before")
        assert ask(server, "GET", "/issue/1")[0] == 200


@pytest.mark.parametrize(
    ("fault", "status"),
    [("502 after", 502), ("html after", 200), ("429 2", 429), ("cut after", 200)],
)
def test_a_spoilt_answer_is_well_formed_http(server, fault, status):
    assert ask(server, "POST", "/issue", b"{}", fault=fault)[0] == status


def test_every_request_is_told_with_what_came_of_it(stub):
    told: list[str] = []
    with serving(Front(stub, Clock().time), tell=told.append) as server:
        ask(server, "POST", "/issue?a=1", b"{}")
        with pytest.raises(http.client.RemoteDisconnected):
            ask(server, "GET", "/issue/1", fault="close before")
    assert told == ["201   POST /issue?a=1", "close GET /issue/1"]


def test_a_mistake_of_the_stand_in_is_told_and_not_hidden(stub):
    def wrong(_asked: Asked) -> Answered:
        raise KeyError("fields")

    told: list[str] = []
    stub.answer = wrong
    with (
        serving(Front(stub, Clock().time), tell=told.append) as server,
        pytest.raises(http.client.RemoteDisconnected),
    ):
        ask(server, "GET", "/issue/1")
    assert told == ["no answer, for KeyError: 'fields'"]


def test_it_listens_on_this_machine_alone(server):
    assert server.server_address[0] == "127.0.0.1"
    assert server.url == f"http://127.0.0.1:{server.server_address[1]}"


def test_it_gives_its_port_back(stub):
    with serving(Front(stub, Clock().time)) as server:
        port = server.server_address[1]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
