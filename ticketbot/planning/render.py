"""A flaw or a group of flaws → title and body. Text from reports comes out harmless.

A function of the view and the templates; decides nothing, gives at most what the tracker takes.
"""

from __future__ import annotations

from typing import Any

from ticketbot.model.finding import RANK
from ticketbot.model.flaw import Features
from ticketbot.planning.markdown import link, plain, prose
from ticketbot.planning.render_digest import content_digest, draft_digest, features_of
from ticketbot.planning.render_group import group_facts, group_places, summary, table
from ticketbot.planning.render_parts import (
    evidence,
    facts,
    footer,
    help_link,
    places,
    remedy,
    reproduction,
)
from ticketbot.planning.render_template import Templates, fill
from ticketbot.planning.render_title import LONG_WORDS, cut_title, subject_words, title_values
from ticketbot.planning.render_view import ScanFacts, Shown, TicketView
from ticketbot.planning.render_why import reasons
from ticketbot.planning.settings import Lifecycle

__all__ = [
    "ScanFacts",
    "Shown",
    "Templates",
    "TicketView",
    "closing_policy",
    "content_digest",
    "draft_digest",
    "features_of",
    "render",
]

# How much is shown, least cut first: (evidence too, rows of members, characters of prose).
_AMOUNTS = ((True, 100, 4000), (False, 100, 4000), (False, 40, 1500), (False, 10, 500))
_DYNAMIC = ("api", "web")


def render(view: TicketView, templates: Templates) -> tuple[str, str]:
    """(title, body): one line of plain text, and Markdown, both within the view's limits.

    A body that is too long loses its evidence first, then rows of members, then prose.
    """
    speaker = speaker_of(view)
    kind = "group" if view.group_by else "finding"
    values = title_values(view, speaker)
    title = cut_title(plain(fill(templates, f"{kind}.title.j2", values)), view.title_limit)
    body = ""
    for amount in _AMOUNTS:
        body = fill(templates, f"{kind}.md.j2", values | _body_values(view, speaker, *amount))
        body = body.strip() + "\n"
        if len(body) <= view.body_limit:
            return title, body
    whole = link("the run that reported it", view.scan.url) if view.scan.url else ""
    return title, cut_body(body, view.body_limit, whole)


def speaker_of(view: TicketView) -> Shown:
    """The member that speaks for the ticket: open, seen by this run, the worst."""
    return max(
        view.members,
        key=lambda m: (m.state == "open", m.finding is not None, RANK[m.features.severity]),
    )


def _body_values(
    view: TicketView, speaker: Shown, with_evidence: bool, rows: int, length: int
) -> dict[str, Any]:
    """What body templates are given, besides the title's values; each is made by us and safe."""
    finding = speaker.finding
    opened = [m.features for m in view.members if m.state == "open"] or [speaker.features]
    pieces = evidence(view, speaker)
    values: dict[str, Any] = {
        "message": prose(_message(view, speaker), length),
        "facts": facts(view, speaker),
        "places": places(view, speaker),
        "evidence": pieces if with_evidence else [],
        "evidence_cut": bool(pieces) and not with_evidence,
        "reasons": reasons(opened, vulnerable=view.group_by is None),
        "remedy": remedy(speaker, opened, length),
        "help": help_link(finding),
        "reproduce": reproduction(finding) if with_evidence else None,
        "closing": view.closing,
        "footer": footer(view),
        "view": view,
    }
    if view.group_by:
        values |= {
            "summary": summary(view),
            "facts": group_facts(view),
            "places": group_places(view),
            "table": table(view, rows),
            "more": max(0, len(view.members) - rows),
        }
    return values


def _message(view: TicketView, speaker: Shown) -> str:
    """The report's message, without a first paragraph that only says again what the title says."""
    message = speaker.finding.message.strip() if speaker.finding else ""
    if view.group_by == "component" and len(view.members) > 1:
        return ""  # It is about one vulnerability of several; the table names them all.
    if view.group_by:
        return message
    first, _, rest = message.partition("\n")
    what = cut_title(subject_words(speaker), LONG_WORDS)
    said = {_bare(what), _bare(speaker.features.title)}
    return rest.strip() if _bare(first) in said else message


def _bare(sentence: str) -> str:
    return " ".join(sentence.split()).rstrip(".").casefold()


def cut_body(body: str, limit: int, whole: str = "") -> str:
    """The last resort: whole paragraphs, fences and tables from the beginning, as many as fit. `whole`:
    where everything can be read, as Markdown."""
    where = f" The full text is in {whole}." if whole else ""
    note = f"\n\n… the rest is left out: it is longer than the tracker takes.{where}\n"
    kept = ""
    for part in _whole_parts(body):
        if len(kept) + len(part) + len(note) > limit:
            break
        kept += part
    return (kept.rstrip() + note)[:limit]


def _whole_parts(body: str) -> list[str]:
    """Split at blank lines, but never inside a code fence; each part keeps its line ends."""
    parts, current, fence = [], "", ""
    for line in body.splitlines(keepends=True):
        current += line
        mark = line[: len(line) - len(line.lstrip("`"))]
        if not fence and len(mark) >= len("```"):
            fence = mark
        elif fence and line.strip() == fence:
            fence = ""
        elif not fence and not line.strip():
            parts.append(current)
            current = ""
    return [*parts, current]


def closing_policy(lifecycle: Lifecycle, features: Features) -> str:
    """When a ticket about this flaw closes by itself, and how to refuse it for good."""
    refuse = (
        "If it will not be fixed, close the ticket as won't fix or false positive and say why: "
        "it then stays closed."
    )
    if features.kind == "secret":
        advice = "Revoke the secret, remove it, then close this ticket: no scan sees a revocation."
        return f"{advice} {refuse}"
    if lifecycle.on_fixed == "comment":
        return f"Scans that no longer find it are noted here; closing is left to you. {refuse}"
    needed = lifecycle.close_after_dynamic if features.kind in _DYNAMIC else lifecycle.close_after
    scans = "a complete scan no longer finds" if needed == 1 else f"{needed} scans no longer find"
    where = f" in {' and '.join(lifecycle.close_requires)}" if lifecycle.close_requires else ""
    return f"It closes by itself when {scans} it{where}, and opens again if it comes back. {refuse}"
