"""Conditions of routes and owners: whether they hold for a flaw, and which of its facts made them hold.

Decides nothing about tickets.
"""

from __future__ import annotations

from urllib.parse import unquote

from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.globs import matches_name, matches_path
from ticketbot.planning.settings import Condition


def matches(
    when: Condition, features: Features, scope: Scope, owners: tuple[str, ...] = ()
) -> bool:
    """Whether every given condition holds. What a flaw does not have matches no condition on it.

    `owners`: who CODEOWNERS says.
    """
    return (
        (not when.severity or features.severity in when.severity)
        and (not when.kind or features.kind in when.kind)
        and (not when.environment or scope.environment in when.environment)
        and (
            not when.path or (features.path is not None and matches_path(features.path, when.path))
        )
        and (not when.tool or _tool(when.tool, features, scope))
        and (not when.rule or matches_name(features.rule, when.rule))
        and (not when.cwe or not set(when.cwe).isdisjoint(features.cwe))
        and (not when.owasp or _owasp(when.owasp, features.owasp))
        and (not when.target or scope.target in when.target)
        and (not when.component or _component(when.component, features.component))
        and (not when.branch or matches_path(scope.branch, when.branch))
        and (not when.owner or any(matches_name(name, when.owner) for name in owners))
    )


def _tool(wanted: tuple[str, ...], features: Features, scope: Scope) -> bool:
    return matches_name(scope.family, wanted) or matches_name(features.tool, wanted)


def _owasp(wanted: tuple[str, ...], classes: tuple[str, ...]) -> bool:
    have = {name.upper() for name in classes}
    have |= {name.partition(":")[0] for name in have}
    return any(name.upper() in have for name in wanted)


def _component(wanted: tuple[str, ...], component: str | None) -> bool:
    """A pattern that begins with `pkg:` is for the purl, any other for the name: `@angular/*`."""
    if component is None:
        return False
    name = unquote(component.split("/", 1)[-1]) if component.startswith("pkg:") else component
    return any(
        matches_name(component if pattern.startswith("pkg:") else name, (pattern,))
        for pattern in wanted
    )


def why(
    when: Condition, features: Features, scope: Scope, owners: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """What of the flaw fits each condition that is given, as `path services/pay/db.py (services/**)`."""
    found = []
    for name in when.__struct_fields__:
        if wanted := ", ".join(map(str, getattr(when, name))):
            fact = _fact(name, features, scope, owners)
            found.append(f"{name} {fact}" + (f" ({wanted})" if wanted != fact else ""))
    return tuple(found)


def _fact(name: str, features: Features, scope: Scope, owners: tuple[str, ...]) -> str:
    """What a condition of that name looks at, in words."""
    if name == "owner":
        return ", ".join(owners)
    source = scope if name in ("environment", "target", "branch") else features
    fact = getattr(source, name)
    return ", ".join(map(str, fact)) if isinstance(fact, tuple) else str(fact)
