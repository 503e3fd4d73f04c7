"""Markdown of our own making → plain text that reads well without any markup, for ServiceNow.

A table becomes a list, as fields show proportional fonts. Refuses to look like markup: `[code]` (which
lets HTML into journal fields), tags and `@[Name]` mentions are broken with a zero-width space, so that
they do nothing in a field or a mail that renders them.
"""

from __future__ import annotations

import re

from markdown_it.tree import SyntaxTreeNode

from ticketbot.trackers.markup.tree import Renderer, parsed, shown

_BREAK = "\u200b"
_ACTIVE = re.compile(r"\[(?=/?code\])|<(?=[a-z/!?])|@(?=\[)", re.I)
_STRUCK = " (struck out)"
_RULES = {"h1": "=", "h2": "-"}


def inert(text: str) -> str:
    """Text that no field renders as anything else."""
    return _ACTIVE.sub(lambda found: found[0] + _BREAK, text)


class _PlainText(Renderer):
    """Blocks are apart by a blank line, what is inside a list item or a quote is set in."""

    def code_inline(self, node: SyntaxTreeNode) -> str:
        return node.content

    def strong(self, node: SyntaxTreeNode) -> str:
        return self.inner(node)

    em = th = td = strong

    def s(self, node: SyntaxTreeNode) -> str:
        return f"{self.inner(node)}{_STRUCK}"

    def link(self, node: SyntaxTreeNode) -> str:
        label, target = self.inner(node), str(node.attrs["href"])
        same = ("", target, target.partition("://")[2])
        return target if label in same else f"{label} ({target})"

    def image(self, node: SyntaxTreeNode) -> str:
        return f"{self.inner(node)} ({node.attrs['src']})"

    def html_inline(self, node: SyntaxTreeNode) -> str:
        return shown(node.content)

    html_block = html_inline

    def heading(self, node: SyntaxTreeNode) -> str:
        text = self.inner(node)
        rule = _RULES.get(node.tag)
        return f"{text}\n{rule * len(text)}" if rule else f"{text}:"

    def hr(self, node: SyntaxTreeNode) -> str:
        return "-" * 20

    def blockquote(self, node: SyntaxTreeNode) -> str:
        return _set_in(self.blocks(node, "\n\n"), "> ", "> ")

    def fence(self, node: SyntaxTreeNode) -> str:
        return _set_in(node.content.rstrip("\n"), "    ", "    ")

    code_block = fence

    def bullet_list(self, node: SyntaxTreeNode) -> str:
        return "\n".join(_set_in(self.render(item), "- ", "  ") for item in node.children)

    def ordered_list(self, node: SyntaxTreeNode) -> str:
        leads = [
            f"{number}. " for number, _ in enumerate(node.children, int(node.attrs.get("start", 1)))
        ]
        items = zip(leads, map(self.render, node.children), strict=True)
        return "\n".join(_set_in(item, lead, " " * len(lead)) for lead, item in items)

    def list_item(self, node: SyntaxTreeNode) -> str:
        return self.blocks(node, "\n")

    def table(self, node: SyntaxTreeNode) -> str:
        header, *bodies = node.children
        names = [self.render(cell) for cell in header.children[0].children]
        return "\n".join(self._row(names, row) for body in bodies for row in body.children)

    def _row(self, names: list[str], row: SyntaxTreeNode) -> str:
        """`name: value` of what is not empty; a struck row says so once."""
        cells = [self.render(cell) for cell in row.children]
        struck = any(cell.endswith(_STRUCK) for cell in cells)
        pairs = zip(names, (cell.removesuffix(_STRUCK) for cell in cells), strict=True)
        text = "; ".join(f"{name}: {value}" if name else value for name, value in pairs if value)
        return f"- {text}{_STRUCK if struck else ''}"


def _set_in(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join([first + lines[0], *((rest + line).rstrip() for line in lines[1:])])


def plain(markdown: str) -> str:
    """The whole of it, of any length."""
    return inert(_PlainText().render(parsed(markdown)))
