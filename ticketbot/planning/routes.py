"""Which flaws deserve a ticket, where, with what fields, grouped how. The first match wins.

A function of the flaw, its scope and the settings; knows nothing of tickets that exist already.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.conditions import matches, why
from ticketbot.planning.merging import merged
from ticketbot.planning.owners import Owned, owned
from ticketbot.planning.settings import GroupBy, Route, Settings

NO_ROUTE = "no route matches"

_WEEKEND = 5  # date.weekday() of Saturday


class Routed(msgspec.Struct, frozen=True, kw_only=True):
    """Where a flaw goes. `tracker` None: it gets no ticket, because of `because`."""

    tracker: str | None
    name: str
    """The route's."""
    group_by: GroupBy = "finding"
    group: str | None = None
    """What the members have in common, as a purl without version; None: a ticket of its own."""
    priority: str | None = None
    assignee: str | None = None
    labels: tuple[str, ...] = ()
    fields: dict[str, Any] = {}
    """Further fields in the tracker's own terms, without the ones above."""
    due_seconds: float | None = None
    business: bool = False
    sources: dict[str, str] = {}
    """Field → file and line that its value comes from, and the key."""
    place: str = ""
    """Where the route stands."""
    matched: tuple[str, ...] = ()
    """What of the flaw fits each condition of the route; empty where it has none."""
    because: str | None = None


def route(features: Features, scope: Scope, settings: Settings) -> Routed:
    """What the routes say of this flaw as this scope saw it. Raises ConfigError: a template fails."""
    found = owned(features.path, settings.owners.codeowners)
    for index, candidate in enumerate(settings.routes):
        when = candidate.when
        if not matches(when, features, scope, found.names):
            continue
        if candidate.to is None:
            because = candidate.because or "the route ignores it"
            made = Routed(tracker=None, name=candidate.name, because=because)
        else:
            made = _assembled(candidate, index, found, features, scope, settings)
        return msgspec.structs.replace(
            made,
            place=settings.place(f"routes[{index}]"),
            matched=why(when, features, scope, found.names),
        )
    return Routed(tracker=None, name="", because=NO_ROUTE)


def group_of(group_by: str, features: Features, scope: Scope) -> tuple[GroupBy, str | None]:
    """(what it is grouped by, the value); ("finding", None) where the flaw has no such value."""
    if group_by == "auto":
        group_by = "component" if features.kind in ("dependency", "container") else "finding"
    if group_by == "component" and features.component:
        return "component", features.component
    if group_by == "rule":
        return "rule", f"{scope.family}/{features.rule}"
    if group_by == "file" and features.path:
        return "file", features.path
    if group_by == "endpoint" and features.operation:
        return "endpoint", features.operation.partition("?")[0]
    return "finding", None


def _assembled(
    chosen: Route, index: int, found: Owned, features: Features, scope: Scope, settings: Settings
) -> Routed:
    """What the ticket gets, and when it is due: the route's own term goes before the severity's."""
    fields, labels, sources = merged(chosen, index, found, features, scope, settings)
    policy = settings.severities.get(features.severity)
    due, business = chosen.due, chosen.business
    if due is not None:
        sources["due"] = settings.place(f"routes[{index}].due")
    elif policy and policy.due is not None:
        due, business = policy.due, policy.business
        sources["due"] = settings.place(f"severities.{features.severity}.due")
    group_by, group = group_of(chosen.group_by, features, scope)
    return Routed(
        tracker=chosen.to,
        name=chosen.name,
        group_by=group_by,
        group=group,
        priority=_text(fields.pop("priority", None)),
        assignee=_text(fields.pop("assignee", None)),
        labels=labels,
        fields=fields,
        due_seconds=due,
        business=business,
        sources=sources,
        because=chosen.because,
    )


def _text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


def due_date(
    first_seen: str, seconds: float, *, business: bool = False, paused: float = 0.0
) -> str:
    """The day the SLA ends, as `YYYY-MM-DD` in UTC. `first_seen`: ISO 8601, without offset UTC.

    `paused` seconds of accepted time move it. Business days are Monday to Friday; no holidays.
    """
    start = dt.datetime.fromisoformat(first_seen)
    start = start.replace(tzinfo=dt.UTC) if start.tzinfo is None else start.astimezone(dt.UTC)
    start += dt.timedelta(seconds=paused)
    if not business:
        return (start + dt.timedelta(seconds=seconds)).date().isoformat()
    day = start.date()
    left = round(seconds / 86_400)
    while left > 0 or day.weekday() >= _WEEKEND:
        day += dt.timedelta(days=1)
        if day.weekday() < _WEEKEND:
            left -= 1
    return day.isoformat()
