"""Which tools see a flaw besides the one that speaks in its ticket, as lines of Markdown.

A tool's and a rule's name come from reports: they are shown as such, never as markup.
"""

from __future__ import annotations

from ticketbot.planning.markdown import Markdown, code, inline
from ticketbot.planning.render_view import Shown, TicketView

_MOST = 5


def other_tools(view: TicketView, speaker: Shown) -> list[Markdown]:
    """Who sees the same flaw, who has lost it, and who reports what is probably the same problem."""
    lines = []
    speaks = speaker.tools[0] if len(speaker.tools) == 1 else _family(speaker)
    seen = {name for shown in view.members for name in shown.tools} - {speaks}
    lost = {name for shown in view.members for name in shown.lost} - seen - {speaks}
    told = [f"{inline(m.features.tool)}, rule {code(m.features.rule)}" for m in view.members]
    mine = f"{inline(speaker.features.tool)}, rule {code(speaker.features.rule)}"
    merged = [Markdown(text) for text in dict.fromkeys(told) if text != mine]
    if merged and view.group_by is None:
        lines.append(Markdown(f"**Also reported by:** {'; '.join(merged[:_MOST])}"))
    elif seen:
        lines.append(Markdown(f"**Seen by:** {_named({*seen, speaks})}"))
    if lost:
        lines.append(Markdown(f"**No longer seen by:** {_named(lost)}"))
    related = {each: None for shown in view.members for each in shown.related}
    for tool, rule in list(related)[:_MOST]:
        about = Markdown(f"{inline(tool)} as {code(rule)}")
        lines.append(Markdown(f"**Probably also reported by:** {about}, in a ticket of its own"))
    return lines


def _family(speaker: Shown) -> str:
    """The family of the tool that speaks: by its name, as far as it is one that sees the flaw."""
    name = speaker.features.tool.casefold()
    return next((each for each in speaker.tools if each in name or name in each), "")


def _named(families: set[str]) -> str:
    return ", ".join(inline(name) for name in sorted(families) if name)
