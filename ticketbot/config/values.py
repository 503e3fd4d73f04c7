"""The configuration → the values planning decides by. Pure; secrets and places stay behind."""

from __future__ import annotations

from ticketbot.config.document import IGNORE, Config, LifecycleEntry, RouteEntry, When
from ticketbot.config.words import Duration
from ticketbot.planning.settings import (
    Condition,
    GuardLimits,
    Lifecycle,
    Route,
    Settings,
    SeverityPolicy,
    TrackerSettings,
)


def settings(config: Config, *, repository: str | None = None, default: bool = False) -> Settings:
    """`repository`: its page as CI or git tell it; the configured one goes first."""
    return Settings(
        routes=_routes(config),
        trackers={
            name: TrackerSettings(
                type=tracker.type,
                remote=tracker.type != "local",
                fields=tracker.fields,
                labels=tuple(tracker.labels),
            )
            for name, tracker in config.trackers.items()
        },
        severities={
            severity: SeverityPolicy(
                due=entry.due.seconds if entry.due else None,
                business=entry.due.business if entry.due else False,
                fields=entry.fields,
                labels=tuple(entry.labels),
            )
            for severity, entry in config.severities.items()
        },
        lifecycle=_lifecycle(config.lifecycle),
        guard=GuardLimits(**config.guard.model_dump()),
        repository=config.repository or repository,
        default=default,
    )


def _routes(config: Config) -> tuple[Route, ...]:
    """Without any, everything from medium upwards goes to the only tracker."""
    if config.routes:
        return tuple(_route(entry, index) for index, entry in enumerate(config.routes))
    wanted = Condition(severity=("critical", "high", "medium"))
    return (Route(name="medium and above", when=wanted, to=next(iter(config.trackers))),)


def _route(entry: RouteEntry, index: int) -> Route:
    due = entry.due or Duration(0)
    return Route(
        name=entry.name or f"routes[{index}]",
        when=_condition(entry.when),
        to=None if entry.to == IGNORE else entry.to,
        fields=entry.fields,
        labels=tuple(entry.labels),
        group_by=entry.group_by,
        because=entry.because,
        due=due.seconds if entry.due else None,
        business=due.business,
    )


def _condition(when: When) -> Condition:
    return Condition(
        severity=tuple(when.severity or ()),
        kind=tuple(when.kind or ()),
        environment=tuple(when.environment or ()),
        path=tuple(when.path or ()),
        tool=tuple(when.tool or ()),
        rule=tuple(when.rule or ()),
        cwe=tuple(when.cwe or ()),
        owasp=tuple(when.owasp or ()),
        target=tuple(when.target or ()),
        component=tuple(when.component or ()),
        branch=tuple(when.branch or ()),
    )


def _lifecycle(entry: LifecycleEntry) -> Lifecycle:
    return Lifecycle(
        close_after=entry.close_after,
        close_after_dynamic=entry.close_after_dynamic,
        on_fixed=entry.on_fixed,
        reopen_grace=entry.reopen_grace.seconds,
        reopen_within=entry.reopen_within.seconds,
        close_requires=tuple(entry.close_requires),
    )
