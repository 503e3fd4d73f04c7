"""What a ticket is rendered from, as one value. Knows no template and no tracker."""

from __future__ import annotations

from typing import Literal

import msgspec

from ticketbot.model.finding import Finding
from ticketbot.model.flaw import Features


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One flaw as the ticket shows it."""

    flaw: str
    """Its UUID."""
    features: Features
    finding: Finding | None = None
    """As this run saw it; None where this run did not build it."""
    tools: tuple[str, ...] = ()
    """Families of the tools that see it now, sorted."""
    lost: tuple[str, ...] = ()
    """Families of those that saw it once."""
    related: tuple[tuple[str, str], ...] = ()
    """(tool, rule) of other tools' flaws that are probably the same problem."""
    state: Literal["open", "gone", "decided"] = "open"


class ScanFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The scan that speaks. `url`: the CI run that made it."""

    tool: str
    version: str | None = None
    commit: str | None = None
    branch: str | None = None
    url: str | None = None


class TicketView(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket's whole content. The first open member with a finding speaks for a ticket of one."""

    members: tuple[Shown, ...]
    """At least one."""
    scan: ScanFacts
    target: str
    environments: tuple[str, ...] = ()
    first_seen: str
    """ISO 8601; the earliest of the members."""
    group_by: str | None = None
    """None: a ticket for one flaw."""
    group: str | None = None
    """The value the members share."""
    repository: str | None = None
    """The repository's page, for links to lines and commits."""
    closing: str
    """When this ticket closes by itself, one sentence (`closing_policy`)."""
    title_limit: int = 255
    body_limit: int = 65_000
    """Characters."""
