"""A simulated repository's issues and pull requests, and the lists that show them late.

Lists, lists by label, and search each have an index of their own that lags by its own time; reading a
number never does. Knows no HTTP.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import msgspec

from ticketbot.simulate.exchange import Time


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was said. Stamps are seconds since 1970."""

    id: int
    user: str
    body: str
    made: float


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """An issue or a pull request, at one moment."""

    number: int
    id: int
    title: str
    body: str | None
    user: str
    made: float
    updated: float
    open: bool = True
    reason: str | None = None
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    type: str | None = None
    milestone: int | None = None
    comments: tuple[Comment, ...] = ()
    closed: float | None = None
    closed_by: str | None = None
    duplicate_of: int | None = None
    pull: bool = False
    elsewhere: str = ""
    """owner/name, once it has been transferred."""
    before: int = 0
    """The number it had here then."""


class Index:
    """What a list shows, `lag` seconds late."""

    def __init__(self, time: Time, lag: float) -> None:
        self._time, self.lag = time, lag
        self._rows: dict[int, Issue] = {}
        self._latest: dict[int, None] = {}
        self._labelled: dict[str, dict[int, None]] = {}
        self._made_by: dict[str, dict[int, None]] = {}
        self._waiting: deque[tuple[float, int, Issue | None]] = deque()

    def put(self, number: int, issue: Issue | None) -> None:
        """A change, or None for a deletion."""
        self._waiting.append((self._time.seconds(), number, issue))

    def rows(
        self, *, label: str | None = None, creator: str | None = None, by_update: bool = False
    ) -> Iterator[Issue]:
        """The newest first, by number or by change."""
        self._catch_up()
        if label is not None:
            numbers = sorted(self._labelled.get(label.lower(), ()), reverse=True)
        elif creator is not None:
            numbers = sorted(self._made_by.get(creator.lower(), ()), reverse=True)
        else:
            yield from map(
                self._rows.__getitem__, reversed(self._latest if by_update else self._rows)
            )
            return
        rows = [self._rows[number] for number in numbers]
        yield from sorted(rows, key=lambda row: row.updated, reverse=True) if by_update else rows

    def _catch_up(self) -> None:
        until = self._time.seconds() - self.lag
        while self._waiting and self._waiting[0][0] <= until:
            _, number, issue = self._waiting.popleft()
            old = self._rows.get(number)
            self._latest.pop(number, None)
            for label in old.labels if old else ():
                self._labelled[label.lower()].pop(number, None)
            if issue is None:
                if self._rows.pop(number, None) and old:
                    self._made_by[old.user.lower()].pop(number, None)
                continue
            self._rows[number] = issue
            self._latest[number] = None
            self._made_by.setdefault(issue.user.lower(), {})[number] = None
            for label in issue.labels:
                self._labelled.setdefault(label.lower(), {})[number] = None


class Store:
    """Everything in one repository. Numbers are shared by issues and pull requests, and never reused."""

    def __init__(self, time: Time, *, list_lag: float, label_lag: float, search_lag: float) -> None:
        self._time = time
        self.live: dict[int, Issue] = {}
        self.deleted: set[int] = set()
        self.moved: dict[int, tuple[str, Issue]] = {}
        """Number → (owner/name of where it is now, the issue there)."""
        self.lists = Index(time, list_lag)
        self.labels = Index(time, max(list_lag, label_lag))
        self.found = Index(time, search_lag)
        self._last = 0
        self._serial = 0

    def make(self, title: str, body: str | None, user: str, **more: Any) -> Issue:
        """A new one, with the next number."""
        self._last += 1
        now = self._time.seconds()
        issue = Issue(
            number=self._last,
            id=3_000_000_000 + self._last,
            title=title,
            body=body,
            user=user,
            made=now,
            updated=now,
            **more,
        )
        return self._put(issue)

    def change(self, issue: Issue, **values: Any) -> Issue:
        """The same with other values, changed now."""
        values = {name: value for name, value in values.items() if getattr(issue, name) != value}
        if not values:
            return issue
        return self._put(msgspec.structs.replace(issue, updated=self._time.seconds(), **values))

    def say(self, issue: Issue, user: str, body: str) -> tuple[Issue, Comment]:
        """One more comment."""
        self._serial += 1
        comment = Comment(
            id=4_000_000_000 + self._serial, user=user, body=body, made=self._time.seconds()
        )
        return self.change(issue, comments=(*issue.comments, comment)), comment

    def state(
        self, issue: Issue, who: str, *, open: bool, reason: str | None, **more: Any
    ) -> Issue:
        """Open or close it, as somebody."""
        if open:
            gone = {"closed": None, "closed_by": None, "duplicate_of": None}
            return self.change(issue, open=True, reason="reopened", **(more | gone))
        more |= {"closed": self._time.seconds(), "closed_by": who}
        return self.change(issue, open=False, reason=reason or "completed", **more)

    def remove(self, number: int) -> None:
        """Delete it."""
        self._gone(number)
        self.deleted.add(number)

    def transfer(self, number: int, there: str, new_number: int) -> None:
        """To another repository: a new number and a new id there, labels lost."""
        issue = self.live[number]
        self._gone(number)
        there_now = msgspec.structs.replace(
            issue,
            number=new_number,
            id=issue.id + 500_000_000,
            labels=(),
            elsewhere=there,
            before=number,
        )
        self.moved[number] = (there, there_now)

    def there(self, repository: str, number: int) -> Issue | None:
        """One that was transferred to there."""
        for where, issue in self.moved.values():
            if where.lower() == repository.lower() and issue.number == number:
                return issue
        return None

    def _gone(self, number: int) -> None:
        del self.live[number]
        for index in (self.lists, self.labels, self.found):
            index.put(number, None)

    def _put(self, issue: Issue) -> Issue:
        if issue.elsewhere:
            self.moved[issue.before] = (issue.elsewhere, issue)
            return issue
        self.live[issue.number] = issue
        for index in (self.lists, self.labels, self.found):
            index.put(issue.number, issue)
        return issue
