"""What planning wants to know of the configuration, as values. Durations are seconds.

Made by `config.values`; holds no secret, no path and no environment variable, and reads nothing.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any, Literal

import msgspec

from ticketbot.model.finding import Kind, Severity

PLANNING_VERSION = 1
"""Raised when the code decides otherwise about the same flaws: earlier planning is void then."""

DAY = 86_400.0

GroupBy = Literal["finding", "component", "rule", "file", "endpoint"]


class Lifecycle(msgspec.Struct, frozen=True, kw_only=True):
    """When tickets close and come back (semantics.md section 3)."""

    close_after: int = 1
    """Absences in a row before a ticket closes."""
    close_after_dynamic: int = 2
    """The same for flaws that only a running application shows: kinds `api` and `web`."""
    on_fixed: Literal["close", "comment"] = "close"
    reopen_grace: float = 2 * DAY
    """After a person closed as done, a sighting within this time reopens nothing."""
    reopen_within: float = 30 * DAY
    """Longer after closing, a flaw that is back gets a new ticket, linked as a regression."""
    close_requires: tuple[str, ...] = ()
    """Environments that must have lost the flaw; empty: every scope that saw it."""


class GuardLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Above these the guard holds that kind of change back."""

    max_close: int = 20
    max_close_percent: int = 30
    """Of the scope's open tickets; only looked at above 10 closes."""
    max_create: int = 50
    """In one run, on remote trackers."""


class SeverityPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What a severity means, whatever the route."""

    due: float | None = None
    business: bool = False
    """`due` counts Monday to Friday only."""
    fields: dict[str, dict[str, Any]] = {}
    """Tracker → fields."""
    labels: tuple[str, ...] = ()


class Condition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which flaws a route is for. Empty: whatever; everything that is given must match.

    Globs: `*` within a part of a path, `**` across parts, `?` one character; names have no parts.
    """

    severity: tuple[Severity, ...] = ()
    """`>=medium` is spelled out as the severities it means."""
    kind: tuple[Kind, ...] = ()
    environment: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    tool: tuple[str, ...] = ()
    """Tool families, lower case."""
    rule: tuple[str, ...] = ()
    cwe: tuple[int, ...] = ()
    owasp: tuple[str, ...] = ()
    """`API1:2023`, or `API1` for every edition."""
    target: tuple[str, ...] = ()
    component: tuple[str, ...] = ()
    branch: tuple[str, ...] = ()
    """Branch classes: `default`, `release/<name>`, `change`; globs."""
    owner: tuple[str, ...] = ()
    """Who CODEOWNERS says: `@acme/payments`, `@ann`, an e-mail address; globs."""


class Route(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which flaws become which tickets where. `to` None: ignored, because of `because`."""

    name: str
    when: Condition = Condition()
    to: str | None = None
    fields: dict[str, Any] = {}
    labels: tuple[str, ...] = ()
    group_by: Literal["auto", "finding", "component", "rule", "file", "endpoint"] = "auto"
    because: str | None = None
    due: float | None = None
    """Instead of the severity's."""
    business: bool = False


class Codeowners(msgspec.Struct, frozen=True):
    """A CODEOWNERS file. `file` is what people call it, as `.github/CODEOWNERS`."""

    file: str
    text: str


class OwnerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the owners' map: whose a flaw is, and what its ticket gets for that."""

    where: str
    """`owners.yaml:12`"""
    when: Condition = Condition()
    fields: dict[str, Any] = {}
    """`project`, `component`, `group`, `assignee`, `labels`: in words that every tracker shares."""
    tracker_fields: dict[str, dict[str, Any]] = {}
    """Tracker → fields in its own terms."""


class Owners(msgspec.Struct, frozen=True, kw_only=True):
    """Who owns what. They add fields to a ticket, and are no condition for having one."""

    codeowners: Codeowners | None = None
    entries: tuple[OwnerEntry, ...] = ()
    """The first whose `when` holds counts."""


class Limit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many flaws of one sort `ticketbot gate` lets pass."""

    name: str
    max: int
    when: Condition = Condition()
    routes: tuple[str, ...] = ()
    """Names of routes that must take the flaw; empty: any, or none."""


class GateLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Above these `ticketbot gate` fails. A severity counts by itself."""

    severities: dict[Severity, int] = {}
    rules: tuple[Limit, ...] = ()


class TrackerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What planning knows of a tracker: no address, no credentials."""

    type: Literal["local", "jira", "github", "servicenow"]
    remote: bool
    fields: dict[str, Any] = {}
    """Defaults for every ticket; all trackers know `priority`, `assignee` and `labels`."""
    labels: tuple[str, ...] = ()


class Settings(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Everything that planning decides by."""

    routes: tuple[Route, ...]
    trackers: dict[str, TrackerSettings]
    severities: dict[Severity, SeverityPolicy] = {}
    owners: Owners = Owners()
    lifecycle: Lifecycle = Lifecycle()
    guard: GuardLimits = GuardLimits()
    gate: GateLimits = GateLimits()
    repository: str | None = None
    """The repository's page, as `https://github.com/acme/shop`: for links to lines and commits."""
    default: bool = False
    """True for the embedded default: no configuration file was found."""
    places: dict[str, str] = {}
    """Key of the configuration, as `routes[1].fields.team`, → `ticketbot.yaml:12`, for people."""

    def place(self, key: str) -> str:
        """A key of the configuration as people find it: with file and line, where they are known."""
        return f"{self.places[key]} ({key})" if key in self.places else key

    @cached_property
    def key(self) -> str:
        """Digest (32 hex digits) over all that decides; equal keys: earlier planning holds.

        Without the guard and the gate (they decide no change), `repository` and `places`
        (volatile). Owners count only where a route asks for them: else they say how a ticket looks,
        never whether there is one, and an edit of CODEOWNERS is no reason to look at every flaw again.
        """
        owners = self.owners.codeowners if any(r.when.owner for r in self.routes) else None
        facts: tuple[object, ...] = (
            PLANNING_VERSION,
            self.routes,
            self.trackers,
            self.severities,
            self.lifecycle,
        )
        if owners is not None:
            facts = (*facts, owners.text)
        encoded = msgspec.json.encode(facts, order="deterministic")
        return hashlib.blake2b(encoded, digest_size=16).hexdigest()
