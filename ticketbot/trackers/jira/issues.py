"""Issues read from Jira: by id or key, which is always up to date, and by a query, which is not.

On Cloud a query gives ids alone: what an index says of an issue may be old, so every issue is read by its
id, a hundred at once. Data Center reads single issues only. There, where descriptions hold the markers, what
a query gives is taken as it is, but for issues of which it does not tell enough (`_doubtful`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.trackers.jira.line import Line
from ticketbot.trackers.jira.marker import PROPERTY, Issue, described, is_done
from ticketbot.trackers.jira.rows import FIELDS

BATCH = 100
"""Issues in one request, as documented of bulkfetch and usual for searches with fields."""
IDS = 5000
"""Ids in one page of a search that asks for ids alone; Data Center gives fewer."""
PAGE = 200
"""Whole issues in one page of a search on Data Center: texts are up to 32,767 characters each."""
FEW = 20
"""Issues that Data Center is rather asked for one by one."""
REFUSED_POST = 405


class Issues:
    """What is read with one line. `in_descriptions`: markers are to be found there."""

    def __init__(self, line: Line, in_descriptions: Callable[[], bool] = lambda: False) -> None:
        self._line, self._in_descriptions = line, in_descriptions
        self._by_get = False
        """A proxy before this server lets no POST through to searches."""

    def fetch(self, names: Iterable[str]) -> list[Issue]:
        """Issues by id or key, those that are gone left out. Moved ones come with their new key.

        Cloud: https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/ (bulkfetch);
        Data Center has nothing of the kind, and no properties in searches: one request for each, or, for
        many, what a search says of them.
        """
        wanted = list(dict.fromkeys(names))
        if self._line.cloud:
            return [issue for some in batches(wanted, BATCH) for issue in self._bulk(some)]
        if not self._searched or len(wanted) <= FEW:
            return self._singly(wanted)
        found: dict[str, Issue | None] = dict.fromkeys(wanted)
        for some in batches([name for name in wanted if name.isdecimal()], PAGE):
            found |= self.found(f"id in ({', '.join(some)}) ORDER BY created ASC", checked=False)
        return self.complete(found)

    @property
    def _searched(self) -> bool:
        """Whether a search tells all that is needed of an issue."""
        return not self._line.cloud and self._in_descriptions()

    @property
    def _fields(self) -> list[str]:
        return [*FIELDS, "creator"] if self._searched else FIELDS

    def found(self, jql: str, *, checked: bool = True) -> dict[str, Issue | None]:
        """Id → what the index has for a query; None where the issue has to be read. `checked`: ids in the
        query are there."""
        if not self._searched:
            return {id_: None for id_, _ in self.keys(jql)}
        pages = self._pages(jql, PAGE, self._fields, checked=checked)
        return {str(issue["id"]): issue for issue in pages}

    def complete(self, found: Mapping[str, Issue | None]) -> list[Issue]:
        """What was found, read where it has to be."""
        if not self._searched:
            return self.fetch(found)
        known = {id_: issue for id_, issue in found.items() if issue is not None}
        marked = {id_: described(issue) for id_, issue in known.items()}
        markers = [each.marker for each in marked.values() if each and each.marker]
        subjects = Counter(marker.subject for marker in markers)
        for id_, each in marked.items():
            alone = each is not None and each.alone
            twin = each and each.marker and subjects[each.marker.subject] > 1
            if not alone and (twin or self._doubtful(known[id_])):
                del known[id_]
        return [*known.values(), *self._singly([id_ for id_ in found if id_ not in known])]

    def _doubtful(self, issue: Issue) -> bool:
        """It may have its marker in a property alone, or be a clone; or its property may say more: that we
        were about to close it."""
        said = described(issue)
        if said is None or said.marker is None:
            return True
        maker = (issue.get("fields") or {}).get("creator") or {}
        closed = is_done(issue) and said.marker.closed is None
        return closed or maker.get("name") != self._line.account

    def _singly(self, names: Iterable[str]) -> list[Issue]:
        return [issue for name in names if (issue := self._one(name)) is not None]

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
        query = {"fields": ",".join(self._fields), "properties": PROPERTY}
        issue = self._line.ask(f"issue/{name}", query, missing=(404,))
        return None if issue is None else self._checked(issue)

    def keys(self, jql: str, limit: int | None = None) -> list[tuple[str, str]]:
        """(id, key) of what the index has, in the query's order."""
        found: dict[str, str] = {}
        for issue in self._pages(jql, min(IDS, limit or IDS), ["key"]):
            found.setdefault(str(issue["id"]), str(issue["key"]))
            if limit and len(found) == limit:
                break
        return list(found.items())

    def _pages(
        self, jql: str, size: int, fields: Sequence[str], *, checked: bool = True
    ) -> Iterator[Issue]:
        place: dict[str, Any] = {} if self._line.cloud else {"startAt": 0}
        lenient = {} if checked else {"validateQuery": False}
        while True:
            wanted = {"jql": jql, "maxResults": size, "fields": list(fields)}
            page = self._search(wanted | place | lenient)
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
        if "validateQuery" in body:
            query["validateQuery"] = "false"
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
