"""Files that a configuration includes: merged first, and what they lock stays as it is.

Mappings are merged key by key; a list or a plain value of the including file replaces the included
one. Reads local files only, relative to the file that names them, and never one twice in a chain.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ticketbot.config.complaints import dotted, place_of
from ticketbot.config.yaml_source import Document, KeyPath, Place, parse
from ticketbot.errors import Problem

LARGEST = 1024 * 1024
"""Bytes of a configuration file."""


def read(path: Path, shown: str, chain: tuple[Path, ...] = ()) -> Document:
    """The file and all it includes as one document. Raises nothing: see its problems."""
    document = parse_file(path, shown)
    if not isinstance(document.data, dict):
        return document
    names = document.data.get("include", [])
    names = [names] if isinstance(names, str) else names if isinstance(names, list) else []
    for index, name in enumerate(names):
        place = place_of(("include", index), document.places, shown)
        if not isinstance(name, str):
            continue  # the model will say so
        below = str(Path(shown).parent / name)
        document = _with(document, path.parent / name, below, place, (*chain, path.resolve()))
    return document


def parse_file(path: Path, shown: str) -> Document:
    """One file, without what it includes."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        problem = Problem(shown, f"cannot be read: {error.strerror or error}")
        return Document(None, {}, [problem])
    if len(content) > LARGEST:
        return Document(None, {}, [Problem(shown, f"is larger than {LARGEST:,} bytes")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Document(None, {}, [Problem(f"{shown}:{line}", "this is not UTF-8")])
    return parse(text, shown)


def _with(
    document: Document, path: Path, shown: str, place: Place, chain: tuple[Path, ...]
) -> Document:
    if path.resolve() in chain:
        problem = Problem(str(place), f"{shown} includes itself")
        return document._replace(problems=[*document.problems, problem])
    if not path.is_file():
        problem = Problem(str(place), f"the included file {shown} does not exist")
        return document._replace(problems=[*document.problems, problem])
    base = read(path, shown, chain)
    problems = [*base.problems, *document.problems]
    if not isinstance(base.data, dict):
        return document._replace(problems=problems)
    data = _merged({k: v for k, v in base.data.items() if k != "include"}, document.data)
    problems += _broken_locks(base, document, data)
    locks = [*_locks(base), *_locks(document)]
    if locks:
        data["locked"] = list(dict.fromkeys(locks))
    return Document(data, base.places | document.places, problems)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged


def _locks(document: Document) -> list[str]:
    found = document.data.get("locked", [])
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _broken_locks(base: Document, over: Document, merged: dict[str, Any]) -> list[Problem]:
    """A locked key that comes out otherwise than it was locked."""
    problems = []
    for name in _locks(base):
        path: KeyPath = tuple(name.split("."))
        if _at(merged, path) != _at(base.data, path):
            here = place_of(path, over.places, "")
            there = place_of(path, base.places, "")
            what = f"`{dotted(path)}` is locked by {there}; remove it here"
            problems.append(Problem(str(here), what))
    return problems


def _at(data: Any, path: KeyPath) -> Any:
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return data
