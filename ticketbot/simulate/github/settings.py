"""How a simulated GitHub is: what `ticketbot simulate github` and tests may change. Only values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """How this GitHub is. Lags and lives in seconds."""

    repository: str = "acme/api"
    repository_id: int = 42
    visibility: str = "private"
    """public, private, internal; anybody who cannot see a private one gets a 404."""
    archived: bool = False
    issues: bool = True
    role: str = "write"
    """read, triage, write, admin, or none."""
    login: str = "ticketbot"
    token: str = "simulated"
    app_id: str = "1"
    installation: str = "2"
    app_token_life: float = 3600.0
    people: tuple[str, ...] = ("ada", "bob")
    """Whom issues can be assigned to."""
    types: tuple[str, ...] = ("Bug", "Task")
    knows_duplicates: bool = True
    list_lag: float = 0.0
    label_lag: float = 0.0
    search_lag: float = 60.0
    hourly: int = 5000
    content_minute: int = 80
    content_hour: int = 500
    says_retry_after: bool = True
    aliases: int = 50
