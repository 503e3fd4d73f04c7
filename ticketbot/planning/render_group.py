"""A group ticket's facts, places and table of members: the worst first, what is gone struck out.

Says only what is true of the whole group; what one member's report says of it stays with that one.
"""

from __future__ import annotations

from ticketbot.model.finding import RANK
from ticketbot.planning.markdown import Markdown, code, inline, link
from ticketbot.planning.render_parts import component_line, linked_line
from ticketbot.planning.render_title import operation_words, subject_words
from ticketbot.planning.render_view import Shown, TicketView
from ticketbot.readers.vocabulary import advisory_url

_MOST_PLACES = 5
_STATES = {"open": "open", "gone": "gone", "decided": "decided"}


def table(view: TicketView, rows: int) -> Markdown:
    """At most `rows` members. Components show versions, all others places."""
    packages = view.group_by == "component"
    last = "Fixed in" if packages else "Where (when last written)"
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
        return code(operation_words(features))
    if features.path:
        return linked_line(view, features.path, features.line)
    return code(features.resource or features.logical or features.component or "")


def summary(view: TicketView) -> Markdown:
    """How many are open, of how many, and where they belong."""
    opened = sum(shown.state == "open" for shown in view.members)
    total = len(view.members)
    count = f"{opened} open" if opened == total else f"{opened} open of {total}"
    return Markdown(f"{count} in **{inline(view.target)}**, one ticket because they share a fix.")


def group_facts(view: TicketView) -> list[Markdown]:
    """The worst severity, and every tool that reported a member."""
    shown = [m.features for m in view.members if m.state == "open"] or [
        m.features for m in view.members
    ]
    worst = max((features.severity for features in shown), key=RANK.__getitem__)
    named = {features.tool for features in shown}
    known = {name.casefold() for name in named}
    further = {tool for m in view.members if m.state == "open" for tool in m.tools}
    tools = sorted(named | {tool for tool in further if len(further) > 1 and tool not in known})
    return [
        Markdown(f"**Severity:** {worst}" + (", the worst of them" if len(shown) > 1 else "")),
        Markdown(f"**Reported by:** {inline(', '.join(tools))}"),
    ]


def group_places(view: TicketView) -> list[Markdown]:
    """What brings the package in: each manifest and image once. Others' are in the table."""
    if view.group_by != "component":
        return []
    opened = [m for m in view.members if m.state == "open"] or list(view.members)
    found: dict[Markdown, None] = {}
    for shown in opened:
        line = component_line(shown.features, shown.finding)
        path = shown.features.path
        if path and code(path) not in line:
            line = Markdown(f"{line} in {code(path)}")
        found[line] = None
    more = len(found) - _MOST_PLACES
    left = [Markdown(f"and {more} more places")] if more > 0 else []
    return [*list(found)[:_MOST_PLACES], *left]
