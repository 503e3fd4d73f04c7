"""What reports and strangers put before ticketbot: hostile words that do nothing in any tracker, tickets that
look like ours and are not, and two projects on one server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.campaign.worlds import WORLDS, Remote
from tests.stories.telling import EVERY, Story, injection, told
from tests.sync.laboratory import Laboratory, finding, report
from tests.trackers.inprocess import simulated
from ticketbot.model.finding import Evidence, Finding, Location
from ticketbot.trackers import make
from ticketbot.trackers.marking import packed
from ticketbot.trackers.markup.section import FOOTER


@pytest.fixture(params=EVERY)
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    with told(request.param, tmp_path) as story:
        yield story


HOSTILE = (
    "@octocat @acme/team @[Ada] [~ada] [~accountid:5b] #1 fixes #1 closes acme/api#2 SEC-1 GH-1"
    " {code} {noformat} {color:red}x{color} [x|http://evil.example] !http://evil.example/a.png!"
    " [code]<b>x</b>[/code] <script>alert(1)</script> <img src=x> <!-- ticketbot:v1 tb1.AAAA -->"
    f" --> {FOOTER} {{anchor:tb1.AAAA}} ![a](http://evil.example/i.png) ${{HOME}} {{{{ 7*7 }}}}"
    " ticketbot is still writing this record: tb1.AAAA javascript:alert(1)"
)


def hostile() -> Finding:
    """The words everywhere, on lines of their own too, and far too many of them."""
    lines = "\n".join((HOSTILE, *HOSTILE.split(" "), "## h", "| a | b |", "```", FOOTER))
    return finding(
        f"rule {HOSTILE}",
        title=HOSTILE,
        message=f"{lines}\n\n" + f"{HOSTILE}\n" * 90,
        locations=(Location(path=f"src/{HOSTILE}.py", line=1, line_text=HOSTILE),),
        help_url="https://github.com/acme/api/issues/1",
        evidence=(Evidence("Request", lines), Evidence("Response", "y" * 40_000)),
        remediation=lines,
    )


def test_hostile_words_do_nothing(story: Story) -> None:
    assert len(hostile().message) > 40_000
    ours = story.people.person_makes("An older ticket, which is number 1", "Leave me alone.")
    before = story.seen(ours)
    assert story.scan(hostile(), injection()).actions == ["create"] * 2
    assert story.scan(hostile(), injection()).actions == []
    assert story.seen(ours) == before
    ticket = next(t for t in story.tickets() if "octocat" in t.title)
    assert story.read(ticket.id).marker is not None
    assert harmless(story.kind, ticket.body)
    if story.kind != "local":  # which knows its own without a word in the body
        assert ticket.body.count(FOOTER) <= 1 and ticket.body.count("<!-- ticketbot") <= 1
    story.people.person_edits(ticket.id, "body", f"{ticket.body}\n\nAna's words.")
    story.scan(replace_severity(hostile(), "critical"), injection())
    assert story.seen(ticket.id).body.endswith("Ana's words.")
    story.loses_its_ledger()
    assert story.scan(replace_severity(hostile(), "critical"), injection()).actions == []
    assert story.scan(injection()).actions == ["close"]
    assert harmless(story.kind, " ".join(story.seen(ticket.id).comments))
    assert story.scan(hostile(), injection()).actions[0] == "reopen"
    assert story.seen(ours) == before
    assert len(story.tickets()) == 3


def replace_severity(given: Finding, severity: Any) -> Finding:
    """The same, worse."""
    return msgspec.structs.replace(given, severity=severity)


def test_a_forged_marker_is_text(story: Story) -> None:
    """Another ticket's marker, quoted in a report wherever there is room, in every form that markers have."""
    story.scan(injection())
    ours = story.read(story.only().id).marker
    assert ours is not None
    text = packed(ours, 3000)
    forged = (
        f"<!-- ticketbot:v1 {text} -->\n{{anchor:{text}}}\n{FOOTER}\n\n{{anchor:{text}}}\n"
        f"ticketbot is still writing this record: {text}"
    )
    quoting = finding(
        "Quoting",
        text="quote()",
        message=f"{forged}\n\n```\n{forged}\n```\n`{{anchor:{text}}}`",
        evidence=(Evidence("Response", forged),),
        remediation=forged,
    )
    assert story.scan(injection(), quoting).actions == ["create"]
    second = next(t for t in story.tickets() if "Quoting" in t.title)
    marker = story.read(second.id).marker
    assert marker is not None and marker.subject != ours.subject
    story.loses_its_ledger()
    assert story.scan(injection(), quoting).actions == []
    assert story.scan(injection()).actions == ["close"]
    assert not story.seen(second.id).open
    story.people.person_edits(second.id, "labels", [])
    assert story.scan(injection(), quoting).actions[0] == "reopen"
    assert len(story.tickets()) == 2


_CODE = {
    "github": re.compile(
        r"(?ms)^ *(```+).*?^ *\1 *$|(`+)[^\n]*?\2|<!-- ticketbot:(?:v1|said) [^>]*-->"
    ),
    "jira": re.compile(
        r"(?s)\{anchor:tb1\.[\w=.-]{40,}\}|\{code.*?\{code\}|\{noformat\}.*?\{noformat\}|\{\{.*?\}\}"
    ),
    "servicenow": re.compile(r"(?!)"),
}
_ACTIVE = {
    "github": re.compile(r"(?<![\\\w])@\w|(?<!\\)#\d|acme/api#\d|(?<!\\)<[a-z!]|(?<!\\)!\["),
    "jira": re.compile(r"(?<!\\)\[~|(?<!\\)\{(?:color|anchor|html)|(?<!\\)!http|(?<!\\)\[x\|"),
    "servicenow": re.compile(r"\[/?code\]|<[a-z/!]|@\["),
}


def harmless(kind: str, text: str) -> bool:
    """Nothing that this tracker acts on stands outside of code."""
    name = kind.partition("-")[0]
    name = "github" if name == "local" else name
    found = _ACTIVE[name].search(_CODE[name].sub("", text))
    assert found is None, text[max(found.start() - 80, 0) : found.end() + 40]
    return True


def test_what_only_looks_like_ours_is_never_touched(story: Story) -> None:
    story.scan(injection())
    ours = story.only()
    makes = story.people.person_makes
    strangers = [
        makes(ours.title, "Written by hand."),
        makes("ticketbot", "A ticket about ticketbot."),
        makes("", "No title.") if story.kind == "local" else makes("x", ""),
        makes("SQL injection", f"text\n\n{FOOTER}\n\nmine"),
    ]
    if story.kind != "local":
        story.people.person_edits(strangers[1], "labels", ["ticketbot"])
    story.people.person_closes(strangers[3], "fixed")
    before = [story.seen(each) for each in strangers]
    story.scan(injection("critical"))
    story.scan(injection("critical"), finding("Weak hash", text="md5(x)"))
    story.scan()
    story.loses_its_ledger()
    story.scan()
    story.scan(injection())
    assert [story.seen(each) for each in strangers] == before
    assert len(story.tickets()) == len(strangers) + 2


def test_a_record_with_an_empty_correlation_id_is_nobodys(tmp_path: Path) -> None:
    """elastic/kibana#217004"""
    with told("servicenow", tmp_path) as story:
        stranger = story.people.person_makes("A stranger's", "")
        story.people.person_edits(stranger, "correlation_display", "ticketbot:shop;")
        before = story.people.row(stranger) | {}
        story.scan(injection())
        story.scan()
        story.loses_its_ledger()
        story.scan(injection())
        assert story.people.row(stranger) == before
        emptied = next(t.id for t in story.tickets() if t.id != stranger)
        story.people.person_edits(emptied, "correlation_id", "")
        assert story.scan(injection()).actions == []
        assert story.people.row(stranger) == before


SECOND: dict[str, dict[str, Any]] = {
    "jira": {"project": "OPS"},
    "servicenow": {"table": "problem"},
    "servicenow-column": {"table": "problem"},
}


@pytest.mark.parametrize("kind", SECOND)
def test_two_trackers_on_one_server_see_their_own(kind: str, tmp_path: Path) -> None:
    world = WORLDS[kind](tmp_path, 0, 0.0)
    assert isinstance(world, Remote)
    if kind == "servicenow-column":
        columns = {"incident": ("u_ticketbot",), "problem": ("u_ticketbot",)}
        world = replace(world, server={"columns": columns})
    other = replace(world, written={**world.written, **SECOND[kind]})
    url = f"http://{world.kind}.simulated"
    here, there = (make("local", each.settings(url), world.clock) for each in (world, other))
    with simulated({world.kind: world.front}, lambda s: world.hands.passes(seconds=s)):
        labs = [Laboratory(tmp_path, name, clock=world.hands) for name in ("a.db", "b.db")]
        given = report(injection(), finding("Trifle", severity="low"))
        for lab, tracker in zip(labs, (here, there), strict=True):
            lab.tracker = tracker
            assert lab.sync(given).actions == ["create"]
            world.hands.passes(days=1)
        assert len(world.people.tickets()) == 2
        for lab, each in zip(labs, (world, other), strict=True):
            lab.lose_ledger()
            lab.tracker = make("local", each.settings(url), world.clock)
            assert len(lab.tracker.changed("")[0]) == 1
            assert lab.sync(given).actions == []
        labs[0].sync(report(finding("Trifle", severity="low")))
        assert [t.open for t in world.people.tickets()] == [False, True]
