"""A tracker's wire to a server that answers with a script, on a clock that passes at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from ticketbot.trackers.clock import Clock, NoTimeError
from ticketbot.trackers.outcome import LostError, Reply, UnsentError, weigh
from ticketbot.trackers.pace import Pace, unhurried
from ticketbot.trackers.wire import Call, Wire

BEGIN = 1_800_000_000.0
LOST, UNSENT = LostError("the time was up"), UnsentError("no connection in time")
READ = Call(method="GET", path="/issue/1?key=s3cr3t")
WRITE = Call(method="POST", path="/issue", json={}, cost="content")

Answer = Reply | LostError | UnsentError


def reply(status: int, body: bytes = b"", **headers: str) -> Reply:
    return Reply(status, {name.replace("_", "-"): text for name, text in headers.items()}, body)


OK = reply(200, b'{"id": 1}')


class Line:
    """A wire to a server that answers with a script, the last line of it for ever; each answer takes
    `takes` seconds. After `ends` seconds there is no time to wait any more."""

    def __init__(
        self,
        *script: Answer,
        renew: Callable[[], bool] = lambda: False,
        pace: Callable[[Clock], Pace] = lambda clock: unhurried(clock, {}),
        takes: float = 0,
        ends: float = math.inf,
    ) -> None:
        self.script, self.takes, self.at, self.ends = list(script), takes, BEGIN, BEGIN + ends
        self.sent: list[float] = []
        self.slept: list[float] = []
        clock = Clock(lambda: self.at, self.sleep)
        self.wire = Wire(
            "sec",
            "https://tracker.example/base",
            self.send,
            clock,
            weigh=weigh,
            pace=pace(clock),
            renew=renew,
        )

    def sleep(self, seconds: float) -> None:
        if self.at + seconds > self.ends:
            raise NoTimeError
        self.slept.append(seconds)
        self.at += seconds

    def send(self, _call: Call) -> Reply:
        self.sent.append(self.at - BEGIN)
        self.at += self.takes
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(answer, Reply):
            return answer
        raise answer


def times(answer: Answer, number: int, then: Answer = OK) -> Iterable[Answer]:
    return (*[answer] * number, then)


def name(answer: Answer) -> str:
    if not isinstance(answer, Reply):
        return type(answer).__name__
    return f"{answer.status} {answer.body.decode()}{answer.headers.get('retry-after', '')}"
