"""Bodies in plain text for ServiceNow: they read well, and no field takes them for markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from tests.trackers.hostile import BODIES, LANGUAGES, TEXTS, table
from ticketbot.planning.markdown import block, code, inline, link, plain, visible
from ticketbot.trackers.markup.forms import SERVICENOW_BODY, plain_text

ACTIVE = re.compile(r"\[/?code\]|<[a-z/!?]|@\[", re.I)


def text_of(markdown: str) -> str:
    return plain_text(markdown, SERVICENOW_BODY)


def shown(text: str) -> str:
    return text.replace("\u200b", "")


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("## How to fix", "How to fix\n----------"),
        ("# Top\n### Low", "Top\n===\n\nLow:"),
        ("- **Severity:** high\n- *so*", "- Severity: high\n- so"),
        ("9. a\n10. b\n    - c", "9. a\n10. b\n    - c"),
        ("- a\n\n  b\n- c", "- a\n  b\n- c"),
        ("two\nlines", "two\nlines"),
        ("Run `a --b`.", "Run a --b."),
        ("```python\nx = 1\n\ny = 2\n```", "    x = 1\n\n    y = 2"),
        (
            "| Severity | What | Fix |\n|---|---|---|\n| high | `a` |  |\n| ~~low~~ | ~~b~~ | c |",
            "- Severity: high; What: a\n- Severity: low; What: b; Fix: c (struck out)",
        ),
        ("[a](https://x.org/b)", "a (https://x.org/b)"),
        ("[https://x.org](https://x.org) <https://y.org>", "https://x.org https://y.org"),
        ("[x.org/a](https://x.org/a)", "https://x.org/a"),
        ("> quoted\n> twice", "> quoted\n> twice"),
        ("a\n\n---\n\nb", "a\n\n--------------------\n\nb"),
        ("a &lt; b &amp; c \\&lt;", "a < b & c &lt;"),
        ("a<!-- hidden --> b", "a b"),
        ("![alt](https://x.org/i.png)", "alt (https://x.org/i.png)"),
        ("    indented <x>", "    indented <\u200bx>"),
        ("a  \nb\\\nc", "a\nb\nc"),
        ("<div>\nx\n</div>", "<\u200bdiv>\nx\n<\u200b/div>"),
        ("- a\n\n  ```\n  c\n  ```\n- d", "- a\n      c\n- d"),
        ("", ""),
    ],
)
def test_each_thing_a_template_uses_reads_well(markdown, text):
    assert text_of(markdown) == text


@pytest.mark.parametrize(
    ("hostile", "text"),
    [
        ("[code]<b>x</b>[/code]", "[\u200bcode]<\u200bb>x<\u200b/b>[\u200b/code]"),
        ("@[Bob]", "@\u200b[Bob]"),
        ("<script>", "<\u200bscript>"),
        ("if a < b", "if a < b"),
    ],
)
def test_what_servicenow_would_act_on_is_only_shown(hostile, text):
    assert text_of(inline(hostile)) == text


@given(TEXTS)
def test_text_and_code_show_all_that_was_said(text):
    assert shown(text_of(inline(text))) == plain(text)
    if plain(text):
        assert shown(text_of(f"x {code(text)} y")) == f"x {plain(text).replace('|', '¦')} y"
        assert shown(text_of(link(text, "https://x.org"))).startswith(plain(text))


@given(TEXTS, LANGUAGES)
def test_a_code_block_is_set_in_and_shows_all_of_the_text(text, language):
    lines = shown(text_of(f"{block(text, language)}\n\nafter")).split("\n")
    assert lines[-2:] == ["", "after"]
    want = visible(text).strip("\n").split("\n")
    assert [line[4:] for line in lines[:-2]] == [
        line.rstrip() if n else line for n, line in enumerate(want)
    ]


@given(TEXTS, TEXTS)
def test_a_table_is_a_line_for_each_row(one, two):
    lines = text_of(table([(one, two), (two, one)])).split("\n")
    assert [line[:1] for line in lines] == ["-", "-"]


@given(BODIES)
def test_a_body_has_nothing_active_and_the_same_text_gives_the_same_result(body):
    text = text_of(body)
    assert not ACTIVE.search(text)
    assert text_of(body) == text
