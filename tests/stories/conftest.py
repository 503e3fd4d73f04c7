"""Whole pipelines: the command line in this process, a CI system's variables, the local tracker."""

from __future__ import annotations

import msgspec
import pytest

from tests.cli.conftest import cli, report
from ticketbot.config import values
from ticketbot.planning.settings import Settings, TrackerSettings
from ticketbot.trackers.local.tracker import LocalTracker

__all__ = ["as_if_remote", "ci", "cli", "report", "tickets"]

PULL_REQUEST = {"GITHUB_REF": "refs/pull/7/merge", "GITHUB_HEAD_REF": "fix/login"}


@pytest.fixture
def ci(monkeypatch):
    """`ci(branch="main", sha="a" * 40)`: from now on this is a job of GitHub Actions."""

    def job(**said: str) -> None:
        values = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": said.get("repository", "acme/shop"),
            "GITHUB_REF_NAME": said.get("branch", "main"),
            "GITHUB_REF": f"refs/heads/{said.get('branch', 'main')}",
            "GITHUB_SHA": said.get("sha", "a" * 40),
            "GITHUB_RUN_ID": "17",
            "GITHUB_HEAD_REF": "",
        }
        if said.get("pull_request"):
            values |= PULL_REQUEST
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    job()
    return job


@pytest.fixture
def tickets(workdir):
    """The local tracker's tickets, oldest first: title → `open`, or how it was closed."""

    def now() -> dict[str, str]:
        path = workdir / ".ticketbot" / "tickets.db"
        found = LocalTracker("local", path, now=lambda: "").changed("")[0]
        found = sorted(found, key=lambda ticket: int(ticket.id))
        return {
            t.title: t.state if t.state == "open" else str(t.resolution or "done") for t in found
        }

    return now


@pytest.fixture
def as_if_remote(monkeypatch):
    """The guard's limit for new tickets is for remote trackers: let the local one count as such."""
    real = values.settings

    def settings(*given: object, **named: object) -> Settings:
        made: Settings = real(*given, **named)  # type: ignore[arg-type]  # handed on as they come
        trackers: dict[str, TrackerSettings] = {
            name: msgspec.structs.replace(each, remote=True) for name, each in made.trackers.items()
        }
        return msgspec.structs.replace(made, trackers=trackers)

    monkeypatch.setattr(values, "settings", settings)
