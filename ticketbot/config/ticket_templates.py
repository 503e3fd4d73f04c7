"""The templates of tickets: those in the package, and a user's own, which replace them by name.

A user's own are tried on made-up tickets at once, so that no run fails half way for them.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from ticketbot.errors import ConfigError, Problem
from ticketbot.planning.render import render
from ticketbot.planning.render_sample import sample_views
from ticketbot.planning.render_template import NAMES, Templates, check

LARGEST = 256 * 1024
"""Bytes of a template."""


def templates_of(folder: Path | None) -> Templates:
    """All templates; `folder` holds a user's own. Raises ConfigError with all that is wrong."""
    package = resources.files("ticketbot.config").joinpath("templates")
    texts = {name: package.joinpath(name).read_text("utf-8") for name in NAMES}
    if folder is not None:
        texts |= _own(folder)
    templates = Templates(tuple(sorted(texts.items())))
    check(templates)
    if folder is not None:
        for view in sample_views():
            render(view, templates)
    return templates


def _own(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        raise ConfigError(
            f"The folder of templates {folder} does not exist.",
            hint="Correct `templates:`, or leave it out to use the templates of ticketbot.",
        )
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.j2")):
        if path.stat().st_size > LARGEST:
            problems.append(Problem(str(path), f"is larger than {LARGEST:,} bytes"))
            continue
        try:
            texts[path.name] = path.read_text("utf-8")
        except UnicodeDecodeError:
            problems.append(Problem(str(path), "this is not UTF-8"))
    if not texts and not problems:
        problems.append(Problem(str(folder), f"no template here; expected {', '.join(NAMES)}"))
    if problems:
        raise ConfigError("The ticket templates cannot be used.", problems=problems)
    return texts
