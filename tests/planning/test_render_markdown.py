"""Hostile text comes out harmless: judged by a Markdown parser and by what trackers act on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ticketbot.planning.markdown import block, clipped, code, inline, link, plain, prose

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

SPICE = [
    "@acme/security", "@octocat", "fixes #12", "GH-12", "acme/shop#12", "SEC-123 #close", "\n",
    "\n\n", "```", "~~~", "````", "`", "<img src=x onerror=alert(1)>", "<!--", "-->", "<script>",
    "</details>", "![x](https://evil.example/p.png)", "[x](javascript:alert(1))",
    "[x]: https://evil.example", "https://evil.example", "www.evil.example", "mailto:a@b.example",
    "a@b.example", "# head", "---", "===", "- item", "1. item", "> quote", "    indented", "|",
    "|---|", ":---:", "\\", "&#64;octocat", "&lt;b&gt;", "\u202e", "\u200b", "\x00", "\x1b[31m",
    "*", "_", "**", "~~", "$x$", "[^1]", "\t", " ", "<https://evil.example>", "\r", "\u2028",
    "+ x", "1) x", "word", "0", "_a_", "a_b",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(SPICE) | st.text(max_size=4), max_size=8).map("".join)

# What GitHub and Jira act on in text that is not code.
ACTIVE = re.compile(
    r"(?<![\w`])@[A-Za-z0-9]|#\d|\bGH-\d|\bSEC-\d|https?://|\bwww\.|\bmailto:\w|\w@\w", re.I
)
HARMLESS = {"paragraph", "text", "softbreak", "inline", "code_inline", "fence", "em", "strong", "s"}


def tokens(markdown: str) -> Iterator[Token]:
    for token in PARSER.parse(markdown):
        yield token
        yield from token.children or ()


def kinds(markdown: str) -> set[str]:
    return {re.sub("_(open|close)$", "", token.type) for token in tokens(markdown)}


def shown(markdown: str) -> str:
    """The text outside code, entities and escapes resolved, as a tracker scans it."""
    return "".join(t.content for t in tokens(markdown) if t.type == "text")


@given(HOSTILE)
@example("&#64;octocat fixes&#32;&#35;12")
@example("see www.evil.example")
@example("https://evil.example")
def test_a_line_of_hostile_text_is_only_text(text: str) -> None:
    assert kinds(inline(text)) <= {"paragraph", "inline", "text"}
    assert not ACTIVE.search(shown(inline(text)))


@given(HOSTILE)
def test_a_line_below_a_paragraph_makes_no_heading_list_or_table_of_it(text: str) -> None:
    assert kinds(f"a\n{inline(text)}\nb") <= {"paragraph", "inline", "text", "softbreak"}


@given(HOSTILE)
def test_a_line_in_a_table_stays_in_its_cell(text: str) -> None:
    for cell in (inline(text), code(text)):
        table = PARSER.parse(f"| a | b |\n|---|---|\n| {cell} | end |\n")
        cells = [token for token in table if token.type == "td_open"]
        assert len(cells) == 2
        assert (
            kinds(f"| a |\n|---|\n| {cell} |") & {"link", "image", "html_inline", "html_block"}
            == set()
        )


@given(HOSTILE)
@example("````\n<b>\n````")
@example("```\n# x")
def test_a_block_is_one_fence_that_holds_everything(text: str) -> None:
    parsed = PARSER.parse(f"before\n\n{block(text, 'mermaid')}\n\nafter")
    assert [t.type for t in parsed if t.level == 0] == [
        "paragraph_open", "paragraph_close", "fence", "paragraph_open", "paragraph_close",
    ]  # fmt: skip
    assert next(t for t in parsed if t.type == "fence").info == ""


@given(HOSTILE)
@example("a`b\\`<b>`` `x`@octocat`#1`")
@example("a\n===\n`\n` `")
def test_prose_has_paragraphs_lists_and_code_only(text: str) -> None:
    kept = {"softbreak", "code_inline", "fence", "bullet_list", "list_item"}
    assert kinds(prose(text)) <= {"paragraph", "inline", "text"} | kept
    assert not ACTIVE.search(shown(prose(text)))


@given(HOSTILE, HOSTILE)
def test_a_label_adds_nothing_to_its_link(label: str, tail: str) -> None:
    url = "https://docs.example/" + tail
    links = [t.attrs["href"] for t in tokens(link(label, url)) if t.type == "link_open"]
    assert len(links) <= 1
    assert all(str(href).startswith("https://docs.example/") for href in links)
    assert kinds(link(label, url)) & {"image", "html_inline", "html_block", "heading"} == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SQL injection in find_user()", "SQL injection in find_user()"),
        ("CVE-2024-1 (CWE-89), SHA-256", "CVE-2024-1 (CWE-89), SHA-256"),
        ("a < b & c | d", r"a \< b \& c \| d"),
        ("two\n  lines", "two lines"),
        ("f\u200bixes \u202e#12", "fixes #\u200b12"),
        ("-- not a rule", r"\-- not a rule"),
        ("3. third", r"3\. third"),
        ("3.11 is fine", "3.11 is fine"),
        ("_private", r"\_private"),
        ("lodash@4.17", "lodash@\u200b4.17"),
    ],
)
def test_ordinary_text_stays_readable(text: str, expected: str) -> None:
    assert inline(text) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://cwe.mitre.org/data/definitions/89.html", "[x](https://cwe.mitre.org/data/definitions/89.html)"),
        ("https://a.example/a) [b](c", "[x](https://a.example/a%29%20%5Bb%5D%28c)"),
        ("javascript:alert(1)", "x"),
        ("//a.example", "x"),
        ("https://github.com@evil.example/", "x"),
        ("https://a.example/\nfixes", "x"),
        (None, "x"),
        ("https://github.com/acme/shop/issues/1", "x (`https://github.com/acme/shop/issues/1`)"),
    ],
)  # fmt: skip
def test_only_plain_web_addresses_become_links(url: str | None, expected: str) -> None:
    assert link("x", url) == expected


def test_prose_keeps_lists_and_code_as_ours() -> None:
    text = "Do\nthis:\n- use `?`, `a|b`\n- never *format*\n\n```python\nx = 1\n```\n# Why\nBecause."
    assert prose(text) == (
        "Do\nthis:\n\n- use `?`, `a¦b`\n- never \\*format\\*\n\n```\nx = 1\n```\n\nWhy\n\nBecause."
    )


def test_a_title_is_plain_text_on_one_line() -> None:
    assert plain(" a\u202e <b>\n c ") == "a <b> c"


def test_what_is_clipped_says_so() -> None:
    assert clipped("abc", 3) == "abc"
    assert clipped("line one\nline two", 12) == "line one\n…"
    assert len(clipped("x" * 50, 20)) <= 20
