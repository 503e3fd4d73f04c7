"""ticketbot.yaml as a whole: what may stand in it, with defaults; also made into a JSON Schema.

Checks shapes only; what must fit together (a route's tracker, say) is `checks`' business.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, field_validator

from ticketbot.config.audit import Audit, Log
from ticketbot.config.tracker_base import Strict
from ticketbot.config.trackers import LocalTracker, Tracker
from ticketbot.config.words import (
    Duration,
    DurationText,
    OneOrMany,
    PlainDuration,
    SeveritySet,
    Shaped,
    Texts,
)
from ticketbot.model.finding import Kind, Severity

_DAY = 86_400.0
IGNORE = "ignore"
"""What a route says instead of a tracker's name."""


Host = Annotated[
    str, Shaped(r"^[A-Za-z0-9*._\[\]:-]+$", "a host: shop.example, *.shop.example, [::1]:80")
]
"""A glob over hosts, with a port or without; no scheme, no path."""
Parameter = Annotated[str, Shaped(r"^[^?&=#\s]+$", "the name of a query parameter: action")]


class TargetEntry(Strict):
    """A thing that is scanned."""

    formerly: list[str] = Field([], description="Earlier names: a rename changes nothing.")
    openapi: Texts | None = Field(
        None,
        description="Its API files, beside this one: OpenAPI, Swagger or Postman. They name operations.",
    )
    hosts: Annotated[list[Host], OneOrMany()] = Field(
        [],
        description="Hosts it answers on: production, staging and previews; *.shop.example, localhost:8080.",
    )
    structural: Annotated[list[Parameter], OneOrMany()] = Field(
        [],
        description="Query parameters whose values tell operations apart, as action in ?action=.",
    )


class SeverityEntry(Strict):
    """What a severity means, whatever the route."""

    due: DurationText | None = Field(
        None,
        description="How long after the first detection, as 7d or 5 business days (Monday to Friday).",
    )
    fields: dict[str, dict[str, Any]] = Field(
        {}, description="Tracker → fields of its tickets; templates as `{{ path }}` are filled in."
    )
    labels: list[str] = Field([], description="Added to those from elsewhere.")


class Owners(Strict):
    """Who owns what. Owners only add fields to tickets: one that is unknown never blocks a ticket."""

    codeowners: bool = Field(
        False, description="Read CODEOWNERS of the checkout: a person is assignee, a team `group`."
    )
    map: str | None = Field(None, description="A file that says more, beside this one.")


class When(Strict):
    """Which flaws a route is for; everything that is given must hold."""

    severity: SeveritySet | None = Field(
        None, description="One, several, or a comparison as >=medium."
    )
    kind: Annotated[list[Kind], OneOrMany()] | None = Field(
        None, description="What sort of finding it is."
    )
    environment: Texts | None = Field(None, description="What --environment says.")
    path: Texts | None = Field(
        None,
        description="Globs: * within a part of a path, ** across parts; dir/ means all below it.",
    )
    tool: Texts | None = Field(None, description="The scanner, in upper or lower case; globs.")
    rule: Texts | None = Field(
        None, description="The scanner's rule, in upper or lower case; globs."
    )
    cwe: Annotated[list[int], OneOrMany()] | None = Field(
        None, description="CWE numbers: any of them."
    )
    owasp: Texts | None = Field(
        None, description="OWASP classes: API1:2023, or API1 for every edition."
    )
    target: Texts | None = Field(None, description="What was scanned, by its name under targets.")
    component: Texts | None = Field(
        None, description="A package by name (@angular/*) or by purl (pkg:npm/*)."
    )
    branch: Texts | None = Field(
        None, description="Branch classes: default, release/<name>, change; globs."
    )
    owner: Texts | None = Field(None, description="Whom CODEOWNERS names: @acme/payments; globs.")

    @field_validator("*")
    @classmethod
    def _something(cls, value: Any) -> Any:
        if value == []:
            raise ValueError("an empty list matches nothing; leave the key out to match everything")
        return value


class RouteEntry(Strict):
    """The first route whose `when` holds decides."""

    name: str | None = Field(
        None, description="What people call it; shown in plans and by explain."
    )
    when: When = Field(When(), description="Which flaws it is for; without it all that are left.")
    to: str = Field(description="A tracker's name, or ignore.")
    fields: dict[str, Any] = Field(
        {}, description="Fields in the tracker's own terms; templates are filled in."
    )
    labels: list[str] = Field([], description="Added to those from elsewhere.")
    group_by: Literal["auto", "finding", "rule", "component", "file", "endpoint"] = Field(
        "auto",
        description="What shares one ticket. auto: one for each upgrade of a package, else one each.",
    )
    due: DurationText | None = Field(None, description="Instead of the severity's.")
    because: str | None = Field(None, description="Why high or critical flaws get no ticket.")


class LifecycleEntry(Strict):
    """When tickets close and come back."""

    close_after: PositiveInt = Field(
        1, description="Scans in a row that must miss a flaw before its ticket closes."
    )
    close_after_dynamic: PositiveInt = Field(
        2,
        description="The same for flaws that only a running application shows: kinds api and web.",
    )
    close_requires: Texts = Field(
        [], description="Environments that must have lost it; empty: every one that saw it."
    )
    on_fixed: Literal["close", "comment"] = Field(
        "close", description="comment: say that it is fixed, and leave closing to people."
    )
    reopen_grace: PlainDuration = Field(
        Duration(2 * _DAY),
        json_schema_extra={"default": "2d"},
        description="How long a ticket that a person closed as done stays closed in spite of scans.",
    )
    reopen_within: PlainDuration = Field(
        Duration(30 * _DAY),
        json_schema_extra={"default": "30d"},
        description="A flaw that is back later than this gets a new ticket, linked to the old one.",
    )


class GuardEntry(Strict):
    """Above these numbers a run asks first."""

    max_close: NonNegativeInt = Field(20, description="Tickets closed in one run.")
    max_close_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        30, description="Of the open tickets of a scan's scope; only looked at above 10 closes."
    )
    max_create: NonNegativeInt = Field(
        50, description="New tickets in one run, on remote trackers."
    )


class GateRule(Strict):
    """How many flaws of one sort `ticketbot gate` lets pass; everything that is given must hold."""

    name: str | None = Field(None, description="What people call it.")
    when: When = Field(When(), description="Which flaws count.")
    route: Texts | None = Field(None, description="Names of routes: flaws that these take.")
    max: NonNegativeInt = Field(description="How many may be there.")


class GateEntry(Strict):
    """`ticketbot gate` fails above these numbers. A severity counts by itself."""

    critical: NonNegativeInt | None = Field(None, description="How many may be there.")
    high: NonNegativeInt | None = Field(None, description="How many may be there.")
    medium: NonNegativeInt | None = Field(None, description="How many may be there.")
    low: NonNegativeInt | None = Field(None, description="How many may be there.")
    info: NonNegativeInt | None = Field(None, description="How many may be there.")
    rules: list[GateRule] = Field([], description="Further limits; each counts by itself.")


BranchClass = Literal["default", "release", "change"]


class Branches(Strict):
    """Which branches count as what, and which of them write to trackers."""

    default: str | None = Field(None, description="The default branch, where CI does not say.")
    release: list[str] = Field(
        ["release/*", "releases/*", "release-*"], description="Each has tickets of its own; globs."
    )
    write: list[BranchClass] = Field(
        ["default", "release"],
        description="Classes that may write tickets; the others tell what is new.",
    )


class SecretKey(Strict):
    """A key for the identity of secrets; `env` names the variable that holds it."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")] = Field(
        description="Its name; keep it."
    )
    env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] = Field(
        description="The environment variable that holds the key."
    )


class Identity(Strict):
    """What goes into fingerprints."""

    secret_keys: list[SecretKey] = Field(
        [], description="The newest first; several while a key is replaced."
    )


class Config(Strict):
    """ticketbot.yaml, version 1."""

    version: Literal[1] = Field(description="Of this file's format.")
    include: Texts = Field([], description="Files that are merged first.")
    locked: list[str] = Field([], description="Keys that files which include this cannot override.")
    ledger: str = Field(
        "sqlite:///.ticketbot/ledger.db",
        description="Where flaws and tickets are remembered: a SQLite file. PostgreSQL is planned.",
    )
    repository: str | None = Field(None, description="The repository's page, for links to lines.")
    mappings: str | None = Field(None, description="A folder with mapping files of your own.")
    templates: str | None = Field(None, description="A folder with ticket templates of your own.")
    targets: dict[str, TargetEntry] = Field({}, description="What is scanned, by name.")
    trackers: Annotated[dict[str, Tracker], Field(min_length=1)] = Field(
        {"local": LocalTracker(type="local")}, description="Where tickets go, by name."
    )
    severities: dict[Severity, SeverityEntry] = Field(
        {}, description="What a severity means, whatever the route."
    )
    owners: Owners = Field(Owners(), description="Who owns what.")
    routes: list[RouteEntry] = Field(
        [], description="The first that matches decides. Empty: everything from medium upwards."
    )
    lifecycle: LifecycleEntry = Field(
        LifecycleEntry(), description="When tickets close and come back."
    )
    guard: GuardEntry = Field(GuardEntry(), description="Above these numbers a run asks first.")
    gate: GateEntry = Field(GateEntry(), description="When `ticketbot gate` fails.")
    branches: Branches = Field(Branches(), description="Which branches count as what.")
    identity: Identity = Field(Identity(), description="What goes into fingerprints.")
    audit: Audit = Field(Audit(), description="Who gets audit events.")
    log: Log | None = Field(None, description="None: warnings of libraries, as text.")
