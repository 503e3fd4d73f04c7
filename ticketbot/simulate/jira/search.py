"""Searches of a simulated Jira: Cloud's by tokens, Data Center's by offsets, both from an index that lags."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import islice
from typing import Any

from ticketbot.simulate.exchange import Answered, Asked, answered
from ticketbot.simulate.jira.answers import Shown
from ticketbot.simulate.jira.forms import PAYLOAD, refused, shaped
from ticketbot.simulate.jira.jql import JqlError, Query
from ticketbot.simulate.jira.site import Site

Route = tuple[str, str, Callable[..., Answered]]

_REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API."
    " A full migration guideline is available at"
    " https://developer.atlassian.com/changelog/#CHANGE-2046"
)
_CLOUD: dict[str, Any] = {
    "jql": str,
    "nextPageToken": str,
    "maxResults": int,
    "fields": list,
    "expand": str,
    "properties": list,
    "fieldsByKeys": bool,
    "reconcileIssues": list,
}
_SERVER: dict[str, Any] = {
    "jql": str,
    "startAt": int,
    "maxResults": int,
    "fields": list,
    "validateQuery": bool,
    "expand": list,
}
_BULK: dict[str, Any] = {
    "issueIdsOrKeys": list,
    "fields": list,
    "properties": list,
    "expand": list,
    "fieldsByKeys": bool,
}
_WINDOW = 10_000
_LARGE, _SMALL = 5000, 100


class Search:
    """What finds issues."""

    def __init__(self, site: Site) -> None:
        self._site, self._shown = site, Shown(site)

    def routes(self) -> list[Route]:
        """(method, path, handler)."""
        if not self._site.settings.cloud:
            return [("GET", "search", self._old_get), ("POST", "search", self._old)]
        return [
            ("GET", "search", lambda asked: refused(410, _REMOVED)),
            ("POST", "search", lambda asked, body: refused(410, _REMOVED)),
            ("GET", "search/jql", self._new_get),
            ("POST", "search/jql", self._new),
            ("POST", "issue/bulkfetch", self._bulk),
        ]

    def _new_get(self, asked: Asked) -> Answered:
        return self._page(asked, _decoded(asked))

    def _new(self, asked: Asked, body: Any) -> Answered:
        if not self._site.settings.post_search:
            return answered(405)
        return self._page(asked, body)

    def _page(self, asked: Asked, body: Any) -> Answered:
        if not shaped(body, _CLOUD, "jql") or len(body.get("reconcileIssues", [])) > 50:
            return refused(400, PAYLOAD)
        fields = body.get("fields", ["id"])
        most = _LARGE if set(fields) <= {"id", "key"} and not body.get("properties") else _SMALL
        size = max(1, min(body.get("maxResults", 50), most, self._site.settings.page))
        seal = hashlib.blake2b(body["jql"].encode(), digest_size=4).hexdigest()
        start, _, sealed = body.get("nextPageToken", f"0.{seal}").partition(".")
        if sealed != seal or not start.isdecimal():
            return refused(400, "The nextPageToken is not valid for this query.")
        try:
            found = list(islice(Query(self._site, body["jql"]).results(), int(start) + size + 1))
        except JqlError as error:
            return refused(400, str(error))
        more = len(found) > int(start) + size
        issues = self._rows(found[int(start) : int(start) + size], asked, body, fields)
        token = {"nextPageToken": f"{int(start) + size}.{seal}"} if more else {}
        return answered(200, {"issues": issues, "isLast": not more, **token})

    def _old_get(self, asked: Asked) -> Answered:
        return self._offset(asked, _decoded(asked))

    def _old(self, asked: Asked, body: Any) -> Answered:
        if not self._site.settings.post_search:
            return answered(405)
        for name in body if isinstance(body, dict) else ():
            if name not in _SERVER:
                said = f'Unrecognized field "{name}" (Class SearchRequestBean), not marked as ignorable'
                return refused(400, said)
        return self._offset(asked, body)

    def _offset(self, asked: Asked, body: Any) -> Answered:
        if not shaped(body, _SERVER):
            return refused(400, PAYLOAD)
        start = body.get("startAt", 0)
        size = max(0, min(body.get("maxResults", 50), 1000, self._site.settings.page))
        try:
            query = Query(self._site, body.get("jql", ""))
            if body.get("validateQuery", True):
                query.validate()
            found = list(query.results())
        except JqlError as error:
            return refused(400, str(error))
        if start + size > _WINDOW and len(found) > _WINDOW:
            size = max(0, _WINDOW - start)
        rows = self._rows(found[start : start + size], asked, body, body.get("fields"))
        for name in ("created", "updated"):  # the index keeps whole seconds
            for shown in (row["fields"] for row in rows if name in row.get("fields", ())):
                shown[name] = f"{shown[name][:20]}000{shown[name][23:]}"
        page = {"startAt": start, "maxResults": size, "total": len(found), "issues": rows}
        return answered(200, {"expand": "schema,names"} | page)

    def _rows(self, found: list[Any], asked: Asked, body: Any, fields: Any) -> list[Any]:
        issues = [self._site.visible(str(entry.id)) for entry in found]
        wanted = body.get("properties", ())
        return [self._shown.issue(i, asked.base, fields, wanted) for i in issues if i is not None]

    def _bulk(self, asked: Asked, body: Any) -> Answered:
        if not shaped(body, _BULK, "issueIdsOrKeys") or len(body.get("properties", ())) > 5:
            return refused(400, PAYLOAD)
        names = body["issueIdsOrKeys"]
        if not names or len(names) > 100 or not all(isinstance(name, str) for name in names):
            return refused(400, "The number of issues must be between 1 and 100.")
        found = {i.id: i for name in names if (i := self._site.visible(name)) is not None}
        fields, wanted = body.get("fields"), body.get("properties", ())
        rows = [self._shown.issue(found[n], asked.base, fields, wanted) for n in sorted(found)]
        return answered(200, {"issues": rows, "issueErrors": []})


def _decoded(asked: Asked) -> dict[str, Any]:
    """A query's texts as a body has them; unknown names do nothing."""
    body: dict[str, Any] = {}
    for name, value in asked.query.items():
        if name in ("maxResults", "startAt"):
            body[name] = int(value)
        elif name == "validateQuery":
            body[name] = value != "false"
        elif name in ("fields", "properties"):
            body[name] = value.split(",")
        elif name in ("jql", "nextPageToken"):
            body[name] = value
    return body
