"""A simulated tracker on a port of this machine: HTTP outside, values inside.

Listens on loopback alone.
"""

from __future__ import annotations

import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from ticketbot.simulate.exchange import Answered, Asked, Broken
from ticketbot.simulate.faults import Front

HANG = 3600.0
_POLL = 0.05
"""Seconds until a server in a thread notices that it shall end."""


class Server(ThreadingHTTPServer):
    """Answers with `front`, one request at a time."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, front: Front, port: int = 0, tell: Callable[[str], None] = lambda _line: None
    ) -> None:
        self.front, self.tell = front, tell
        self.one_at_a_time, self.closing = threading.Lock(), threading.Event()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Who asked may be gone, which is nothing to tell; a mistake of the stand-in is."""
        error = sys.exception()
        if not isinstance(error, OSError):
            self.tell(f"no answer, for {type(error).__name__}: {error}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def _answer(self) -> None:
        answer = self._asked()
        if isinstance(answer, Broken):
            self._break(answer)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def _asked(self) -> Answered | Broken:
        length = int(self.headers.get("Content-Length") or 0)
        parts = urlsplit(self.path)
        asked = Asked(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
            base=self.server.url,
        )
        with self.server.one_at_a_time:
            answer = self.server.front.answer(asked)
        outcome = answer.how if isinstance(answer, Broken) else str(answer.status)
        self.server.tell(f"{outcome:5} {asked.method} {self.path}")
        return answer

    def _break(self, broken: Broken) -> None:
        self.close_connection = True
        if broken.how == "hang":
            self.server.closing.wait(HANG)
        if broken.how == "reset":
            linger = struct.pack("ii", 1, 0)  # closing sends RST instead of FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815  # the base class's names

    def log_message(self, format: str, *args: object) -> None:
        """`tell` is told instead."""


@contextmanager
def serving(
    front: Front, port: int = 0, tell: Callable[[str], None] = lambda _line: None
) -> Iterator[Server]:
    """A server in a thread of its own, ended afterwards."""
    server = Server(front, port, tell)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
