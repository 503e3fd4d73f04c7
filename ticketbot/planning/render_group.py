"""The table of a group ticket's members: the worst first, those that are gone struck out."""

from __future__ import annotations

from ticketbot.model.finding import RANK
from ticketbot.planning.markdown import Markdown, code, inline, link
from ticketbot.planning.render_parts import linked_line
from ticketbot.planning.render_title import subject_words
from ticketbot.planning.render_view import Shown, TicketView
from ticketbot.readers.vocabulary import advisory_url

_STATES = {"open": "open", "gone": "gone", "decided": "decided"}


def table(view: TicketView, rows: int) -> Markdown:
    """At most `rows` members. Components show versions, all others places."""
    packages = view.group_by == "component"
    last = "Fixed in" if packages else "Where"
    lines = [f"| Severity | What | {last} | State |", "|---|---|---|---|"]
    members = sorted(view.members, key=_order)[:rows]
    lines += [_row(view, shown, packages) for shown in members]
    return Markdown("\n".join(lines))


def _order(shown: Shown) -> tuple[bool, int, str, str]:
    features = shown.features
    return shown.state != "open", -RANK[features.severity], features.title, shown.flaw


def _row(view: TicketView, shown: Shown, packages: bool) -> str:
    features = shown.features
    what = inline(subject_words(shown))
    if features.vulnerabilities:
        name = features.vulnerabilities[0]
        rest = inline(subject_words(shown).removeprefix(name).lstrip(" :-"))
        what = Markdown(f"{link(name, advisory_url(name))} {rest}".rstrip())
    where = inline(", ".join(features.fixed)) or "no fix yet" if packages else _where(view, shown)
    cells = [features.severity, what, where]
    if shown.state == "gone":
        cells = [f"~~{cell}~~" if cell else "" for cell in cells]
    return f"| {' | '.join([*cells, _STATES[shown.state]])} |"


def _where(view: TicketView, shown: Shown) -> str:
    features = shown.features
    if features.operation and view.group_by != "endpoint":
        return code(features.operation)
    if features.path:
        return linked_line(view, features.path, features.line)
    return code(features.resource or features.logical or features.component or "")


def summary(view: TicketView) -> Markdown:
    """How many are open, of how many, and where they belong."""
    opened = sum(shown.state == "open" for shown in view.members)
    total = len(view.members)
    count = f"{opened} open" if opened == total else f"{opened} open of {total}"
    return Markdown(f"{count} in **{inline(view.target)}**, one ticket because they share a fix.")
