"""Every kind of tracker, by its `type` in the configuration.

Importing this imports no client library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from ticketbot.errors import ConfigError
from ticketbot.trackers.base import Tracker

TRACKERS = {"local": "ticketbot.trackers.local"}
"""Type → module with `make(name, settings, now) -> Tracker`."""


def make(name: str, settings: Mapping[str, Any], now: Callable[[], str]) -> Tracker:
    """The configured tracker `name`. `now` gives ISO 8601 in UTC. Raises ConfigError."""
    kind = settings.get("type", "local")
    if kind not in TRACKERS:
        known = ", ".join(TRACKERS)
        raise ConfigError(f"tracker {name}: there is no type {kind!r}", hint=f"use one of: {known}")
    tracker: Tracker = import_module(TRACKERS[kind]).make(name, settings, now)
    return tracker
