"""What a user reads when a tracker does not do what was asked of it: real HTTP on this machine, and the
command line. Each mistake is one sentence and what to do; nothing is half done, and mended is done."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Said, result
from ticketbot.cli import clock
from ticketbot.cli.output import cells
from ticketbot.simulate.exchange import Answered, Asked, Simulated, Time
from ticketbot.simulate.faults import PAGE, Front
from ticketbot.simulate.server import serving

SECRET = "s3cr3t-t0ken-0123456789"  # planted, to be looked for
KINDS = ("jira", "github", "servicenow")

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


class Page:
    """A proxy, or whatever else stands where the tracker is thought to be."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self._answer = Answered(status, body, headers)

    def answer(self, asked: Asked) -> Answered:
        return self._answer


HTML = {"Content-Type": "text/html"}
LOGIN = HTML | {"Location": "https://sso.acme.example/login?next=%2F"}


def fields(**values: Any) -> dict[str, Any]:
    return {"fields": values}


@dataclass
class Wrong:
    """One mistake. `server`, `written`: settings by kind; `says`: what is said, once."""

    name: str
    says: str
    kinds: tuple[str, ...] = KINDS
    server: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    written: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    page: Page | None = None
    url: Callable[[str], str] = lambda url: url
    next: str = ""
    """Of the next step."""
    unseen: tuple[str, ...] = ()
    """Where no read can tell it beforehand."""
    made: bool = False
    """The ticket is made all the same, without what was wrong."""


CASES = [
    Wrong(
        "bad credentials",
        "does not accept the credentials",
        server={
            "jira": {"tokens": ("Basic other",)},
            "github": {"token": "other"},
            "servicenow": {"tokens": ()},
        },
        next="Check the tracker's auth",
    ),
    Wrong(
        "wrong place",
        "'NOPE'|acme/nope|Invalid table",
        written={
            "jira": {"project": "NOPE"},
            "github": {"repository": "acme/nope"},
            "servicenow": {"table": "u_nope"},
        },
        next="Check ",
    ),
    Wrong(
        "may read and not create",
        "You do not have permission to create issues",
        kinds=("jira",),
        server={"jira": {"denied": ("CREATE_ISSUES",)}},
        next="`ticketbot doctor`",
    ),
    Wrong(
        "may not read",
        "User Not Authorized",
        kinds=("servicenow",),
        server={"servicenow": {"forbidden": frozenset({"incident"})}},
        next="which permission is missing",
    ),
    Wrong(
        "required field",
        "Team is required|mandatory: Caller id",
        kinds=("jira", "servicenow"),
        server={
            "jira": {"required": ("customfield_10010",)},
            "servicenow": {"mandatory": ("caller_id",)},
        },
        unseen=("servicenow",),
        next="fields",
    ),
    Wrong(
        "priority off the screen",
        "priority was left out",
        kinds=("jira",),
        server={"jira": {"off_screen": ("priority",)}},
        written={"jira": fields(priority="High")},
        made=True,
    ),
    Wrong(
        "unknown assignee",
        "assigne[edto_s]+ (was )?left out|left out: assigned_to",
        written={kind: fields(assignee="nobody") for kind in KINDS},
        made=True,
    ),
    Wrong(
        "unknown component",
        "components was left out",
        kinds=("jira",),
        written={"jira": fields(components=["nope"])},
        made=True,
    ),
    Wrong("nobody listens", "no connection", url=lambda _: "http://127.0.0.1:9", next="url"),
    Wrong("unknown host", "no connection", url=lambda _: "http://no.localhost:9", next="url"),
    Wrong(
        "TLS to a plain port",
        "no secure connection",
        url=lambda url: url.replace("http:", "https:"),
        next="certificates",
    ),
    Wrong("a page with 200", "HTML page", page=Page(200, HTML, PAGE), next="Something else"),
    Wrong("a page with 502", "HTML page", page=Page(502, HTML, PAGE), next="Run again"),
    Wrong("a login page", "sends on to", page=Page(302, LOGIN, PAGE), next="Something else"),
    Wrong(
        "archived",
        "is archived",
        kinds=("github",),
        server={"github": {"archived": True}},
        next="Unarchive it",
    ),
    Wrong(
        "issues switched off",
        "issues switched off",
        kinds=("github",),
        server={"github": {"issues": False}},
        next="Switch them on",
    ),
    Wrong(
        "public",
        "is public",
        kinds=("github",),
        server={"github": {"visibility": "public"}},
        next="`allow_public: true`",
    ),
    Wrong(
        "hibernating",
        "HTML page",
        kinds=("servicenow",),
        server={"servicenow": {"hibernating": True}},
        next="Something else",
    ),
]


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
