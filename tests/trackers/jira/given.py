"""A simulated Jira, a virtual clock that it shares with ticketbot, and a tracker on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.trackers.inprocess import simulated
from ticketbot.config.tracker_jira import JiraTracker
from ticketbot.simulate.exchange import Answered, Asked, Time
from ticketbot.simulate.faults import Front
from ticketbot.simulate.jira import service as simulation
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.jira import tracker as jira

WRITTEN: dict[str, Any] = {
    "type": "jira",
    "url": "http://acme.simulated",
    "project": "SEC",
    "auth": {"email": "ada@example.com", "token": "t0ken"},
}
"""As in ticketbot.yaml."""


def given(more: dict[str, Any]) -> dict[str, Any]:
    """As the adapter gets them: checked, with all defaults."""
    return JiraTracker.model_validate(WRITTEN | more).model_dump()


class Now:
    """Virtual time; it begins in 2026 and passes only when somebody waits."""

    def __init__(self) -> None:
        self.at = 1_772_366_400.0

    def seconds(self) -> float:
        return self.at

    def passes(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class Scene:
    """Everything a test looks at."""

    now: Now
    site: simulation.Jira
    front: Front
    clock: Clock

    def tracker(self, **more: Any) -> jira.JiraTracker:
        """Another process: it shares nothing but the server."""
        kind = "cloud" if self.site.site.settings.cloud else "server"
        return jira.make("sec", given({"deployment": kind} | more), self.clock)

    def requests(self) -> list[tuple[str, str]]:
        """(method, path) since the last call."""
        made = [(m, p.removeprefix("/rest/api/2/")) for m, p in self.front.requests]
        self.front.requests.clear()
        return made

    def faulty(self, *faults: str, path: str = "", method: str = "") -> None:
        """The next requests to this path go wrong in these ways, one after the other."""
        rest = list(faults)

        def choose(asked):
            fits = asked.path.endswith(path) and method in ("", asked.method)
            return rest.pop(0) if rest and fits else ""

        self.front.choose = choose

    def answering(self, answer: Callable[[Asked], Answered]) -> None:
        """Something else answers in the site's stead."""
        self.front.service = Otherwise(self.site, answer)


class Otherwise:
    """A site whose answers are given by a test."""

    def __init__(self, site: simulation.Jira, answer: Callable[[Asked], Answered]) -> None:
        self._site, self.answer = site, answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._site, name)


@contextmanager
def scene(**settings: Any) -> Iterator[Scene]:
    """A site with these settings; see `jira_site.Settings`."""
    now = Now()
    time = Time(now.seconds)
    site = simulation.make(time, **settings)
    front = Front(site, time)
    with simulated({"acme": front}, passes=now.passes):
        yield Scene(now, site, front, Clock(now.seconds, now.passes))
