"""GitHub's REST endpoints for issues: one request of one account."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from ticketbot.simulate.exchange import Answered, Asked, Time, answered
from ticketbot.simulate.github.checks import malformed, refused
from ticketbot.simulate.github.limits import Limits
from ticketbot.simulate.github.settings import Settings
from ticketbot.simulate.github.shapes import Shapes, refusal, wrong
from ticketbot.simulate.github.store import Issue, Store

_ISSUE = re.compile(r"/repos/(?P<name>[^/]+/[^/]+)/issues/(?P<number>\d+)(?P<rest>/comments)?")
_MOVED = re.compile(r"/repositories/\d+/issues/(\d+)")
_SEARCHED = 1000


class Rest:
    """What one account asks."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        shapes: Shapes,
        time: Time,
        limits: Limits,
        login: str,
    ) -> None:
        self._settings, self._store, self._shapes = settings, store, shapes
        self._time, self._limits, self._login = time, limits, login
        self._home = f"/repos/{settings.repository}"
        self._may = settings.role in ("triage", "write", "admin")

    def answer(self, asked: Asked, path: str, body: Any) -> Answered:
        """404 for whatever is not here."""
        settings = self._settings
        if settings.role == "none" and settings.visibility != "public":
            return _missing()
        if moved := _MOVED.fullmatch(path):
            return self._elsewhere(int(moved[1]))
        if path == "/search/issues" and asked.method == "GET":
            return self._search(asked)
        if path.lower().startswith(self._home.lower() + "/"):
            return self._inside(asked, path, path[len(self._home) :], body)
        found = _ISSUE.fullmatch(path)
        issue = self._store.there(found["name"], int(found["number"])) if found else None
        return self._of(asked, issue, found["rest"], body) if found and issue else _missing()

    def _inside(self, asked: Asked, path: str, inner: str, body: Any) -> Answered:
        settings = self._settings
        if inner == "/issue-types" and asked.method == "GET":
            return answered(200, [self._shapes.issue_type(name) for name in settings.types])
        if inner.startswith("/assignees/") and asked.method == "GET":
            return Answered(204) if inner.rpartition("/")[2] in settings.people else _missing()
        if not settings.issues:
            return answered(410, refusal("Issues has been disabled in this repository.", 410))
        if inner == "/issues":
            return self._list(asked) if asked.method == "GET" else self._create(asked, body)
        found = _ISSUE.fullmatch(path)
        return self._one(asked, int(found["number"]), found["rest"], body) if found else _missing()

    def _one(self, asked: Asked, number: int, rest: str | None, body: Any) -> Answered:
        if number in self._store.deleted:
            return answered(410, refusal("This issue was deleted", 410))
        if number in self._store.moved:
            there = f"{self._shapes.base}/repositories/43/issues/{number}{rest or ''}"
            value = {"message": "Moved Permanently", "url": there}
            return answered(301, value, location=there)
        issue = self._store.live.get(number)
        return self._of(asked, issue, rest, body) if issue else _missing()

    def _of(self, asked: Asked, issue: Issue, rest: str | None, body: Any) -> Answered:
        match asked.method, rest:
            case "GET", None:
                return self._tagged(asked, self._shapes.issue(issue))
            case "PATCH", None:
                return self._update(issue, body)
            case "GET", "/comments":
                values = [self._shapes.comment(issue, each) for each in issue.comments]
                return self._paged(asked, iter(values))
            case "POST", "/comments":
                return self._comment(issue, body)
        return _missing()

    def _elsewhere(self, number: int) -> Answered:
        if number not in self._store.moved:
            return _missing()
        there, issue = self._store.moved[number]
        return answered(200, self._shapes.issue(issue, there))

    def _create(self, asked: Asked, body: Any) -> Answered:
        if asked.method != "POST":
            return _missing()
        if no := self._refused(body, update=False) or self._limits.content():
            return no
        values = {"type": body.get("type"), "milestone": body.get("milestone")}
        values |= {name: tuple(body.get(name, ())) for name in ("labels", "assignees")}
        kept = values if self._may else {}
        issue = self._store.make(body["title"], body.get("body"), self._login, **kept)
        return answered(201, self._shapes.issue(issue))

    def _update(self, issue: Issue, body: Any) -> Answered:
        if self._settings.role == "read" and issue.user != self._login:
            return answered(403, refusal("Must have admin rights to Repository.", 403))
        if no := self._refused(body, update=True):
            return no
        values = {name: body[name] for name in ("title", "body") if name in body}
        if self._may:
            values |= {name: body[name] for name in ("type", "milestone") if name in body}
            values |= {n: tuple(body[n]) for n in ("labels", "assignees") if n in body}
        is_open = body.get("state", "open" if issue.open else "closed") == "open"
        if is_open == issue.open:
            changed = self._store.change(issue, **values)
            return answered(200, self._shapes.issue(changed))
        reason = body.get("state_reason")
        if reason == "duplicate" and "duplicate_issue_id" in body:
            other = body["duplicate_issue_id"] - 3_000_000_000
            if other not in self._store.live:
                return answered(
                    422, refusal("Validation Failed", 422, wrong("duplicate_issue_id", "invalid"))
                )
            values["duplicate_of"] = other
        changed = self._store.state(issue, self._login, open=is_open, reason=reason, **values)
        return answered(200, self._shapes.issue(changed))

    def _refused(self, body: Any, *, update: bool) -> Answered | None:
        settings = self._settings
        if settings.archived:
            return answered(403, refusal("Repository was archived so is read-only.", 403))
        no = malformed(body, update=update) or refused(
            body, update=update, may=self._may, people=settings.people, types=settings.types
        )
        newer = body.get("state_reason") == "duplicate" if isinstance(body, dict) else False
        if no is None and newer and not settings.knows_duplicates:
            return answered(422, refusal("Invalid request.\n\nstate_reason is not known.", 422))
        return no

    def _comment(self, issue: Issue, body: Any) -> Answered:
        text = body.get("body") if isinstance(body, dict) and set(body) == {"body"} else None
        if not isinstance(text, str) or not text.strip():
            return answered(422, refusal("Validation Failed", 422, wrong("body", "missing_field")))
        if len(text) > 65_536:
            entry = wrong("body", "custom", "body is too long (maximum is 65536 characters)")
            return answered(422, refusal("Validation Failed", 422, entry))
        if no := self._limits.content():
            return no
        changed, comment = self._store.say(issue, self._login, text)
        return answered(201, self._shapes.comment(changed, comment))

    def _list(self, asked: Asked) -> Answered:
        query = asked.query
        unknown = set(query) - set(
            "state labels creator since sort direction per_page page assignee type".split()
        )
        if unknown:
            return answered(422, refusal(f"Unknown parameters: {min(unknown)}", 422))
        by_update = query.get("sort", "created") == "updated"
        labels = [label.lower() for label in query.get("labels", "").split(",") if label]
        index = self._store.labels if labels else self._store.lists
        rows: Iterable[Issue] = index.rows(
            label=labels[0] if labels else None,
            creator=query.get("creator"),
            by_update=by_update,
        )
        if "since" in query:
            since = datetime.fromisoformat(query["since"]).timestamp()
            rows = _since(rows, since, ordered=by_update)
        state = query.get("state", "open")
        rows = (
            row
            for row in rows
            if (state == "all" or row.open == (state == "open"))
            and set(labels) <= {label.lower() for label in row.labels}
        )
        if query.get("direction", "desc") == "asc":
            rows = reversed(list(rows))
        return self._paged(asked, (self._shapes.issue(row) for row in rows))

    def _search(self, asked: Asked) -> Answered:
        words = asked.query.get("q", "").split()
        if not words:
            return answered(422, refusal("Validation Failed", 422, wrong("q", "missing")))
        repositories = [w.partition(":")[2].lower() for w in words if w.startswith("repo:")]
        if repositories and self._settings.repository.lower() not in repositories:
            return answered(
                200,
                {
                    "total_count": 0,
                    "incomplete_results": False,
                    "search_type": "lexical",
                    "items": [],
                },
            )
        plain = [word.strip('"').lower() for word in words if ":" not in word]
        labels = {w.partition(":")[2].strip('"').lower() for w in words if w.startswith("label:")}
        rows = [
            row
            for row in self._store.found.rows()
            if not row.pull
            and all(word in f"{row.title} {row.body or ''}".lower() for word in plain)
            and labels <= {label.lower() for label in row.labels}
        ]
        values = (self._shapes.issue(row) | {"score": 1.0} for row in rows[:_SEARCHED])
        page = self._paged(asked, values)
        body = b'{"total_count":%d,"incomplete_results":false,"search_type":"lexical","items":%s}'
        body %= (len(rows), page.body)
        return Answered(200, body, page.headers)

    def _paged(self, asked: Asked, values: Iterator[dict[str, Any]]) -> Answered:
        size = min(100, int(asked.query.get("per_page", "30")))
        page = int(asked.query.get("page", "1"))
        found = list(islice(values, (page - 1) * size, page * size + 1))
        headers = {}
        if len(found) > size:
            query = urlencode({**asked.query, "page": str(page + 1)})
            there = f"{asked.base}{asked.path}?{query}"
            headers["link"] = f'<{there}>; rel="next"'
        return self._tagged(asked, found[:size], **headers)

    def _tagged(self, asked: Asked, value: Any, **headers: str) -> Answered:
        plain = answered(200, value, **headers)
        tag = f'W/"{hashlib.blake2b(plain.body, digest_size=16).hexdigest()}"'
        if asked.headers.get("if-none-match") == tag:
            return Answered(304, b"", {"Etag": tag})
        return Answered(200, plain.body, {**plain.headers, "Etag": tag})


def _since(rows: Iterable[Issue], since: float, *, ordered: bool) -> Iterator[Issue]:
    for row in rows:
        if int(row.updated) >= since:
            yield row
        elif ordered:
            return


def _missing() -> Answered:
    return answered(404, refusal("Not Found", 404))
