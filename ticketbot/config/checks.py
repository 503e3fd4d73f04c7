"""What must fit together in a configuration of the right shape: names that are used must exist,
and no high or critical finding may get lost between the routes.

Looks at the configuration alone; no file, no environment, no tracker.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from ticketbot.config.complaints import dotted
from ticketbot.config.document import IGNORE, Config, RouteEntry, SeverityEntry
from ticketbot.config.trackers import Tracker
from ticketbot.config.yaml_source import KeyPath
from ticketbot.model.finding import Kind, Severity
from ticketbot.planning.fields import mistakes

Found = tuple[KeyPath, str]
"""(path of the key, what is wrong)."""

_GRAVE: tuple[Severity, ...] = ("critical", "high")
_ELSEWHERE = "any other environment"


def misfits(config: Config) -> Iterator[Found]:
    """Names that do not exist, or mean two things."""
    trackers = [*config.trackers, IGNORE]
    if IGNORE in config.trackers:
        yield (
            ("trackers", IGNORE),
            f"a tracker cannot be called `{IGNORE}`: routes mean nothing by it",
        )
    if not config.routes and len(config.trackers) > 1:
        yield ("trackers",), "there are several trackers, but no `routes:` that say which gets what"
    for index, route in enumerate(config.routes):
        if route.to not in trackers:
            yield (
                ("routes", index, "to"),
                (
                    f"`routes[{index}].to`: there is no tracker {route.to!r}; "
                    f"expected one of {', '.join(trackers)}"
                ),
            )
        for name in (route.when.target or ()) if config.targets else ():
            if name not in config.targets:
                yield (
                    ("routes", index, "when", "target"),
                    (f"`routes[{index}].when.target`: {name!r} is not under `targets:`"),
                )
        yield from _labels(("routes", index, "fields"), route.fields)
    yield from _gate(config)
    for severity, entry in config.severities.items():
        for name, fields in entry.fields.items():
            at: KeyPath = ("severities", severity, "fields", name)
            if name not in config.trackers:
                yield at, f"`{dotted(at)}`: there is no tracker {name!r}"
            yield from _labels(at, fields)
    for name, tracker in config.trackers.items():
        yield from _labels(("trackers", name, "fields"), tracker.fields)
    yield from _templates(config)
    yield from _ambiguous_targets(config)
    yield from _repeated_names(config)


def _labels(at: KeyPath, fields: dict[str, object]) -> Iterator[Found]:
    labels = fields.get("labels", [])
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        yield (*at, "labels"), f"`{dotted((*at, 'labels'))}`: expected a list of words"


def _gate(config: Config) -> Iterator[Found]:
    names = [route.name or f"routes[{index}]" for index, route in enumerate(config.routes)]
    for index, rule in enumerate(config.gate.rules):
        for name in rule.route or ():
            if name not in names:
                at: KeyPath = ("gate", "rules", index, "route")
                yield at, f"`{dotted(at)}`: there is no route {name!r}"


def _templates(config: Config) -> Iterator[Found]:
    """Fields and labels with a template in them that cannot be filled in."""
    places: list[tuple[KeyPath, Tracker | SeverityEntry | RouteEntry]] = [
        *((("trackers", name), tracker) for name, tracker in config.trackers.items()),
        *((("severities", name), entry) for name, entry in config.severities.items()),
        *((("routes", index), route) for index, route in enumerate(config.routes)),
    ]
    for at, entry in places:
        for path, what in mistakes({"fields": entry.fields, "labels": entry.labels}, at):
            yield path, f"`{dotted(path)}`: {what}"


def _ambiguous_targets(config: Config) -> Iterator[Found]:
    owner: dict[str, str] = {name: name for name in config.targets}
    for name, target in config.targets.items():
        for index, old in enumerate(target.formerly):
            if owner.setdefault(old, name) != name or old == name:
                at: KeyPath = ("targets", name, "formerly", index)
                yield at, f"`{dotted(at)}`: {old!r} already names the target {owner[old]!r}"


def _repeated_names(config: Config) -> Iterator[Found]:
    seen: dict[str, int] = {}
    for index, route in enumerate(config.routes):
        if route.name is not None and seen.setdefault(route.name, index) != index:
            yield (
                ("routes", index, "name"),
                (
                    f"`routes[{index}].name`: {route.name!r} is the name of routes"
                    f"[{seen[route.name]}] too"
                ),
            )
    ids = [key.id for key in config.identity.secret_keys]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            yield ("identity", "secret_keys", index), f"the key id {name!r} is given twice"


def lost(config: Config) -> list[Found]:
    """Where a high or critical finding could fall through all routes, or be ignored for no reason.

    Looks at every severity × kind × environment. A condition on anything else may hold or not, so a
    route with one can lose a finding but never saves one.
    """
    if not config.routes:
        return []
    named = {e for route in config.routes for e in route.when.environment or ()}
    environments = [*sorted(named), _ELSEWHERE]
    fallen: dict[tuple[Severity, str], list[str]] = {}
    ignored: dict[int, set[Severity]] = {}
    for severity in _GRAVE:
        for kind in get_args(Kind):
            for environment in environments:
                caught = _follow(config.routes, severity, kind, environment, ignored)
                if not caught:
                    fallen.setdefault((severity, kind), []).append(environment)
    problems = [_ignoring(config.routes, index, ignored[index]) for index in sorted(ignored)]
    if fallen:
        problems.append((("routes",), _falling(fallen, len(environments))))
    return problems


def _follow(
    routes: list[RouteEntry],
    severity: Severity,
    kind: str,
    environment: str,
    ignored: dict[int, set[Severity]],
) -> bool:
    """Whether some route surely takes such a finding; notes the routes that may ignore it."""
    for index, route in enumerate(routes):
        when = route.when
        if (
            (when.severity and severity not in when.severity)
            or (when.kind and kind not in when.kind)
            or (when.environment and environment not in when.environment)
        ):
            continue
        if route.to == IGNORE and not (route.because or "").strip():
            ignored.setdefault(index, set()).add(severity)
        others = when.model_dump(exclude={"severity", "kind", "environment"}, exclude_none=True)
        if not others:
            return True
    return False


def _ignoring(routes: list[RouteEntry], index: int, severities: set[Severity]) -> Found:
    which = " and ".join(severity for severity in _GRAVE if severity in severities)
    name = f" ({routes[index].name})" if routes[index].name else ""
    return ("routes", index), (
        f"`routes[{index}]`{name} ignores {which} findings without saying why; "
        "add `because: …`, or exclude them in `when:`"
    )


def _falling(fallen: dict[tuple[Severity, str], list[str]], everywhere: int) -> str:
    kinds: dict[tuple[Severity, tuple[str, ...]], list[str]] = {}
    for (severity, kind), environments in fallen.items():
        where = () if len(environments) == everywhere else tuple(environments)
        kinds.setdefault((severity, where), []).append(kind)
    parts = []
    for (severity, where), names in kinds.items():
        of = "" if len(names) == len(get_args(Kind)) else f" of kind {', '.join(names)}"
        in_ = f" in {' and '.join(where)}" if where else ""
        parts.append(f"{severity} findings{of}{in_}")
    return (
        f'no route is sure to match {"; ".join(parts)}; end with a route for `severity: ">=high"` '
        "that has no other condition"
    )
