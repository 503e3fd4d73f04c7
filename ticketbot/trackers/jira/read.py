"""Our tickets in Jira: what changed, what belongs to a subject, what an id is now.

Refuses to take an index's silence for an answer: what is too new for it is read by walking the newest
keys, which are numbered without gaps (../shared/design/trackers.md, A and D).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count, islice
from math import ceil

import msgspec

from ticketbot.model.ticket import Ticket
from ticketbot.trackers.base import Text
from ticketbot.trackers.jira.issues import BATCH, Issues, batches, quoted
from ticketbot.trackers.jira.line import Line
from ticketbot.trackers.jira.marker import Issue, held
from ticketbot.trackers.jira.memory import Memory
from ticketbot.trackers.jira.rows import Rows, number, project_of
from ticketbot.trackers.jira.words import STATIC, of_subject, of_target

LAG = 5
"""Minutes that an index is given: "a few seconds to minutes"
(https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/)."""
MISSES = 5
"""Keys in a row without an issue that end a walk on Data Center, where each is a request."""
MISSES_COLD = 2
"""The same on a cold start, which has to be quick: before anything is made, `find` walks on."""
MISSES_IN_BATCHES = 50
"""The same on Cloud, where a hundred are one."""
_NAMEABLE = re.compile(r"[A-Za-z0-9-]+")
_ALL = "*"


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """Up to when tickets are known. `at`: target's label (or `*` for all) → seconds since 1970."""

    at: dict[str, float] = {}
    cloud: bool | None = None


class Reading:
    """The reads of one configured tracker. `projects`: keys, the first one is where tickets are made."""

    def __init__(
        self, line: Line, issues: Issues, rows: Rows, memory: Memory, projects: Sequence[str]
    ) -> None:
        self._line, self._issues, self._rows, self._memory = line, issues, rows, memory
        self._projects = list(dict.fromkeys(projects))

    def changed(self, since: str, targets: Sequence[str]) -> tuple[list[Ticket], str]:
        """See `Tracker.changed`. A cold start walks the newest keys too: there is no next time for a job
        without a disk. Later on, what an index had not yet is given the next time."""
        before, now = _mark(since), self._line.clock.seconds()
        self._line.known_as(before.cloud)
        labels = [of_target(target) for target in dict.fromkeys(targets)] or [_ALL]
        known = {label: _since(before, label) for label in labels}
        cold = [label for label in labels if known[label] is None]
        warm = {label: at for label, at in known.items() if at is not None}
        walks = [self._unindexed(project) for project in self._projects] if cold else []
        seen = self._of(cold, "") if cold else {}
        oldest = 0.0 if cold else min(warm.values()) - LAG * 60
        if warm:
            seen |= self._lately(list(warm), min(warm.values()))
        seen |= dict.fromkeys(self._memory.touched_since(oldest))
        issues = self._issues.complete(seen)
        issues += [i for keys in walks for i in self._walked(keys, MISSES_COLD)]
        found = {t.id: t for t in map(self._mine, issues) if t is not None}
        at = {_ALL: now} if _ALL in labels else before.at | dict.fromkeys(labels, now)
        mark = Mark(at, self._line.cloud)
        return _in_order(found.values()), msgspec.json.encode(mark, order="sorted").decode()

    def _lately(self, labels: list[str], since: float) -> dict[str, Issue | None]:
        """What changed since then, and a little before: an index lags. The moment is relative, as an
        absolute one would be read in the account's time zone; so a query that had to wait for its turn
        longer than `slack` looked from too late on, and is asked again."""
        slack, clock = LAG, self._line.clock
        while True:
            asked = clock.seconds()
            minutes = max(0, ceil((asked - since) / 60)) + LAG + slack
            seen = self._of(labels, f' AND updated >= "-{minutes}m"')
            took = ceil((clock.seconds() - asked) / 60)
            if took <= slack:
                return seen
            slack = took + LAG

    def _of(self, labels: list[str], further: str) -> dict[str, Issue | None]:
        if _ALL in labels:
            jql = f"labels = {STATIC} AND project in ({_list(self._projects)})"
        else:
            jql = f"labels in ({_list(labels)})"
        return self._issues.found(f"{jql}{further} ORDER BY created ASC")

    def find(self, subjects: Sequence[str]) -> dict[str, list[Ticket]]:
        """See `Tracker.find`. In all projects: a ticket may have been moved."""
        wanted = list(dict.fromkeys(s for s in subjects if _NAMEABLE.fullmatch(s)))
        if not wanted:
            return {}
        walks = [self._unindexed(project) for project in self._projects]
        ids: list[str] = []
        for some in batches(wanted, BATCH):
            jql = f"labels in ({_list(map(of_subject, some))}) ORDER BY created ASC"
            ids += [id_ for id_, _ in self._issues.keys(jql)]
        own = set(self._memory.of(wanted))
        issues = self._issues.fetch(id_ for id_ in ids if id_ not in own)
        for keys in walks:
            issues += self._walked(keys)
        asked = frozenset(wanted)
        found = self._by_subject(asked, map(self._mine, issues))
        for subject, tickets in self._by_subject(asked, self._own(wanted, found)).items():
            found.setdefault(subject, {}).update(tickets)
        return {
            subject: _in_order(found[subject].values()) for subject in wanted if subject in found
        }

    def _own(self, wanted: Sequence[str], others: Collection[str]) -> list[Ticket | None]:
        """Own creates for these subjects. Beside a twin, one is looked at again."""
        now, again, known = self._line.clock.seconds(), list[str](), list[Ticket | None]()
        for subject in wanted:
            for id_ in self._memory.of([subject]):
                ticket = None if subject in others else self._memory.fresh(id_, now)
                if ticket is None:
                    again.append(id_)
                else:
                    known.append(ticket)
        return known + [self._mine(issue) for issue in self._issues.fetch(again)]

    def _by_subject(
        self, wanted: Collection[str], tickets: Iterable[Ticket | None]
    ) -> dict[str, dict[str, Ticket]]:
        """Whatever a label says, the marker says whose a ticket is."""
        found: dict[str, dict[str, Ticket]] = {}
        for ticket in tickets:
            if ticket is not None and ticket.marker and ticket.marker.subject in wanted:
                found.setdefault(ticket.marker.subject, {})[ticket.id] = ticket
        return found

    def _unindexed(self, project: str) -> Iterator[tuple[str, bool, bool]]:
        """Keys that are newer than what the index surely has; whether each is known to be there, and
        whether it or a newer one is.

        Asked before the labels are: what the index has by then, they find. Where every key is a request,
        it is worth another one to know which those are.
        """
        mine, name = f"project = {quoted(project)}", quoted(f"-{LAG}m")
        # several: one that was moved here lately has a new number, and was created long ago
        lately = self._issues.keys(f"{mine} AND created <= {name} ORDER BY created DESC", limit=5)
        first = min((number(key) for _, key in lately), default=0) + 1
        known = self._memory.keys | {key for _, key in lately}
        if not self._line.cloud:
            jql = f"{mine} AND created >= {name} ORDER BY created ASC"
            known |= {key for _, key in self._issues.keys(jql)}
        last = max((number(key) for key in known if key.startswith(f"{project}-")), default=0)
        return ((key, key in known, n <= last) for n in count(first) for key in [f"{project}-{n}"])

    def _walked(self, keys: Iterator[tuple[str, bool, bool]], singly: int = MISSES) -> list[Issue]:
        """What is there, until many keys in a row are not."""
        size, enough = (BATCH, MISSES_IN_BATCHES) if self._line.cloud else (1, singly)
        found: list[Issue] = []
        misses = 0
        while misses < enough:
            some = list(islice(keys, size))
            got = self._issues.fetch(key for key, known, _ in some if not known)
            found += got
            there = {str(issue["key"]) for issue in got}
            moved = there.difference(key for key, _, _ in some)  # which one it was is not told
            hits = [i for i, (key, _, before) in enumerate(some) if before or key in there]
            last = size - 1 if moved else max(hits, default=-1 - misses)
            misses = size - 1 - last
        return found

    def read(self, ids: Iterable[str]) -> dict[str, Ticket]:
        """See `Tracker.read`."""
        wanted = [id_ for id_ in dict.fromkeys(ids) if id_.isdecimal()]
        issues = self._issues.fetch(wanted) if wanted else []
        found = {str(issue["id"]): self._rows.ticket(issue) for issue in issues}
        if len(found) < len(wanted):
            self._line.ask(f"project/{self._projects[0]}")  # raises where it is not to be seen
        return {id_: found[id_] for id_ in wanted if id_ in found}

    def search(self, query: str, limit: int) -> list[Text]:
        """See `Tracker.search`: the query is JQL."""
        jql = query.strip() or f"project = {quoted(self._projects[0])} ORDER BY created ASC"
        found = self._issues.keys(jql, limit)
        issues = {str(i["id"]): i for i in self._issues.fetch(id_ for id_, _ in found)}
        return [self._rows.text(issues[id_]) for id_, _ in found if id_ in issues]

    def _mine(self, issue: Issue) -> Ticket | None:
        """With a marker, and of this tracker: two may share a Jira, and a flaw."""
        said = held(issue)
        home = said.home if said else ""
        here = home == self._projects[0] if home else project_of(issue) in self._projects
        ticket = self._rows.ticket(issue) if here else None
        return ticket if ticket and ticket.marker else None


def _mark(since: str) -> Mark:
    try:
        return msgspec.json.decode(since, type=Mark) if since else Mark()
    except msgspec.DecodeError:
        return Mark()


def _since(mark: Mark, label: str) -> float | None:
    times = [mark.at[name] for name in (label, _ALL) if name in mark.at]
    return max(times, default=None)


def _list(texts: Iterable[str]) -> str:
    return ", ".join(map(quoted, texts))


def _in_order(tickets: Iterable[Ticket]) -> list[Ticket]:
    return sorted(tickets, key=lambda ticket: int(ticket.id))
