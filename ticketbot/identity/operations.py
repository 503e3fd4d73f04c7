"""Recipes for findings of running programs: an operation, a parameter, and what a check found there.
Never the host, a payload, an id or a time.

Names of query parameters are no part of an operation, but for those that a configuration calls structural:
what else stands in a query is what an attack happened to try. The parameter that a report names is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from ticketbot.identity.digest import digest
from ticketbot.identity.ingredients import Ingredients, Operation
from ticketbot.identity.templates import operation_path, path_template
from ticketbot.model.finding import Finding, Request

_INDEX = re.compile(r"\[\d+\]|(?<=[/.])\d+(?=[/.]|\Z)")

BY_TOOL, BY_SEGMENTS, BY_SIBLINGS = "the tool", "typed segments", "siblings"
BY_ITSELF = "the path alone"


def operation(given: Ingredients) -> Iterator[str]:
    """`api/1`: by the tool's own template, else by what the path alone tells. And the paths by which
    known flaws of the same operation went, before it was known to be one."""
    finding, request = given.finding, given.finding.request
    if finding.systemic or request is None:
        yield digest("api/1", given.family, given.rule, finding.discriminator)
        return
    told = operation_of(given)
    own = request_path(request)
    former = told.formerly if told is not None else ()
    if told is None or not told.structural:
        former = (own, *(path for path in former if path != own))
    for path in former:
        parts = (_method(request), path, request_parameter(request))
        yield digest("api/1", given.family, given.rule, *parts, finding.discriminator)


def known_operation(given: Ingredients) -> Iterator[str]:
    """`api/2`: by what descriptions and siblings tell, where they tell anything."""
    request, told = given.finding.request, operation_of(given)
    if told is None or request is None:
        return
    path = operation_path(told.path)
    if path == request_path(request) and not told.structural and not told.confirmed:
        return
    parts = (_method(request), path, told.structural, request_parameter(request))
    yield digest("api/2", given.family, given.rule, *parts, given.finding.discriminator)


def operation_of(given: Ingredients) -> Operation | None:
    """The operation a finding belongs to; None for what is of the whole target, or of no request."""
    return None if given.finding.systemic else _operation(given)


def endpoint_of(given: Ingredients) -> str:
    """`GET /users/{}`: where a flaw of the whole target was seen; empty for any other."""
    told = _operation(given) if given.finding.systemic else None
    return f"{told.method or 'ANY'} {told.path}" if told is not None else ""


def _operation(given: Ingredients) -> Operation | None:
    request = given.finding.request
    if request is None or not (request.template or request.url):
        return None
    apis = given.grounds.apis
    return apis.operation(request) if apis is not None else by_itself(request)


def with_operation(finding: Finding, told: Operation | None) -> Finding:
    """The finding with its operation as its request's template, where more than the report told it. What
    is of the whole target has no request."""
    request = finding.request
    if finding.systemic and request is not None:
        return msgspec.structs.replace(finding, request=None)
    if request is None or told is None:
        return finding
    silent = told.told_by in (BY_TOOL, BY_ITSELF) and not told.confirmed
    if silent and not told.structural:
        return finding
    known = msgspec.structs.replace(request, template=told.path, structural=told.structural or None)
    return msgspec.structs.replace(finding, request=known)


def by_itself(request: Request) -> Operation:
    """What a request tells without anything else."""
    path = request_path(request)
    if request.template and "{}" in path:
        by = BY_TOOL
    else:
        path = path_template(path)
        by = BY_SEGMENTS if "{}" in path else BY_TOOL if request.template else BY_ITSELF
    return Operation(_method(request), path, by)


def request_path(request: Request) -> str:
    """The path of a request's operation, without host: the tool's template, else what the URL's
    path tells."""
    if request.template:
        return operation_path(bare_path(request.template.rpartition(" ")[2]))
    return path_template(bare_path(request.url or ""))


def bare_path(url: str) -> str:
    """The path of a URL, or the text itself where it is none."""
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


def _method(request: Request) -> str:
    return (request.method or "").upper()
