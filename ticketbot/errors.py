"""The one exception tree of ticketbot. Nothing here prints, logs or exits: `cli.main` does.

    TicketbotError            exit code
    ├── InputError            2    the user's input is wrong; nothing was written
    │   ├── UsageError        2    arguments
    │   ├── ConfigError       2    ticketbot.yaml, owners, templates
    │   ├── MappingError      2    a mapping file
    │   └── ReportError       2    a report that cannot be read or recognised
    ├── IncompleteError       3    some changes could not be applied; run again to resume
    │   └── TrackerError      3    a tracker refused, or could not be reached
    ├── HeldError             4    the guard held a part of the plan, or the world moved under a reviewed one
    └── LedgerError           2    the ledger cannot be opened: too new, damaged, on a network file system

Everything else that reaches the top is a bug: exit code 70 and a diagnostic file.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong in one place of something a person wrote.

    `where` is `file:line` or a JSON pointer; `what` says what is wrong, expected against found.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class TicketbotError(Exception):
    """What went wrong, to which thing, and the next step (`hint`). Both are shown to the user."""

    exit_code = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(TicketbotError):
    """The user's input is wrong. Carries every problem found, not only the first."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)


class UsageError(InputError):
    """Wrong arguments."""


class ConfigError(InputError):
    """Wrong configuration."""


class MappingError(InputError):
    """Wrong mapping file."""


class ReportError(InputError):
    """A report that cannot be read, is over a limit, or is of no known kind."""


class LedgerError(InputError):
    """The ledger cannot be opened."""


class IncompleteError(TicketbotError):
    """Some changes could not be applied."""

    exit_code = 3


class TrackerError(IncompleteError):
    """A tracker refused a request, or could not be reached."""


class HeldError(TicketbotError):
    """The guard held a part of the plan, or `apply` found that the world had moved."""

    exit_code = 4
