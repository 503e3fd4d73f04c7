"""`audit:` and `log:` of the configuration → the sinks of a run. Opens what they name, and nothing else."""

from __future__ import annotations

import os
import platform
import sys

from pydantic import ValidationError

from ticketbot.cli.place import Place
from ticketbot.config.audit import Splunk
from ticketbot.errors import ConfigError, Problem, UsageError
from ticketbot.sync import Context
from ticketbot.telemetry import logs
from ticketbot.telemetry.hec import Destination, HecSink
from ticketbot.telemetry.sinks import FileSink, Sink, StreamSink

_SPLUNK = ("audit", "splunk")


def sinks_of(here: Place, context: Context) -> list[Sink]:
    """Raises ConfigError and UsageError; what cannot be written later only warns."""
    loaded, console = here.loaded, here.console
    audit = loaded.config.audit
    if audit.stdout and not console.to_file:
        raise UsageError(
            "`audit.stdout` wants standard output, and so does the result",
            hint="Give the result a file (--output FILE), or the events (`audit.file`).",
        )
    sinks: list[Sink] = []
    splunk = _settings(here, context) if audit.splunk else None
    if splunk is not None:
        sinks.append(_splunk(here, splunk))
    if audit.stdout:
        sinks.append(StreamSink(lambda: sys.stdout, console.warn))
    if audit.file:
        path = loaded.resolved(("audit", "file"), os.environ)
        sinks.append(FileSink(loaded.folder / path, console.warn))
    if loaded.config.log or console.verbose:
        sinks.append(logs.LogSink())
    return sinks


def _settings(here: Place, context: Context) -> Splunk | None:
    """With the values of its variables. None on a change branch without them: a fork's pull request
    has none."""
    loaded = here.loaded
    try:
        return Splunk.model_validate(loaded.resolved(_SPLUNK, os.environ))
    except ConfigError as error:
        if context.writes_tickets:
            raise
        why = "; ".join(problem.what for problem in error.problems) or error.message
        here.console.warn(f"notice: nothing is sent to Splunk on this branch: {why}")
        return None
    except ValidationError as error:  # what a variable holds; it may be a secret
        keys = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
        what = f"{keys}: its variable holds something else"
        problem = Problem(str(loaded.place(_SPLUNK)), what)
        raise ConfigError(
            "A variable of `audit.splunk` does not fit.", problems=[problem]
        ) from None


def _splunk(here: Place, settings: Splunk) -> Sink:
    from ticketbot.telemetry.hec_post import poster

    loaded, verify = here.loaded, settings.verify
    to = Destination(
        url=settings.url,
        index=settings.index,
        source=settings.source,
        sourcetype=settings.sourcetype,
        host=platform.node(),
    )
    if isinstance(verify, str):
        verify = str(loaded.folder / verify)
    try:
        post = poster(to, settings.token, verify)
    except OSError as error:
        where, why = loaded.place((*_SPLUNK, "verify")), error.strerror or error
        problem = Problem(str(where), f"{verify}: {why}")
        raise ConfigError(
            "The certificates for Splunk cannot be read.", problems=[problem]
        ) from error
    return HecSink(to, post, here.console.warn)
