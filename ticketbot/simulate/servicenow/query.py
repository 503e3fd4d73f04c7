"""Encoded queries as a ServiceNow instance understands them: what it does not understand, it drops.

Terms are joined by `^`, alternatives by `^OR`, whole queries by `^NQ`; texts are compared without regard to
case. https://servicenow.github.io/sdk/guides/encoded-query-guide
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

Row = dict[str, str]

_TERM = re.compile(
    r"(?P<field>[a-z][a-z0-9_.]*?)"
    r"(?P<op>RELATIVEGE|STARTSWITH|ISNOTEMPTY|ISEMPTY|NOT IN|IN|LIKE|!=|>=|<=|=|>|<)(?P<value>.*)",
    re.S,
)


@dataclass(frozen=True)
class Term:
    """One condition."""

    field: str
    op: str
    value: str

    def values(self) -> list[str]:
        """What may be equal, in lower case."""
        return self.value.lower().split(",") if self.op == "IN" else [self.value.lower()]


@dataclass(frozen=True)
class Query:
    """Groups of which one must hold; in each, every list of alternatives must hold."""

    groups: tuple[tuple[tuple[Term, ...], ...], ...]
    order: tuple[str, ...] = ()

    def matches(self, row: Row, now: str, since: Callable[[str], str]) -> bool:
        """`since`: the text behind RELATIVEGE → the oldest stamp."""
        return any(
            all(any(_holds(term, row, now, since) for term in either) for either in group)
            for group in self.groups
        )

    def only(self) -> tuple[tuple[Term, ...], ...]:
        """The terms of a query that has one group; none of one with several."""
        return self.groups[0] if len(self.groups) == 1 else ()


def parse(text: str, known: Collection[str]) -> Query:
    """Terms over unknown columns, and those that cannot be read, are left out without a word."""
    groups: list[tuple[tuple[Term, ...], ...]] = []
    order: list[str] = []
    for part in text.split("^NQ"):
        group: list[list[Term]] = []
        for word in part.split("^"):
            if word.startswith("ORDERBY"):
                order.append(word.removeprefix("ORDERBY"))
                continue
            alternative = word.startswith("OR") and bool(group)
            term = _term(word.removeprefix("OR") if alternative else word, known)
            if term is None:
                continue
            if alternative:
                group[-1].append(term)
            else:
                group.append([term])
        groups.append(tuple(tuple(either) for either in group))
    return Query(tuple(groups), tuple(order))


def _term(word: str, known: Collection[str]) -> Term | None:
    found = _TERM.fullmatch(word)
    if found is None or found["field"] not in known:
        return None
    return Term(found["field"], found["op"], found["value"])


def _holds(term: Term, row: Row, now: str, since: Callable[[str], str]) -> bool:
    value = row.get(term.field, "").lower()
    if term.op == "RELATIVEGE":
        return since(term.value) <= value <= now
    return _OPERATORS[term.op](value, term.value.lower())


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda value, wanted: value == wanted,
    "!=": lambda value, wanted: value != wanted,
    ">": lambda value, wanted: value > wanted,
    "<": lambda value, wanted: value < wanted,
    ">=": lambda value, wanted: value >= wanted,
    "<=": lambda value, wanted: value <= wanted,
    "IN": lambda value, wanted: value in wanted.split(","),
    "NOT IN": lambda value, wanted: value not in wanted.split(","),
    "STARTSWITH": lambda value, wanted: value.startswith(wanted),
    "LIKE": lambda value, wanted: wanted in value,
    "ISEMPTY": lambda value, _wanted: not value,
    "ISNOTEMPTY": lambda value, _wanted: bool(value),
}
