"""Recipes for findings of running programs: an operation, a parameter, and what a check found there.
Never the host, a payload, an id or a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ticketbot.identity.digest import digest
from ticketbot.identity.ingredients import Ingredients
from ticketbot.identity.templates import operation_path, path_template
from ticketbot.model.finding import Request

_INDEX = re.compile(r"\[\d+\]|(?<=[/.])\d+(?=[/.]|\Z)")


def operation(given: Ingredients) -> Iterator[str]:
    """`api/1`: by the tool's own template, else by what the path alone tells."""
    finding, request = given.finding, given.finding.request
    parts: tuple[str, ...] = ()
    if not finding.systemic and request is not None:
        parts = ((request.method or "").upper(), request_path(request), request_parameter(request))
    yield digest("api/1", given.family, given.rule, *parts, finding.discriminator)


def request_path(request: Request) -> str:
    """The path of a request's operation, without host: the tool's template, else what the URL's
    path tells."""
    if request.template:
        return operation_path(_path_of(request.template.rpartition(" ")[2]))
    return path_template(_path_of(request.url or ""))


def _path_of(url: str) -> str:
    if "://" not in url:
        return url
    try:
        return urlsplit(url).path
    except ValueError:
        return "/" + url.partition("://")[2].partition("/")[2]


def request_parameter(request: Request) -> str:
    """`query:id`, `header:x-user`, `body:/items/*/price`; empty where the request as a whole is
    meant."""
    if not request.parameter:
        return ""
    where = (request.parameter_in or "").lower()
    name = _INDEX.sub("*", request.parameter)
    return f"{where}:{name.lower() if where in ('header', 'cookie') else name}"
