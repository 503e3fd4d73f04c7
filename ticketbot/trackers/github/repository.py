"""One repository's issues over the wire: read by number, read in lists, written one at a time.

The first contact looks at the repository itself, and refuses one that everybody can read unless that is
allowed. Knows nothing of markers, and decides nothing about tickets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime

import msgspec

from ticketbot.errors import TrackerError
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.github.facts import Facts, look, refuse
from ticketbot.trackers.github.graphql import GraphQL, TooMuchError, issues_query
from ticketbot.trackers.github.rows import Row, of_graphql, of_rest
from ticketbot.trackers.outcome import Reply
from ticketbot.trackers.wire import Call, Told, Wire

BATCH = 25
"""Issues in one GraphQL query: with 80 heavier ones GitHub gave up."""
_NEXT = re.compile(r'<([^>]+)>\s*;\s*rel="next"')
_LARGEST = 2**31
"""Numbers are GraphQL's Int."""


class Page(msgspec.Struct, frozen=True):
    """A page of a list. `rows` without pull requests; `numbers` with them, and when each was made."""

    rows: list[Row]
    numbers: dict[int, str]
    etag: str
    newest: str
    """The last change in it, pull requests' too; "" where it is empty."""


class Repository:
    """owner/name at one server. All reads raise TrackerError."""

    def __init__(
        self, tracker: str, name: str, wire: Wire, clock: Clock, *, allow_public: bool
    ) -> None:
        self.tracker, self.name, self._wire, self._clock = tracker, name, wire, clock
        self._allow_public, self._graphql = allow_public, GraphQL(tracker, name, wire)
        self._facts: Facts | None = None
        self.expected: int | None = None
        """The repository's id as a mark has it: numbers of another one are other tickets."""
        self.now = clock.seconds()
        """The server's time at the last list, seconds since 1970."""

    def facts(self) -> Facts:
        """Looked at once. Raises TrackerError for a repository that must not, or cannot, be used."""
        if self._facts is None:
            facts = self.look()
            refuse(self.tracker, self.name, facts, allow_public=self._allow_public)
            if self.expected not in (None, facts.id):
                raise TrackerError(
                    f"{self.tracker}: {self.name} is another repository than before under the same name",
                    hint="Its tickets are others: give the tracker another name in the configuration.",
                )
            self._facts = facts
        return self._facts

    def look(self) -> Facts:
        """The facts now, whatever they are."""
        return look(self._graphql, self.tracker, self.name)

    def numbered(self, numbers: Sequence[int]) -> dict[int, Row | None]:
        """Number → issue as it is now, None for a pull request; what is neither is missing."""
        wanted = sorted({number for number in numbers if 0 < number < _LARGEST})
        found: dict[int, Row | None] = {}
        for start in range(0, len(wanted), BATCH):
            found |= self._batch(wanted[start : start + BATCH])
        return found

    def _batch(self, numbers: Sequence[int]) -> dict[int, Row | None]:
        variables = {f"n{i}": number for i, number in enumerate(numbers)}
        try:
            data = self._graphql.ask(issues_query(len(numbers)), variables)
        except TooMuchError:
            if len(numbers) == 1:
                raise
            half = len(numbers) // 2
            return self._batch(numbers[:half]) | self._batch(numbers[half:])
        aliased = data["repository"]
        try:
            return {
                number: of_graphql(aliased[f"i{i}"])
                for i, number in enumerate(numbers)
                if aliased.get(f"i{i}") is not None
            }
        except (KeyError, TypeError, AttributeError) as error:
            raise self.nonsense("GraphQL", error) from None

    def issue(self, number: int) -> Row | None:
        """One issue by REST, wherever it is now; None where it was deleted, never was, or is a pull
        request. Issues of private repositories cannot be transferred to public ones
        (https://docs.github.com/en/issues, Transferring an issue to another repository)."""
        call = Call(method="GET", path=self.path(number), missing=(301, 404, 410))
        reply = self._wire.ask(call)
        if reply.status == 301 and (there := reply.headers.get("location")):
            reply = self._wire.ask(Call(method="GET", path=there, missing=(301, 404, 410)))
        row = self.row(reply) if reply.status == 200 else None
        if row is None or row.repository.lower() == self.name.lower():
            return row
        return msgspec.structs.replace(row, known=number)

    def pages(self, path: str, **query: str) -> Iterator[Page]:
        """A list's pages, one request each; ends with the last, or where the caller stops."""
        first = Call(method="GET", path=path, query={"per_page": "100", **query})
        for reply in self._replies(first):
            yield self.page(reply)

    def searched(self, query: str) -> Iterator[Page]:
        """Pages of issues found by GitHub's search; other repositories' are left out. "": of all."""
        if not query.strip():
            yield from self.listed()
            return
        words = f"{query} repo:{self.name} is:issue"
        for page in self.pages("/search/issues", q=words):
            rows = [row for row in page.rows if row.repository.lower() == self.name.lower()]
            yield msgspec.structs.replace(page, rows=rows)

    def listed(self, **query: str) -> Iterator[Page]:
        """Pages of the repository's issues, open and closed."""
        return self.pages(self.path(), state="all", **query)

    def unless_same(self, call: Call) -> Iterator[Page]:
        """A list's pages; none where it has not changed since its ETag (304)."""
        for reply in self._replies(call):
            if reply.status == 304:
                self._read_time(reply)
                return
            yield self.page(reply)

    def ask(self, call: Call) -> Reply:
        """Any other read."""
        return self._wire.ask(call)

    def comments(self, row: Row) -> Iterator[str]:
        """The texts of an issue's comments, oldest first."""
        for reply in self._replies(
            Call(method="GET", path=f"{self.path_of(row)}/comments", query={"per_page": "100"})
        ):
            value = reply.json_or_none()
            if not isinstance(value, list):
                raise self.nonsense("comments", "no list")
            yield from (str(each.get("body") or "") for each in value)

    def _replies(self, call: Call) -> Iterator[Reply]:
        """GitHub names the next page itself; numbers end at 10,000 in large repositories."""
        seen: set[str] = set()
        while True:
            reply = self._wire.ask(call)
            yield reply
            there = _NEXT.search(reply.headers.get("link", ""))
            if there is None:
                return
            if there[1] in seen:
                raise self.nonsense("a list", "its pages go round in a circle")
            seen.add(there[1])
            call = Call(method="GET", path=there[1])

    def page(self, reply: Reply) -> Page:
        """A list's answer. Raises TrackerError where it is none."""
        self._read_time(reply)
        value = reply.json_or_none()
        if isinstance(value, Mapping):
            if value.get("incomplete_results"):
                raise self.nonsense("search", "GitHub gave up in the middle")
            value = value.get("items")
        try:
            numbers = {each["number"]: each["created_at"] for each in value}
            newest = max((each["updated_at"] for each in value), default="")
            rows = [row for each in value if (row := of_rest(each)) is not None]
        except (TypeError, KeyError, msgspec.ValidationError) as error:
            raise self.nonsense("a list of issues", error) from None
        return Page(rows, numbers, reply.headers.get("etag", ""), newest)

    def _read_time(self, reply: Reply) -> None:
        """By the server's clock, as its stamps are."""
        try:
            self.now = parsedate_to_datetime(reply.headers.get("date", "")).timestamp()
        except ValueError:
            self.now = self._clock.seconds()

    def row(self, reply: Reply) -> Row | None:
        """One issue's answer; None for a pull request. Raises TrackerError where it is none."""
        try:
            return of_rest(reply.json_or_none())
        except msgspec.ValidationError as error:
            raise self.nonsense("an issue", error) from None

    def tell(self, call: Call) -> Told:
        """Write, into a repository that may be written to. Raises TrackerError before anything is sent."""
        self.facts()
        try:
            return self._wire.tell(call)
        except TrackerError as error:  # no token for it: it never left
            return Told("rejected", reason=error.message)

    def path_of(self, row: Row) -> str:
        """Of an issue, wherever it is now."""
        return (
            f"/repos/{row.repository}/issues/{row.number}" if row.known else self.path(row.number)
        )

    def path(self, number: int | None = None) -> str:
        """Of the issues, or of one."""
        base = f"/repos/{self.name}/issues"
        return base if number is None else f"{base}/{number}"

    def nonsense(self, what: str, why: object) -> TrackerError:
        """Creates nothing: what cannot be read is no proof of anything."""
        return TrackerError(
            f"{self.tracker}: expected {what} of {self.name}, found something else ({why})",
            hint="Check the tracker's url; an Enterprise server's ends in /api/v3.",
        )
