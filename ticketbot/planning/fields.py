"""Fields that are put together from facts of the flaw: `{{ path }}`, in Jinja2's sandbox.

What comes from a report is shown as one line of plain text, cut short; a template reads and
chooses, and reaches nothing else.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import ChainableUndefined, meta

from ticketbot.errors import ConfigError, Problem
from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.markdown import plain
from ticketbot.planning.render_sample import sample_views
from ticketbot.planning.render_template import sandbox

LONGEST_VALUE, LONGEST = 255, 4000
"""Characters of one fact, and of a whole field that has any in it."""

NAMES = (
    "target environment branch route tool rule title severity kind path line logical operation"
    " resource component version cwe owasp vulnerabilities owner group"
).split()
"""What a template may ask for."""

Facts = dict[str, Any]
"""Name → text, number, or a tuple of texts."""


def facts_of(
    features: Features, scope: Scope, *, route: str, owners: Sequence[str], group: str | None
) -> Facts:
    """Everything a template may ask for; what the flaw does not have is empty."""
    facts = {name: getattr(features, name, None) or "" for name in NAMES}
    return facts | {
        "target": scope.target,
        "environment": scope.environment,
        "branch": scope.branch,
        "route": route,
        "cwe": tuple(f"CWE-{number}" for number in features.cwe),
        "owner": tuple(owners),
        "group": group or "",
    }


def is_template(value: Any) -> bool:
    """Whether a field's value has anything to fill in."""
    return isinstance(value, str) and ("{{" in value or "{%" in value)


def filled(value: Any, facts: Callable[[], Facts], where: str) -> Any:
    """`value` with every template in it filled in. Raises ConfigError naming `where` it stands."""
    if isinstance(value, dict):
        return {name: filled(item, facts, where) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [filled(item, facts, where) for item in value]
    if not is_template(value):
        return value
    try:
        return _cut(_compiled(value).render(facts()).strip(), LONGEST)
    except _FAILURES as error:
        raise ConfigError(
            f"The template of a field failed: {error}",
            hint="`ticketbot config validate` tries every template.",
            problems=[Problem(where, str(error))],
        ) from error


_FAILURES = (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError)


def mistakes(
    value: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(path, what is wrong) for every template in `value`, which stands at `path`."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from mistakes(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from mistakes(item, (*path, index))
    elif is_template(value) and (wrong := _mistake(value)):
        yield path, wrong


def _mistake(text: str) -> str:
    try:
        asked = meta.find_undeclared_variables(_environment().parse(text))
    except jinja2.TemplateSyntaxError as error:
        return f"this template cannot be read: {error.message}"
    for name in sorted(asked.difference(NAMES)):
        close = difflib.get_close_matches(name, NAMES, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known here: {', '.join(NAMES)}"
        return f"`{name}` is unknown in a template; {hint}"
    bare = Features(rule="", title="", severity="info", kind="other", tool="")
    try:
        for features in (bare, *(m.features for view in sample_views() for m in view.members)):
            facts = facts_of(features, Scope("", ""), route="", owners=(), group=None)
            _compiled(text).render(facts)
    except _FAILURES as error:
        return f"this template fails: {error}"
    return ""


def _shown(value: Any) -> str:
    """What every `{{ … }}` goes through: lists are joined, absent values are empty."""
    if isinstance(value, tuple | list):
        return ", ".join(_shown(item) for item in value)
    return "" if value is None else _cut(plain(str(value)), LONGEST_VALUE)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return sandbox({}, _shown, ChainableUndefined)


@lru_cache(maxsize=512)
def _compiled(text: str) -> jinja2.Template:
    return _environment().from_string(text)
