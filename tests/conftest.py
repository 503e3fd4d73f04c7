"""What every test stands on: loopback alone, no sleeping, one environment everywhere.

Refuses to hide anything: a test that reaches for the network or sleeps fails with a sentence that
says so. Warnings are errors (pyproject.toml). Only this process is watched; a test that starts
another one gets the cleaned environment, and answers itself for what that process does.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import re
import socket
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

LONGEST_SLEEP = 0.05
"""Seconds. The standard library polls a child process in steps up to this long."""

FOREIGN_VARIABLES = re.compile(
    "CI|GITHUB_|GITLAB_|RUNNER_|JENKINS_|JOB_|BRANCH_NAME|CHANGE_|BITBUCKET_|CIRCLE|BUILD_|TF_BUILD"
    "|SYSTEM_|AGENT_|TICKETBOT_|GIT_|FORCE_COLOR|CLICOLOR|PY_COLORS|COLUMNS|LINES"
    "|HTTP_PROXY|HTTPS_PROXY|ALL_PROXY|http_proxy|https_proxy|all_proxy"
)
"""The beginnings of variables that tell where the tests run; ticketbot reads several of them."""

OUR_VARIABLES = {
    "NO_COLOR": "1",
    "TERM": "dumb",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}

settings.register_profile(
    "ticketbot",
    deadline=None,  # two cores, shared: a slow example is no wrong one
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def pytest_configure() -> None:
    """Before anything of ticketbot is imported: typer looks at the environment when it is."""
    settings.load_profile("ticketbot")
    for name in [name for name in os.environ if FOREIGN_VARIABLES.match(name)]:
        del os.environ[name]
    os.environ.update(OUR_VARIABLES)


def is_loopback(host: object) -> bool:
    """Whether a host, by name or address, is this machine. None and "" mean it, too."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "localhost")
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return name.rstrip(".") == "localhost" or name.endswith(".localhost")


def refuse_foreign(host: object) -> None:
    if not is_loopback(host):
        pytest.fail(f"a test reached for the network: {host!r}; give it a loopback server instead")


@pytest.fixture(autouse=True, scope="session")
def only_loopback():
    """Connections to other machines, and look-ups of their names, fail the test."""
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex
    real_getaddrinfo = socket.getaddrinfo

    def connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            refuse_foreign(address[0])
        return real_connect(self, address)

    def connect_ex(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            refuse_foreign(address[0])
        return real_connect_ex(self, address)

    def getaddrinfo(host, *args, **kwargs):
        refuse_foreign(host)
        return real_getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield


@pytest.fixture(autouse=True)
def no_sleeping(monkeypatch):
    """Time is an argument; what waits for another process polls in short steps."""
    real_sleep, real_async_sleep = time.sleep, asyncio.sleep

    def refuse(seconds: float) -> None:
        if seconds > LONGEST_SLEEP:
            pytest.fail(f"a test slept for {seconds} s; inject the clock, or the pause, instead")

    def sleep(seconds):
        refuse(seconds)
        real_sleep(seconds)

    async def async_sleep(delay, result=None):
        refuse(delay)
        return await real_async_sleep(delay, result)

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(asyncio, "sleep", async_sleep)


@pytest.fixture
def workdir(tmp_path, monkeypatch) -> Path:
    """An empty folder that is the current one for the length of the test."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
