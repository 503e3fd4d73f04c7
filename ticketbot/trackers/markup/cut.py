"""Text in a tracker's own markup → at most so long: cut at a line, with what is open closed, and a last
line that says how much is missing. Refuses to cut inside a table's row, a heading, an escape or a macro.

Lengths are UTF-16 units, in which Jira and ServiceNow (Java) count; they are never fewer than characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ticketbot.trackers.markup.footer import joined, unforged

_NOTE = "… {:,} more characters are left out here: they do not fit into this ticket."
_GAP = "\n\n"
_WORTHWHILE = 40  # a part of a line shorter than this tells nothing

Open = tuple[str, ...]
"""The lines that would close what is open, the innermost last."""


class Form(NamedTuple):
    """What a markup's lines mean to someone who cuts between them."""

    opened: Callable[[str, Open], Open]
    """(line, what is open before it) → what is open after it."""
    verbatim: Callable[[Open], bool]
    """Whether a line in there is code, and may be cut anywhere."""
    whole: re.Pattern[str]
    """The beginning of a line that is kept or left out as a whole."""
    atom: re.Pattern[str]
    """What must not be cut apart, else one character."""


def size(text: str) -> int:
    """UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def start(text: str, room: int) -> str:
    """As much from the beginning as fits into `room` units."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * max(room, 0)].decode("utf-16", "ignore")


def cut(text: str, limit: int, tail: str, form: Form) -> str:
    """`text`, shortened where needed, and `tail` whole. Raises ValueError where the tail alone is longer."""
    text = unforged(text).rstrip()
    whole = joined(text, tail, "")
    if size(whole) <= limit:
        return whole
    if size(tail) > limit:
        raise ValueError(f"what must be kept has {size(tail)} characters, the limit is {limit}")
    room = limit - size(tail) - 2 * len(_GAP) - size(_NOTE.format(len(text)))
    kept, taken = _kept(text.split("\n"), room, form)
    note = _NOTE.format(len(text) - taken)
    result = joined(f"{kept}{_GAP}{note}" if kept else note, tail, "")
    return result if size(result) <= limit else tail


def _kept(lines: list[str], room: int, form: Form) -> tuple[str, int]:
    """The lines that fit, closed; and how many characters of the text they are."""
    kept: list[str] = []
    taken = used = 0
    opened: Open = ()
    for line in lines:
        after = form.opened(line, opened)
        if used + _with_ends([line, *after]) > room:
            if part := _part(line, room - used - _with_ends(opened) - 1, opened, form):
                kept.append(part)
                taken += len(part)
            break
        kept.append(line)
        used += _with_ends([line])
        taken += len(line) + 1
        opened = after
    return "\n".join([*kept, *reversed(opened)]).rstrip(), taken


def _with_ends(lines: list[str] | Open) -> int:
    return sum(size(line) + 1 for line in lines)


def _part(line: str, room: int, opened: Open, form: Form) -> str:
    """The beginning of a line that does not fit, cut at a word; "" where nothing of it should be kept."""
    if opened and form.verbatim(opened):
        return start(line, room)
    if room < _WORTHWHILE or opened or form.whole.match(line):
        return ""
    end = used = 0
    for atom in form.atom.finditer(line):
        used += size(atom[0])
        if used > room:
            break
        if atom[0].isspace():
            end = atom.start()
    return line[:end] if end >= _WORTHWHILE else ""
