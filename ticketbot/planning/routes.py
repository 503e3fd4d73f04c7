"""Which flaws deserve a ticket, where, with what fields, grouped how. The first match wins.

A function of the flaw, its scope and the settings; knows nothing of tickets that exist already.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import unquote

import msgspec

from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.globs import matches_name, matches_path
from ticketbot.planning.settings import Condition, GroupBy, Route, Settings

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
    """Field → where in the configuration its value comes from."""
    because: str | None = None


def route(features: Features, scope: Scope, settings: Settings) -> Routed:
    """What the routes say of this flaw as this scope saw it."""
    for candidate in settings.routes:
        if matches(candidate.when, features, scope):
            if candidate.to is None:
                why = candidate.because or "the route ignores it"
                return Routed(tracker=None, name=candidate.name, because=why)
            return _assembled(candidate, candidate.to, features, scope, settings)
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
    chosen: Route, tracker: str, features: Features, scope: Scope, settings: Settings
) -> Routed:
    """Fields are merged: tracker defaults < severities < route."""
    defaults = settings.trackers[tracker]
    policy = settings.severities.get(features.severity)
    named = f"route {chosen.name}"
    layers: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
        (f"trackers.{tracker}", defaults.fields, defaults.labels)
    ]
    if policy:
        where = f"severities.{features.severity}"
        layers.append((where, policy.fields.get(tracker, {}), policy.labels))
    layers.append((named, chosen.fields, chosen.labels))
    fields, labels, sources = _merged(layers)
    due, business = chosen.due, chosen.business
    if due is not None:
        sources["due"] = named
    elif policy and policy.due is not None:
        due, business = policy.due, policy.business
        sources["due"] = f"severities.{features.severity}"
    group_by, group = group_of(chosen.group_by, features, scope)
    return Routed(
        tracker=tracker,
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


def _merged(
    layers: list[tuple[str, dict[str, Any], tuple[str, ...]]],
) -> tuple[dict[str, Any], tuple[str, ...], dict[str, str]]:
    """Fields of later layers replace earlier ones; labels add up."""
    fields: dict[str, Any] = {}
    sources: dict[str, str] = {}
    labels: dict[str, str] = {}
    for where, given, more in layers:
        for name, value in given.items():
            if name != "labels":
                fields[name] = value
                sources[name] = where
        for label in (*given.get("labels", ()), *more):
            labels.setdefault(label, where)
    if labels:
        sources["labels"] = ", ".join(dict.fromkeys(labels.values()))
    return fields, tuple(labels), sources


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


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
