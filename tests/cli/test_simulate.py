"""`ticketbot simulate`: a stand-in to try a configuration against, over real HTTP on this machine."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from tests.cli.conftest import result
from tests.simulate.stub import Stub
from ticketbot.cli.main import call
from ticketbot.cli.output import cells
from ticketbot.simulate.exchange import Simulated, Time
from ticketbot.simulate.server import Server

KINDS = ["jira", "github", "servicenow"]


def ask(url: str, method: str = "GET", path: str = "/issue", body: bytes | None = None) -> int:
    connection = http.client.HTTPConnection(str(urlsplit(url).netloc), timeout=5)
    try:
        connection.request(method, path, body)
        return connection.getresponse().status
    except http.client.RemoteDisconnected:
        return 0
    finally:
        connection.close()


@pytest.fixture
def run(cli, monkeypatch):
    """Runs the command until `meanwhile(url)` is done, and then presses Ctrl-C."""
    real = Server.serve_forever

    def start(*arguments, meanwhile=lambda _url: None, port="0"):
        def serve(self, poll_interval=0.01):
            thread = threading.Thread(target=real, args=(self, 0.01), daemon=True)
            thread.start()
            try:
                meanwhile(self.url)
            finally:
                self.shutdown()
                thread.join()
            raise KeyboardInterrupt

        monkeypatch.setattr(Server, "serve_forever", serve)
        return cli("simulate", *arguments, "--port", port)

    return start


@pytest.fixture
def stub(monkeypatch):
    """Stands in for the stand-in of Jira."""
    made = Stub()
    module = import_module("ticketbot.simulate.jira.service")
    monkeypatch.setattr(module, "make", lambda _time, **settings: made)
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_printed_is_a_configuration_that_works(run, cli, report, kind):
    """A user's first minutes: start it, keep what it prints, look, sync, sync again."""

    def user(_url: str) -> None:
        for name, arguments in commands.items():
            said[name] = call(arguments)

    reported = report("r.sarif", result("R1", 3), result("R2", 9))
    sync = [
        "sync",
        reported,
        "--target",
        "shop",
        "--branch",
        "main",
        "--quiet",
        "--config",
        "try.yaml",
    ]
    commands = {
        "valid": ["config", "validate", "--config", "try.yaml"],
        "doctor": ["doctor", "--config", "try.yaml"],
        "first": [*sync, "-o", "first.txt"],
        "second": [*sync, "-o", "second.txt"],
    }
    said: dict[str, int] = {}
    done = run(kind, "--output", "try.yaml", meanwhile=user)
    assert done.code == 0
    assert said == {"valid": 0, "doctor": 0, "first": 0, "second": 0}
    assert "2 created" in Path("first.txt").read_text()
    assert "nothing to do" in Path("second.txt").read_text()
    assert "2 tickets, 2 open" in done.err
    (tracker,) = yaml.safe_load(Path("try.yaml").read_text())["trackers"].values()
    assert tracker["type"] == kind


def test_standard_output_is_the_configuration_alone(run, stub):
    said = run("jira", meanwhile=lambda url: ask(url, "POST", body=b"{}"))
    assert yaml.safe_load(said.out)["trackers"]["sec"]["url"].startswith("http://127.0.0.1:")
    assert max(cells(line) for line in said.out.splitlines()) <= 80


def test_each_request_is_one_line_that_fits_and_the_summary_lists_the_tickets(run, stub):
    def several(url: str) -> None:
        ask(url, "POST", body=b"{}")
        ask(url, "GET", f"/search?jql={'x' * 200}")
        ask(url, "POST", body=b"{}")

    said = run("jira", meanwhile=several)
    assert said.code == 0
    lines = said.err.splitlines()
    assert lines[1:3] == ["201   POST /issue", f"200   GET /search?jql={'x' * 57}…"]
    assert "3 requests; 2 tickets, 2 open" in lines
    assert lines[-1].split() == ["STUB-3", "open", "Ticket", "3"]
    assert max(cells(line) for line in lines) <= 80


def test_verbose_shows_whole_requests(run, stub):
    long = f"/search?jql={'x' * 200}"
    assert f"200   GET {long}\n" in run("jira", "-v", meanwhile=lambda url: ask(url, path=long)).err


def test_quiet_says_nothing_but_the_configuration(run, stub):
    assert run("jira", "--quiet", meanwhile=ask).err == ""


def test_many_tickets_are_counted_and_the_latest_shown(run, stub):
    def many(url: str) -> None:
        for _ in range(25):
            ask(url, "POST", body=b"{}")

    said = run("jira", meanwhile=many)
    assert "25 tickets" in said.err
    assert "STUB-25" in said.err
    assert "STUB-5 " not in said.err
    assert "and 5 before these" in said.err


FAULTS = [
    (["--fault", "502 after", "--faults", "1"], {502}),
    (["--fault", "close before", "--faults", "1"], {0}),
    (["--faults", "0"], {200}),
    ([], {200}),
]


@pytest.mark.parametrize(("arguments", "statuses"), FAULTS)
def test_faults_are_as_they_were_asked_for(run, stub, arguments, statuses):
    seen: set[int] = set()
    run("jira", *arguments, meanwhile=lambda url: seen.update(ask(url) for _ in range(10)))
    assert seen == statuses


def test_the_same_seed_spoils_the_same_requests(run, stub):
    seen: list[list[int]] = []
    for seed in ("7", "7", "8"):
        fault = ["--fault", "502 before", "--faults", "0.5", "--seed", seed]
        run("jira", *fault, meanwhile=lambda url: seen.append([ask(url) for _ in range(20)]))
    assert seen[0] == seen[1] != seen[2]


def test_a_fault_alone_spoils_some_requests_and_verbose_says_which(run, stub):
    seen: list[int] = []
    said = run(
        "jira", "-v", "--fault", "502 before",
        meanwhile=lambda url: seen.extend(ask(url) for _ in range(40)),
    )  # fmt: skip
    assert 0 < seen.count(502) < 20
    assert said.err.count("  fault: 502 before\n") == seen.count(502)


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        (["jira"], {}),
        (["jira", "--deployment", "cloud"], {"cloud": True}),
        (
            ["jira", "--deployment", "server", "--search-lag", "0"],
            {"cloud": False, "search_lag": 0},
        ),
        (["github", "--search-lag", "2.5"], {"search_lag": 2.5}),
    ],
)
def test_settings_reach_the_stand_in(run, monkeypatch, arguments, settings):
    given: list[dict[str, object]] = []
    module = import_module(f"ticketbot.simulate.{arguments[0]}.service")
    real = module.make

    def make(time: Time, **more: object) -> Simulated:
        given.append(more)
        service: Simulated = real(time, **more)
        return service

    monkeypatch.setattr(module, "make", make)
    said = run(*arguments)
    assert said.code == 0
    assert given == [settings]
    if "cloud" in settings:
        expected = "cloud" if settings["cloud"] else "server"
        assert yaml.safe_load(said.out)["trackers"]["sec"]["deployment"] == expected


REFUSED = [
    (["github", "--deployment", "cloud"], "--deployment means nothing for github"),
    (["servicenow", "--deployment", "server"], "--deployment means nothing for servicenow"),
    (["servicenow", "--search-lag", "5"], "--search-lag means nothing for servicenow"),
    (["jira", "--fault", "502 sometimes"], "--fault '502 sometimes' is no fault"),
    (["jira", "--faults", "2"], "--faults"),
    (["jira", "--config", "x.yaml"], "simulate reads no configuration"),
    (["bugzilla"], "bugzilla"),
    (["jira", "--search-lag", "-1"], "--search-lag"),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_what_means_nothing_is_refused(run, arguments, message):
    said = run(*arguments)
    assert said.code == 2
    assert message in said.err
    assert said.out == ""


def test_a_port_that_is_taken_is_refused_with_the_way_out(run, stub):
    inner: list[str] = []

    def again(url: str) -> None:
        inner.append(url)
        assert call(["simulate", "jira", "--port", str(urlsplit(url).port)]) == 2

    said = run("jira", meanwhile=again)
    assert "cannot be had" in said.err
    assert "--port 0" in said.err
    assert inner


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_process_of_its_own_ends_well(workdir, how):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "ticketbot", "simulate", "jira", "--port", "0"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(root)},
    ) as process:
        signal.signal(signal.SIGINT, before)
        assert process.stderr
        address = re.search(r"http://[\d.:]+\d", process.stderr.readline())
        assert address
        assert ask(address[0], path="/rest/api/2/serverInfo") in (200, 401)
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "1 request; 0 tickets" in err
    assert yaml.safe_load(out)["trackers"]
