"""Finds mapping files, parses their YAML with the place of every node, hands them on checked.

Looks, in this order, at the folder of `--mappings`, the configured folder, the copy in the wheel
(`ticketbot/_mappings`) or else the repository's `mappings/`; a mapping found earlier hides one of
the same name found later. Reads `NAME.yaml` files only, and nothing that they name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ticketbot.config import yaml_source
from ticketbot.errors import MappingError, Problem
from ticketbot.readers.mapping import Mapping, checked

PACKAGED = Path(__file__).resolve().parents[1] / "_mappings"
REPOSITORY = Path(__file__).resolve().parents[2] / "mappings"
LARGEST = 1024 * 1024
"""Bytes of a mapping file."""
HINT = "docs/mappings.md has the language on one page."


def mapping_folders(given: Path | None = None, configured: Path | None = None) -> list[Path]:
    """The folders that exist, first the one that counts most. One that was asked for must exist."""
    asked = [folder for folder in (given, configured) if folder is not None]
    for folder in asked:
        if not folder.is_dir():
            raise MappingError(
                f"the folder of mappings {folder} does not exist",
                hint="Give the folder that holds the mapping files (NAME.yaml).",
            )
    own = PACKAGED if PACKAGED.is_dir() else REPOSITORY
    return [*asked, *([own] if own.is_dir() else [])]


def load_mappings(folders: Iterable[Path]) -> dict[str, Mapping]:
    """Every mapping by name, in order of names. Raises MappingError with all files' problems."""
    found: dict[str, Mapping] = {}
    problems: list[Problem] = []
    for folder in folders:
        own: dict[str, Mapping] = {}
        for path in sorted(folder.glob("*.yaml")):
            try:
                mapping = load_mapping(path)
            except MappingError as error:
                problems += error.problems or [Problem(str(path), error.message)]
                continue
            if mapping.name in own:
                what = f"the name {mapping.name!r} is taken by {own[mapping.name].origin}"
                problems.append(Problem(str(path), what))
            own.setdefault(mapping.name, mapping)
        found = own | found
    if problems:
        raise _refused("the mappings have", problems)
    return dict(sorted(found.items()))


def load_mapping(path: Path) -> Mapping:
    """The mapping of one file. Raises MappingError with every problem, each with its place."""
    try:
        if path.stat().st_size > LARGEST:
            raise MappingError(
                f"{path} has more than {LARGEST:,} bytes, too many for a mapping", hint=HINT
            )
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(
            f"the mapping file {path} cannot be read: {error}", hint="A mapping is YAML in UTF-8."
        ) from error
    return parse_mapping(text, str(path))


def parse_mapping(text: str, name: str) -> Mapping:
    """The mapping of a YAML text; `name` is what problems call it."""
    parsed = yaml_source.parse(text, name)
    places = {"".join(f"/{step}" for step in path): at for path, at in parsed.places.items()}
    if parsed.problems and parsed.data is None:
        raise _refused(f"the mapping {name} has", parsed.problems)

    def locate(pointer: str) -> str:
        while pointer not in places and pointer:
            pointer = pointer.rpartition("/")[0]
        return str(places.get(pointer, f"{name}:1"))

    try:
        mapping = checked(parsed.data, locate, name)
    except MappingError as error:
        problems = [*parsed.problems, *error.problems]
        raise _refused(f"the mapping {name} has", problems) from error
    if parsed.problems:
        raise _refused(f"the mapping {name} has", parsed.problems)
    return mapping


def _refused(who: str, problems: Sequence[Problem]) -> MappingError:
    count = f"{len(problems)} problem" + ("s" if len(problems) != 1 else "")
    return MappingError(f"{who} {count}", hint=HINT, problems=sorted(problems, key=_in_order))


def _in_order(problem: Problem) -> tuple[str, int, int]:
    file, *numbers = problem.where.split(":")
    line, column = ([int(each) for each in numbers if each.isdigit()] + [0, 0])[:2]
    return file, line, column
