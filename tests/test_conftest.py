"""The net under all tests holds: foreign hosts, sleeping, the CI system's variables."""

from __future__ import annotations

import asyncio
import os
import socket
import time

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.com", "0.0.0.0"])
def test_a_foreign_host_is_refused(host):
    with pytest.raises(pytest.fail.Exception, match="reached for the network"):
        socket.create_connection((host, 80), timeout=0.01)


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_a_foreign_address_is_refused_without_a_look_up(method):
    with socket.socket() as client, pytest.raises(pytest.fail.Exception, match="network"):
        getattr(client, method)(("192.0.2.1", 80))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_is_open(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1]), timeout=5).close()


def test_sleeping_is_refused():
    with pytest.raises(pytest.fail.Exception, match="slept for 60 s"):
        time.sleep(60)
    with pytest.raises(pytest.fail.Exception, match="slept for 60 s"):
        asyncio.run(asyncio.sleep(60))


def test_the_environment_tells_nothing_of_the_machine():
    assert not [name for name in os.environ if name.startswith(("CI", "GITHUB_", "TICKETBOT_"))]
    assert os.environ["NO_COLOR"] == "1"
