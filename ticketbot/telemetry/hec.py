"""Events to Splunk's HTTP Event Collector, in batches, on a thread of their own.

A run never waits for Splunk but for a few seconds at its end. What does not fit the queue, or is not
taken in time, is counted and told. No redirect is followed: the token goes to the configured host only.
https://help.splunk.com/en/splunk-enterprise/get-started/get-data-in (HTTP Event Collector)
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import msgspec
from tenacity import (
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_after_delay,
    stop_when_event_set,
    wait_exponential,
    wait_random,
)

from ticketbot.telemetry.shape import Event, present
from ticketbot.telemetry.sinks import Warn

PATH = "/services/collector/event"
OK = 200
_LATER = (408, 429)
_SERVER_ERROR = 500

Post = Callable[[bytes], int]
"""Sends one body; the HTTP status. Raises OSError where there was no answer."""


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where in Splunk, and how much patience."""

    url: str
    index: str | None = None
    source: str = "ticketbot"
    sourcetype: str = "_json"
    host: str = ""
    batch: int = 100
    """Events in one request."""
    batch_bytes: int = 500_000
    """Splunk Cloud takes a megabyte."""
    waiting: int = 10_000
    """Events that may wait; more are dropped."""
    patience: float = 30.0
    """Seconds for which one batch is tried again."""
    flush: float = 5.0
    """Seconds the end of a run waits."""

    @property
    def endpoint(self) -> str:
        """The collector's address; a user and password in it mean nothing to a collector."""
        path = urlsplit(self.url).path.rstrip("/")
        return self.shown + (path if path.endswith(PATH) else path + PATH)

    @property
    def shown(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


class _BusyError(Exception):
    """Splunk cannot take it now; it may later."""


class HecSink:
    """A queue and the thread that empties it."""

    def __init__(
        self,
        destination: Destination,
        post: Post,
        warn: Warn,
        wait: Callable[[float], None] | None = None,
    ) -> None:
        """`wait` sleeps between tries; the default wakes up when the run gives up."""
        self._to, self._post, self._warn = destination, post, warn
        self._queue: queue.Queue[bytes | None] = queue.Queue(destination.waiting)
        self._given_up = threading.Event()
        self._wait = wait or sleep_using_event(self._given_up)
        self._offered = self._delivered = 0
        self._why = ""
        self._thread = threading.Thread(target=self._work, name="splunk", daemon=True)
        self._thread.start()

    def write(self, event: Event, line: bytes) -> None:
        self._offered += 1
        try:
            self._queue.put_nowait(self._wrapped(event, line))
        except queue.Full:
            self._why = self._why or f"more than {self._to.waiting:,} events waited"

    def close(self) -> None:
        end = time.monotonic() + self._to.flush
        with suppress(queue.Full):
            self._queue.put(None, timeout=self._to.flush)
        self._thread.join(max(0.0, end - time.monotonic()))
        self._given_up.set()
        if self._thread.is_alive():
            self._why = self._why or f"no answer within {self._to.flush:g} s"
        lost = self._offered - self._delivered
        if lost:
            self._warn(
                f"audit: {lost:,} of {self._offered:,} events were not sent to Splunk at "
                f"{self._to.shown} ({self._why or 'the sender stopped'})"
            )

    def _wrapped(self, event: Event, line: bytes) -> bytes:
        to = self._to
        wrapping: dict[str, Any] = {
            "time": event["time"] / 1000,
            "host": to.host,
            "source": to.source,
            "sourcetype": to.sourcetype,
            "index": to.index,
            "event": msgspec.Raw(line),
        }
        return msgspec.json.encode(present(wrapping))

    def _work(self) -> None:
        last = False
        while not last and not self._given_up.is_set():
            events: list[bytes] = []
            size = 0
            while not events or not (self._queue.empty() or self._is_full(len(events), size)):
                item = self._queue.get()
                if item is None:
                    last = True
                    break
                events.append(item)
                size += len(item)
            if events:
                self._deliver(events)

    def _is_full(self, events: int, size: int) -> bool:
        return events >= self._to.batch or size >= self._to.batch_bytes

    def _deliver(self, events: list[bytes]) -> None:
        retrying = Retrying(
            retry=retry_if_exception_type(_BusyError),
            stop=stop_after_delay(self._to.patience) | stop_when_event_set(self._given_up),
            wait=wait_exponential(multiplier=0.2, max=5) + wait_random(0, 0.2),
            sleep=self._wait,
            reraise=True,
        )
        with suppress(_BusyError):
            if retrying(self._taken, b"\n".join(events)):
                self._delivered += len(events)

    def _taken(self, body: bytes) -> bool:
        """False where Splunk refused it for good. Raises _BusyError where it is worth another try."""
        try:
            status = self._post(body)
        except OSError as error:
            self._why = str(getattr(error, "reason", None) or error.strerror or error)
            raise _BusyError from error
        if status != OK:
            self._why = f"HTTP {status}"
        if status in _LATER or status >= _SERVER_ERROR:
            raise _BusyError
        return status == OK
