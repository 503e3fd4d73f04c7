"""A part of JQL: clauses joined by AND, and an order by creation.

Refuses what it does not understand, as a Jira would refuse what it does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from ticketbot.simulate.jira.site import Indexed, Site

_TOKEN = re.compile(r'\s*(?:"((?:\\.|[^"\\])*)"|(>=|<=|!=|=|~|[(),])|([^\s"(),=~<>!]+))')
_AGO = re.compile(r"-(\d+)([mhdw])")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_TEXTS = ("summary", "description", "text")

Clause = tuple[str, str, list[str]]
"""(field, operator, values)."""


class JqlError(Exception):
    """A query that is refused; the text is Jira's."""


class Query:
    """A parsed query on one site."""

    def __init__(self, site: Site, jql: str) -> None:
        self._site = site
        self._tokens = list(_tokens(jql))
        self.clauses: list[Clause] = []
        self.descending = False
        self._parse()
        if site.settings.cloud and not self.clauses:
            raise JqlError(
                "Unbounded JQL queries are not allowed here."
                " Please add a search restriction to your query."
            )

    def results(self) -> Iterator[Indexed]:
        """What the index has for it, in order."""
        self._site.catch_up()
        tests = [self._test(clause) for clause in self.clauses]
        for number in self._candidates():
            entry = self._site.index.get(number)
            if entry is not None and all(test(entry) for test in tests):
                yield entry

    def validate(self) -> None:
        """Data Center refuses ids of issues that are not there."""
        for field, _, values in self.clauses:
            for value in values if field == "id" else ():
                if self._site.visible(value) is None:
                    raise JqlError(f"An issue with key '{value}' does not exist for field 'id'.")

    def _parse(self) -> None:
        while self._tokens and self._peek() != "order":
            self.clauses.append(self._clause())
            if self._peek() == "and":
                self._take()
            elif self._tokens and self._peek() != "order":
                raise JqlError(
                    f"Error in the JQL Query: Expecting 'AND' but got '{self._tokens[0]}'."
                )
        if self._tokens:
            order = [self._take().lower() for _ in range(len(self._tokens))]
            if order[:2] != ["order", "by"] or order[2:3] not in (["created"], ["key"]):
                raise JqlError("Error in the JQL Query: this order is not understood.")
            self.descending = order[3:] == ["desc"]

    def _clause(self) -> Clause:
        field, operator = self._take().lower(), self._take().lower()
        if operator == "not":
            operator = f"not {self._take().lower()}"
        if not operator.endswith("in"):
            return field, operator, [self._take()]
        values, mark = [], self._take()
        while mark not in (")", ""):
            values.append(self._take())
            mark = self._take()
        return field, operator, values

    def _peek(self) -> str:
        return self._tokens[0].lower() if self._tokens else ""

    def _take(self) -> str:
        if not self._tokens:
            raise JqlError("Error in the JQL Query: the query ends too early.")
        return self._tokens.pop(0)

    def _candidates(self) -> Iterable[int]:
        """Ids that may fit, in order; by the narrowest way there is."""
        site = self._site
        for field, operator, values in self.clauses:
            if field == "updated" and operator == ">=":
                since = self._moment(values[0])
                return self._ordered(_newest(site, since))
        for field, operator, values in self.clauses:
            if field == "id" and operator in ("=", "in"):
                return self._ordered(int(value) for value in values if value.isdecimal())
        for field, operator, values in self.clauses:
            if field == "labels" and operator in ("=", "in"):
                return self._ordered(chain(*(site.by_label.get(v, ()) for v in values)))
        for field, operator, values in self.clauses:
            if field == "project" and operator == "=":
                ids = site.by_project.get(values[0], [])
                return reversed(ids) if self.descending else iter(list(ids))
        return self._ordered(site.index)

    def _ordered(self, ids: Iterable[int]) -> list[int]:
        return sorted(set(ids), reverse=self.descending)

    def _test(self, clause: Clause) -> Callable[[Indexed], bool]:
        field, operator, values = clause
        if field in ("created", "updated") and operator in (">=", "<="):
            moment = self._moment(values[0])
            if operator == ">=":
                return lambda entry: float(getattr(entry, field)) >= moment
            return lambda entry: float(getattr(entry, field)) <= moment
        if field in _TEXTS and operator == "~":
            words = values[0].casefold().split()
            return lambda entry: all(word in entry.text for word in words)
        get = _VALUES.get(field)
        if get is None or operator not in ("=", "!=", "in", "not in"):
            raise JqlError(
                f"Field '{field}' does not exist or you do not have permission to view it."
            )
        if field == "project" and (unknown := set(values) - set(self._site.by_project)):
            raise JqlError(f"The value '{min(unknown)}' does not exist for the field 'project'.")
        wanted, negated = frozenset(values), operator in ("!=", "not in")
        return lambda entry: (not wanted.isdisjoint(get(entry))) is not negated

    def _moment(self, text: str) -> float:
        ago = _AGO.fullmatch(text)
        if ago is None:
            raise JqlError(f"Date value '{text}' is invalid.")
        return self._site.time.seconds() - int(ago[1]) * _SECONDS[ago[2]]


_VALUES: dict[str, Callable[[Indexed], Iterable[str]]] = {
    "labels": lambda entry: entry.labels,
    "project": lambda entry: (entry.project,),
    "key": lambda entry: (entry.key,),
    "issuekey": lambda entry: (entry.key,),
    "id": lambda entry: (str(entry.id),),
    "status": lambda entry: (entry.status,),
}


def _newest(site: Site, since: float) -> Iterator[int]:
    """The index is in the order of changes."""
    for number in reversed(site.index):
        if site.index[number].updated < since - site.settings.search_lag - 1:
            return
        yield number


def _tokens(jql: str) -> Iterator[str]:
    place = 0
    jql = jql.strip()
    while place < len(jql):
        found = _TOKEN.match(jql, place)
        if found is None:
            raise JqlError(f"Error in the JQL Query: unexpected '{jql[place : place + 10]}'.")
        text, sign, word = found.groups()
        yield re.sub(r"\\(.)", r"\1", text) if text is not None else sign or word
        place = found.end()
