"""Texts that reports may hold, made of what trackers act on; and bodies that hold them."""

from __future__ import annotations

from hypothesis import strategies as st

from ticketbot.planning.markdown import block, code, inline, link, prose

_PIECES = (
    "{code} {noformat} {code:java} {html} {include} {color:red} {quote} {panel} {{ }} { } | || ! [ ] ( ) (x)"
    " [~bob] [~accountid:5b] [@bob] [a|http://x] [^a.pdf] !http://x/y.png! !a|b! @bob @team/x @[Bob] #123"
    " PROJ-1 fixes http://x mailto:a@b www.x.y [code] [/code] <script> <b> &lt; &#123; <!-- ` ``` ~~~ ~ ^ *"
    " _ - -- ---- + ? ?? ** __init__ h1. bq. # > : :) \\ \\\\ \\[ a 7 é 🦀 \u200b \u00a0"
).split(" ")
TEXTS = st.one_of(
    st.lists(
        st.sampled_from([*_PIECES, " ", "\n", "ticketbot keeps the text above"]), max_size=12
    ).map("".join),
    st.text(max_size=40),
)
LANGUAGES = st.sampled_from(["", "python", "sh", "java"])


def table(cells: list[tuple[str, str]]) -> str:
    """Two columns; the second has code."""
    rows = [f"| {inline(one)} | {code(two)} |" for one, two in cells]
    return "\n".join(["| What | Where |", "|---|---|", *rows])


def _parts() -> st.SearchStrategy[str]:
    items = st.lists(TEXTS.map(lambda text: f"- **Rule:** {inline(text)}"), min_size=1, max_size=4)
    return st.one_of(
        TEXTS.map(inline),
        TEXTS.map(prose),
        TEXTS.map(lambda text: f"## {inline(text)}"),
        TEXTS.map(lambda text: f"More: {link(text, 'https://example.org/a_b?c=[d]')}."),
        st.builds(block, TEXTS, LANGUAGES),
        st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4).map(table),
        items.map("\n".join),
    )


BODIES = st.lists(_parts(), max_size=6).map("\n\n".join)
"""Whole bodies, of the parts that the templates put together."""
