"""Where events go, one JSON object a line: a file, a stream.

A sink never stops a run, whatever becomes of its events: it counts what it lost, and says so once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TextIO

from ticketbot.telemetry.shape import Event

Warn = Callable[[str], None]


class Sink(Protocol):
    """Takes events. Raises nothing."""

    def write(self, event: Event, line: bytes) -> None:
        """`line` is the event as JSON, without a line's end."""

    def close(self) -> None:
        """Send on what waits, in bounded time; tell what was lost."""


class FileSink:
    """Appends to a file that only its owner may read. Jobs that share it do not cut into each other's
    lines: each event is one write."""

    def __init__(self, path: Path, warn: Warn) -> None:
        self._path, self._warn = path, warn
        self._lost = 0
        self._torn = False
        """The file ends within a line."""
        self._file = -1
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # an existing file keeps its mode: somebody may have let a log shipper read it
            # and a pipe that nobody reads is an error, not a wait
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK
            self._file = os.open(path, flags, 0o600)
        except OSError as error:
            self._tell(error)

    def write(self, event: Event, line: bytes) -> None:
        if self._file < 0:
            self._lost += 1
            return
        whole = (b"\n" if self._torn else b"") + line + b"\n"
        try:
            written = os.write(self._file, whole)
        except OSError as error:
            self._failed(error)
            return
        self._torn = written < len(whole)
        if self._torn:
            self._failed(OSError(0, "the disk is full"))

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        if self._lost:
            self._warn(f"audit: {self._lost} events are missing in {self._path}")

    def _failed(self, error: OSError) -> None:
        if not self._lost:
            self._tell(error)
        self._lost += 1

    def _tell(self, error: OSError) -> None:
        why = error.strerror or error
        self._warn(f"audit: {self._path} cannot be written ({why}); the run goes on without it")


class StreamSink:
    """Writes to a text stream, as standard output."""

    def __init__(self, stream: Callable[[], TextIO], warn: Warn) -> None:
        self._stream, self._warn = stream, warn
        self._lost = 0

    def write(self, event: Event, line: bytes) -> None:
        try:
            stream = self._stream()
            stream.write(line.decode() + "\n")
            stream.flush()
        except (OSError, ValueError) as error:  # ValueError: somebody closed it
            if not self._lost:
                self._warn(f"audit: standard output cannot be written ({error}); the run goes on")
            self._lost += 1

    def close(self) -> None:
        """Nothing waits here."""
