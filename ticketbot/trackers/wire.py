"""A tracker's requests: reads are asked again until a deadline; a write is sent again only where it was
surely not carried out. One engine for all trackers; it knows no tracker's words.

The client libraries' own retries are off: with them, an answer that was lost after the request had been
carried out made two tickets (../shared/design/trackers.md, table 1).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from tenacity import RetryCallState, Retrying, retry_if_result, wait_random_exponential

from ticketbot.errors import TrackerError
from ticketbot.trackers.clock import Clock, NoTimeError
from ticketbot.trackers.outcome import LostError, Reply, UnsentError, Verdict, is_page
from ticketbot.trackers.pace import Cost, Pace

TIMEOUT = (5.0, 30.0)
"""Seconds to connect, and to wait for an answer."""
DEADLINE = 180.0
SILENCE = 45.0
"""Seconds after which a server that says nothing at all is not asked again: somebody waits."""
ATTEMPTS = 6
LONGEST_WAIT = 3700.0
"""Seconds: limits by the hour say so. A longer wait is the next run's."""


def patience(settings: Mapping[str, Any]) -> tuple[float, float]:
    """`TIMEOUT`, with what the configuration says of the second (`timeout`)."""
    answer = float(settings.get("timeout") or TIMEOUT[1])
    return min(TIMEOUT[0], answer), answer


def settling(settings: Mapping[str, Any]) -> float:
    """Seconds after which an unanswered request is over: twice the time one waits for an answer."""
    return 2 * patience(settings)[1]


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request. `path` is below the tracker's address, or a whole URL."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    query: Mapping[str, str] = {}
    json: Any = None
    headers: Mapping[str, str] = {}
    cost: Cost = "read"
    missing: Collection[int] = ()
    """Statuses that are an answer and no failure, as 404 for a deleted ticket."""


Send = Callable[[Call], Reply]
"""Sends once. Raises UnsentError or LostError."""


class Told(msgspec.Struct, frozen=True):
    """What came of a write."""

    state: Literal["applied", "rejected", "ambiguous"]
    reply: Reply | None = None
    reason: str = ""
    status: int = 0


class _Attempt(msgspec.Struct, frozen=True):
    verdict: Verdict
    reply: Reply | None = None
    sent: bool = True
    begun: float = 0.0
    """When it was sent, the own pace waited for."""


class Wire:
    """One tracker's line. `weigh` says what a reply means there; `renew` gets new credentials, and says
    whether there were any."""

    def __init__(
        self,
        name: str,
        url: str,
        send: Send,
        clock: Clock,
        *,
        weigh: Callable[[Reply, float], Verdict],
        pace: Pace,
        renew: Callable[[], bool] = lambda: False,
    ) -> None:
        self.name, self._host = name, urlsplit(url).netloc
        self._send, self._clock, self._weigh = send, clock, weigh
        self._pace, self._renew = pace, renew

    def ask(self, call: Call) -> Reply:
        """Read. Asked again while the server fails or wants one to wait. Raises TrackerError."""
        last = self._attempts(call, lambda a: a.verdict.kind in ("wait", "unknown"))
        if last.reply is not None and (
            last.verdict.kind == "done" or last.reply.status in call.missing
        ):
            return last.reply
        raise self._error(call, last)

    def tell(self, call: Call, *, repeatable: bool = False) -> Told:
        """Write. Never raises for what the server answers, or does not.

        `repeatable`: carried out twice it is the same as once, so it may be sent again without a look.
        Refused then, it may still have been carried out the first time.
        """
        ambiguous = False

        def again(attempt: _Attempt) -> bool:
            nonlocal ambiguous
            kind = attempt.verdict.kind
            ambiguous = ambiguous or (kind == "unknown" and attempt.sent)
            return kind == "wait" or (kind == "unknown" and (repeatable or not attempt.sent))

        last = self._attempts(call, again)
        reply = last.reply
        status = reply.status if reply else 0
        if last.verdict.kind == "done" or status in call.missing:
            return Told("applied", reply, status=status)
        state: Literal["rejected", "ambiguous"] = "ambiguous" if ambiguous else "rejected"
        return Told(state, reply, last.verdict.reason, status)

    def _attempts(self, call: Call, again: Callable[[_Attempt], bool]) -> _Attempt:
        def over(state: RetryCallState) -> bool:
            if state.attempt_number >= ATTEMPTS:
                return True
            wanted = self._wait(state)
            taken = self._clock.seconds() - made[1].begun
            limit = SILENCE if made[-1].reply is None else DEADLINE
            return wanted > LONGEST_WAIT or (taken > limit and wanted > 0)

        retrying = Retrying(
            retry=retry_if_result(again),
            stop=over,
            wait=self._wait,
            sleep=self._clock.sleep,
            retry_error_callback=_last,
        )
        made = [_Attempt(Verdict("wait", "its rate limit leaves no time in this run"), sent=False)]

        def attempt() -> _Attempt:
            made.append(self._authorised(call))
            return made[-1]

        with suppress(NoTimeError):  # nothing more is sent; what came of the last attempt stands
            retrying(attempt)
        return made[-1]

    def _authorised(self, call: Call) -> _Attempt:
        """Where the credentials have been replaced meanwhile, once more: a 401 was not carried out."""
        attempt = self._once(call)
        if attempt.verdict.kind != "expired":
            return attempt
        try:
            return self._once(call) if self._renew() else attempt
        except TrackerError as error:  # who gives tokens gives none
            return msgspec.structs.replace(attempt, verdict=Verdict("expired", error.message))

    def _once(self, call: Call) -> _Attempt:
        self._pace.wait(call.cost)
        begun = self._clock.seconds()
        try:
            reply = self._send(call)
        except UnsentError as error:
            return _Attempt(Verdict("unknown", f"{self._host}: {error}"), sent=False, begun=begun)
        except LostError as error:
            verdict = Verdict("unknown", f"no answer from {self._host}: {error}")
            return _Attempt(verdict, begun=begun)
        return _Attempt(self._weigh(reply, self._clock.seconds()), reply, begun=begun)

    def _wait(self, state: RetryCallState) -> float:
        """What the server asked for, and a little more, so that not everybody comes at once."""
        jitter = _JITTER(state)
        attempt: _Attempt | None = state.outcome.result() if state.outcome else None
        asked = attempt.verdict.seconds if attempt else None
        return jitter if asked is None else asked + min(jitter, 1.0)

    def _error(self, call: Call, last: _Attempt) -> TrackerError:
        verdict = last.verdict
        if not last.sent and verdict.kind != "wait":
            return TrackerError(f"{self.name}: {verdict.reason}", hint=_REACH)
        if verdict.kind == "expired":
            what = f"{self._host} does not accept the credentials ({verdict.reason})"
            return TrackerError(f"{self.name}: {what}", hint=_CREDENTIALS)
        if verdict.kind == "wait":
            what = f"{self._host} limits how often it may be asked ({verdict.reason})"
            return TrackerError(f"{self.name}: {what}", hint="Run again later; nothing is lost.")
        status = last.reply.status if last.reply else 0
        hint = {400: _THERE, 403: _MAY, 404: _THERE, 410: _THERE}.get(status, _LATER)
        if 300 <= status < 400 or (status < 300 and last.reply and is_page(last.reply)):
            hint = _ELSE
        what = f"{call.method} {call.path.partition('?')[0]} at {self._host}: {verdict.reason}"
        return TrackerError(f"{self.name}: {what}", hint=hint)


_JITTER = wait_random_exponential(multiplier=1, max=30)
_REACH = (
    "Check the tracker's url, the proxy (HTTPS_PROXY) and the certificates (REQUESTS_CA_BUNDLE)."
)
_CREDENTIALS = "Check the tracker's auth: in the configuration; `ticketbot doctor` tells more."
_MAY = "The account may not do this: `ticketbot doctor` tells which permission is missing."
_THERE = "Check the names in the configuration, and that the account may see them."
_ELSE = (
    "Something else answers there: check the tracker's url, the proxy (HTTPS_PROXY), and whether a"
    " log-in stands before it."
)
_LATER = "Run again; `ticketbot doctor` checks the tracker."


def _last(state: RetryCallState) -> Any:
    return state.outcome.result() if state.outcome else None
