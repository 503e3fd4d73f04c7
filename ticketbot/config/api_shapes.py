"""OpenAPI 3, Swagger 2, Postman 2 → operations and base paths. Nothing else of them is looked at.

OpenAPI: https://spec.openapis.org/oas/latest.html, sections Server Object and Paths Object;
Swagger: https://swagger.io/specification/v2/; Postman: https://schema.postman.com (collection v2.1.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import urlsplit

from ticketbot.config.api_source import ApiSource
from ticketbot.errors import Problem
from ticketbot.identity.registered import Description
from ticketbot.identity.templates import operation_path, path_template

MOST = 20_000
"""Operations of one file."""
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_POSTMAN_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
_MOST_BASES = 50
_DEEPEST = 30


def description(source: ApiSource, name: str) -> Description | None:
    """The file's operations, under a name that is the same wherever ticketbot runs; None, and a problem,
    where it is none of these or has none."""
    data = source.data
    if source.problems:
        return None
    if isinstance(data, dict) and ("openapi" in data or "swagger" in data):
        bases, operations = _openapi(source, data)
    elif isinstance(data, dict) and isinstance(data.get("item"), list):
        bases, operations = _postman(data)
    else:
        what = (
            "expected OpenAPI 3 (`openapi: …`), Swagger 2 (`swagger: …`), or a Postman collection"
        )
        source.problems.append(Problem(f"{source.shown}:1", f"{what} (`item: […]`)"))
        return None
    if source.problems:
        return None
    if not operations:
        what = "no operation in it; expected `paths:` with at least one, or Postman's requests"
        source.problems.append(Problem(f"{source.shown}:1", what))
        return None
    if len(operations) > MOST:
        source.problems.append(Problem(source.shown, f"has more than {MOST:,} operations"))
        return None
    return Description(name, tuple(dict.fromkeys(bases)), tuple(dict.fromkeys(operations)))


Found = tuple[list[str], list[tuple[str, str]]]
"""Base paths, and operations."""


def _openapi(source: ApiSource, data: dict[str, Any]) -> Found:
    paths = source.resolved(data.get("paths"))
    bases = list(_servers(data)) or [_base(str(data.get("basePath") or ""))]
    operations: list[tuple[str, str]] = []
    for path, given in paths.items() if isinstance(paths, dict) else ():
        if not str(path).startswith("/"):
            continue  # `x-…`
        item = source.resolved(given)
        methods = [m for m in _METHODS if isinstance(item, dict) and m in item]
        name = operation_path(str(path))
        operations += [(method.upper(), name) for method in methods] or [("", name)]
        if isinstance(item, dict):
            bases += _servers(item)
            for method in methods:
                bases += _servers(item[method]) if isinstance(item[method], dict) else ()
    return bases[:_MOST_BASES], operations


def _servers(holder: dict[str, Any]) -> Iterator[str]:
    """Base paths of `servers`, with every value that their variables may have."""
    servers = holder.get("servers")
    for server in servers if isinstance(servers, list) else ():
        if not isinstance(server, dict):
            continue
        url = str(server.get("url") or "")
        variables = server.get("variables")
        known = variables if isinstance(variables, dict) else {}
        names = list(dict.fromkeys(_VARIABLE.findall(url)))[:3]
        for values in product(*(_values(known.get(name)) for name in names)):
            filled = url
            for name, value in zip(names, values, strict=True):
                filled = filled.replace(f"{{{name}}}", value)
            yield _base(filled)


def _values(variable: Any) -> list[str]:
    if not isinstance(variable, dict):
        return ["{}"]
    choices = variable.get("enum")
    listed = choices if isinstance(choices, list) else []
    return list(dict.fromkeys(map(str, [variable.get("default", "{}"), *listed])))[:10]


def _base(url: str) -> str:
    """`https://shop.example/api/v1/` → `/api/v1`."""
    try:
        path = urlsplit(url).path
    except ValueError:
        path = ""
    path = path if path.startswith("/") or not path else f"/{path}"
    return path.rstrip("/")


def _postman(data: dict[str, Any]) -> Found:
    variables = data.get("variable")
    values = {
        str(each.get("key")): str(each.get("value") or "")
        for each in (variables if isinstance(variables, list) else ())
        if isinstance(each, dict)
    }
    bases: list[str] = [""]
    operations: list[tuple[str, str]] = []
    for request in _requests(data["item"], 0):
        url = request.get("url")
        raw = str(url.get("raw") or "") if isinstance(url, dict) else str(url or "")
        host = _POSTMAN_VARIABLE.match(raw)
        if host is not None:
            bases.append(_base(values.get(host[1], "")))
            path = raw[host.end() :]
        else:
            path = _base(raw)
        named = operation_path(_POSTMAN_VARIABLE.sub("{}", path.partition("?")[0]))
        method = str(request.get("method") or "GET").upper()
        operations.append((method, path_template(named)))
    return bases[:_MOST_BASES], operations


def _requests(items: Any, depth: int) -> Iterator[dict[str, Any]]:
    for item in items if isinstance(items, list) and depth < _DEEPEST else ():
        if isinstance(item, dict) and isinstance(item.get("request"), dict):
            yield item["request"]
        elif isinstance(item, dict) and isinstance(item.get("request"), str):
            yield {"url": item["request"]}
        elif isinstance(item, dict):
            yield from _requests(item.get("item"), depth + 1)
