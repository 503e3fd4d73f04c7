"""ticketbot.yaml as a whole: what may stand in it, with defaults; also made into a JSON Schema.

Checks shapes only; what must fit together (a route's tracker, say) is `checks`' business.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, field_validator

from ticketbot.config.audit import Audit, Log
from ticketbot.config.trackers import LocalTracker, Strict, Tracker
from ticketbot.config.words import (
    Duration,
    DurationText,
    OneOrMany,
    PlainDuration,
    SeveritySet,
    Texts,
)
from ticketbot.model.finding import Kind, Severity

_DAY = 86_400.0
IGNORE = "ignore"
"""What a route says instead of a tracker's name."""


class TargetEntry(Strict):
    """A thing that is scanned."""

    formerly: list[str] = Field([], description="Earlier names: a rename changes nothing.")
    openapi: str | None = Field(None, description="Its OpenAPI file, for the names of operations.")
    hosts: list[str] = Field([], description="Hosts it answers on, as *.shop.example.")


class SeverityEntry(Strict):
    """What a severity means, whatever the route."""

    due: DurationText | None = None
    fields: dict[str, dict[str, Any]] = Field({}, description="Tracker → fields.")
    labels: list[str] = []


class Owners(Strict):
    """Who owns what. Owners only add fields to tickets: one that is unknown never blocks a ticket."""

    codeowners: bool = Field(
        False, description="Read CODEOWNERS of the checkout: a person is assignee, a team `group`."
    )
    map: str | None = Field(None, description="A file that says more, beside this one.")


class When(Strict):
    """Which flaws a route is for; everything that is given must hold."""

    severity: SeveritySet | None = None
    kind: Annotated[list[Kind], OneOrMany()] | None = None
    environment: Texts | None = None
    path: Texts | None = None
    tool: Texts | None = None
    rule: Texts | None = None
    cwe: Annotated[list[int], OneOrMany()] | None = None
    owasp: Texts | None = None
    target: Texts | None = None
    component: Texts | None = None
    branch: Texts | None = None
    owner: Texts | None = Field(None, description="Whom CODEOWNERS names: @acme/payments; globs.")

    @field_validator("*")
    @classmethod
    def _something(cls, value: Any) -> Any:
        if value == []:
            raise ValueError("an empty list matches nothing; leave the key out to match everything")
        return value


class RouteEntry(Strict):
    """The first route whose `when` holds decides."""

    name: str | None = None
    when: When = When()
    to: str = Field(description="A tracker's name, or ignore.")
    fields: dict[str, Any] = {}
    labels: list[str] = []
    group_by: Literal["auto", "finding", "rule", "component", "file", "endpoint"] = "auto"
    due: DurationText | None = None
    because: str | None = Field(None, description="Why high or critical flaws get no ticket.")


class LifecycleEntry(Strict):
    """When tickets close and come back."""

    close_after: PositiveInt = 1
    close_after_dynamic: PositiveInt = 2
    close_requires: Texts = []
    on_fixed: Literal["close", "comment"] = "close"
    reopen_grace: PlainDuration = Duration(2 * _DAY)
    reopen_within: PlainDuration = Duration(30 * _DAY)


class GuardEntry(Strict):
    """Above these numbers a run asks first."""

    max_close: NonNegativeInt = 20
    max_close_percent: Annotated[int, Field(ge=0, le=100)] = 30
    max_create: NonNegativeInt = 50


class GateRule(Strict):
    """How many flaws of one sort `ticketbot gate` lets pass; everything that is given must hold."""

    name: str | None = None
    when: When = When()
    route: Texts | None = Field(None, description="Names of routes: flaws that these take.")
    max: NonNegativeInt


class GateEntry(Strict):
    """`ticketbot gate` fails above these numbers. A severity counts by itself."""

    critical: NonNegativeInt | None = None
    high: NonNegativeInt | None = None
    medium: NonNegativeInt | None = None
    low: NonNegativeInt | None = None
    info: NonNegativeInt | None = None
    rules: list[GateRule] = []


BranchClass = Literal["default", "release", "change"]


class Branches(Strict):
    """Which branches count as what, and which of them write to trackers."""

    default: str | None = Field(None, description="The default branch, where CI does not say.")
    release: list[str] = ["release/*", "releases/*", "release-*"]
    write: list[BranchClass] = ["default", "release"]


class SecretKey(Strict):
    """A key for the identity of secrets; `env` names the variable that holds it."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
    env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class Identity(Strict):
    """What goes into fingerprints."""

    secret_keys: list[SecretKey] = []


class Config(Strict):
    """ticketbot.yaml, version 1."""

    version: Literal[1]
    include: Texts = Field([], description="Files that are merged first.")
    locked: list[str] = Field([], description="Keys that files which include this cannot override.")
    ledger: str = "sqlite:///.ticketbot/ledger.db"
    repository: str | None = Field(None, description="The repository's page, for links to lines.")
    mappings: str | None = Field(None, description="A folder with mapping files of your own.")
    templates: str | None = Field(None, description="A folder with ticket templates of your own.")
    targets: dict[str, TargetEntry] = {}
    trackers: Annotated[dict[str, Tracker], Field(min_length=1)] = {
        "local": LocalTracker(type="local")
    }
    severities: dict[Severity, SeverityEntry] = {}
    owners: Owners = Owners()
    routes: list[RouteEntry] = Field([], description="Empty: everything from medium upwards.")
    lifecycle: LifecycleEntry = LifecycleEntry()
    guard: GuardEntry = GuardEntry()
    gate: GateEntry = GateEntry()
    branches: Branches = Branches()
    identity: Identity = Identity()
    audit: Audit = Audit()
    log: Log | None = Field(None, description="None: warnings of libraries, as text.")
