"""What all three client libraries stand on: requests. Its answers and its exceptions in our words.

Imported only by tracker modules: `ticketbot --help` needs no HTTP client.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from requests import exceptions as gone
from urllib3 import exceptions as below

from ticketbot.trackers.outcome import LostError, Reply, UnsentError

_NEVER_CONNECTED = (below.NewConnectionError, below.ConnectTimeoutError)


def reply_of(response: requests.Response) -> Reply:
    """The answer, read to its end."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, headers, response.content)


@contextmanager
def sending() -> Iterator[None]:
    """Around one request. Raises UnsentError without a connection, LostError without an answer.

    An exception's own text may repeat the address with its query; only its kind is told.
    """
    try:
        yield
    except gone.SSLError as error:
        why = "certificate verify failed" if "CERTIFICATE_VERIFY" in str(error) else "TLS failed"
        raise UnsentError(f"no secure connection ({why})") from None
    except gone.ProxyError:
        raise UnsentError("the proxy does not let one through") from None
    except gone.ConnectTimeout:
        raise UnsentError("no connection in time") from None
    except gone.ConnectionError as error:
        if _unconnected(error):
            raise UnsentError("no connection (unknown host, or nobody listens there)") from None
        raise LostError("the connection was cut") from None
    except gone.Timeout:
        raise LostError("the time was up") from None
    except (gone.InvalidURL, gone.InvalidSchema, gone.MissingSchema) as error:
        raise UnsentError(f"no such address ({type(error).__name__})") from None
    except gone.RequestException as error:
        raise LostError(f"the answer broke off ({type(error).__name__})") from None


def _unconnected(error: gone.ConnectionError) -> bool:
    """requests wraps urllib3's reason, once or twice."""
    reason = error.args[0] if error.args else None
    reason = getattr(reason, "reason", reason)
    return isinstance(reason, _NEVER_CONNECTED)
