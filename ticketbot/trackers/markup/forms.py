"""A ticket's body, written once in neutralised Markdown, in the words each tracker takes.

Pure: the same text gives the same result. It is converted first and cut afterwards, to the tracker's
limit; the tail (a footer and what people wrote, or a hidden marker) is always kept whole. Refuses to
convert what is not ours: text from reports has passed `planning.markdown` before it comes here.
"""

from __future__ import annotations

import re

from ticketbot.planning.markdown import plain as one_line
from ticketbot.trackers.markup.cut import Form, Open, cut, size, start
from ticketbot.trackers.markup.jira import jira
from ticketbot.trackers.markup.text import plain

JIRA_BODY, JIRA_TITLE = 32_767, 255
"""`jira.text.field.character.limit` as delivered, and the column of the summary."""
GITHUB_BODY, GITHUB_TITLE = 65_536, 250
SERVICENOW_BODY, SERVICENOW_TITLE = 4_000, 160
"""`task.description` and `task.short_description` as delivered; longer text is cut there in silence."""

_MACRO = re.compile(r"(?<!\\)\{(code|noformat|quote)(?::\w+)?\}")
_FENCE = re.compile(r"([\s>]*(?:[-*+]\s+)?)(`{3,}(?=[^`]*$)|~{3,})")


def jira_wiki(markdown: str, limit: int, tail: str = "") -> str:
    """Jira wiki markup of at most `limit` characters. ValueError where the tail alone is longer."""
    return cut(jira(markdown), limit, tail, _JIRA)


def plain_text(markdown: str, limit: int, tail: str = "") -> str:
    """Plain text of at most `limit` characters. ValueError where the tail alone is longer."""
    return cut(plain(markdown), limit, tail, _TEXT)


def github_markdown(markdown: str, limit: int, tail: str = "") -> str:
    """The Markdown itself, at most `limit` characters. ValueError where the tail alone is longer."""
    return cut(markdown, limit, tail, _MARKDOWN)


def title(text: str, limit: int) -> str:
    """One line without control characters, cut at a word where it is too long."""
    line = one_line(text)
    if size(line) <= limit:
        return line
    kept = start(line, limit - 1)
    at_word = kept.rfind(" ", len(kept) // 2)
    return (kept[:at_word] if at_word > 0 else kept).rstrip() + "…"


def _open_in_jira(line: str, opened: Open) -> Open:
    for name in _MACRO.findall(line):
        closing = f"{{{name}}}"
        if closing in opened[-1:]:
            opened = opened[:-1]
        elif not _is_code(opened):
            opened = (*opened, closing)
    return opened


def _is_code(opened: Open) -> bool:
    return bool(opened) and opened[-1] != "{quote}"


def _open_in_markdown(line: str, opened: Open) -> Open:
    fence = _FENCE.match(line)
    if fence is None:
        return opened
    if not opened:
        return (re.sub(r"[^\s>]", " ", fence[1]) + fence[2],)
    closes = line.strip().startswith(opened[0].strip()) and line.strip(" >`~") == ""
    return () if closes else opened


_JIRA = Form(
    opened=_open_in_jira,
    verbatim=_is_code,
    whole=re.compile(r"\||h\d\. "),
    atom=re.compile(
        r"\\.|\{\{.*?(?<!\\)\}\}|\[[^\[\]]*\]"
        r"|(?<![A-Za-z0-9])([*_-])(?=\S).*?(?<!\\)\1(?![A-Za-z0-9])|."
    ),
)
_MARKDOWN = Form(
    opened=_open_in_markdown,
    verbatim=bool,
    whole=re.compile(r"\s*[|#]"),
    atom=re.compile(
        r"\\.|(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|\[(?:\\.|[^\[\]\\])*\]\([^)\s]*\)"
        r"|(\*\*|~~|\*|_)(?=\S).*?(?<!\\)\2|."
    ),
)
_TEXT = Form(
    opened=lambda line, opened: (), verbatim=bool, whole=re.compile(r"(?!)"), atom=re.compile(r".")
)
