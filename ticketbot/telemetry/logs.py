"""Python's logging, set up in this one place: ours, and that of the libraries, on standard error.

Every record has the run's id and passes `Clean`, tracebacks included. Decides nothing else; the result of
a command is never a log record.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any, Literal

from ticketbot.telemetry.clean import Clean
from ticketbot.telemetry.shape import Event

Form = Literal["text", "json"]

LOGGER = "ticketbot"
_FAILURE = 2
_SELDOM_WANTED = ("change.planned", "tracker.request", "credential.used")
"""Codes of events that only --verbose, or `level: debug`, shows."""


class Lines(logging.Formatter):
    """A record as one line: text for people, or a JSON object."""

    def __init__(self, form: Form, clean: Clean) -> None:
        super().__init__()
        self._form, self._clean = form, clean
        self.run = "-"

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        text = self._clean.text(text)
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        moment += f".{int(record.msecs):03}Z"
        level = record.levelname.lower()
        if self._form == "text":
            # no record may look like two
            line = text.encode("unicode_escape").decode("ascii") if _moves(text) else text
            return f"{moment} {level} run={self.run} {record.name}: {line}"
        content: dict[str, Any] = {
            "time": moment,
            "level": level,
            "run": self.run,
            "logger": record.name,
            "message": text,
        }
        content |= self._clean.value(getattr(record, "facts", {}))
        return json.dumps(content, ensure_ascii=False)


def _moves(text: str) -> bool:
    return not text.isprintable()


class _Stderr(logging.StreamHandler[Any]):
    """Standard error as it is when a record is written, which may be another one than at the start."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr


def setup(level: str, form: Form, clean: Clean) -> None:
    """Everything of ours from `level` (debug, info, warning, error) upwards, and of libraries from
    warning upwards. Called again, it replaces what it did before."""
    root, handler = logging.getLogger(), _Stderr()
    for old in [each for each in root.handlers if isinstance(each, _Stderr)]:
        root.removeHandler(old)
    handler.setFormatter(Lines(form, clean))
    root.addHandler(handler)
    root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level.upper()]))
    logging.getLogger(LOGGER).setLevel(level.upper())


def name_run(run_id: str) -> None:
    """What every line says from now on."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, Lines):
            handler.formatter.run = run_id


def tell(text: str, level: int = logging.INFO) -> None:
    """A message for people, where logs are structured."""
    logging.getLogger(LOGGER).log(level, "%s", text)


class LogSink:
    """Events as log records."""

    def write(self, event: Event, line: bytes) -> None:
        code = event["metadata"]["event_code"]
        level = logging.DEBUG if code in _SELDOM_WANTED else logging.INFO
        if event.get("status_id") == _FAILURE or code in ("change.rejected", "change.unknown"):
            level = logging.WARNING
        logger = logging.getLogger(f"{LOGGER}.{code.partition('.')[0]}")
        facts = {"event": code, "uid": event["metadata"]["uid"]}
        logger.log(level, "%s", event["message"], extra={"facts": facts})

    def close(self) -> None:
        """Nothing waits here."""
