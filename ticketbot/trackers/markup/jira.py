"""Markdown of our own making → Jira wiki markup.

What a report said stays text: it starts no macro, mentions nobody, embeds nothing, links nothing but what
we linked. Refuses images, raw HTML and addresses that are not http(s). One thing it cannot do: Jira links
the key of an existing issue wherever it stands, so keys are only broken where the Markdown broke them.

Two renderers read this markup, and they differ. Data Center's knows `\\x` for the characters in
BackslashEscapeRendererComponent, runs it after macros and links (which look for `\\{` and `\\[` themselves)
and finds mentions by a search of the raw text, code and escapes included (MentionFinderImpl, `[~…]` and
`[@…]`). Cloud's (npm @atlaskit/editor-wikimarkup-transformer, parser/utils/escape.js) has the same list of
characters, knows no entities, and in tables and lists looks for `{macro`, `[…]` and `!…!` without regard
to escapes. So each danger is escaped, and what may be found all the same is broken with a zero-width space.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import quote

from markdown_it.tree import SyntaxTreeNode

from ticketbot.trackers.markup.tree import Renderer, parsed, shown

_BREAK = "\u200b"

# One pass over a run of text. `escape` gets a backslash, `after` a break behind it, `macro` and `mention`
# both; `plain` markers, between two letters, do nothing. Emoticons are in it, as in `f(x)`, and entities,
# which Data Center keeps (HtmlEscapeRendererComponent). A backslash cannot be escaped, only kept apart.
_ACTIVE = re.compile(
    r"""(?P<plain>(?<=[A-Za-z0-9])[-+*_](?=[A-Za-z0-9]))
    | (?P<macro>\{(?=adf|anchor|code|quote|noformat|panel|color|loremipsum))
    | (?P<mention>\[(?=[~@]))
    | (?P<escape>[-+*_^~{}\[\]!|] | \?(?=\?) | (?<=\?)\? | ^[#@]
        | \((?=[\w*!?/+-]{1,7}\)) | (?<=[:;])[()] | (?<=[:;]-)[()])
    | (?P<after>\\(?=[\W_]|$) | :(?=//) | \b(?:mailto|file):(?!\u200b) | ^(?:h[1-6]|bq)(?=\.)
        | :(?=-?[PDp](?![A-Za-z0-9])) | &(?=\#?\w+;))""",
    re.I | re.X,
)
# Inside a macro nothing is escaped; its end, a mention, and what may pass for our marker are broken.
_IN_CODE = re.compile(r"\{(?=(?:code|noformat|quote|anchor)[:}])|\[(?=[~@])", re.I)
# Cloud splits a cell at an escaped bar, skips from `!` to `!` and from `[` to `]` over whole cells, and
# takes no bracket in a link's label: there, lookalikes stand for them.
_IN_CELL = str.maketrans({"|": "¦", "!": "！"})
_IN_LABEL = str.maketrans({"|": "¦", "!": "！", "[": "［", "]": "］"})
_UNCLOSED = re.compile(r"\[(?![^\[\]]*\])")

# Names that both renderers know for highlighting; any other is an error box on Data Center (from memory).
_LANGUAGES = frozenset(
    "css go html java javascript json php python ruby scala sql swift xml".split()
)
_WEB = re.compile(r"https?://[^\s/]", re.I)
_URL_SAFE = "%/:?#@$&'()*+,;=~"

Where = Literal["line", "cell", "label"]


def text_run(text: str, where: Where = "line") -> str:
    """Plain text of one line, or a part of it, as markup that shows it."""
    if where == "cell":
        text = _UNCLOSED.sub("［", text.translate(_IN_CELL))
    elif where == "label":
        text = text.translate(_IN_LABEL)
    return _ACTIVE.sub(_disarmed, text)


def _disarmed(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "macro" | "mention":
            return f"\\{found[0]}{_BREAK}"
        case "escape":
            return "\\" + found[0]
        case "after":
            return found[0] + _BREAK
    return found[0]


class _JiraMarkup(Renderer):
    """Blocks are apart by a blank line, which would end a list: none there."""

    def __init__(self) -> None:
        self._where: Where = "line"
        self._bullets = ""

    def text(self, node: SyntaxTreeNode) -> str:
        return text_run(node.content, self._where)

    def softbreak(self, node: SyntaxTreeNode) -> str:
        return "\n" if self._where == "line" else " "

    def code_inline(self, node: SyntaxTreeNode) -> str:
        return f"{{{{{text_run(node.content, self._where)}}}}}"

    def strong(self, node: SyntaxTreeNode) -> str:
        return f"*{self.inner(node)}*"

    def em(self, node: SyntaxTreeNode) -> str:
        return f"_{self.inner(node)}_"

    def s(self, node: SyntaxTreeNode) -> str:
        return f"-{self.inner(node)}-"

    def link(self, node: SyntaxTreeNode) -> str:
        target = str(node.attrs["href"])
        if not _WEB.match(target):
            return self.inner(node)
        label, address = self._in("label", node), quote(target, safe=_URL_SAFE)
        return f"[{label}|{address}]" if label else f"[{address}]"

    def image(self, node: SyntaxTreeNode) -> str:
        return self.inner(node)

    def html_inline(self, node: SyntaxTreeNode) -> str:
        return text_run(" ".join(shown(node.content).split()), self._where)

    def html_block(self, node: SyntaxTreeNode) -> str:
        return "\n".join(map(text_run, shown(node.content).split("\n")))

    def heading(self, node: SyntaxTreeNode) -> str:
        return f"{node.tag}. {self.inner(node)}"

    def hr(self, node: SyntaxTreeNode) -> str:
        return "----"

    def blockquote(self, node: SyntaxTreeNode) -> str:
        return f"{{quote}}\n{self.blocks(node, self._between)}\n{{quote}}"

    def fence(self, node: SyntaxTreeNode) -> str:
        known = node.info if node.info in _LANGUAGES else ""
        name, opening = ("code", f"{{code:{known}}}") if known else ("noformat", "{noformat}")
        inner = _IN_CODE.sub(lambda found: found[0] + _BREAK, node.content)
        return f"{opening}\n{inner}{{{name}}}"

    code_block = fence

    def bullet_list(self, node: SyntaxTreeNode) -> str:
        return self._list(node, "*")

    def ordered_list(self, node: SyntaxTreeNode) -> str:
        return self._list(node, "#")

    def _list(self, node: SyntaxTreeNode, bullet: str) -> str:
        outside, self._bullets = self._bullets, self._bullets + bullet
        items = [f"{self._bullets} {self.render(item)}" for item in node.children]
        self._bullets = outside
        return "\n".join(items)

    def list_item(self, node: SyntaxTreeNode) -> str:
        return self.blocks(node, "\n")

    @property
    def _between(self) -> str:
        return "\n" if self._bullets else "\n\n"

    def table(self, node: SyntaxTreeNode) -> str:
        return self.blocks(node, "\n")

    thead = tbody = table

    def tr(self, node: SyntaxTreeNode) -> str:
        mark = "||" if node.children[0].type == "th" else "|"
        return mark + "".join(f"{self._in('cell', cell) or ' '}{mark}" for cell in node.children)

    def _in(self, where: Where, node: SyntaxTreeNode) -> str:
        outside, self._where = self._where, where
        inner = self.inner(node)
        self._where = outside
        return inner


def jira(markdown: str) -> str:
    """The whole of it, of any length."""
    return _JiraMarkup().render(parsed(markdown))
