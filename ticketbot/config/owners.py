"""Who owns what: finds CODEOWNERS under the source root, reads the owners' map, tells what is wrong there.

Owners only add fields to tickets. So a file that is not there is a warning; one that cannot be
understood is a mistake. Reads inside the source root only, and the map beside the configuration.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, ValidationError

from ticketbot.config.complaints import complaints, dotted, place_of
from ticketbot.config.document import Config, When
from ticketbot.config.include import parse_file
from ticketbot.config.tracker_base import Strict
from ticketbot.config.values import condition
from ticketbot.config.yaml_source import Document, KeyPath, Place
from ticketbot.errors import Problem
from ticketbot.planning import fields, owners
from ticketbot.planning import settings as wanted
from ticketbot.planning.globs import matches_name, matches_path

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where GitHub and GitLab look, in this order; the first that is there counts."""
LARGEST = 3 * 1024 * 1024
"""Bytes of CODEOWNERS; GitHub reads no larger one."""
_MOST_FILES = 200_000
_SHARED = ("project", "component", "group", "assignee", "labels")


class OwnerEntry(Strict):
    """Whose the flaws are that `when` describes. The first entry that fits counts."""

    when: When = Field(When(), description="The same conditions as a route's.")
    project: str | None = Field(None, description="The tracker's project, as a JIRA key.")
    component: str | None = Field(None, description="JIRA: component. ServiceNow: `cmdb_ci`.")
    group: str | None = Field(
        None, description="ServiceNow: assignment group. Everywhere: `{{ group }}` in templates."
    )
    assignee: str | None = Field(None, description="As the tracker calls the person.")
    labels: list[str] = Field([], description="Added to those from elsewhere.")
    fields: dict[str, dict[str, Any]] = Field(
        {}, description="Tracker → fields in its own terms; they go before the ones above."
    )


class OwnerMap(Strict):
    """The owners' map, version 1: a file of its own, named by `owners.map`."""

    version: Literal[1] = Field(description="Of this file's format.")
    owners: Annotated[list[OwnerEntry], Field(min_length=1)] = Field(
        description="Tried from the first to the last."
    )


class Found(NamedTuple):
    """What was found. `problems` are mistakes, `warnings` are told and nothing stops for them."""

    owners: wanted.Owners
    problems: list[Problem]
    warnings: list[Problem]


def owners_of(config: Config, where: Place, folder: Path, root: Path) -> Found:
    """`where`: the place of `owners` in the configuration; `root`: the checkout."""
    found = Found(wanted.Owners(), [], [])
    codeowners = _codeowners(root, where, found) if config.owners.codeowners else None
    entries = _map(config, where, folder, found) if config.owners.map else ()
    return found._replace(owners=wanted.Owners(codeowners=codeowners, entries=entries))


def _codeowners(root: Path, where: Place, found: Found) -> wanted.Codeowners | None:
    for name in PLACES:
        file = (root / name).resolve()
        if not file.is_relative_to(root.resolve()) or not file.is_file():
            continue
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            found.warnings.append(Problem(name, f"is larger than {LARGEST:,} bytes and not used"))
            return None
        made = wanted.Codeowners(name, content.decode("utf-8-sig", "replace"))
        found.warnings.extend(owners.mistakes(made))
        return made
    what = f"there is no CODEOWNERS in {root}; looked for {', '.join(PLACES)}"
    found.warnings.append(Problem(str(where), f"`owners.codeowners`: {what}"))
    return None


def _map(config: Config, where: Place, folder: Path, found: Found) -> tuple[wanted.OwnerEntry, ...]:
    file = folder / str(config.owners.map)
    shown = str(PurePath(where.file).parent / str(config.owners.map))
    if not file.is_file():
        what = f"`owners.map`: there is no file {shown}; tickets are made without it"
        found.warnings.append(Problem(str(where), what))
        return ()
    document = parse_file(file, shown)
    problems, data = list(document.problems), document.data
    made: OwnerMap | None = None
    if not problems:
        try:
            made = OwnerMap.model_validate(data)
        except ValidationError as error:
            schema = OwnerMap.model_json_schema()
            problems += complaints(error, data, document.places, schema, shown)
    if made is not None:
        problems += _misfits(made, config, document, shown)
    found.problems.extend(problems)
    if made is None or problems:
        return ()
    return tuple(_entry(each, i, document, shown) for i, each in enumerate(made.owners))


def _misfits(made: OwnerMap, config: Config, document: Document, shown: str) -> list[Problem]:
    wrong: list[tuple[KeyPath, str]] = []
    for index, entry in enumerate(made.owners):
        at: KeyPath = ("owners", index)
        for name in entry.fields:
            if name not in config.trackers:
                what = f"there is no tracker {name!r}; expected one of {', '.join(config.trackers)}"
                wrong.append(((*at, "fields", name), what))
        wrong += fields.mistakes(entry.model_dump(exclude={"when"}), at)
    return [
        Problem(str(place_of(path, document.places, shown)), f"`{dotted(path)}`: {what}")
        for path, what in wrong
    ]


def _entry(entry: OwnerEntry, index: int, document: Document, shown: str) -> wanted.OwnerEntry:
    given = entry.model_dump(include=set(_SHARED) & entry.model_fields_set)
    place = place_of(("owners", index), document.places, shown)
    return wanted.OwnerEntry(
        where=f"{place.file}:{place.line}",
        when=condition(entry.when),
        fields=given,
        tracker_fields=entry.fields,
    )


def idle(found: wanted.Owners, root: Path) -> list[Problem]:
    """What matches nothing in the checkout: a CODEOWNERS as a whole, entries of the map."""
    problems: list[Problem] = []
    code = found.codeowners
    if code is None and not found.entries:
        return problems
    paths = frozenset(_files(root))
    if code is not None and not owners.matched_by(code, paths):
        problems.append(Problem(code.file, f"no line is about any file in {root}"))
    named = owners.names_in(code) if code is not None else frozenset()
    for entry in found.entries:
        when = entry.when
        if when.path and not any(matches_path(path, when.path) for path in paths):
            what = f"no file in {root} is called {' or '.join(when.path)}"
            problems.append(Problem(entry.where, f"this entry matches nothing: {what}"))
        elif when.owner and not any(matches_name(name, when.owner) for name in named):
            source = code.file if code else "CODEOWNERS, which is not read"
            what = f"{' or '.join(when.owner)} is not in {source}"
            problems.append(Problem(entry.where, f"this entry matches nothing: {what}"))
    return problems


def _files(root: Path) -> list[str]:
    """Paths of files under the root, as many as can be looked at; `.git` and the like left out."""
    found: list[str] = []
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if name not in (".git", "node_modules", ".venv"))
        inside = os.path.relpath(folder, root)
        found += [name if inside == "." else f"{inside}/{name}" for name in names]
        if len(found) > _MOST_FILES:
            break
    return found
