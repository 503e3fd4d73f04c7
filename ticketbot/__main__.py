"""`python -m ticketbot` and the `ticketbot` script. Nothing else."""

from __future__ import annotations

from ticketbot.cli.main import main

if __name__ == "__main__":
    main()
