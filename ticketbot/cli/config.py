"""`ticketbot config`: a file to start from, every mistake in it, and what may stand in it."""

from __future__ import annotations

from ticketbot.cli.options import General


def init(options: General) -> int:
    """Write a commented ticketbot.yaml into the current folder."""
    from pathlib import Path

    from ticketbot.cli.console import Console
    from ticketbot.config import load
    from ticketbot.errors import UsageError

    console, here = Console(options), Path.cwd()
    if options.config is not None:
        raise UsageError(
            f"config init writes {load.NAME} into the current folder; --config has no use here",
            hint="Leave --config out, and move the file afterwards.",
        )
    text = load.init(here)
    if options.output is not None:
        console.out(text.rstrip("\n"))
        console.finish()
        return 0
    try:
        (here / load.NAME).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{here / load.NAME} cannot be written: {error.strerror or error}",
            hint="Go to a folder that you may write to.",
        ) from error
    console.out(f"{load.NAME} written; check it with `ticketbot config validate`")
    console.finish()
    return 0


def validate(options: General) -> int:
    """Name every mistake in ticketbot.yaml, with its line. Exits with 2 where there is one."""
    from pathlib import Path

    from ticketbot.cli.console import Console
    from ticketbot.cli.output import counted
    from ticketbot.config import apis
    from ticketbot.config.load import validate as checked
    from ticketbot.config.mapping_files import load_mappings, mapping_folders

    console = Console(options)
    loaded = checked(str(options.config) if options.config else None, Path.cwd())
    for warning in loaded.warnings:
        console.warn(f"warning: {warning}")
    if loaded.config.mappings:
        load_mappings(mapping_folders(None, loaded.folder / loaded.config.mappings))
    operations = apis.check(loaded)
    trackers = ", ".join(loaded.config.trackers)
    routes = counted(len(loaded.settings.routes), "route")
    known = f"; {counted(operations, 'operation')} of APIs" if operations else ""
    console.out(f"{loaded.where} is valid: {routes}; trackers: {trackers}{known}")
    console.finish()
    return 0


def schema(options: General) -> int:
    """Print the JSON Schema of ticketbot.yaml, for editors."""
    import json

    from ticketbot.cli.console import Console
    from ticketbot.config.load import schema as made

    console = Console(options)
    console.out(json.dumps(made(), indent=2, ensure_ascii=False))
    console.finish()
    return 0
