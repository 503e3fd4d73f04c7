"""What a simulated Jira holds: its settings, its issues, and an index of them that lags.

State and no requests. Ids and keys are given once; an old key of a moved issue still leads to it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import OrderedDict, deque
from dataclasses import dataclass, field, replace
from typing import Any

from ticketbot.simulate.exchange import Time

TICK = 0.001
"""Seconds: no two changes of an issue have the same stamp."""


@dataclass(frozen=True)
class Settings:
    """How the site is set up. Fields are named by their ids."""

    cloud: bool = True
    search_lag: float = 5.0
    """Seconds until a search sees what was written."""
    projects: tuple[str, ...] = ("SEC", "OPS")
    issue_types: tuple[str, ...] = ("Task", "Bug")
    priorities: tuple[str, ...] = ("Highest", "High", "Medium", "Low", "Lowest")
    components: tuple[str, ...] = ("api", "web")
    security_levels: tuple[str, ...] = ("Internal",)
    resolutions: tuple[str, ...] = (
        *("Done", "Won't Do", "Duplicate", "Cannot Reproduce", "False Positive", "Risk Accepted"),
    )
    resolution_screen: bool = True
    """Closing asks for a resolution; without, the workflow sets `Done`."""
    link_types: tuple[str, ...] = ("Duplicate", "Relates")
    custom: tuple[tuple[str, str], ...] = (("customfield_10010", "Team"),)
    """(id, name) of text fields on the create screen."""
    required: tuple[str, ...] = ()
    """Fields that a create must have, beside project, issuetype and summary."""
    required_to_close: tuple[str, ...] = ()
    off_screen: tuple[str, ...] = ()
    """Fields that are on no screen."""
    users: tuple[tuple[str, str, str], ...] = (
        ("5b10ac8d82e05b22cc7d4ef5", "ada", "ada@example.com"),
        ("5b10ac8d82e05b22cc7d4ef6", "bob", "bob@example.com"),
    )
    """(account id, name, e-mail)."""
    properties: bool = True
    """False: whatever is about properties is not found."""
    post_search: bool = True
    """False: 405 for a search by POST."""
    denied: tuple[str, ...] = ()
    """Permissions that the account has not, as CREATE_ISSUES."""
    tokens: tuple[str, ...] | None = None
    """Whole Authorization headers that are accepted; None: any."""
    anonymous: bool = False
    """Who is not known is answered as nobody, instead of 401."""
    hidden_level: bool = False
    """The account does not see issues with a security level."""
    most_comments: int = 5000
    text_limit: int = 32_767
    page: int = 5000


@dataclass
class Issue:
    """One issue. `at` fields are seconds since 1970."""

    id: int
    key: str
    created: float
    updated: float
    fields: dict[str, Any]
    status: str = "To Do"
    resolution: str | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    links: list[tuple[str, int]] = field(default_factory=list)
    """(type, the issue it leads to)."""
    creator: int = 0
    """Of the users, who made it; 0 is the account that programs use."""

    @property
    def project(self) -> str:
        return self.key.rpartition("-")[0]


@dataclass(frozen=True)
class Indexed:
    """What the index knows of an issue."""

    id: int
    key: str
    created: float
    updated: float
    labels: frozenset[str]
    text: str
    status: str

    @property
    def project(self) -> str:
        return self.key.rpartition("-")[0]


class Site:
    """Issues by id and key, and what a search sees."""

    def __init__(self, time: Time, settings: Settings) -> None:
        self.time, self.settings = time, settings
        self.issues: dict[int, Issue] = {}
        self._by_key: dict[str, int] = {}
        self._numbers = dict.fromkeys(settings.projects, 0)
        self._last_id = 10_000
        self._pending: deque[tuple[float, int]] = deque()
        self.index: OrderedDict[int, Indexed] = OrderedDict()
        """The one that changed last is the last."""
        self.by_label: dict[str, set[int]] = {}
        self.by_project: dict[str, list[int]] = {name: [] for name in settings.projects}

    def visible(self, name: str) -> Issue | None:
        """By id or key, where the account may see it."""
        issue = self.issue(name)
        if issue is None or "BROWSE_PROJECTS" in self.settings.denied:
            return None
        return None if self.settings.hidden_level and "security" in issue.fields else issue

    def change(self, **settings: Any) -> None:
        """What an administrator does."""
        self.settings = replace(self.settings, **settings)

    def issue(self, name: str) -> Issue | None:
        """By id or key, old keys included."""
        number = int(name) if name.isdecimal() else self._by_key.get(name.upper())
        return self.issues.get(number) if number is not None else None

    def add(self, project: str, fields: dict[str, Any], properties: dict[str, Any]) -> Issue:
        """A new issue."""
        self._last_id += 1
        now = self.time.seconds()
        issue = Issue(self._last_id, self._next_key(project), now, now, fields)
        issue.properties = properties
        self.issues[issue.id] = issue
        self._by_key[issue.key] = issue.id
        self._pending.append((now + self.settings.search_lag, issue.id))
        return issue

    def _next_key(self, project: str) -> str:
        self._numbers[project] += 1
        return f"{project}-{self._numbers[project]}"

    def touch(self, issue: Issue) -> None:
        """The issue was changed."""
        issue.updated = max(self.time.seconds(), issue.updated + TICK)
        self._pending.append((self.time.seconds() + self.settings.search_lag, issue.id))

    def move(self, issue: Issue, project: str) -> None:
        """To another project: a new key, the same id."""
        issue.key = self._next_key(project)
        self._by_key[issue.key] = issue.id
        self.touch(issue)

    def remove(self, issue: Issue) -> None:
        """For good; its key is not given again."""
        del self.issues[issue.id]
        self._pending.append((self.time.seconds() + self.settings.search_lag, issue.id))

    def catch_up(self) -> None:
        """Index what is due by now."""
        while self._pending and self._pending[0][0] <= self.time.seconds():
            self._reindex(self._pending.popleft()[1])

    def _reindex(self, number: int) -> None:
        old = self.index.pop(number, None)
        if old is not None:
            for label in old.labels:
                self.by_label[label].discard(number)
            ids = self.by_project[old.project]
            del ids[bisect_left(ids, number)]
        issue = self.issues.get(number)
        if issue is None:
            return
        labels = frozenset(issue.fields.get("labels") or ())
        text = f"{issue.fields['summary']}\n{issue.fields.get('description') or ''}".casefold()
        entry = Indexed(number, issue.key, issue.created, issue.updated, labels, text, issue.status)
        self.index[number] = entry
        for label in labels:
            self.by_label.setdefault(label, set()).add(number)
        insort(self.by_project[entry.project], number)
