"""What goes wrong between a server and those who ask it, on purpose: before a request is carried out,
after it, or much later.

A fault is one line of text, so that a header, a configuration and a seed all say it alike:

    502 before          502 after           reset after        close before       hang after
    hang late 45        cut after           html after         503 after 2        429
    429 2               429 date            429 0              403 60             401

`before`: not carried out. `after`: carried out, and then the answer is lost. `late N`: carried out N
seconds after nobody waits any more. `cut`: a 2xx that ends in the middle. A number behind a refusal is its
Retry-After in seconds; `date` says it as a date.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from email.utils import formatdate
from typing import Literal

import msgspec

from ticketbot.simulate.exchange import Answered, Asked, Broken, Simulated, Time

HEADER = "x-simulate-fault"
PAGE = b"<html><head><title>Bad gateway</title></head><body>proxy</body></html>"

Chooser = Callable[[Asked], str]
"""Request → the fault to give it; "" for none."""


class Fault(msgspec.Struct, frozen=True):
    """One way to go wrong."""

    how: str
    """reset, close, hang, cut, html, or a status."""
    when: Literal["before", "after", "late", "refused"]
    after: str = ""
    """Seconds: of the delay, or of Retry-After."""


_HOW = frozenset("reset close hang cut html 500 502 503 504".split())


def _is_time(words: Sequence[str]) -> bool:
    """Nothing, a number of seconds, or `date`."""
    return not words or (len(words) == 1 and (words[0].isdecimal() or words[0] == "date"))


def parse(text: str) -> Fault:
    """Raises ValueError with what was expected."""
    match text.split():
        case ["429" | "403" | "401" as status, *after] if _is_time(after):
            return Fault(status, "refused", "".join(after))
        case [how, "before" | "after" as when, *after] if how in _HOW and _is_time(after):
            return Fault(how, when, "".join(after))
        case [how, "late", *after] if how in _HOW and _is_time(after) and after != ["date"]:
            return Fault(how, "late", "".join(after))
    raise ValueError(f"{text!r} is no fault: expected for instance `502 after` or `429 2`")


class Front:
    """Stands before a simulated tracker and spoils some of its answers."""

    def __init__(self, service: Simulated, time: Time, choose: Chooser = lambda _asked: "") -> None:
        self.service, self._time, self.choose = service, time, choose
        self._late: list[tuple[float, Asked]] = []
        self.requests: list[tuple[str, str]] = []
        """(method, path) of every request, in order."""

    def answer(self, asked: Asked) -> Answered | Broken:
        """What comes back. The header goes before the chooser."""
        self.requests.append((asked.method, asked.path))
        self.settle()
        text = asked.headers.get(HEADER) or self.choose(asked)
        if not text:
            return self.service.answer(asked)
        try:
            fault = parse(text)
        except ValueError as error:  # a header that somebody wrote
            return Answered(400, f"{error}\n".encode(), {"Content-Type": "text/plain"})
        if fault.when == "refused":
            return self.service.refusal(int(fault.how), self._retry_after(fault.after))
        if fault.when == "late":
            self._late.append((self._time.seconds() + float(fault.after or 10), asked))
        answer = self.service.answer(asked) if fault.when == "after" else None
        return self._spoilt(fault, answer)

    def settle(self) -> None:
        """Carry out what is late and due by now."""
        due = [each for each in self._late if each[0] <= self._time.seconds()]
        self._late = [each for each in self._late if each not in due]
        for _, asked in due:
            self.service.answer(asked)

    def _spoilt(self, fault: Fault, answer: Answered | None) -> Answered | Broken:
        match fault.how:
            case "reset" | "close" | "hang" as how:
                return Broken(how)
            case "cut":
                body = answer.body if answer else b'{"id": 1'
                return Answered(200, body[: max(1, len(body) // 2)], _JSON)
            case "html":
                return Answered(200, PAGE, {"Content-Type": "text/html"})
        status = int(fault.how)
        return self.service.refusal(status, self._retry_after(fault.after))

    def _retry_after(self, after: str) -> dict[str, str]:
        if not after:
            return {}
        if after == "date":
            after = formatdate(self._time.seconds() + 5, usegmt=True)
        return {"Retry-After": after}


_JSON = {"Content-Type": "application/json"}

WRITES = (
    *("reset before", "close before", "hang before", "500 before", "502 before", "503 before 2"),
    *("reset after", "close after", "hang after", "500 after", "502 after", "503 after"),
    *("504 after", "503 after 2", "cut after", "html after", "hang late 10", "hang late 25"),
    *("429", "429 2", "429 date", "429 0", "401"),
)
READS = (
    "reset before",
    "hang before",
    "502 before",
    "503 before 2",
    "429 2",
    "cut after",
    "html after",
)


def seeded(
    seed: int, share: float, writes: Sequence[str] = WRITES, reads: Sequence[str] = READS
) -> Chooser:
    """A fault for about this share of all requests; the same seed spoils the same requests."""
    chance = random.Random(seed)  # noqa: S311  # reproducible on purpose

    def choose(asked: Asked) -> str:
        if chance.random() >= share:
            return ""
        return chance.choice(reads if asked.method == "GET" else writes)

    return choose
