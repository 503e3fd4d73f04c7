"""Markdown of our own making → plain text that reads well without any markup, for ServiceNow.

A table becomes a list, as fields show proportional fonts. Refuses to look like markup: `[code]` (which
lets HTML into journal fields), tags and `@[Name]` mentions are broken with a zero-width space, so that
they do nothing in a field or a mail that renders them.
"""

from __future__ import annotations

import re
from typing import Any

from mistletoe import block_token, span_token
from mistletoe.base_renderer import BaseRenderer

from ticketbot.trackers.markup_jira import shown, text_of

_BREAK = "\u200b"
_ACTIVE = re.compile(r"\[(?=/?code\])|<(?=[a-z/!?])|@(?=\[)", re.I)
_STRUCK = " (struck out)"
_RULES = {1: "=", 2: "-"}


def inert(text: str) -> str:
    """Text that no field renders as anything else."""
    return _ACTIVE.sub(lambda found: found[0] + _BREAK, text)


class PlainText(BaseRenderer):
    """Blocks are apart by a blank line, what is inside a list item or a quote is set in."""

    def __init__(self) -> None:
        super().__init__(block_token.HtmlBlock, span_token.HtmlSpan)  # type: ignore[no-untyped-call]  # unannotated

    def render_document(self, token: Any) -> str:
        return inert(self._blocks(token))

    def _blocks(self, token: Any, between: str = "\n\n") -> str:
        return between.join(part for part in map(self.render, token.children) if part)

    def render_raw_text(self, token: Any) -> str:
        return text_of(token)

    render_escape_sequence = render_raw_text

    def render_inline_code(self, token: Any) -> str:
        return str(token.children[0].content)

    def render_strikethrough(self, token: Any) -> str:
        return f"{self.render_inner(token)}{_STRUCK}"

    def render_line_break(self, token: Any) -> str:
        return "\n"

    def render_link(self, token: Any) -> str:
        label = self.render_inner(token)
        return f"{label} ({token.target})" if label not in ("", token.target) else token.target

    def render_image(self, token: Any) -> str:
        return f"{self.render_inner(token)} ({token.src})"

    def render_auto_link(self, token: Any) -> str:
        return str(token.target)

    def render_html_span(self, token: Any) -> str:
        return shown(token.content)

    render_html_block = render_html_span

    def render_heading(self, token: Any) -> str:
        text = self.render_inner(token)
        rule = _RULES.get(token.level)
        return f"{text}\n{rule * len(text)}" if rule else f"{text}:"

    def render_quote(self, token: Any) -> str:
        return _set_in(self._blocks(token), "> ", "> ")

    def render_block_code(self, token: Any) -> str:
        return _set_in(token.children[0].content.rstrip("\n"), "    ", "    ")

    def render_thematic_break(self, token: Any) -> str:
        return "-" * 20

    def render_list(self, token: Any) -> str:
        number = token.start
        items = []
        for item in token.children:
            lead = "- " if number is None else f"{number}. "
            items.append(_set_in(self._blocks(item, "\n"), lead, " " * len(lead)))
            number = None if number is None else number + 1
        return "\n".join(items)

    def render_table(self, token: Any) -> str:
        names = [self.render_inner(cell) for cell in token.header.children]
        return "\n".join(self._row(names, row) for row in token.children)

    def _row(self, names: list[str], row: Any) -> str:
        """`name: value` of what is not empty; a struck row says so once."""
        cells = [self.render_inner(cell) for cell in row.children]
        struck = any(cell.endswith(_STRUCK) for cell in cells)
        pairs = zip(names, (cell.removesuffix(_STRUCK) for cell in cells), strict=False)
        text = "; ".join(f"{name}: {value}" if name else value for name, value in pairs if value)
        return f"- {text}{_STRUCK if struck else ''}"


def _set_in(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join([first + lines[0], *((rest + line).rstrip() for line in lines[1:])])
