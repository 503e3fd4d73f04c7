"""`ticketbot mappings`: which reports are read besides SARIF, and the tools to add one more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from ticketbot.cli.options import General

if TYPE_CHECKING:
    from ticketbot.cli.console import Console
    from ticketbot.readers.mapping import Mapping

KINDS = 24
"""Columns of a terminal for the kinds: what the tool is shall be seen, too."""

Folder = Annotated[
    Path | None, Option("--mappings", metavar="DIR", help="A folder with mappings of your own.")
]


def list_(options: General, mappings: Folder = None) -> int:
    """Show every mapping: its name, what kinds of findings it makes, what the tool is."""
    from ticketbot.cli.console import Console
    from ticketbot.cli.output import fitted, table

    console = Console(options)
    rows = [
        (each.name, fitted(", ".join(each.kinds), KINDS).rstrip(), each.document.what)
        for each in _all(options, mappings, console).values()
    ]
    table(console, ("name", "kinds", "what"), rows)
    console.say("SARIF 2.1.0 of any tool is read without a mapping (--tool sarif)")
    console.finish()
    return 0


def show(
    name: Annotated[str, Argument(metavar="NAME")], options: General, mappings: Folder = None
) -> int:
    """Print a mapping as it stands in its file."""
    from ticketbot.cli.console import Console

    console = Console(options)
    mapping = _named(name, _all(options, mappings, console))
    console.out(Path(mapping.origin).read_text(encoding="utf-8-sig").rstrip("\n"))
    console.finish()
    return 0


def validate(
    files: Annotated[list[Path], Argument(metavar="FILE...", help="Mapping files or folders.")],
    options: General,
) -> int:
    """Name every mistake in mapping files, with its line. Exits with 2 where there is one."""
    from ticketbot.cli.console import Console
    from ticketbot.config.mapping_files import load_mapping
    from ticketbot.errors import MappingError, Problem, UsageError

    console = Console(options)
    problems: list[Problem] = []
    paths = [
        path
        for each in files
        for path in (sorted(each.glob("*.yaml")) if each.is_dir() else [each])
    ]
    if not paths:
        raise UsageError("there is no *.yaml in the folder", hint="Name the mapping file itself.")
    for path in paths:
        try:
            mapping = load_mapping(path)
        except MappingError as error:
            problems += error.problems or (Problem(str(path), error.message),)
            continue
        console.out(
            f"{path} is valid: {mapping.name}, {', '.join(mapping.kinds) or 'no fixed kind'}"
        )
    console.finish()
    if problems:
        raise MappingError(
            "the mappings cannot be used",
            hint="`ticketbot mappings schema` prints every key; `show NAME` prints one to start from.",
            problems=problems,
        )
    return 0


def test(
    options: General,
    names: Annotated[
        list[str] | None,
        Argument(metavar="[NAME]...", help="Mappings, or files of them.  [default: all]"),
    ] = None,
    mappings: Folder = None,
    cases: Annotated[
        Path, Option("--cases", metavar="DIR", help="<mapping>/<case>/{report.*, findings.json}")
    ] = Path("tests/mappings"),
    accept: Annotated[
        bool, Option("--accept", help="Keep what comes out now as expected; read it first.")
    ] = False,
) -> int:
    """Read the reports of the cases, and compare with the findings they expect."""
    from ticketbot.cli.console import Console
    from ticketbot.cli.mapping_cases import Cases
    from ticketbot.config.mapping_files import load_mapping

    console = Console(options)
    known = _all(options, mappings, console)
    wanted: list[Mapping] = []
    for name in names or []:
        wanted.append(load_mapping(Path(name)) if Path(name).is_file() else _named(name, known))
    code = Cases(cases, accept, console).run(wanted or list(known.values()), asked=bool(names))
    console.finish()
    return code


def schema(options: General) -> int:
    """Print the JSON Schema of a mapping file, for editors."""
    import json

    from ticketbot.cli.console import Console
    from ticketbot.readers.mapping import mapping_schema

    console = Console(options)
    console.out(json.dumps(mapping_schema(), indent=2, ensure_ascii=False))
    console.finish()
    return 0


def _all(options: General, own: Path | None, console: Console) -> dict[str, Mapping]:
    from ticketbot.cli.opening import configuration
    from ticketbot.config.mapping_files import load_mappings, mapping_folders

    loaded = configuration(options, console)
    configured = loaded.folder / loaded.config.mappings if loaded.config.mappings else None
    return load_mappings(mapping_folders(own, configured))


def _named(name: str, known: dict[str, Mapping]) -> Mapping:
    import difflib

    from ticketbot.errors import UsageError

    if name in known:
        return known[name]
    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    raise UsageError(
        f"there is no mapping {name!r}" + (f"; did you mean {close[0]!r}?" if close else ""),
        hint="`ticketbot mappings list` names them all.",
    )
