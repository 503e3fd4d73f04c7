"""Issues read from Jira: by id or key, which is always up to date, and ids by a query, which is not.

A query gives ids alone: what an index says of an issue may be old, so every issue is read by its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.trackers.jira.line import Line
from ticketbot.trackers.jira.rows import FIELDS, PROPERTY, Issue

BATCH = 100
"""Issues in one request, as documented of bulkfetch and usual for searches with fields."""
IDS = 5000
"""Ids in one page of a search that asks for ids alone; Data Center gives fewer."""
REFUSED_POST = 405


class Issues:
    """What is read with one line."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._by_get = False
        """A proxy before this server lets no POST through to searches."""

    def fetch(self, names: Iterable[str]) -> list[Issue]:
        """Issues by id or key, those that are gone left out. Moved ones come with their new key.

        Cloud: https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/ (bulkfetch);
        Data Center has nothing of the kind, and no properties in searches: one request for each.
        """
        wanted = list(dict.fromkeys(names))
        if not self._line.cloud:
            return [issue for name in wanted if (issue := self._one(name)) is not None]
        return [issue for some in batches(wanted, BATCH) for issue in self._bulk(some)]

    def _bulk(self, names: Sequence[str]) -> list[Issue]:
        if len(names) == 1 and (issue := self._one(names[0])) is not None:
            return [issue]
        if len(names) == 1:
            return []
        body = {"issueIdsOrKeys": list(names), "fields": FIELDS, "properties": [PROPERTY]}
        found = self._line.ask("issue/bulkfetch", json=body)
        if not isinstance(found, dict) or not isinstance(found.get("issues"), list):
            raise self._nonsense("issue/bulkfetch")
        if found.get("issueErrors"):
            raise TrackerError(
                f"{self._line.name}: Jira could not read some issues right now",
                hint="Run again later; nothing is lost.",
            )
        return [self._checked(issue) for issue in found["issues"]]

    def _one(self, name: str) -> Issue | None:
        query = {"fields": ",".join(FIELDS), "properties": PROPERTY}
        issue = self._line.ask(f"issue/{name}", query, missing=(404,))
        return None if issue is None else self._checked(issue)

    def keys(self, jql: str, limit: int | None = None) -> list[tuple[str, str]]:
        """(id, key) of what the index has, in the query's order."""
        found: dict[str, str] = {}
        for issue in self._pages(jql, limit):
            found.setdefault(str(issue["id"]), str(issue["key"]))
            if limit and len(found) == limit:
                break
        return list(found.items())

    def _pages(self, jql: str, limit: int | None) -> Iterator[Issue]:
        size = min(IDS, limit or IDS)
        place: dict[str, Any] = {} if self._line.cloud else {"startAt": 0}
        while True:
            page = self._search({"jql": jql, "maxResults": size, "fields": ["key"], **place})
            issues = page.get("issues") if isinstance(page, dict) else None
            if not isinstance(issues, list):
                raise self._nonsense("search")
            yield from (self._checked(issue) for issue in issues)
            before, place = place, _next(page, place, len(issues))
            if not place:
                return
            if place == before:
                raise self._nonsense("the page after a page")

    def _search(self, body: dict[str, Any]) -> Any:
        path = "search/jql" if self._line.cloud else "search"
        if not self._by_get:
            page = self._line.ask(path, json=body, missing=(REFUSED_POST,))
            if page is not None:
                return page
            self._by_get = True
        query = body | {"fields": ",".join(body["fields"])}
        return self._line.ask(path, {name: str(value) for name, value in query.items()})

    def _checked(self, issue: Any) -> Issue:
        if not isinstance(issue, dict) or not issue.get("id") or not issue.get("key"):
            raise self._nonsense("an issue")
        return issue

    def _nonsense(self, what: str) -> TrackerError:
        return TrackerError(
            f"{self._line.name}: expected issues from {what}, found something else",
            hint="Check that the url is that of a Jira, and that no proxy changes its answers.",
        )


def _next(page: dict[str, Any], place: dict[str, Any], count: int) -> dict[str, Any]:
    """Where the next page begins; {} behind the last one."""
    if "startAt" in place:
        start = place["startAt"] + count
        return {"startAt": start} if count and start < int(page.get("total", 0)) else {}
    token = page.get("nextPageToken")
    return {"nextPageToken": token} if token and not page.get("isLast") else {}


def batches(things: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """In order, at most `size` at once."""
    return (tuple(things[start : start + size]) for start in range(0, len(things), size))


def quoted(text: str) -> str:
    """A string of JQL (https://support.atlassian.com/jira-software-cloud/docs/search-for-issues-using-jql/)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
