"""A GraphQL document as nested selections: as much of the language as clients of issues use. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

_TOKEN = re.compile(r'\s*(?:(\.\.\.|"(?:[^"\\]|\\.)*"|\$?[_A-Za-z]\w*|-?\d+|[!(){}:\[\]=]),?|,)')


class Field(msgspec.Struct, frozen=True):
    """`alias: name(arguments) { selections }`. A variable is a text that begins with `$`."""

    name: str
    alias: str
    arguments: dict[str, Any]
    selections: tuple[Field | Fragment, ...] = ()


class Fragment(msgspec.Struct, frozen=True):
    """Selections for one type."""

    type: str
    selections: tuple[Field | Fragment, ...]


class Document(msgspec.Struct, frozen=True):
    """One query. `variables`: name with `$` → whether it must be given."""

    selections: tuple[Field | Fragment, ...]
    variables: Mapping[str, bool]


class MalformedError(ValueError):
    """No GraphQL, or more of it than is known here."""


@lru_cache(maxsize=64)
def parse(text: str) -> Document:
    """Raises MalformedError."""
    return _Parser(text).document()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        position = 0
        text = text.rstrip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                raise MalformedError(f'Parse error on "{text[position : position + 10]}"')
            position = found.end()
            if found[1]:
                self._tokens.append(found[1])
        self._fragments = self._split()

    def _split(self) -> dict[str, tuple[str, list[str]]]:
        """Fragments stand behind the query."""
        fragments = {}
        while "fragment" in self._tokens:
            start = len(self._tokens) - 1 - self._tokens[::-1].index("fragment")
            _, name, _, type_, *rest = self._tokens[start:]
            fragments[name] = (type_, rest)
            del self._tokens[start:]
        return fragments

    def document(self) -> Document:
        if self._peek() == "query":
            self._take("query")
        variables: dict[str, bool] = {}
        if self._peek() == "(":
            self._take("(")
            while self._peek() != ")":
                name = self._take()
                self._take(":")
                self._take()
                variables[name] = self._peek() == "!"
                if self._peek() == "!":
                    self._take()
            self._take(")")
        selections = self._selections()
        if self._tokens:
            raise MalformedError(f"Parse error on {self._tokens[0]!r}")
        return Document(selections, variables)

    def _selections(self) -> tuple[Field | Fragment, ...]:
        self._take("{")
        found: list[Field | Fragment] = []
        while self._peek() != "}":
            found.append(self._fragment() if self._peek() == "..." else self._field())
        self._take("}")
        if not found:
            raise MalformedError("Parse error on an empty selection")
        return tuple(found)

    def _fragment(self) -> Fragment:
        self._take("...")
        name = self._take()
        if name == "on":
            return Fragment(self._take(), self._selections())
        if name not in self._fragments:
            raise MalformedError(f"Fragment {name} was used, but not defined")
        type_, tokens = self._fragments[name]
        kept, self._tokens = self._tokens, list(tokens)
        selections = self._selections()
        self._tokens = kept
        return Fragment(type_, selections)

    def _field(self) -> Field:
        name = alias = self._take()
        if self._peek() == ":":
            self._take(":")
            name = self._take()
        arguments: dict[str, Any] = {}
        if self._peek() == "(":
            self._take("(")
            while self._peek() != ")":
                key = self._take()
                self._take(":")
                arguments[key] = self._value()
            self._take(")")
        return Field(name, alias, arguments, self._selections() if self._peek() == "{" else ())

    def _value(self) -> Any:
        token = self._take()
        if token == "[":
            values = []
            while self._peek() != "]":
                values.append(self._value())
            self._take("]")
            return values
        if token.startswith('"'):
            return msgspec.json.decode(token)
        if token.lstrip("-").isdecimal():
            return int(token)
        return {"true": True, "false": False, "null": None}.get(token, token)

    def _peek(self) -> str:
        return self._tokens[0] if self._tokens else ""

    def _take(self, expected: str = "") -> str:
        token = self._tokens.pop(0) if self._tokens else ""
        if not token or (expected and token != expected):
            raise MalformedError(f"Expected {expected or 'a name'}, found {token or 'the end'}")
        return token
