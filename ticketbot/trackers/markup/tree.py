"""Our Markdown as a tree, and what every renderer does with one.

The parser is markdown-it-py, which keeps to CommonMark and to GFM's tables, as GitHub does. mistletoe, whose
renderer for Jira was tried first, takes a `)` for a list and loses its place in cells with several
backslashes, so that a report's text could get out; and it keeps state in module variables, which threads
share. Refuses to know any tracker's markup.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_PARSER.parse("x")  # compiles its rules, before threads do so at once
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.S)


def parsed(markdown: str) -> SyntaxTreeNode:
    """CommonMark with tables and strikethrough."""
    return SyntaxTreeNode(_PARSER.parse(markdown))


class Renderer:
    """A method for each type of node, by its name in markdown-it: `heading`, `code_inline`, …"""

    def render(self, node: SyntaxTreeNode) -> str:
        return str(getattr(self, node.type)(node))

    def inner(self, node: SyntaxTreeNode) -> str:
        """What is in it, on end."""
        return "".join(map(self.render, node.children))

    def blocks(self, node: SyntaxTreeNode, between: str) -> str:
        """What is in it and not empty, apart."""
        return between.join(filter(None, map(self.render, node.children)))

    def root(self, node: SyntaxTreeNode) -> str:
        return self.blocks(node, "\n\n")

    def paragraph(self, node: SyntaxTreeNode) -> str:
        return self.inner(node)

    def inline(self, node: SyntaxTreeNode) -> str:
        return self.inner(node)

    def text(self, node: SyntaxTreeNode) -> str:
        return node.content

    def softbreak(self, node: SyntaxTreeNode) -> str:
        return "\n"

    def hardbreak(self, node: SyntaxTreeNode) -> str:
        return self.softbreak(node)


def shown(tags: str) -> str:
    """What is left of raw HTML as text: all of it, but for comments."""
    return _COMMENT.sub("", tags).strip()
