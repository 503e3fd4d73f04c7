"""A kind of tracker that finds what a test tells it to find."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketbot.errors import TicketbotError
from ticketbot.trackers.base import Check
from ticketbot.trackers.clock import Clock

FINDS: dict[str, list[Check] | TicketbotError] = {}
"""Tracker → what it finds; an error is raised instead, where it is made or looked at."""
CLOSED: list[str] = []


class Ailing:
    def __init__(self, name: str) -> None:
        self.name = name

    def examine(self) -> list[Check]:
        found = FINDS[self.name]
        if isinstance(found, TicketbotError):
            raise found
        return found

    def close_connection(self) -> None:
        CLOSED.append(self.name)


def make(name: str, settings: Mapping[str, Any], clock: Clock) -> Ailing:
    assert settings["auth"]["token"], "credentials come resolved"
    return Ailing(name)
