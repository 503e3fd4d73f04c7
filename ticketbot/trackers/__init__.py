"""Every kind of tracker, by its `type` in the configuration.

Importing this imports no client library.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ticketbot.trackers.base import Tracker
from ticketbot.trackers.clock import Clock

TRACKERS = {
    "local": "ticketbot.trackers.local.tracker",
    "jira": "ticketbot.trackers.jira.tracker",
    "github": "ticketbot.trackers.github.tracker",
    "servicenow": "ticketbot.trackers.servicenow.tracker",
}
"""Type → module with `make(name, settings, clock) -> Tracker`."""


def make(name: str, settings: Mapping[str, Any], clock: Clock) -> Tracker:
    """The configured tracker `name`. Asks no server anything. Raises ConfigError."""
    tracker: Tracker = import_module(TRACKERS[settings["type"]]).make(name, settings, clock)
    return tracker
