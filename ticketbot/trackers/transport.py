"""What all three client libraries stand on: requests. Its answers and its exceptions in our words.

Imported only by tracker modules: `ticketbot --help` needs no HTTP client.

What happened is `unsent` only where it is certain: a library's own name for an error is no proof.
urllib3 calls a connection that broke after the request was sent a proxy's error, where there is a proxy,
and ssl has one class for a failed handshake and for a broken record of the answer.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from requests import exceptions as gone
from urllib3 import exceptions as below

from ticketbot.trackers.outcome import LostError, Reply, UnsentError

_NEVER_CONNECTED = (below.NewConnectionError, below.ConnectTimeoutError)


_WITHOUT_BODY = (204, 304)


def reply_of(response: requests.Response) -> Reply:
    """The answer, read to its end. Inside `sending`. Raises LostError where it ended among its headers:
    http.client takes that for an answer without a body (RFC 9112 6.3: one that is whole tells its length).
    """
    headers = {name.lower(): value for name, value in response.headers.items()}
    framed = not headers.keys().isdisjoint({"content-length", "transfer-encoding"})
    if not framed and not response.content and response.status_code not in _WITHOUT_BODY:
        raise LostError("the answer broke off (no body, and no length)")
    return Reply(response.status_code, headers, response.content)


@contextmanager
def sending() -> Iterator[None]:
    """Around one request. Raises UnsentError without a connection, LostError without an answer.

    An exception's own text may repeat the address with its query; only its kind is told.
    """
    try:
        yield
    except gone.RequestException as error:
        if _unconnected(error) or _unprepared(error):
            raise UnsentError(_why_unsent(error)) from None
        raise LostError(_why_lost(error)) from None
    except below.LocationValueError:
        raise UnsentError("no such address (LocationValueError)") from None
    except below.HTTPError as error:
        raise LostError(f"the answer broke off ({type(error).__name__})") from None
    except UnicodeEncodeError:  # http.client writes headers before it sends any
        raise UnsentError("the credentials hold a character that HTTP does not take") from None
    except OSError as error:
        if "TLS" not in str(error):
            raise LostError(f"the connection was cut ({type(error).__name__})") from None
        # https://github.com/psf/requests/blob/v2.32.3/src/requests/adapters.py#L331 looks for the file
        raise UnsentError("the file of certificates (REQUESTS_CA_BUNDLE) is not there") from None


def _unconnected(error: BaseException) -> bool:
    """Whether it was raised while connecting, handshake and tunnel included: nothing can have left then."""
    return any(isinstance(each, _NEVER_CONNECTED) or _in_connect(each) for each in _reasons(error))


def _in_connect(error: BaseException) -> bool:
    """http.client's `connect` is over before the request is sent; no error says so itself."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_code.co_name == "connect" for frame, _ in frames)


def _unprepared(error: gone.RequestException) -> bool:
    """No address or no header to send. urllib3 says the same of headers in an answer."""
    wrong = (gone.InvalidURL, gone.InvalidSchema, gone.MissingSchema, gone.InvalidHeader)
    return isinstance(error, wrong) and not isinstance(error.args[0], below.InvalidHeader)


def _reasons(error: BaseException | None) -> Iterator[BaseException]:
    """What requests wraps, which wraps the system's error. Never `__context__`: what somebody further
    out is handling stands there, too."""
    while error is not None:
        wrapped = (getattr(error, "original_error", None), getattr(error, "reason", None))
        error = next((e for e in (*wrapped, *error.args) if isinstance(e, BaseException)), None)
        if error is not None:
            yield error


def _why_unsent(error: gone.RequestException) -> str:
    match error:
        case gone.SSLError() if "CERTIFICATE_VERIFY" in str(error):
            return "no secure connection (certificate verify failed)"
        case gone.SSLError():
            return "no secure connection (TLS failed)"
        case gone.ProxyError():
            return "the proxy does not let one through"
        case gone.ConnectTimeout():
            return "no connection in time"
        case gone.ConnectionError():
            return "no connection (unknown host, or nobody listens there)"
        case gone.InvalidHeader():
            return "the credentials hold a space or a line break that does not belong there"
    return f"no such address ({type(error).__name__})"


def _why_lost(error: gone.RequestException) -> str:
    match error:
        case gone.SSLError():
            return "the secure connection broke"
        case gone.Timeout():
            return "the time was up"
        case gone.ConnectionError():
            return "the connection was cut"
    return f"the answer broke off ({type(error).__name__})"
