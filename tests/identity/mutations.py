"""What happens to source trees and scanners between two scans, with the truth about each finding.

A mutation changes lines and keeps their origins, or changes how the scanner reports. It judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from tests.identity.scanner import RULES, Line, Scanner, Tree

Change = Callable[[Tree], Tree]
Setting = Callable[[Scanner], Scanner]

SETTINGS = ("blind", "quoted", "checkout", "never")
"""What a matcher may look at, the poorest first: no text; the flagged lines; the checkout of each scan."""

VARIABLES = {"cursor": "db_cursor", "folder": "directory", "number": "order_id", "path": "location"}
VARIABLES |= {"node": "element", "target": "goal", "line": "text_line", "out": "output"}
WRAPPED = re.compile(r"^(\s*)([^(]*\()(.+)(\)[;:]?)$")


class Mutation(NamedTuple):
    """One situation. How many flaws are new and gone is due in every setting."""

    name: str
    change: Change = lambda tree: tree
    before: Setting = lambda scanner: scanner
    after: Setting = lambda scanner: scanner
    exact: Literal["blind", "quoted", "checkout", "never"] = "blind"
    """The poorest setting that tells who is who. A report without text cannot tell lines that changed
    places, one that quotes single lines cannot tell look-alikes that did, and nothing can tell a line
    from its copy beside it."""
    seen_blind: bool = True
    """Without text there is a difference at all."""

    def is_exact(self, setting: str) -> bool:
        return SETTINGS.index(setting) >= SETTINGS.index(self.exact)


def is_flagged(line: Line) -> bool:
    return any(re.search(pattern, line.text) for pattern, _, _ in RULES)


def each_line(change: Callable[[Line], Sequence[Line]]) -> Change:
    """Line by line, in all files."""
    return lambda tree: {
        path: [after for line in lines for after in change(line)] for path, lines in tree.items()
    }


def each_file(change: Callable[[list[Line]], list[Line]]) -> Change:
    return lambda tree: {path: change(lines) for path, lines in tree.items()}


def each_text(change: Callable[[str], str], *, flagged: bool = False) -> Change:
    """The text of all lines, or of the flagged ones."""

    def one(line: Line) -> list[Line]:
        wanted = is_flagged(line) or not flagged
        return [line._replace(text=change(line.text)) if wanted else line]

    return each_line(one)


def first_flagged(change: Callable[[Line], Sequence[Line]]) -> Change:
    """Of each file."""

    def one(lines: list[Line]) -> list[Line]:
        at = next(n for n, line in enumerate(lines) if is_flagged(line))
        return [*lines[:at], *change(lines[at]), *lines[at + 1 :]]

    return each_file(one)


def look_alikes(lines: list[Line]) -> list[int]:
    """The first group of flagged lines of equal text, three of them at most."""
    for number, line in enumerate(lines):
        same = [n for n, other in enumerate(lines) if other.text == line.text]
        if number == same[0] and len(same) > 1 and is_flagged(line):
            return same[:3]
    return []


def without_look_alike(which: int) -> Change:
    def one(lines: list[Line]) -> list[Line]:
        same = look_alikes(lines)
        return [line for n, line in enumerate(lines) if not same or n != same[which % len(same)]]

    return each_file(one)


def with_another_look_alike(lines: list[Line]) -> list[Line]:
    same = look_alikes(lines)
    added = [Line(lines[same[0]].text)] if same else []
    return [*lines, Line(""), Line("def more():"), *added]


def blocks(lines: list[Line]) -> list[list[Line]]:
    """Parts between empty lines: the head of the file, then its functions."""
    parts: list[list[Line]] = [[]]
    for line in lines:
        if line.text:
            parts[-1].append(line)
        else:
            parts.append([])
    return parts


def joined(parts: Sequence[list[Line]]) -> list[Line]:
    return [line for n, part in enumerate(parts) for line in ([Line("")] * bool(n) + part)]


def reversed_functions(lines: list[Line]) -> list[Line]:
    head, *functions = blocks(lines)
    return joined([head, *functions[::-1]])


def without_a_function(lines: list[Line]) -> list[Line]:
    head, *functions = blocks(lines)
    return joined([head, *functions[:1], *functions[2:]])


def swapped_neighbours(lines: list[Line]) -> list[Line]:
    """The first two lines side by side of which one is flagged, in each function."""
    parts = []
    for part in blocks(lines):
        at = next((n for n, x in enumerate(part) if n > 1 and is_flagged(x)), None)
        swap = [*part[: at - 1], part[at], part[at - 1], *part[at + 1 :]] if at else part
        parts.append(swap)
    return joined(parts)


def wrapped(line: Line) -> list[Line]:
    """`call(a, b)` on three lines, where the scanner flags the call."""
    hit = WRAPPED.match(line.text)
    if not (hit and is_flagged(line) and is_flagged(Line(hit[1] + hit[2]))):
        return [line]
    indent, head, inner, tail = hit.groups()
    return [
        line._replace(text=indent + head),
        line._replace(text=f"{indent}    {inner}"),
        Line(indent + tail),
    ]


def commented(text: str) -> str:
    mark = "//" if text.rstrip().endswith((";", "{")) or " strlen(" in text else "#"
    bare, why = text.rstrip("\r"), "NOLINT" if mark == "//" else "nosec"
    return f"{bare}  {mark} {why}: reviewed by Ada{text[len(bare) :]}"


def renamed_variables(text: str) -> str:
    return re.sub(r"\b\w+\b", lambda word: VARIABLES.get(word[0], word[0]), text)


def nested(lines: list[Line]) -> list[Line]:
    """Each function's body one level deeper, in a block of its own."""
    parts = []
    for head, *body in blocks(lines):
        deeper = [line._replace(text=f"    {line.text}") for line in body]
        parts.append([head, Line("    if ready {"), *deeper])
    return joined(parts)


def another_flaw(line: Line) -> list[Line]:
    """The flagged line goes, and another of the same rule that says something else comes."""
    hit = next(m for pattern, _, _ in RULES if (m := re.search(pattern, line.text)))
    return [Line(f"    {hit[0]}2 + 2 == wholly[0xDEAD] * [unlike] / _THE_ ** OTHERS, ZEBRA);")]


def renamed_paths(change: Callable[[str], str]) -> Change:
    return lambda tree: {change(path): lines for path, lines in tree.items()}


def renamed_file(path: str) -> str:
    folder, _, name = path.rpartition("/")
    stem, _, extension = name.rpartition(".")
    return f"{folder}/{stem}_of_old.{extension}"


def said(**values: Any) -> Setting:
    return lambda scanner: scanner._replace(**values)


MUTATIONS: Sequence[Mutation] = (
    Mutation("nothing"),
    Mutation("a line is inserted at the top", each_file(lambda x: [Line("# new"), *x])),
    Mutation(
        "a line is inserted before each flagged one",
        each_line(lambda x: [Line("# look"), x] if is_flagged(x) else [x]),
    ),
    Mutation(
        "empty lines are inserted everywhere", each_line(lambda x: [x, Line("")]), exact="quoted"
    ),
    Mutation("the first line is deleted", each_file(lambda x: x[1:])),
    Mutation("the first flagged line is deleted", first_flagged(lambda _: []), exact="quoted"),
    Mutation("a function is deleted", each_file(without_a_function), exact="checkout"),
    Mutation(
        "a flagged line is written twice",
        first_flagged(lambda x: [x, Line(x.text)]),
        exact="never",
    ),
    Mutation("one more look-alike at the end", each_file(with_another_look_alike), exact="quoted"),
    Mutation("the first of look-alikes is deleted", without_look_alike(0), exact="quoted"),
    Mutation("the second of look-alikes is deleted", without_look_alike(1), exact="quoted"),
    Mutation("the last of look-alikes is deleted", without_look_alike(-1), exact="quoted"),
    Mutation("neighbouring lines are swapped", each_file(swapped_neighbours), exact="quoted"),
    Mutation("functions are reordered", each_file(reversed_functions), exact="checkout"),
    Mutation("files are renamed", renamed_paths(renamed_file)),
    Mutation("a folder is renamed", renamed_paths(lambda p: p.replace("/", "/moved/", 1))),
    Mutation("the top folder is renamed", renamed_paths(lambda p: f"packages/{p}")),
    Mutation("variables are renamed", each_text(renamed_variables)),
    Mutation("flagged lines are wrapped", each_line(wrapped), exact="quoted"),
    Mutation("functions are nested", each_file(nested)),
    Mutation(
        "spaces are put around brackets",
        each_text(lambda x: re.sub(r"([(\[])(.*)([)\]])", r"\1 \2 \3", x)),
    ),
    Mutation("other quotes", each_text(lambda x: x.replace("'", "`").replace('"', "'"))),
    Mutation("tabs in place of spaces", each_text(lambda x: x.replace("    ", "\t"))),
    Mutation("CRLF at the ends of lines", each_text(lambda x: f"{x}\r")),
    Mutation("suppression comments are added", each_text(commented, flagged=True)),
    Mutation("a flaw is fixed and another made", first_flagged(another_flaw), seen_blind=False),
    Mutation("results are scored anew", after=said(level="error")),
    Mutation("messages are reworded", after=said(words="Attention: {} (see the handbook).")),
    Mutation("another root", after=said(root="/home/runner/work/shop/shop")),
    Mutation("results are shuffled", after=said(shuffled=7)),
    Mutation(
        "another path of the rules",
        before=said(tool="Semgrep OSS", prefix="ci.rules."),
        after=said(tool="Semgrep OSS", prefix="tmp.checkout.rules."),
    ),
)
