"""HTTP without sockets: requests to `http://NAME.simulated` go straight to a simulated tracker, in this
process and on its virtual clock. What a broken connection does, the exceptions do."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import NewConnectionError

from ticketbot.simulate.exchange import Asked, Broken
from ticketbot.simulate.faults import Front

DOMAIN = ".simulated"


class InProcess(BaseAdapter):
    """Sends to the front of that host; `passes` lets time pass while one waits for an answer."""

    def __init__(self, fronts: dict[str, Front], passes: Callable[[float], None]) -> None:
        super().__init__()
        self.fronts, self.passes = fronts, passes

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
        parts = urlsplit(request.url)
        front = self.fronts.get(str(parts.hostname).removesuffix(DOMAIN))
        if front is None:
            reason = NewConnectionError(None, "unknown host")  # type: ignore[arg-type]  # no pool here
            raise requests.ConnectionError(reason, request=request)
        body = request.body or b""
        asked = Asked(
            method=request.method,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): _text(value) for name, value in request.headers.items()},
            body=body.encode() if isinstance(body, str) else body,
            base=f"{parts.scheme}://{parts.netloc}",
        )
        answer = front.answer(asked)
        if isinstance(answer, Broken):
            if answer.how == "hang":
                self.passes(float(timeout[1] if isinstance(timeout, tuple) else timeout or 0))
                raise requests.ReadTimeout("the time was up", request=request)
            raise requests.ConnectionError("connection broken", request=request)
        raw = HTTPResponse(
            io.BytesIO(answer.body),
            headers={"Content-Length": str(len(answer.body))} | dict(answer.headers),
            status=answer.status,
            preload_content=False,
        )
        response = requests.Response()
        response.status_code, response.raw, response.url = answer.status, raw, str(request.url)
        response.headers = requests.structures.CaseInsensitiveDict(raw.headers)
        response.request, response.reason = request, ""
        return response

    def close(self) -> None:
        """Nothing is held."""


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


@contextmanager
def simulated(
    fronts: dict[str, Front], passes: Callable[[float], None] = lambda _seconds: None
) -> Iterator[None]:
    """Inside, every client library reaches the fronts by their names; other hosts as ever."""
    adapter, real = InProcess(fronts, passes), requests.Session.get_adapter

    def get_adapter(self: requests.Session, url: str) -> BaseAdapter:
        if str(urlsplit(url).hostname).endswith(DOMAIN):
            return adapter
        return real(self, url)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.Session, "get_adapter", get_adapter)
        yield
