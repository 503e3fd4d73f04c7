"""Ticket templates: Jinja2 in its sandbox; every value is neutralised unless we made it Markdown.

Templates come as values; this loads no file. A template reads, loops and chooses; it cannot call
into Python, cannot print a value unneutralised by forgetting a filter, and cannot run away.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jinja2
import msgspec
from jinja2 import DictLoader, StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ticketbot.errors import ConfigError, Problem
from ticketbot.planning.markdown import Markdown, block, code, inline, link, plain, prose

NAMES = ("finding.md.j2", "finding.title.j2", "group.md.j2", "group.title.j2")
"""The templates every set has: what a ticket for one flaw and one for a group says."""

_MAX_RANGE = 1000
_MAX_OUTPUT = 1_000_000  # characters; no tracker takes more than a tenth of it


class Templates(msgspec.Struct, frozen=True):
    """Name → text, as pairs so that a set can be compared and remembered."""

    texts: tuple[tuple[str, str], ...]


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(("*", "**"))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Multiplication is for numbers: `"x" * 10**9` would take all memory."""
        if operator == "**" or not isinstance(left, int) or not isinstance(right, int):
            raise SecurityError(f"{operator} is not available here")
        return left * right


def _small_range(*bounds: int) -> range:
    wanted = range(*bounds)
    if len(wanted) > _MAX_RANGE:
        raise SecurityError(f"a range of more than {_MAX_RANGE} is not available here")
    return wanted


def sandbox(
    texts: dict[str, str],
    finalize: Callable[[Any], str],
    undefined: type[jinja2.Undefined] = StrictUndefined,
) -> jinja2.Environment:
    """Where templates run. `finalize`: what every `{{ … }}` goes through."""
    environment = _Sandbox(
        loader=DictLoader(texts),
        undefined=undefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        autoescape=False,  # it would be HTML's; `finalize` does Markdown's, for every expression
    )
    environment.globals = {"range": _small_range}
    environment.filters.update(
        code=lambda value: code(str(value)),
        block=lambda value, language="": block(str(value), language),
        prose=lambda value: prose(str(value)),
        link=lambda value, url: link(str(value), url),
    )
    return environment


def _in_body(value: Any) -> str:
    """What every `{{ … }}` of a body goes through. Ours pass, all else is shown as text."""
    if type(value) is Markdown:
        return value
    return "" if value is None else inline(str(value))


def _in_title(value: Any) -> str:
    return "" if value is None else plain(str(value))


@lru_cache(maxsize=8)
def _compiled(templates: Templates) -> dict[str, jinja2.Template]:
    texts = dict(templates.texts)
    body = sandbox(texts, _in_body)
    title = sandbox(texts, _in_title)
    found: dict[str, jinja2.Template] = {}
    problems: list[Problem] = []
    for name in texts:
        try:
            found[name] = (title if name.endswith(".title.j2") else body).get_template(name)
        except jinja2.TemplateSyntaxError as error:
            problems.append(
                Problem(f"{error.name}:{error.lineno}", error.message or "wrong syntax")
            )
    problems += [Problem(name, "this template is missing") for name in NAMES if name not in texts]
    if problems:
        raise ConfigError("The ticket templates cannot be used.", problems=problems)
    return found


def check(templates: Templates) -> None:
    """Raises ConfigError with every template that does not compile."""
    _compiled(templates)


def fill(templates: Templates, name: str, values: dict[str, Any]) -> str:
    """The template's text with the values in it, cut at a million characters.

    ConfigError names the template and its line where it asks for what is not there or not allowed.
    """
    parts: list[str] = []
    length = 0
    try:
        for part in _compiled(templates)[name].generate(values):
            parts.append(part)
            length += len(part)
            if length > _MAX_OUTPUT:
                break
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        where = f"{name}:{_line_of(error, name)}"
        raise ConfigError(
            f"The ticket template {name} failed: {error}",
            hint="Correct the template; the ones in ticketbot/config/templates show every value.",
            problems=(Problem(where, str(error)),),
        ) from error
    return "".join(parts)[:_MAX_OUTPUT]


def _line_of(error: BaseException, name: str) -> int:
    """The template's line that failed; Jinja2 rewrites tracebacks to point into templates."""
    line = 0
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in (name, "<template>"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
