"""What of our tickets this process has seen, and how it learns of more: lists by change, by age, and a
walk over the newest numbers. Writes nothing.

GitHub cannot be asked for a text in a body (its search lags for minutes), so look-ups by subject are made
here. Lists lag at times as well (https://github.com/microsoft/aspire/issues/18285), a label in them for
longer; reading a number does not. So what was made lately is read by its number before it counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from ticketbot.trackers.github.labels import LABEL, listed_by
from ticketbot.trackers.github.repository import BATCH, Repository
from ticketbot.trackers.github.rows import Row, seconds
from ticketbot.trackers.wire import Call

LAG = 900.0
"""Seconds after which every list shows a change; the longest that was reported is twelve minutes."""
_EMPTY = 15
"""So many numbers in a row that are nothing: nothing comes after them."""
_SUBJECT = re.compile(r"[A-Za-z0-9-]+")


class Mark(msgspec.Struct, frozen=True):
    """Where `changed` goes on: `etag` is that of the list `since` then."""

    repository: int
    since: str
    etag: str = ""


class Mirror:
    """Rows with our marker, by number and by subject."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._rows: dict[int, Row] = {}
        self._subjects: dict[str, set[int]] = {}
        self._sure: set[int] = set()
        """Numbers whose rows come from more than a list."""
        self._listed_at: float | None = None
        """When a list was last read, by the server's clock; None: never."""
        self._covered: int | None = None
        """The number up to which everything made lately has been seen; None: nobody looked."""
        self._holes: set[int] = set()
        """Numbers below it that were nothing: deleted, or discussions."""

    def see(self, row: Row) -> Row:
        """Remember a row as it is now, read by its number or given back by a write."""
        self._sure.add(row.number)
        return self._keep(row)

    def _listed(self, row: Row) -> Row:
        """A list may show what was, before a change that is known here."""
        known = self._rows.get(row.number)
        return known if known is not None and known.updated > row.updated else self._keep(row)

    def _keep(self, row: Row) -> Row:
        self._forget(row.number)
        if row.marker:
            self._rows[row.number] = row
            self._subjects.setdefault(row.marker.subject, set()).add(row.number)
        return row

    def _forget(self, number: int) -> None:
        old = self._rows.pop(number, None)
        if old is not None and old.marker:
            self._subjects[old.marker.subject].discard(number)

    def changed(self, since: str, targets: Sequence[str]) -> tuple[list[Row], str]:
        """Ours that changed after the mark, and the new mark."""
        mark = _mark(since)
        return self._everything(targets) if mark is None else self._lately(mark)

    def _lately(self, mark: Mark) -> tuple[list[Row], str]:
        """Without a label in the query: a person may have taken ours off. What the list names is read by
        its number: an older state would look as if a person had undone what we did."""
        self._repository.expected = mark.repository
        query = {"state": "all", "per_page": "100", "since": mark.since}
        query |= {"sort": "updated", "direction": "desc"}
        headers = {"If-None-Match": mark.etag} if mark.etag else {}
        call = Call(
            method="GET", path=self._repository.path(), query=query, headers=headers, missing=(304,)
        )
        pages = list(self._repository.unless_same(call))
        self._listed_at = self._repository.now
        if not pages:
            return [], _text(mark)
        ours = [row.number for page in pages for row in page.rows if _is_ours(row)]
        rows = self.refresh(ours)
        newest = max(page.newest for page in pages)
        later = max(mark.since, _iso(seconds(newest) - LAG)) if newest else mark.since
        etag = pages[0].etag if later == mark.since else ""
        return [rows[number] for number in sorted(rows)], _text(Mark(mark.repository, later, etag))

    def _everything(self, targets: Sequence[str]) -> tuple[list[Row], str]:
        facts = self._repository.facts()
        rows: dict[int, Row] = {}
        labels = listed_by(self._repository.name, targets) if facts.may_label else []
        for label in labels:
            rows |= self._list(labels=label)
        asked = LABEL in labels or not facts.may_label
        if not rows and (asked or not self._labels_work()):
            rows |= self._list(creator=facts.login)
        self._listed_at = self._repository.now
        # a list that lags shows as open what was closed a moment ago: all are read by their numbers
        read = self._newest(also=rows)
        rows = {number: read[number] for number in rows if number in read}
        rows |= {n: row for n, row in self._rows.items() if _about(row, targets)}
        found = [rows[number] for number in sorted(rows) if _is_ours(rows[number])]
        return found, _text(Mark(facts.id, _iso(self._listed_at - LAG)))

    def _labels_work(self) -> bool:
        """Where labels are dropped in silence, nothing has ours: then our tickets are those we made."""
        page = next(self._repository.listed(labels=LABEL), None)
        return page is not None and any(self._listed(row).marker for row in page.rows)

    def _list(self, **query: str) -> dict[int, Row]:
        pages = self._repository.listed(sort="created", direction="asc", **query)
        return {row.number: self._listed(row) for page in pages for row in page.rows}

    def find(self, subjects: Iterable[str]) -> dict[str, list[Row]]:
        """Subject → rows as they are now, the oldest first. The only one of its subject, and known by more
        than a list, is not read again in the same run."""
        wanted = {subject for subject in subjects if _SUBJECT.fullmatch(subject)}
        if not wanted:
            return {}
        self._repository.facts()
        if self._listed_at is None:
            self._everything(())
        else:
            self._newest()
        hits = [self._subjects.get(subject, set()) for subject in wanted]
        alone = {number for each in hits if len(each) == 1 for number in each} & self._sure
        self.refresh(set().union(*hits) - alone)
        return {
            subject: [self._rows[number] for number in sorted(numbers)]
            for subject in sorted(wanted)
            if (numbers := self._subjects.get(subject))
        }

    def refresh(self, numbers: Iterable[int]) -> dict[int, Row]:
        """Read by number; what is gone is forgotten."""
        wanted = set(numbers)
        rows = {n: self.see(r) for n, r in self._repository.numbered(sorted(wanted)).items() if r}
        for number in wanted - set(rows):
            self._forget(number)
        return rows

    def _newest(self, also: Iterable[int] = ()) -> dict[int, Row]:
        """Read what was made since a list surely had everything, and from then on what is newer still.
        `also`: numbers to read on the way."""
        if self._covered is not None:
            return self._walk(self._covered, (), also)
        horizon = min(self._listed_at or 0.0, self._repository.now) - LAG
        seen: dict[int, str] = {}
        for page in self._repository.listed(sort="created", direction="desc"):
            for row in page.rows:
                self._listed(row)
            seen |= page.numbers
            if any(seconds(made) < horizon for made in page.numbers.values()):
                break
        base = max((n for n, made in seen.items() if seconds(made) < horizon), default=0)
        return self._walk(base, seen, also)

    def _walk(self, base: int, seen: Iterable[int], also: Iterable[int]) -> dict[int, Row]:
        """Read the numbers above `base` that no list showed, until many in a row are nothing."""
        known = set(seen) | {number for number in self._rows if number > base}
        top = last = max(known, default=base)
        missing = (number for number in range(base + 1, top) if number not in known)
        waiting = sorted(self._holes.union(missing, also))
        found: dict[int, Row] = {}
        while waiting or top - last < _EMPTY:
            batch, waiting = waiting[:BATCH], waiting[BATCH:]
            beyond = range(top + 1, top + 1 + BATCH - len(batch))
            read = self._repository.numbered([*batch, *beyond])
            found |= {number: self.see(row) for number, row in read.items() if row}
            for number in set(batch) - set(read):
                self._forget(number)
            top = max(beyond, default=top)
            last = max([last, *read])
            self._holes = self._holes.union(batch, beyond) - set(read)
        self._holes = {number for number in self._holes.difference(also) if number < last}
        self._covered = last
        return found


def _about(row: Row, targets: Sequence[str]) -> bool:
    flaws = row.marker.flaws if row.marker else ()
    return not targets or any(flaw.target in targets for flaw in flaws)


def _is_ours(row: Row) -> bool:
    """By the label as well: a person may have cut the marker out."""
    return row.marker is not None or LABEL in row.labels


def _mark(text: str) -> Mark | None:
    try:
        return msgspec.json.decode(text, type=Mark) if text else None
    except msgspec.DecodeError:
        return None


def _text(mark: Mark) -> str:
    return msgspec.json.encode(mark).decode()


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(max(moment, 0.0), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
