"""What `ticketbot doctor` looks at in an instance: by reads alone, and each finding says what to change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticketbot.trackers.base import Check
from ticketbot.trackers.servicenow_reads import Reads


def examined(reads: Reads, settings: Mapping[str, Any]) -> list[Check]:
    """Never raises for what it finds."""
    return []
