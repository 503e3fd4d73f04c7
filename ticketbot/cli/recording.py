"""The record of a run that writes: who hears its events, what its first and its last one say.

A run that writes nothing (`plan`, `findings`) has no record either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ticketbot import __version__
from ticketbot.cli import clock
from ticketbot.cli.logged import clean_of
from ticketbot.cli.place import Place
from ticketbot.cli.recorder import Recorder
from ticketbot.cli.sinks import sinks_of
from ticketbot.cli.watched import Watched
from ticketbot.config.references import credentials
from ticketbot.errors import ReportError, TicketbotError
from ticketbot.sync import Context
from ticketbot.telemetry import activity, logs
from ticketbot.telemetry.shape import Envelope
from ticketbot.trackers.base import Tracker

_IN_THE_FILE = "(written in the configuration)"


@contextmanager
def recording(here: Place, context: Context, command: str) -> Iterator[Recorder]:
    """Everything one run tells, until its sinks are closed. Raises ConfigError and UsageError before
    anything is written."""
    logs.name_run(context.run_id)
    trackers = {name: each.type for name, each in here.loaded.config.trackers.items()}
    envelope = Envelope(__version__, context.run_id, clock.now)
    recorder = Recorder(envelope, clean_of(here.loaded), sinks_of(here, context), trackers)
    try:
        yield recorder
    except TicketbotError as error:
        recorder.reason = error.message
        raise
    except KeyboardInterrupt:
        recorder.outcome = "interrupted"
        raise
    finally:
        recorder.ended(command)
        recorder.close()


@contextmanager
def refusals(here: Place, context: Context, command: str) -> Iterator[None]:
    """Records that a report was refused, where `command` writes; "" is one that does not."""
    try:
        yield
    except ReportError as error:
        if command:
            with recording(here, context, command) as recorder:
                recorder.outcome, recorder.reason = "refused", error.message
                if not recorder.idle:
                    recorder.emit(activity.refusal_told("report", error.message))
        raise


def watched(
    trackers: Mapping[str, Tracker], here: Place, recorder: Recorder
) -> Mapping[str, Tracker]:
    """The trackers, with their requests recorded; that they were given credentials is told first."""
    if recorder.idle:
        return trackers
    given = credentials(here.loaded.document.data)
    users: dict[tuple[str, str], activity.Service] = {
        ("trackers", name): (name, here.loaded.config.trackers[name].type) for name in trackers
    }
    if here.loaded.config.audit.splunk:
        users["audit", "splunk"] = ("splunk", "hec")
    for at, service in users.items():
        mine = [
            (".".join(map(str, path)), f"${{{name}}}" if name else _IN_THE_FILE)
            for path, name in given
            if path[:2] == at
        ]
        if mine:
            recorder.emit(activity.credential_told(service, mine))
    return {
        name: each.told(recorder.request) if isinstance(each, Watched) else each
        for name, each in trackers.items()
    }
