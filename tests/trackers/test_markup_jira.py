"""Bodies in Jira's wiki markup: what we mark up is marked up, what a report says is shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from tests.trackers.hostile import BODIES, LANGUAGES, TEXTS, table
from ticketbot.planning.markdown import block, code, inline, link, plain, visible
from ticketbot.trackers.markup.forms import JIRA_BODY, jira_wiki

# As BackslashEscapeRendererComponent of Data Center and escape.js of Cloud have it.
ESCAPE = re.compile(r"(?<!\\)\\([-#*_+?^~|%{}\[\]()!@])")
MENTION = re.compile(r"\[[~@][^\\,]+?\]")
MACRO = re.compile(r"(?<!\\)\{(\w+)(?::\w+)?\}")
LOOKALIKES = str.maketrans({"¦": "|", "！": "!", "［": "[", "］": "]"})


def wiki(markdown: str) -> str:
    return jira_wiki(markdown, JIRA_BODY)


def shown(markup: str) -> str:
    """What a reader sees of text; our zero-width spaces left out."""
    return ESCAPE.sub(r"\1", markup).replace("\u200b", "").translate(LOOKALIKES)


def active(markup: str) -> str:
    """What is left to act on once escapes are taken out."""
    return re.sub(r"\\[-#*_+?^~|%{}\[\]()!@]", "", markup)


@pytest.mark.parametrize(
    ("markdown", "markup"),
    [
        ("## How to fix", "h2. How to fix"),
        ("- **Severity:** high\n- *so*", "* *Severity:* high\n* _so_"),
        ("1. a\n2. b\n   - c", "# a\n# b\n#* c"),
        ("two\nlines", "two\nlines"),
        ("`a_b[0]`", "{{a_b\\[0\\]}}"),
        ("```python\nx = {}\n```", "{code:python}\nx = {}\n{code}"),
        ("```sh\nls\n```", "{noformat}\nls\n{noformat}"),
        ("| a | b |\n|---|---|\n| 1 |  |", "||a||b||\n|1| |"),
        ("~~gone~~", "-gone-"),
        ("[a](https://x.org/b)", "[a|https://x.org/b]"),
        ("<https://x.org>", "[https:\u200b//x.org|https://x.org]"),
        ("> quoted\n> twice", "{quote}\nquoted\ntwice\n{quote}"),
        ("a\n\n---\n\nb", "a\n\n----\n\nb"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("a<!-- hidden --> b", "a b"),
        ("![alt](https://x.org/i.png)", "alt"),
        ("[b](~bob) <mailto:a@b.c>", "b mailto:\u200ba@b.c"),
        ("    indented {x}", "{noformat}\nindented {x}\n{noformat}"),
        ("a  \nb\\\nc", "a\nb\nc"),
        ("<div>\n{x}\n</div>", "<div>\n\\{x\\}\n</div>"),
        ("- a\n\n  b\n\n  ```\n  c\n  ```\n- d", "* a\nb\n{noformat}\nc\n{noformat}\n* d"),
        ("[](https://x.org)", "[https://x.org]"),
        ("| [a\\|b](https://x.org) |\n|---|", "||[a¦b|https://x.org]||"),
        ("", ""),
    ],
)
def test_each_thing_a_template_uses_has_its_markup(markdown, markup):
    assert wiki(markdown) == markup


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("{code}", "\\{\u200bcode\\}"),
        ("{html}", "\\{html\\}"),
        ("[~bob]", "\\[\u200b\\~bob\\]"),
        ("[@bob]", "\\[\u200b@\u200bbob\\]"),
        ("!http://x!", "\\!http:\u200b//x\\!"),
        ("f(x) :)", "f\\(x) :\\)"),
        ("a--b cross-site --all", "a\\-\\-b cross-site \\-\\-all"),
        ("h1. x", "h1\u200b. x"),
        ("bq. x", "bq\u200b. x"),
        ("# x", "\\#\u200b x"),
        ("||a", "\\|\\|a"),
        ("C:\\temp \\\\host \\[", "C:\\temp \\\u200b\\host \\\u200b\\["),
        ("??x??", "\\?\\?x\\?\\?"),
        ("&lt;b&gt;", "&\u200blt;b&\u200bgt;"),
    ],
)
def test_what_jira_would_act_on_is_only_shown(text, markup):
    assert wiki(inline(text)) == markup


@given(TEXTS)
def test_a_paragraph_shows_all_of_the_text_and_has_nothing_active(text):
    markup = wiki(inline(text))
    assert shown(markup) == plain(text).translate(LOOKALIKES)
    assert not re.search(r"[{}\[\]!|^~]", active(markup))
    assert not re.search(r"(?<![A-Za-z0-9])[-*_+]|[-*_+](?![A-Za-z0-9])", active(markup))
    assert not re.match(r"h[1-6]\.|bq\.|#", markup)
    assert not MENTION.search(markup)
    assert not re.search(r"\w:(//|\w+@)", markup)


@given(TEXTS.filter(plain))
def test_a_code_span_is_one_and_shows_all_of_the_text(text):
    markup = wiki(f"x {code(text)} y")
    assert markup.startswith("x {{")
    assert markup.endswith("}} y")
    inner = markup[4:-4]
    assert shown(inner) == plain(text).replace("¦", "|").translate(LOOKALIKES)
    assert not re.search(r"[{}\[\]!|]", active(inner))
    assert not MENTION.search(markup)
    assert "://" not in markup


@given(TEXTS, LANGUAGES)
def test_a_code_block_is_one_and_shows_all_of_the_text(text, language):
    markup = wiki(f"{block(text, language)}\n\nafter")
    code_block, _, after = markup.rpartition("\n\n")
    assert after == "after"
    opening, *lines, closing = code_block.split("\n")
    assert opening in ("{noformat}", f"{{code:{language}}}")
    assert closing == re.sub(r":\w+", "", opening)
    assert "\n".join(lines).replace("\u200b", "").strip("\n") == visible(text).strip("\n")
    assert not re.search(r"\{(code|noformat|quote)[:}]", "\n".join(lines), re.I)
    assert not MENTION.search(markup)


@given(TEXTS, TEXTS)
def test_a_table_keeps_its_columns(one, two):
    markup = wiki(table([(one, two), (two, one)]))
    header, *rows = markup.split("\n")
    assert header == "||What||Where||"
    assert [row.count("|") for row in rows] == [3, 3]
    assert not any("!" in row for row in rows)
    for row in rows:
        for cell in row.split("|"):  # Cloud skips over whole cells to a closing bracket
            assert not re.search(r"\[[^\[\]]*$", cell)


@given(TEXTS.filter(plain))
def test_a_link_is_one_and_goes_where_we_send_it(text):
    markup = wiki(f"x {link(text, 'https://x.org/a?b=[c]|d')} y")
    found = re.fullmatch(r"x \[([^\[\]|]*)\|https://x\.org/a\?b=%5Bc%5D%7Cd\] y", markup)
    assert found is not None
    assert shown(found[1]) == plain(text).translate(LOOKALIKES)


@given(BODIES)
def test_every_macro_of_a_body_is_closed_and_the_same_text_gives_the_same_markup(body):
    markup = wiki(body)
    opened = None
    for name in MACRO.findall(re.sub(r"\{\{.*?\}\}", "", markup)):
        if name not in ("code", "noformat"):
            assert opened  # a report's own, which does nothing in code
            continue
        assert opened in (None, name)
        opened = None if opened else name
    assert opened is None
    assert not MENTION.search(markup)
    assert wiki(body) == markup
