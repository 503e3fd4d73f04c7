"""What an answer says of the request it answers, or what its absence says: the one place where a request
counts as applied, rejected or ambiguous.

Ambiguous is whatever may have been carried out: an answer that was lost after the request was sent, any
5xx, a 2xx that cannot be read. Nothing of the kind is ever sent again before somebody has looked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import msgspec

Kind = Literal["done", "refused", "wait", "expired", "unknown"]
"""`wait`: refused for its rate, and welcome later. `expired`: the credentials are not accepted."""

_WORDS = 300
"""Characters of a server's own words that are passed on."""


class UnsentError(Exception):
    """The request never left: no connection, no certificate. It was not carried out."""


class LostError(Exception):
    """The request was sent, and no answer came that can be read."""


class Reply(msgspec.Struct, frozen=True):
    """What a server answered. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The decoded body; None where there is none. Raises msgspec.DecodeError."""
        return msgspec.json.decode(self.body) if self.body.strip() else None

    def json_or_none(self) -> Any:
        """The decoded body; None also where it is no JSON."""
        try:
            return self.json()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None


class Verdict(msgspec.Struct, frozen=True):
    """What a reply means. `seconds`: how long to wait, where the server says so."""

    kind: Kind
    reason: str = ""
    seconds: float | None = None


def weigh(reply: Reply, now: float, said: str = "", *, limited: bool = False) -> Verdict:
    """The meaning of a reply, the same for all trackers (RFC 9110). `said`: the server's own words, as the
    tracker finds them; `limited`: the tracker recognises a rate limit in what looks like a refusal.

    A redirect is a refusal: followed, a POST would become a GET.
    """
    status = reply.status
    words = f"{status} {_cut(said or _page(reply))}".strip()
    if status == 429 or limited:
        return Verdict("wait", words, waiting(reply.headers, now))
    if 200 <= status < 300:
        unreadable = reply.body.strip() and reply.json_or_none() is None and _text(reply) != "null"
        if unreadable:
            return Verdict("unknown", f"{status} with {_page(reply) or 'a body'} that is no JSON")
        return Verdict("done")
    if status == 401:
        return Verdict("expired", words)
    if 300 <= status < 400:
        there = reply.headers.get("location", "another address")
        return Verdict("refused", f"{status}: the server sends on to {_cut(there)}")
    if status >= 500 or status == 408:
        return Verdict("unknown", words, waiting(reply.headers, now))
    return Verdict("refused", words)


def waiting(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds until the server wants to hear again: `Retry-After` in seconds or as a date
    (RFC 9110 10.2.3), else `X-RateLimit-Reset` in seconds since 1970 where nothing remains."""
    after = headers.get("retry-after", "").strip()
    if after.isdecimal():
        return float(after)
    if after:
        try:
            moment = parsedate_to_datetime(after)
        except ValueError:
            return None
        return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now)
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return max(0.0, float(reset) - now)
    return None


def is_page(reply: Reply) -> bool:
    """Whether it is HTML, which no tracker's API speaks."""
    kind = reply.headers.get("content-type", "")
    return "html" in kind or _text(reply).lower().startswith(("<!doctype", "<html"))


def _page(reply: Reply) -> str:
    """A page of a proxy or of a firewall is named, not quoted."""
    return "an HTML page (of a proxy, or a login page?)" if is_page(reply) else ""


def _text(reply: Reply) -> str:
    return reply.body[:2000].decode("utf-8", "replace").strip()


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _WORDS else flat[: _WORDS - 1] + "…"
