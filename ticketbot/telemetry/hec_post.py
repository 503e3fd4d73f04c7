"""One POST to Splunk with the standard library. Imported only where Splunk is configured.

Follows no redirect: the token would go to whoever the answer names.
"""

from __future__ import annotations

import ssl
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError

from ticketbot.telemetry.hec import Destination, Post


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        """None: the redirect is an answer like any other."""


def trusting(verify: bool | str) -> ssl.SSLContext:
    """Which certificates are accepted: the system's authorities', those in a file, or (False) any."""
    context = ssl.create_default_context(cafile=verify if isinstance(verify, str) else None)
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def poster(to: Destination, token: str, verify: bool | str, timeout: float = 10.0) -> Post:
    """Raises OSError where `verify` is a file that cannot be read.

    `timeout`: seconds without an answer. A proxy is taken from the environment.
    """
    https = urllib.request.HTTPSHandler(context=trusting(verify))
    opener = urllib.request.build_opener(https, _Stay)
    headers = {"Authorization": f"Splunk {token}", "Content-Type": "application/json"}

    def post(body: bytes) -> int:
        # the configuration allows http and https only
        request = urllib.request.Request(to.endpoint, body, headers, method="POST")  # noqa: S310
        try:
            with opener.open(request, timeout=timeout) as answer:
                answer.read()
                return int(answer.status)
        except HTTPError as error:
            error.close()
            return error.code
        except (HTTPException, ValueError) as error:
            # without its words: they may quote a header, and the token is in one
            raise OSError(f"no HTTP answer: {type(error).__name__}") from None

    return post
