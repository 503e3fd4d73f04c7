"""Markdown of our own making → Jira wiki markup, through mistletoe's renderer.

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

import html
import re
from itertools import groupby
from typing import Any, Literal
from urllib.parse import quote

from mistletoe import span_token
from mistletoe.contrib.jira_renderer import JiraRenderer

_BREAK = "\u200b"

# One pass over a run of text. `escape`: with a backslash; `after`: a break behind it; `entity`: Data Center
# keeps entities as they are (HtmlEscapeRendererComponent); `plain` markers between two letters do nothing.
_ACTIVE = re.compile(
    r"""(?P<plain>(?<=[A-Za-z0-9])[-+*_](?=[A-Za-z0-9]))
    | (?P<macro>\{(?=adf|anchor|code|quote|noformat|panel|color|loremipsum))
    | (?P<mention>\[(?=[~@]))
    | (?P<escape>[-+*_^~{}\[\]!|] | \?(?=\?) | (?<=\?)\? | ^[#@]
        | \((?=[\w*!?/+-]{1,7}\)) | (?<=[:;])[()] | (?<=[:;]-)[()])
    | (?P<after>\\(?=[\W_]|$) | :(?=//) | \b(?:mailto|file): | ^(?:h[1-6]|bq)(?=\.)
        | :(?=-?[PDp](?![A-Za-z0-9])) | &(?=\#?\w+;))""",
    re.I | re.X,
)
# Inside a macro nothing is escaped; its end, and a mention, are broken.
_IN_CODE = re.compile(r"\{(?=(?:code|noformat|quote)[:}])|\[(?=[~@])", re.I)
# Cloud splits a cell at an escaped bar, skips from `!` to `!` and from `[` to `]` over whole cells, and
# takes no bracket in a link's label: there, lookalikes stand for them.
_IN_CELL = str.maketrans({"|": "¦", "!": "！"})
_IN_LABEL = str.maketrans({"|": "¦", "!": "！", "[": "［", "]": "］"})
_UNCLOSED = re.compile(r"\[(?=[^\[\]]*$)")

# Names that both renderers know for highlighting; any other is an error box on Data Center (from memory).
_LANGUAGES = frozenset(
    "css go html java javascript json php python ruby scala sql swift xml".split()
)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.S)
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


class JiraMarkup(JiraRenderer):
    """mistletoe's renderer with the text made harmless, and line ends kept as they are."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # mistletoe leaves it unannotated
        self._where: Where = "line"

    def render_inner(self, token: Any) -> str:
        """Neighbouring pieces of text are one run: what is dangerous may lie across them."""
        if not any(map(_is_text, token.children)):
            return str(super().render_inner(token))  # type: ignore[no-untyped-call]  # mistletoe leaves it unannotated
        runs = groupby(token.children, key=_is_text)
        return "".join(
            text_run("".join(map(text_of, run)), self._where)
            if text
            else "".join(map(self.render, run))
            for text, run in runs
        )

    def render_raw_text(self, token: Any, escape: bool = True) -> str:
        return text_run(text_of(token), self._where) if escape else str(token.content)

    def render_escape_sequence(self, token: Any) -> str:
        return text_run(text_of(token), self._where)

    def render_inline_code(self, token: Any) -> str:
        return f"{{{{{text_run(token.children[0].content, self._where)}}}}}"

    @staticmethod
    def render_line_break(token: Any) -> str:
        return "\n"

    def render_link(self, token: Any) -> str:
        outside, self._where = self._where, "label"
        label = self.render_inner(token)
        self._where = outside
        if not _WEB.match(token.target):
            return label
        return f"[{label or text_run(token.target, 'label')}|{_address(token.target)}]"

    def render_image(self, token: Any) -> str:
        return self.render_inner(token)

    def render_auto_link(self, token: Any) -> str:
        if not _WEB.match(token.target):
            return text_run(token.target, self._where)
        return f"[{_address(token.target)}]"

    @staticmethod
    def render_html_span(token: Any) -> str:
        return text_run(shown(token.content).replace("\n", " "), "label")

    @staticmethod
    def render_html_block(token: Any) -> str:
        return "\n".join(map(text_run, shown(token.content).split("\n"))) + "\n\n"

    def render_quote(self, token: Any) -> str:
        inner = "".join(map(self.render, token.children)).rstrip("\n")
        return f"{{quote}}\n{inner}\n{{quote}}{self._end(token)}"

    def render_block_code(self, token: Any) -> str:
        known = token.language if token.language in _LANGUAGES else ""
        name, opening = ("code", f"{{code:{known}}}") if known else ("noformat", "{noformat}")
        inner = _IN_CODE.sub(lambda found: found[0] + _BREAK, token.children[0].content)
        return f"{opening}\n{inner}{{{name}}}{self._end(token)}"

    def render_table_cell(self, token: Any, in_header: bool = False) -> str:
        self._where = "cell"
        inner = self.render_inner(token) or " "
        self._where = "line"
        return ("||" if in_header else "|") + inner

    def _end(self, token: Any) -> str:
        return str(self._block_eol(token))  # type: ignore[no-untyped-call]  # mistletoe leaves it unannotated


def _address(target: str) -> str:
    return quote(html.unescape(target), safe=_URL_SAFE)


def _is_text(token: Any) -> bool:
    return isinstance(token, span_token.RawText | span_token.EscapeSequence)


def text_of(token: Any) -> str:
    """What a piece of text says; an escaped `&` begins no entity."""
    escaped = isinstance(token, span_token.EscapeSequence)
    return str(token.children[0].content) if escaped else html.unescape(token.content)


def shown(tags: str) -> str:
    """What is left of raw HTML as text: all of it, but for comments."""
    return _COMMENT.sub("", tags).strip()
