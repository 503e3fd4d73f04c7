"""Several jobs at once, and yet reproducible: threads of which one runs at a time, and a seed says which.

A job gives way wherever another could come between: at each request and at each step of the journal. There
it may also be killed. No real time passes.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence

_here = threading.local()


class Killed(BaseException):
    """The process is gone."""


class Actor(threading.Thread):
    """One job. `dies_at`: the step at which it is killed; 0: never."""

    def __init__(self, work: Callable[[], None], dies_at: int) -> None:
        super().__init__(daemon=True)
        self._work, self._dies_at = work, dies_at
        self._steps = 0
        self.turn, self.yielded = threading.Semaphore(0), threading.Semaphore(0)
        self.over = False
        self.killed = False
        self.failure: BaseException | None = None

    def run(self) -> None:
        _here.actor = self
        self.turn.acquire()
        try:
            self._work()
        except Killed:
            self.killed = True
        except BaseException as error:  # noqa: BLE001  # told by the stage, in the main thread
            self.failure = error
        self.over = True
        self.yielded.release()

    def step(self) -> None:
        """Called by the job itself: others may go on here."""
        self._steps += 1
        if self._steps == self._dies_at or self.killed:
            self.killed = True
            raise Killed
        self.yielded.release()
        self.turn.acquire()


def step() -> None:
    """A place where another job could come between. Nothing where nobody is on the stage."""
    actor = getattr(_here, "actor", None)
    if actor is not None and not actor.over:
        actor.step()


def perform(jobs: Sequence[tuple[Callable[[], None], int]], chance: random.Random) -> list[Actor]:
    """Run all jobs to their ends, interleaved by `chance`. Raises what a job raised."""
    actors = [Actor(work, dies_at) for work, dies_at in jobs]
    for actor in actors:
        actor.start()
    alive = list(actors)
    while alive:
        actor = chance.choice(alive)
        actor.turn.release()
        actor.yielded.acquire()
        alive = [each for each in alive if not each.over]
    for actor in actors:
        actor.join()
        if actor.failure is not None:
            raise actor.failure
    return actors
