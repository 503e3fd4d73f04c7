"""API files as plain data: YAML or JSON of bounded size, and what they refer to in files beside them.

Every scalar of YAML is text here: names and paths are all that is looked at. Reads local files only; what a
reference on the network leads to stays unknown.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from ticketbot.errors import Problem

LARGEST = 16 * 1024 * 1024
"""Bytes of one file."""
MOST_FILES = 200
"""That one API file may refer to."""
_DEEPEST = 20
_DEEPEST_YAML = 300
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class ApiSource:
    """One API file and the ones it refers to, each read once. `problems` has every mistake."""

    def __init__(self, path: Path, shown: str) -> None:
        """`shown`: what the user calls the file."""
        self.path, self.shown = path, shown
        self.problems: list[Problem] = []
        self._files: dict[Path, Any] = {}
        self.data = self._file(path, shown)

    def resolved(self, value: Any) -> Any:
        """What stands in the place of `{$ref: …}`; the value itself where it is no reference, None where it
        leads nowhere that can be known."""
        where = self.path
        for _ in range(_DEEPEST):
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                return value
            file, _, pointer = value["$ref"].partition("#")
            if "://" in file:
                return None
            if file:
                where = (where.parent / file).resolve()
            document = self._files[where] if where in self._files else self._referred(where)
            value = _at(document, pointer)
        return None

    def _referred(self, path: Path) -> Any:
        shown = f"{self.shown} → {path.name}"
        if len(self._files) > MOST_FILES:
            problem = Problem(self.shown, f"refers to more than {MOST_FILES} files")
            self.problems += [] if problem in self.problems else [problem]
            return None
        return self._file(path, shown)

    def _file(self, path: Path, shown: str) -> Any:
        self._files[path] = None
        try:
            with path.open("rb") as stream:
                content = stream.read(LARGEST + 1)
        except OSError as error:
            what = f"cannot be read: {error.strerror or error}"
            self.problems.append(Problem(shown, what))
            return None
        if len(content) > LARGEST:
            self.problems.append(Problem(shown, f"is larger than {LARGEST:,} bytes"))
            return None
        self._files[path] = self._parsed(content, shown)
        return self._files[path]

    def _parsed(self, content: bytes, shown: str) -> Any:
        try:
            text = content.decode("utf-8-sig")
            if text.lstrip()[:1] in ("{", "["):
                return json.loads(text)
            _check_depth(text)
            return yaml.load(text, Loader=_LOADER)  # noqa: S506 (makes texts, lists, mappings)
        except UnicodeDecodeError as error:
            place, what = content.count(b"\n", 0, error.start) + 1, "this is not UTF-8"
        except json.JSONDecodeError as error:
            place, what = error.lineno, f"this is no JSON: {error.msg}"
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place, what = mark.line + 1 if mark else 1, f"this is no YAML: {error.problem}"
        except yaml.YAMLError as error:
            place, what = 1, f"this is no YAML: {error}"
        except RecursionError:
            place, what = 1, "is nested too deeply"
        self.problems.append(Problem(f"{shown}:{place}", what))
        return None


def _check_depth(text: str) -> None:
    """Raises RecursionError: libyaml's composer has no limit, and would end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST_YAML:
                raise RecursionError
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _at(document: Any, pointer: str) -> Any:
    """The value that a JSON pointer (RFC 6901) names; None where there is none."""
    value = document
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value
