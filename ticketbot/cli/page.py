"""A page of prose for a terminal: headings, items that wrap, and text that stays as it stands."""

from __future__ import annotations

import re

from ticketbot.cli.console import Console, shown
from ticketbot.cli.output import cells, wrapped

_FENCE = re.compile("`{3,}")
# A code span, which is kept, or an escape, of which the character is kept. CommonMark 2.4, 6.1.
_ESCAPED = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|\\([!-/:-@\[-`{-~])")


def unescaped(line: str) -> str:
    """A line of Markdown without its backslash escapes; code spans stay as they are."""
    return _ESCAPED.sub(lambda found: found[2] or found[0], line)


class Page:
    """Written as it comes. A heading appears with the first item under it, or not at all."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._heading = ""

    def title(self, text: str) -> None:
        """What the page is about."""
        made = wrapped(text, self._console.width, "  ", first="")
        self._console.out(self._console.style(made, "strong"))

    def head(self, text: str) -> None:
        """What the next items are."""
        self._heading = text

    def item(self, text: str) -> None:
        """One thing, in as many lines as it takes."""
        self._flush()
        inner = "  " + " " * (len(text) - len(text.lstrip()))
        self._console.out(wrapped(text.lstrip(), self._console.width, inner + "  ", first=inner))

    def body(self, text: str) -> None:
        """Markdown for people: without its escapes, long lines of prose wrapped, code as it is."""
        self._flush()
        fence = ""
        for written in text.splitlines():
            mark = _FENCE.match(written.strip())
            line = written if fence or mark else unescaped(written)
            if mark and (not fence or written.strip() == fence):
                fence = "" if fence else mark[0]
            long = not (fence or mark) and cells(line) > self._console.width - 2
            made = wrapped(line, self._console.width, "  ") if long else f"  {shown(line)}"
            self._console.out(made.rstrip())

    def more(self, number: int) -> None:
        """How many were left out."""
        if number > 0:
            self.item(f"… and {number:,} more")

    def _flush(self) -> None:
        if self._heading:
            self._console.out("\n" + self._console.style(self._heading, "strong"))
            self._heading = ""
