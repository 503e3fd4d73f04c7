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
USABLE = f"Use one of type {', '.join(TRACKERS)}."


def unusable(kind: str) -> str:
    """Why no tracker of this type can be used; "" where it can. Asks for no credentials."""
    if kind in TRACKERS:
        return ""
    return f"trackers of type {kind} cannot be used in this version"


def make(name: str, settings: Mapping[str, Any], now: Callable[[], str]) -> Tracker:
    """The configured tracker `name`. `now` gives ISO 8601 in UTC. Raises ConfigError."""
    kind = settings.get("type", "local")
    if why := unusable(kind):
        raise ConfigError(f"tracker {name}: {why}", hint=USABLE)
    tracker: Tracker = import_module(TRACKERS[kind]).make(name, settings, now)
    return tracker
