"""The configuration → the values planning decides by. Pure; secrets and places stay behind."""

from __future__ import annotations

from ticketbot.config.document import IGNORE, Config, GateEntry, LifecycleEntry, RouteEntry, When
from ticketbot.config.words import Duration
from ticketbot.model.finding import SEVERITIES
from ticketbot.planning.settings import (
    Condition,
    GateLimits,
    GuardLimits,
    Lifecycle,
    Limit,
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
        gate=_gate(config.gate),
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
        when=condition(entry.when),
        to=None if entry.to == IGNORE else entry.to,
        fields=entry.fields,
        labels=tuple(entry.labels),
        group_by=entry.group_by,
        because=entry.because,
        due=due.seconds if entry.due else None,
        business=due.business,
    )


def condition(when: When) -> Condition:
    """What holds of a flaw, for routes and owners alike."""
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
        owner=tuple(when.owner or ()),
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


def _gate(entry: GateEntry) -> GateLimits:
    counts = {severity: getattr(entry, severity) for severity in SEVERITIES}
    return GateLimits(
        severities={severity: most for severity, most in counts.items() if most is not None},
        rules=tuple(
            Limit(
                name=rule.name or f"gate.rules[{index}]",
                when=condition(rule.when),
                routes=tuple(rule.route or ()),
                max=rule.max,
            )
            for index, rule in enumerate(entry.rules)
        ),
    )
