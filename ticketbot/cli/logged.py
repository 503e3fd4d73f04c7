"""Log lines as `--verbose` and `log:` want them, and what must never stand in one."""

from __future__ import annotations

import os

from ticketbot.cli.console import Console
from ticketbot.config.load import Loaded
from ticketbot.config.references import credentials
from ticketbot.readers.redact import Redactor
from ticketbot.telemetry import logs
from ticketbot.telemetry.clean import Clean, secret_values


def start(console: Console, loaded: Loaded) -> None:
    """Set up logging for this run. Without `log:` and --verbose only libraries' warnings are shown."""
    log = loaded.config.log
    level = "debug" if console.verbose else log.level if log else "warning"
    form: logs.Form = log.format if log else "text"
    logs.setup(level, form, clean_of(loaded))
    if form == "json":
        console.teller = logs.tell


def clean_of(loaded: Loaded) -> Clean:
    """Without the values of the credentials that the configuration names, and what looks like one."""
    names = [name for _, name in credentials(loaded.document.data) if name]
    names += [key.env for key in loaded.config.identity.secret_keys]
    return Clean(Redactor(), secret_values(os.environ, names))
