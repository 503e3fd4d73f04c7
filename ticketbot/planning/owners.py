"""Whose flaw it is: the last line of CODEOWNERS that matches its path, the first entry of the map that fits.

Owners add fields to a ticket. They never decide whether there is one: where nobody is named, or
somebody a tracker does not know, the ticket is made without.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec
from codeowners import CodeOwners

from ticketbot.errors import Problem
from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.conditions import matches
from ticketbot.planning.settings import Codeowners, Owners, TrackerSettings

# A GitLab section: `[Docs][2] @docs-team`, or `^[Docs]` where its approval is optional.
_SECTION = re.compile(r"\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?:\s+(?P<owners>.*))?")
_COMMENT = re.compile(r"(?:^|\s)#.*$")

# What the words that all trackers share are called in each; None: it has nothing of the kind.
_TERMS: dict[str, dict[str, str | None]] = {
    "local": {},
    "jira": {"component": "components", "group": None},
    "github": {"project": None, "component": None, "group": None},
    "servicenow": {"project": None, "component": "cmdb_ci", "group": "assignment_group"},
}
_LISTS = frozenset({"components"})


class Owned(msgspec.Struct, frozen=True):
    """What CODEOWNERS says of one path. `names` is empty where a line says that nobody owns it."""

    names: tuple[str, ...] = ()
    where: str = ""
    """`.github/CODEOWNERS:7`; "" where no line matches."""


class Layer(msgspec.Struct, frozen=True):
    """Fields, and the file and line they come from."""

    where: str
    fields: dict[str, Any]


def owned(path: str | None, file: Codeowners | None) -> Owned:
    """Who owns a path, relative to the source root."""
    if path is None or file is None or path.startswith("/"):
        return Owned()
    names, line = _last_match(file.text, path)
    return Owned(names, f"{file.file}:{line}") if line else Owned()


def layers(
    found: Owned, features: Features, scope: Scope, owners: Owners
) -> tuple[list[Layer], dict[str, dict[str, Any]]]:
    """What CODEOWNERS gives and, after it, the map; and the map's fields by tracker."""
    made = []
    if fields := _people(found.names):
        made.append(Layer(found.where, fields))
    for entry in owners.entries:
        if matches(entry.when, features, scope, found.names):
            return [*made, Layer(entry.where, entry.fields)], entry.tracker_fields
    return made, {}


def translated(fields: dict[str, Any], tracker: TrackerSettings) -> dict[str, Any]:
    """Owners' fields in the tracker's own terms, without those it has nothing for."""
    terms = _TERMS[tracker.type]
    made = {}
    for name, value in fields.items():
        term = terms.get(name, name)
        if term is not None:
            made[term] = [value] if term in _LISTS and value is not None else value
    return made


def _people(names: tuple[str, ...]) -> dict[str, Any]:
    """The first person is the assignee, the first team the group."""
    teams = [name.removeprefix("@") for name in names if name.startswith("@") and "/" in name]
    people = [name.removeprefix("@") for name in names if not (name[:1] == "@" and "/" in name)]
    return ({"assignee": people[0]} if people else {}) | ({"group": teams[0]} if teams else {})


def mistakes(file: Codeowners) -> list[Problem]:
    """Lines that mean nothing; they are left out, the others count."""
    return [
        Problem(f"{file.file}:{number}", "this pattern cannot be read, the line is left out")
        for number, line in enumerate(_cleaned(file.text), 1)
        if line and not _readable(line)
    ]


def matched_by(file: Codeowners, paths: frozenset[str]) -> bool:
    """Whether any line is about any of the paths."""
    return any(_last_match(file.text, path)[1] for path in paths)


def names_in(file: Codeowners) -> frozenset[str]:
    """Everybody that the file names."""
    lines = _compiled(file.text).paths
    return frozenset(name for line in lines for _, name in line[2])


@lru_cache(maxsize=65_536)
def _last_match(text: str, path: str) -> tuple[tuple[str, ...], int]:
    """(owners, line); line 0 where none matches."""
    found, line, _, _ = _compiled(text).matching_line(path)
    return tuple(name for _, name in found), line or 0


@lru_cache(maxsize=4)
def _compiled(text: str) -> CodeOwners:
    return CodeOwners("\n".join(line if _readable(line) else "" for line in _cleaned(text)))


def _cleaned(text: str) -> list[str]:
    """Line by line without comments and section headers, whose default owners go to their lines."""
    lines, default = [], ""
    for raw in text.splitlines():
        line = _COMMENT.sub("", raw).strip()
        if section := _SECTION.fullmatch(line):
            default, line = section["owners"] or "", ""
        elif default and line and not re.search(r"(?<!\\)\s", line):
            line = f"{line} {default}"
        lines.append(line)
    return lines


def _readable(line: str) -> bool:
    try:
        CodeOwners(line)
    except (ValueError, re.error):
        return False
    return True
