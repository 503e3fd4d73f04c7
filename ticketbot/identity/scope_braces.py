"""The names around each line of a language with braces. What stands before a brace says what it opens: a
function, a class, or a block without a name.

Strings and comments are gone before (`identity.scope_text`). It gives up where braces do not add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_MARKS = re.compile(r"[{};]")
_MOST_LINES = 30
_LONGEST_HEAD = 1_000
"""Of what stands before a brace."""
_DEEPEST = 200
_GOES_ON = re.compile(
    r"(?:[:,?.)]|->|=>|\{|throws\b|where\b|extends\b|implements\b|noexcept\b|override\b)"
)

_TYPE = re.compile(
    r"(?:^|\s)(?:(?:class|interface|trait|namespace|object|record|module|protocol|extension|actor"
    r"|(?:struct|union|enum)(?![^(]*\())(?:\s+class)?|impl(?:<[^>]*>)?(?:\s[^{]*\sfor)?)\s+([\w$.:\\]+)"
)
_FUNCTION = re.compile(
    r"\b(?:function|func|fun|fn|def)\b\s*\*?\s*&?\s*(?:\([^()]*?(\w+)\)\s*)?(?:<[^>]*>\s*)?([\w$.]+)\s*[(<\[]"
)
_ASSIGNED = re.compile(
    r"([\w$]+)\s*(?::[^=(){}]{1,80})?[:=]\s*(?:async\s*)?"
    r"(?:function\b[^(]*\([^()]*\)|(?:\([^()]*\)|[\w$]+)\s*(?::[^=]+)?=>)\s*$"
)
_CALLED = re.compile(r"(?<![@\w$~:.])([\w$~:.#]+)\s*\(")
_NO_NAME = frozenset(
    (
        "if for while switch catch with return synchronized using lock foreach fixed do else try function"
        " __attribute__ __declspec alignas decltype sizeof new await when until unless"
        " case and or not noexcept throw typeof super"
    ).split()
)


def by_braces(lines: Sequence[str], *, keywordless: bool) -> list[tuple[str, ...]] | None:
    """For each line the names around its beginning, the outermost first; None where braces do not add up.

    `keywordless`: `name(…) {` opens a function there.
    """
    found: list[tuple[str, ...]] = []
    stack: list[str] = []
    names: tuple[str, ...] = ()
    before: list[str] = []  # the lines since the last mark, the last one in parts
    for line in _one_branch(lines):
        found.append(names)
        start = 0
        for mark in _MARKS.finditer(line):
            if mark[0] == "{":
                before.append(line[start : mark.start()])
                if len(stack) == _DEEPEST:
                    return None
                stack.append(_name(_head(before), keywordless))
            elif mark[0] == "}":
                if not stack:
                    return None
                stack.pop()
            before, start = [], mark.end()
            names = tuple(filter(None, stack))
        if rest := line[start:].strip():
            before = [*before[-_MOST_LINES:], rest]
    return None if stack else found


def _one_branch(lines: Sequence[str]) -> Iterator[str]:
    """Of `#if … #else … #endif` what comes first, and no other directives: branches open the same brace
    twice."""
    hidden: list[bool] = []
    directive = False
    for line in lines:
        text = line.strip()
        word = re.match(r"#\s*(\w+)", text)
        if word and word[1] in ("if", "ifdef", "ifndef"):
            hidden.append(False)
        elif word and word[1] in ("else", "elif") and hidden:
            hidden[-1] = True
        elif word and word[1] == "endif" and hidden:
            hidden.pop()
        yield "" if word or directive or any(hidden) else line
        directive = bool(word or directive) and text.endswith("\\")


def _head(before: Sequence[str]) -> str:
    """The end of what stands before a brace: as many lines as its parentheses and joining words need."""
    head = ""
    for line in reversed(before):
        head = f"{line.strip()} {head}".strip()
        if (
            head
            and head.count("(") >= head.count(")")
            and not _GOES_ON.match(head)
            and head[-1] != ","
        ):
            break
    return head[-_LONGEST_HEAD:]


def _name(head: str, keywordless: bool) -> str:
    """What a head names; empty for a block without a name."""
    if match := _FUNCTION.search(head):
        return f"{match[1]}.{match[2]}" if match[1] else match[2]
    if match := _TYPE.search(head):
        return match[1]
    if not keywordless or head.count("(") != head.count(")"):
        return ""
    if match := _ASSIGNED.search(head):
        return match[1]
    for match in _CALLED.finditer(head):
        if match[1] not in _NO_NAME:
            return "" if "=" in head[: match.start()] else match[1]
        if not match[1].startswith("_"):
            return ""
    return ""
