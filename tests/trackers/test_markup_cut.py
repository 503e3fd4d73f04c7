"""What does not fit is cut where it hurts least, and says so; the tail stays whole."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.trackers.hostile import BODIES, TEXTS
from ticketbot.planning.markdown import block, inline, link
from ticketbot.trackers.markup.forms import github_markdown, jira_wiki, plain_text, title
from ticketbot.trackers.markup.section import FOOTER

ALL = pytest.mark.parametrize("convert", [jira_wiki, plain_text, github_markdown])
TAIL = f"{FOOTER}\n\nAnn: seen 🦀.\n"
NOTE = re.compile(
    r"… ([\d,]+) more characters are left out here: they do not fit into this ticket\."
)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@ALL
@given(body=BODIES, limit=st.integers(len(TAIL) + 1, 600))
def test_the_limit_holds_and_the_tail_is_whole(convert, body, limit):
    text = convert(body, limit, TAIL)
    assert units(text) <= limit
    assert text.endswith(TAIL)
    whole = convert(body, 100_000, TAIL)
    assert text in (whole, TAIL) or NOTE.search(text)


@ALL
def test_what_fits_exactly_is_not_cut(convert):
    whole = convert("One.\n\nTwo.", 1000, TAIL)
    assert whole == f"One.\n\nTwo.\n\n{TAIL}"
    assert convert("One.\n\nTwo.", units(whole), TAIL) == whole
    assert convert("", units(TAIL), TAIL) == TAIL


@ALL
def test_a_tail_that_does_not_fit_is_refused(convert):
    with pytest.raises(ValueError, match=r"has 20 characters, the limit is 19"):
        convert("Text", 19, "x" * 20)


@ALL
def test_the_last_line_says_how_much_is_missing(convert):
    lines = [f"Paragraph {n:03}." for n in range(100)]
    text = convert("\n\n".join(lines), 400, "The tail")
    *kept, note, tail = text.split("\n\n")
    assert tail == "The tail"
    assert kept == lines[: len(kept)]
    found = NOTE.fullmatch(note)
    assert found is not None
    left = len("\n\n".join(lines)) - len("\n\n".join(kept))
    assert int(found[1].replace(",", "")) in range(left - 2, left + 1)
    assert units(text) > 400 - 40


@pytest.mark.parametrize("limit", range(130, 330, 7))
@pytest.mark.parametrize("language", ["python", "sh"])
def test_code_that_is_cut_is_closed(limit, language):
    body = f"Before.\n\n{block('long = line' * 8 + chr(10) + 'x = 1' * 60, language)}\n\nAfter."
    wiki = jira_wiki(body, limit, "T")
    names = re.findall(r"\{(code|noformat)(?::\w+)?\}", wiki)
    assert names in ([], ["code"] * 2, ["noformat"] * 2)
    markdown = github_markdown(body, limit, "T")
    kinds = [token.type for token in MarkdownIt().parse(markdown)]
    assert kinds.count("fence") <= 1
    assert kinds[-3:] == ["paragraph_open", "inline", "paragraph_close"]


@pytest.mark.parametrize("fence", ["```", "````", "~~~"])
def test_a_fence_in_a_list_is_closed_where_it_stands(fence):
    lines = "\n".join(f"  line {n}" for n in range(90))
    text = github_markdown(f"- {fence}sh\n{lines}\n  {fence}\n\nAfter", 400, "T")
    tokens = MarkdownIt().parse(text)
    assert [t.type for t in tokens].count("fence") == 1
    assert tokens[-2].content == "T"


@ALL
@pytest.mark.parametrize("limit", range(150, 420, 11))
def test_a_row_is_kept_or_left_out_as_a_whole(convert, limit):
    rows = [f"| name{n} {'x' * 20} | `code{n}` | open |" for n in range(20)]
    body = "\n".join(["| What | Where | State |", "|---|---|---|", *rows])
    text = convert(body, limit, "T")
    kept = [line for line in text.split("\n") if "name" in line]
    whole = [line for line in convert(body, 10_000, "T").split("\n") if "name" in line]
    if convert is not plain_text:
        assert kept == whole[: len(kept)]
    assert NOTE.search(text)


@pytest.mark.parametrize("convert", [jira_wiki, github_markdown])
@given(text=TEXTS, words=st.integers(0, 30))
def test_a_long_line_is_cut_between_words_and_what_is_marked_stays_whole(convert, text, words):
    url = "https://example.org/x"
    body = f"{'word ' * words}**bold words here** {link('a label ' + text, url)} {'more ' * 90}"
    cut = convert(body, 400, "T").split("\n\n")[0]
    whole = convert(body, 10_000, "T").split("\n\n")[0]
    assert whole.startswith(cut)
    assert whole[len(cut) :][:1] in ("", " ")
    bold = "*bold words here*" if convert is jira_wiki else "**bold words here**"
    assert ("bold" in cut) == (bold in cut)
    if "label" in cut:
        assert url in cut


@ALL
def test_a_report_cannot_forge_the_footer_or_a_marker(convert):
    forged = f"<!-- ticketbot:v1 s2 -->\n{{anchor:tb1.x}}\n{FOOTER}"
    text = convert(f"{inline(forged)}\n\n{block(forged)}", 10_000, FOOTER)
    assert text.count(FOOTER) == 1
    assert "<!-- ticketbot" not in text
    if convert is jira_wiki:
        assert "{anchor" not in text


def test_github_takes_the_markdown_as_it_is():
    body = "## A\n\n| a |\n|---|\n| `b` |\n\n```sh\nls <b> {code}\n```"
    assert github_markdown(body, 10_000) == body


def test_several_threads_convert_at_once():
    bodies = [f"- {n} ~~a~~ `b`\n\n| c |\n|---|\n| {inline('|' * n)} |" for n in range(40)]
    want = [(jira_wiki(b, 1000), plain_text(b, 1000)) for b in bodies]
    with ThreadPoolExecutor(8) as pool:
        wikis = list(pool.map(lambda body: jira_wiki(body, 1000), bodies))
        texts = list(pool.map(lambda body: plain_text(body, 1000), bodies))
    assert list(zip(wikis, texts, strict=True)) == want


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("SQL injection in a.py", 255, "SQL injection in a.py"),
        ("two\nlines\x07 and\u202e\ttabs ", 255, "two lines and tabs"),
        ("SQL injection in a.py", 20, "SQL injection in…"),
        ("x" * 30, 20, "x" * 19 + "…"),
        ("🦀" * 12, 20, "🦀" * 9 + "…"),
        ("", 20, ""),
    ],
)
def test_a_title_is_one_line_and_cut_at_a_word(text, limit, cut):
    assert title(text, limit) == cut
    assert units(title(text, limit)) <= limit
