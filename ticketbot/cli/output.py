"""Lines in columns for people: 80 of them where no terminal says how many, nothing wider than that."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

from ticketbot.cli.console import Console, shown

GAP = "  "


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def fitted(text: str, width: int) -> str:
    """`text` in exactly `width` columns, cut with `…` where it is longer."""
    text = shown(text)
    if cells(text) > width:
        while cells(text) > width - 1:
            text = text[: min(len(text) - 1, width)]
        text += "…"
    return text + " " * (width - cells(text))


class Columns:
    """Lines of the same columns. `widths` are columns of a terminal; one of them may be 0: the rest."""

    def __init__(self, console: Console, widths: Sequence[int], indent: str = "") -> None:
        self._console, self._indent = console, indent
        taken = sum(widths) + len(GAP) * (len(widths) - 1) + len(indent)
        self._widths = [width or max(8, console.width - taken) for width in widths]

    def line(self, *texts: str, styles: Sequence[str] = ()) -> str:
        """One line; `styles` for the first cells."""
        made = [fitted(text, width) for text, width in zip(texts, self._widths, strict=True)]
        made[-1] = made[-1].rstrip()
        for index, style in enumerate(styles):
            bare = made[index].rstrip()
            made[index] = self._console.style(bare, style) + made[index][len(bare) :]
        return (self._indent + GAP.join(made)).rstrip()


def table(console: Console, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A small table with a head, as wide as it must be; the last column is cut where it is too wide."""
    kept = [[shown(text) for text in row] for row in rows]
    widths = [max(cells(text) for text in column) for column in zip(head, *kept, strict=True)]
    columns = Columns(console, [*widths[:-1], 0])
    console.out(columns.line(*head, styles=["strong"] * len(head)))
    for row in kept:
        console.out(columns.line(*row))


def wrapped(text: str, width: int, indent: str = "", *, first: str | None = None) -> str:
    """Prose in lines of at most `width`, never breaking a word (an address, a digest)."""
    return textwrap.fill(
        shown(text),
        width,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def counted(number: int, one: str, many: str = "") -> str:
    """`1 finding`, `2 findings`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
