"""`python -m ticketbot` and the `ticketbot` script: quiet from the first moment. Nothing else."""

from __future__ import annotations

import os
import signal

INTERRUPTED = 130


def main() -> None:
    """Run the command line. Interrupted before it is there, nothing has begun: no word is needed."""
    early = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # else nohup's: ignored
    if early:
        signal.signal(signal.SIGINT, lambda _signal, _frame: os._exit(INTERRUPTED))
    from ticketbot.cli.main import main as command

    if early:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    command()


if __name__ == "__main__":
    main()
