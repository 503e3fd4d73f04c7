"""GitHub's limits: requests an hour for each token, and content a minute and an hour for everybody."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from ticketbot.simulate.exchange import Answered, Time, answered
from ticketbot.simulate.github.shapes import refusal

_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)


class Limits:
    """`says`: whether a refusal has a Retry-After."""

    def __init__(self, time: Time, hourly: int, minute: int, hour: int, *, says: bool) -> None:
        self._time, self.hourly = time, hourly
        self._content = (deque[float](), minute, 60.0), (deque[float](), hour, 3600.0)
        self._says = says
        self._used: dict[str, tuple[float, int]] = {}

    def headers(self, token: str) -> dict[str, str]:
        """What is left."""
        reset, used = self._window(token)
        return {
            "X-RateLimit-Limit": str(self.hourly),
            "X-RateLimit-Remaining": str(max(0, self.hourly - used)),
            "X-RateLimit-Used": str(used),
            "X-RateLimit-Reset": str(int(reset)),
            "X-RateLimit-Resource": "core",
        }

    def count(self, token: str) -> Answered | None:
        """One more request; the refusal where there were too many."""
        reset, used = self._window(token)
        if used >= self.hourly:
            return answered(403, refusal("API rate limit exceeded for user ID 1.", 403))
        self._used[token] = (reset, used + 1)
        return None

    def give_back(self, token: str) -> None:
        """A 304 does not count."""
        reset, used = self._window(token)
        self._used[token] = (reset, used - 1)

    def content(self) -> Answered | None:
        """One more issue or comment; the refusal where there were too many."""
        now = self._time.seconds()
        for seen, limit, seconds in self._content:
            while seen and seen[0] <= now - seconds:
                seen.popleft()
            if len(seen) >= limit:
                left = int(seen[0] + seconds - now) + 1
                return secondary({"Retry-After": str(left)} if self._says else {})
        for seen, _, _ in self._content:
            seen.append(now)
        return None

    def _window(self, token: str) -> tuple[float, int]:
        now = self._time.seconds()
        reset, used = self._used.get(token, (0.0, 0))
        return (reset, used) if reset > now else (now + 3600.0, 0)


def secondary(headers: Mapping[str, str], status: int = 403) -> Answered:
    """Too much content at once."""
    answer = answered(status, refusal(_SECONDARY, status))
    return Answered(status, answer.body, {**answer.headers, **headers})
