"""How a simulated instance is set up, and how it says that something failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ticketbot.simulate.exchange import Answered, answered


@dataclass(frozen=True)
class Settings:
    """What an administrator decides. Times in seconds."""

    users: dict[str, str] = field(default_factory=lambda: {"bot": "secret"})
    tokens: tuple[str, ...] = ()
    """Bearer tokens that are accepted for ever."""
    clients: dict[str, str] = field(default_factory=dict)
    """OAuth clients: id → secret."""
    token_life: int = 1800
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Table → further columns. An unknown table is made, too."""
    unwritable: frozenset[str] = frozenset()
    """Columns that an ACL keeps from being written: silently."""
    unreadable: frozenset[str] = frozenset()
    """Tables whose rows an ACL hides."""
    forbidden: frozenset[str] = frozenset()
    """Tables that answer 403."""
    attachments: bool = True
    """Whether the account may attach files."""
    mandatory: tuple[str, ...] = ()
    """Columns that a data policy wants in a new task."""
    closing: tuple[str, ...] = ("close_code", "close_notes")
    """Columns that a data policy wants in an incident that is resolved."""
    final: tuple[str, ...] = ()
    """States that a business rule does not let go of: silently."""
    title_length: int = 160
    body_length: int = 4000
    header_limit: int = 8192
    per_hour: int | None = None
    """A rate limit rule."""
    batch_seconds: float = 30.0
    read_seconds: float = 0.05
    write_seconds: float = 1.0
    staging: dict[str, str] = field(default_factory=dict)
    """Staging table → the table that its map fills, coalesced on correlation_id."""
    hibernating: bool = False


def failure(status: int, message: str, detail: str | None = None) -> Answered:
    """An error as the REST APIs give it."""
    value: dict[str, Any] = {"error": {"message": message, "detail": detail}, "status": "failure"}
    return answered(status, value)


MISSING = ("No Record found", "Record doesn't exist or ACL restricts the record retrieval")
