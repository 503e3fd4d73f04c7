"""Hostile text from reports → Markdown that shows it and does nothing else.

What comes out pings nobody, closes and references nothing, links nowhere, loads no image, has no
HTML and no structure of its own, and hides nothing. Refuses to judge: text is shown, never dropped
for what it says. Rules: CommonMark 0.31 and the GFM extensions; Jira keys and GitHub references.
"""

from __future__ import annotations

import re
from urllib.parse import quote

# A zero-width space of ours, put inside what a tracker would otherwise act on.
_BREAK = "\u200b"

# Controls, invisible and direction-changing characters, tags, lone surrogates: text that reads
# otherwise than it is. Line ends and tabs are kept for `block`.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")

# One pass over the text: what is escaped with a backslash, and what is broken apart.
_ACTIVE = re.compile(
    r"(?P<escape>[\\`*\[\]<&|~$!])"
    r"|(?P<word>(?<=[^\W_])_+(?=[^\W_]))"
    r"|(?P<under>_)"
    r"|(?P<after>[@#]|:(?=//)|\b(?:www|WWW|Www)(?=\.)|(?:mailto|xmpp):)"
    r"|(?P<key>\b(?!(?:CVE|CWE|CAPEC|RFC|UTF|SHA|ISO|AES|RSA|MD|OWASP|GHSA)-)[A-Z](?:_?[A-Z0-9])+)-(?=\d)"
    r"|(?P<gh>\b[Gg][Hh])-(?=\d)",
)
# Most text is like this, and need not be looked at letter by letter.
_QUIET = re.compile(r"[A-Za-z0-9 ,.;?/()'\"%{}]*")
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_AT_START = re.compile(r"[-+=:>]")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_LANGUAGES = frozenset(
    "bash c cpp csharp css diff dockerfile go graphql hcl html http ini java javascript json kotlin"
    " php powershell python ruby rust scala sh sql swift text toml typescript xml yaml".split()
)
# No credentials in the authority: `https://github.com@evil.example` reads as what it is not.
_LINKABLE = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#]|$)", re.I)
_URL_SAFE = "%/:?#@!$&'*+,;=~"
# A link to such a page leaves a trace on it, in somebody else's repository.
_NOTICED = re.compile(
    r"https?://(?:www\.)?github\.com/[^/]+/[^/]+/(?:issues|pull|discussions)/", re.I
)


class Markdown(str):
    """Markdown of our own making: `render_template` lets it through as it is."""

    __slots__ = ()


def visible(text: str) -> str:
    """Without what hides or turns text around; line ends become `\\n`."""
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub("", _LINE_ENDS.sub("\n", text))


def plain(text: str) -> str:
    """One line of plain text, as a title wants it: not Markdown, nothing escaped."""
    return " ".join(visible(text).split())


def inline(text: str) -> Markdown:
    """One line that is safe anywhere in a paragraph, at its start, or in a table's cell."""
    line = plain(text)
    if not _QUIET.fullmatch(line) or "www" in line.lower():
        line = _ACTIVE.sub(_disarmed, line)
    if _AT_START.match(line):
        line = "\\" + line
    return Markdown(_NUMBERED.sub(r"\1\\\2", line, count=1) if line[:1].isdigit() else line)


def _disarmed(match: re.Match[str]) -> str:
    found = match[0]
    kind = match.lastgroup
    if kind in ("escape", "under"):
        return "\\" + found
    if kind == "word":
        return found
    if kind == "after":
        return found + _BREAK
    return found[:-1] + "-" + _BREAK


def block(text: str, language: str = "") -> Markdown:
    """A code block, its fence longer than any inside. Unknown languages are dropped: some act."""
    text = visible(text).strip("\n")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    known = language.lower() if language.lower() in _LANGUAGES else ""
    return Markdown(f"{fence}{known}\n{text}\n{fence}")


def code(text: str) -> Markdown:
    """A code span on one line. A `|` would end a table's cell even here, so it is shown as `¦`."""
    line = plain(text).replace("|", "¦")
    if not line:
        return Markdown("")
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if line[0] == "`" or line[-1] == "`" else ""
    return Markdown(f"{fence}{pad}{line}{pad}{fence}")


def link(label: str, url: str | None) -> Markdown:
    """A link of our making; only plain `http(s)` addresses, else the label alone."""
    if not url or not _LINKABLE.match(url) or not url.isprintable():
        return inline(label)
    if _NOTICED.match(url):
        return Markdown(f"{inline(label)} ({code(url)})")
    return Markdown(f"[{inline(label)}]({quote(url, safe=_URL_SAFE)})")


def prose(text: str, limit: int = 4000) -> Markdown:
    """Text of several paragraphs: lists and code are kept, as ours; all else is plain.

    Cut after `limit` characters, at the end of a line where possible.
    """
    out: list[str] = []
    paragraph: list[str] = []
    fenced: list[str] | None = None

    def flush() -> None:
        if paragraph:
            out.append("\n".join(paragraph))
            paragraph.clear()

    for line in visible(clipped(text, limit)).split("\n"):
        bare = line.strip()
        if bare.startswith("```"):
            flush()
            if fenced is not None:
                out.append(block("\n".join(fenced)))
            fenced = [] if fenced is None else None
        elif fenced is not None:
            fenced.append(line)
        elif item := re.match(r"(?:[-*+•]|\d{1,3}[.)])\s+(?=\S)", bare):
            flush()
            out.append("- " + _with_code(bare[item.end() :]))
        elif bare and not bare.startswith("#"):
            paragraph.append(_with_code(bare))
        else:
            flush()
            out.append(_with_code(bare.lstrip("# ")))
    flush()
    if fenced:
        out.append(block("\n".join(fenced)))
    return Markdown(_joined([part for part in out if part]))


def _with_code(line: str) -> str:
    """A line whose `code spans` stay such, as ours. `line` has no hidden characters any more."""
    parts = _SPAN.split(line)
    text = ""
    for number, part in enumerate(parts):
        if number % 2:
            text += code(part) or inline("``")
        else:
            before = " " if text and part[:1].isspace() else ""
            after = " " if part.strip() and part[-1:].isspace() else ""
            text += f"{before}{inline(part)}{after}"
    return text.strip()


def _joined(parts: list[str]) -> str:
    """Paragraphs apart, items of one list together."""
    text = ""
    for part in parts:
        together = part.startswith("- ") and text.rpartition("\n")[2].startswith("- ")
        text += ("\n" if together else "\n\n" if text else "") + part
    return text


def clipped(text: str, limit: int) -> str:
    """At most `limit` characters; says so where something was left out."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 2]
    at_line = kept.rfind("\n", limit // 2)
    return (kept[:at_line] if at_line > 0 else kept) + "\n…"
