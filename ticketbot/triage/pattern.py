"""`--match`: what the words of a ticket say its flaw is called. Reads the title first, and the text only
where the title says nothing; refuses groups that name nothing a flaw has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from ticketbot.errors import UsageError
from ticketbot.trackers.base import Text
from ticketbot.triage.names import NAMINGS, WHOLE

GROUPS = tuple(name for name in NAMINGS if name != WHOLE)


class Clue(msgspec.Struct, frozen=True):
    """What one match says: (kind of name, name as it is written), all of which must fit one flaw."""

    names: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        said = [name if kind == WHOLE else f"{kind} {name}" for kind, name in self.names]
        return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


class Clues(msgspec.Struct, frozen=True):
    """All that a ticket says, each thing once, and where it says it."""

    found: tuple[Clue, ...]
    where: str


class Pattern:
    """A regular expression, as Python's `re` reads it; `^` and `$` are those of a line."""

    def __init__(self, expression: str) -> None:
        """Raises UsageError: it cannot be read, or a group has an unknown name."""
        try:
            self._regex = re.compile(expression, re.MULTILINE)
        except (re.error, RecursionError, OverflowError) as error:
            raise UsageError(
                _complaint(expression, error),
                hint="It is a regular expression of Python: \\( is a parenthesis, (?P<rule>…) a group.",
            ) from error
        unknown = sorted(set(self._regex.groupindex) - set(GROUPS))
        if unknown:
            raise UsageError(
                f"--match: a flaw has no {unknown[0]!r}; groups may be named {', '.join(GROUPS)}",
                hint="A group that only holds things together is written (?:…).",
            )
        self.kinds = tuple(self._regex.groupindex) or (WHOLE,)

    def clues(self, text: Text) -> Clues:
        """What the ticket says; nothing where the pattern does not match."""
        for where, words in (("its title", text.ticket.title), ("its text", text.body)):
            found = tuple(dict.fromkeys(self._clues(words)))
            if found:
                return Clues(found, where)
        return Clues((), "")

    def _clues(self, words: str) -> Iterator[Clue]:
        for match in self._regex.finditer(words):
            named = match.groupdict() if self._regex.groupindex else {WHOLE: match[0]}
            names = tuple((kind, name.strip()) for kind, name in named.items() if name)
            if any(name for _, name in names):
                yield Clue(tuple((kind, name) for kind, name in names if name))


def _complaint(expression: str, error: Exception) -> str:
    if isinstance(error, re.error) and error.pos is not None:
        rest = expression[error.pos : error.pos + 20]
        here = f", before {rest!r}" if rest else ", at its end"
        return f"--match: {error.msg} at character {error.pos + 1}{here}"
    return f"--match cannot be read: {error}"
