"""Requests and responses that show a flaw (3.46, 3.47), as a Request and as Evidence without
anything secret in it.

Authorization and cookie headers are left out whole; everything else passes redaction. Builds no
commands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ticketbot.model.finding import Evidence, Request
from ticketbot.readers.redact import Redactor
from ticketbot.readers.sarif_schema import Result, Run, WebRequest, WebResponse
from ticketbot.readers.sarif_texts import LONG, shown

PRIVATE_HEADERS = re.compile(
    r"(?:proxy-)?authorization|(?:set-)?cookie2?|x-(?:api-key|auth-token|csrf-token)", re.I
)
OPERATION = re.compile(
    r"(?<![\w/])(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE|QUERY) ((?:https?://|/)[^\s'\"`<>,;]*)"
)
"""How API scanners name what they attacked in a message: `Default Credentials Used in 'GET
/info'`."""
TRAFFIC = re.compile(r"```http\n(.*?)\n?```", re.S)
URL = re.compile(r"https?://[^\s]{1,2000}\Z")


class Traffic:
    """The requests and responses of one run."""

    def __init__(self, run: Run, redactor: Redactor) -> None:
        self._requests = run.web_requests or []
        self._responses = run.web_responses or []
        self._redactor = redactor

    def of(
        self, result: Result, urls: Sequence[str], message: str, attacked: bool
    ) -> tuple[Request | None, tuple[Evidence, ...]]:
        """`urls`: where the locations point. `attacked`: the tool sends requests, so that its
        message may name one."""
        request = self._request(result.web_request)
        response = self._response(result.web_response)
        evidence = [_request_text(request)] if request else []
        evidence += [_response_text(response)] if response else []
        if attacked and not evidence and result.message and result.message.markdown:
            evidence = TRAFFIC.findall(result.message.markdown[: 8 * LONG])[:4]
        shown = tuple(
            Evidence(
                "Response" if text.startswith("HTTP/") else "Request", self._clean(text), "http"
            )
            for text in evidence
        )
        method, url = (request.method, request.target) if request else (None, None)
        if not url and urls:
            url = urls[0]
        if attacked and not url and (operation := OPERATION.search(message)):
            method, url = operation.groups()
        if not (method or url or response):
            return None, shown
        is_path = url is not None and not URL.match(url)
        return (
            Request(
                method=method.upper() if method else None,
                url=self._redactor.evidence(url) if url and not is_path else None,
                template=self._redactor.evidence(url).partition("?")[0]
                if url and is_path
                else None,
                status=response.status_code if response else None,
            ),
            shown,
        )

    def _clean(self, text: str) -> str:
        lines = text[: 8 * LONG].split("\n")
        kept = [
            line for line in lines if not PRIVATE_HEADERS.fullmatch(line.partition(":")[0].strip())
        ]
        return shown("\n".join(kept), self._redactor.evidence, LONG)

    def _request(self, told: WebRequest | None) -> WebRequest | None:
        if told and told.index is not None and 0 <= told.index < len(self._requests):
            return self._requests[told.index]
        return told

    def _response(self, told: WebResponse | None) -> WebResponse | None:
        if told and told.index is not None and 0 <= told.index < len(self._responses):
            return self._responses[told.index]
        return told


def _request_text(told: WebRequest) -> str:
    protocol = f"{told.protocol or 'HTTP'}/{told.version or '1.1'}"
    start = f"{told.method or 'GET'} {told.target or '/'} {protocol}"
    return _http(start, told.headers, told.body.text if told.body else None)


def _response_text(told: WebResponse) -> str:
    status = f"{told.status_code or ''} {told.reason_phrase or ''}".strip()
    start = f"{told.protocol or 'HTTP'}/{told.version or '1.1'} {status}"
    return _http(start, told.headers, told.body.text if told.body else None)


def _http(start: str, headers: dict[str, str] | None, body: str | None) -> str:
    lines = [start, *(f"{name}: {value}" for name, value in (headers or {}).items())]
    return "\n".join([*lines, "", body] if body else lines)
