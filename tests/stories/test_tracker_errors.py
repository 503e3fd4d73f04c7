"""What a user reads when a tracker does not do what was asked of it: real HTTP on this machine, and the
command line. Each mistake is one sentence and what to do; nothing is half done, and mended is done."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Said, result
from tests.stories.mistakes import CASES
from ticketbot.cli import clock
from ticketbot.cli.output import cells
from ticketbot.simulate.exchange import Simulated, Time
from ticketbot.simulate.faults import Front
from ticketbot.simulate.server import serving

SECRET = "s3cr3t-t0ken-0123456789"  # planted, to be looked for

WRITTEN: dict[str, dict[str, Any]] = {
    "jira": {"project": "SEC", "deployment": "cloud"},
    "github": {"repository": "acme/api"},
    "servicenow": {"table": "incident"},
}
AUTH = {
    "jira": {"email": "bot@acme.example", "token": "${TOKEN}"},
    "github": {"token": "${TOKEN}"},
    "servicenow": {"token": "${TOKEN}"},
}
ACCEPTED: dict[str, dict[str, Any]] = {
    "jira": {},
    "github": {"token": SECRET},
    "servicenow": {"tokens": (SECRET,)},
}


class Waited:
    """The command line's time: waiting passes at once, and is counted."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def time(self) -> float:
        return time.time() + self.seconds

    monotonic = time

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def now(self) -> str:
        return Time(self.time).iso()


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> Waited:
    made = Waited()
    monkeypatch.setenv("TOKEN", SECRET)
    monkeypatch.setattr(clock, "time", made)
    monkeypatch.setattr(clock, "now", made.now)
    return made


@dataclass
class Desk:
    """A user, a tracker, and what both say."""

    kind: str
    cli: Callable[..., Said]
    waited: Waited
    service: Simulated
    front: Front
    url: str

    def configure(self, **more: Any) -> None:
        entry = {"type": self.kind, "url": self.url, "auth": AUTH[self.kind]}
        route = {"when": {"severity": ">=medium"}, "to": "sec"}
        tracker = entry | WRITTEN[self.kind] | more
        config = {"version": 1, "trackers": {"sec": tracker}, "routes": [route]}
        Path("ticketbot.yaml").write_text(json.dumps(config))

    def run(self, command: str = "sync") -> Said:
        arguments = ("r.sarif", "--target", "shop", "--branch", "main") if command == "sync" else ()
        return self.cli(command, *arguments)


@contextmanager
def desk(kind: str, cli: Callable[..., Said], waited: Waited, **server: Any) -> Iterator[Desk]:
    passing = Time(waited.time)
    make = import_module(f"ticketbot.simulate.{kind}.service").make
    service = make(passing, **(ACCEPTED[kind] | server))
    front = Front(service, passing)
    with serving(front) as served:
        made = Desk(kind, cli, waited, service, front, served.url)
        made.configure()
        yield made


def left_behind() -> bytes:
    """Everything that a run leaves in the folder, but for the configuration."""
    files = [p for p in Path().rglob("*") if p.is_file() and p.name != "ticketbot.yaml"]
    return b"".join(path.read_bytes() for path in files)


def each() -> list[Any]:
    return [
        pytest.param(kind, wrong, id=f"{kind}: {wrong.name}")
        for wrong in CASES
        for kind in wrong.kinds
    ]


FLAWS = 4


@pytest.mark.parametrize(("kind", "wrong"), each())
def test_a_mistake_is_one_sentence_and_mended_it_is_done(kind, wrong, cli, report, waited):
    report("r.sarif", *(result(f"R{n}", n + 3) for n in range(FLAWS)))
    with desk(kind, cli, waited, **wrong.server.get(kind, {})) as user:
        user.configure(url=wrong.url(user.url), **wrong.written.get(kind, {}))
        if wrong.page:
            user.front.service = wrong.page
        said = user.run()
        text = " ".join((said.out + said.err).split())
        assert re.search(wrong.says, text)
        assert len(re.findall(wrong.says, text)) == 1
        assert said.code == (0 if wrong.made else 3)
        assert "Traceback" not in text
        assert user.waited.seconds < 60
        assert len(user.service.tickets()) == (FLAWS if wrong.made else 0)
        assert wrong.made or wrong.next in text
        assert SECRET not in text
        assert SECRET.encode() not in left_behind()
        assert max(map(cells, said.out.splitlines()), default=0) <= 80
    if not wrong.made:
        with desk(kind, cli, waited) as user:
            assert [user.run().code, user.run().code] == [0, 0]
            titles = [ticket.title for ticket in user.service.tickets()]
            assert len(set(titles)) == len(titles) == FLAWS


@pytest.mark.parametrize(("kind", "wrong"), each())
def test_doctor_says_the_same_before_anything_is_tried(kind, wrong, cli, waited):
    with desk(kind, cli, waited, **wrong.server.get(kind, {})) as user:
        user.configure(url=wrong.url(user.url), **wrong.written.get(kind, {}))
        if wrong.page:
            user.front.service = wrong.page
        said = user.run("doctor")
        shown = said.out + said.err
        unseen = wrong.made or kind in wrong.unseen
        assert said.code == (0 if unseen else 3)
        assert unseen or re.search(r"^  wrong .*(?:\n {11}.*)*\n {11}→ ", shown, re.MULTILINE)
        assert SECRET not in shown
        assert user.service.tickets() == []
        assert {method for method, _ in user.front.requests} <= {"GET", "POST"}
