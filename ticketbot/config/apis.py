"""What `targets:` say about APIs → values for identity. Reads their files, when somebody wants to know.

A file that is not there or cannot be understood is a mistake of the configuration: without it the same flaw
would go by another operation in this run than in the last.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from ticketbot.config.api_shapes import description
from ticketbot.config.api_source import ApiSource
from ticketbot.config.load import Loaded
from ticketbot.errors import ConfigError, Problem
from ticketbot.identity.registered import NO_APIS, Description, Registered


def registered(loaded: Loaded, target: str) -> Registered:
    """What is known of one target's APIs. Raises ConfigError with every problem of every file."""
    targets = loaded.config.targets
    elsewhere = tuple((name, tuple(t.hosts)) for name, t in targets.items() if name != target)
    entry = targets.get(target)
    if entry is None:
        return Registered(elsewhere=elsewhere) if any(h for _, h in elsewhere) else NO_APIS
    return Registered(
        descriptions=_read(loaded, [target]),
        structural=tuple(entry.structural),
        hosts=tuple(entry.hosts),
        elsewhere=elsewhere,
    )


def check(loaded: Loaded) -> int:
    """Read the API files of all targets; how many operations they have. Raises ConfigError."""
    return sum(len(each.operations) for each in _read(loaded, loaded.config.targets))


def _read(loaded: Loaded, targets: Iterable[str]) -> tuple[Description, ...]:
    found: list[Description] = []
    problems: list[Problem] = []
    for target in targets:
        for index, name in enumerate(loaded.config.targets[target].openapi or ()):
            place = loaded.place(("targets", target, "openapi", index))
            path, shown = loaded.folder / name, str(PurePath(place.file).parent / name)
            if not path.is_file():
                what = f"`targets.{target}.openapi`: there is no file {shown}"
                problems.append(Problem(str(place), what))
                continue
            source = ApiSource(path.resolve(), shown)
            made = description(source, name)
            problems += source.problems
            found += [made] if made is not None else []
    if problems:
        count = "one mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        raise ConfigError(
            f"the API files that {loaded.where} names have {count}.",
            hint="Files are relative to the configuration: OpenAPI 3, Swagger 2 or Postman 2, "
            "as YAML or JSON.",
            problems=problems,
        )
    return tuple(found)
