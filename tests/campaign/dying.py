"""`python -m tests.campaign.dying N ARGUMENTS…`: the command line, in a process that the system kills at
its N-th step (0: never). A step is just before or after a request, or a write of the ledger that matters."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import requests

from ticketbot.cli.main import call
from ticketbot.ledger.journal import Journal
from ticketbot.ledger.ledger import Ledger
from ticketbot.trackers.local.tracker import LocalTracker

WATCHED = (
    (requests.Session, "send"),
    (LocalTracker, "create"),
    (LocalTracker, "close"),
    (Ledger, "apply_effects"),
    (Journal, "open_many"),
    (Journal, "finish"),
)


def watch(dies_at: int) -> None:
    """Count the steps of this process, and die at that one."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **more: Any) -> Any:
            step()
            answer = real(*args, **more)
            step()
            return answer

        return stepped

    for owner, name in WATCHED:
        setattr(owner, name, watched(getattr(owner, name)))


if __name__ == "__main__":
    watch(int(sys.argv[1]))
    sys.exit(call(sys.argv[2:]))
