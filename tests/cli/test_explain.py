"""`ticketbot explain`: one story for a ticket, a flaw and a run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import result
from ticketbot.cli.console import Console
from ticketbot.cli.options import General
from ticketbot.cli.page import Page
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.flaw import Decision
from ticketbot.trackers.local.tracker import LocalTracker

TARGET = ("--target", "shop", "--branch", "main")


@pytest.fixture
def synced(cli, report):
    """Two flaws with tickets; the second is gone, and its ticket closed."""
    cli("sync", report("r.sarif", result("R1", 3), result("R2", 9)), *TARGET, "--commit", "4be1c02")
    cli("sync", report("r.sarif", result("R1", 5, text="r1(3)")), *TARGET, "--commit", "9d3f7a1")
    return cli


def in_order(text: str, *parts: str) -> bool:
    return re.search(".*".join(map(re.escape, parts)), text, re.DOTALL) is not None


def test_a_ticket_shows_what_it_says_and_what_was_done_to_it(synced):
    said = synced("explain", "LOC-2")
    assert said.code == 0
    assert in_order(
        said.out,
        "LOC-2  closed, fixed",
        "R2",
        "comments",
        "Fixed: ",
        "history",
        "state closed",
        "stands for 1 flaw",
        "known by",
        "since its birth, its birth alias",
        "seen by",
        "lint on shop: absent from 1 scan of commit",
        "done, and why",
        "create LOC-2: new in this scan; applied",
        "close LOC-2: ",
    )
    assert max(len(line) for line in said.out.splitlines()) <= 80


def test_a_flaw_is_found_by_the_beginning_of_its_id(synced):
    flaw = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", synced("explain", "loc-1").out)[0]
    said = synced("explain", flaw[:8])
    assert in_order(
        said.out, f"flaw {flaw}", "known by", "seen by", "tickets", "LOC-1", "done, and why"
    )


def test_decisions_are_told_also_when_they_were_taken_back(synced):
    flaw = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", synced("explain", "LOC-1").out)[0]
    with Ledger.open("sqlite:///.ticketbot/ledger.db") as ledger:
        said = Decision(
            kind="accepted", made_at="2026-01-02T03:04:05Z", by="ada", reason="behind a wall"
        )
        ledger.decide(flaw, said, "2026-01-02T03:04:05Z")
        ledger.decide(flaw, None, "2026-02-03T00:00:00Z")
    story = re.sub(r"\s+", " ", synced("explain", flaw).out)
    assert (
        "2026-01-02 03:04 accepted by ada (ticket): behind a wall; taken back 2026-02-03" in story
    )


def test_what_a_person_said_in_the_ticket_is_shown_harmless(synced):
    tracker = LocalTracker("local", ".ticketbot/tickets.db", now=lambda: "2026-01-01T00:00:00Z")
    tracker.person_comments("1", "looks\x1b[31m red", "ada")
    tracker.close_connection()
    out = synced("explain", "LOC-1").out
    assert "ada: looks [31m red" in out
    assert "\x1b" not in out


def test_a_run_names_its_scans_and_its_changes(synced):
    (run,) = re.findall(r"last run +(\S+):", synced("ledger", "status").out)
    said = synced("explain", run)
    assert in_order(
        said.out, f"run {run}: sync, done", "scans", "lint on shop: 1 result", "close LOC-2"
    )


def test_a_flaw_without_a_ticket_names_its_route_and_where_each_field_is_from(synced, report):
    synced(
        "sync",
        report("r.sarif", result("R1", 5, text="r1(3)"), result("R3", 20, level="note")),
        *TARGET,
    )
    with Ledger.open("sqlite:///.ticketbot/ledger.db") as ledger:
        (flaw,) = [k.id for k in ledger.candidates("shop", "lint", ()) if k.features.rule == "R3"]
    assert "no ticket, because no route matches" in synced("explain", flaw).out
    gone = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", synced("explain", "LOC-2").out)[0]
    assert in_order(
        synced("explain", gone).out,
        "'medium and above' → local",
        "severity high (critical, high, medium)",
        "fields it would get",
        "priority: high, from the embedded default:8",
        "due: ",
        "(severities.high.due)",
    )


CONFIG = """\
version: 1
owners: {codeowners: true}
trackers: {local: {type: local, fields: {area: "{{ path }}"}}}
severities: {high: {due: 5 business days}}
routes:
  - name: rest
    when: {severity: ">=medium"}
    to: local
    labels: [scanned]
    fields: {priority: P2}
"""


@pytest.fixture
def configured(cli, report):
    """One flaw with a ticket, made by a configuration with owners."""
    Path("ticketbot.yaml").write_text(CONFIG)
    Path("CODEOWNERS").write_text("# us\n*.py @ann @acme/shop\n")
    assert cli("sync", report("r.sarif", result("R1", 3)), *TARGET).code == 0
    return cli


def test_each_field_of_a_ticket_names_the_line_it_is_from(configured):
    said = configured("explain", "LOC-1")
    assert in_order(
        re.sub(r"\s+", " ", said.out),
        "'rest' → local, from ticketbot.yaml:6 (routes[0])",
        "severity high (critical, high, medium)",
        "priority: P2, from ticketbot.yaml:10 (routes[0].fields.priority)",
        "assignee: ann, from CODEOWNERS:2",
        "due: ",
        "from ticketbot.yaml:4 (severities.high.due)",
        "labels: scanned, from ticketbot.yaml:9 (routes[0].labels)",
        "area: app.py, from ticketbot.yaml:3 (trackers.local.fields.area)",
        "group: acme/shop, from CODEOWNERS:2",
    )


def test_what_would_be_written_otherwise_today_is_told(configured):
    changed = CONFIG.replace("P2", "P1").replace("name: rest", "name: all")
    Path("ticketbot.yaml").write_text(changed)
    Path("CODEOWNERS").write_text("")
    tracker = LocalTracker("local", ".ticketbot/tickets.db", now=lambda: "2026-01-01T00:00:00Z")
    tracker.person_edits("1", "labels", ["mine"], "ada")
    tracker.close_connection()
    text = re.sub(r"\s+", " ", configured("explain", "LOC-1").out)
    assert in_order(
        text,
        "priority: P2; written before: today it would be P1, from ticketbot.yaml:10",
        "assignee: ann; written before: today it would be none due: ",
        "labels: mine; changed by a person, ticketbot wrote scanned, from ticketbot.yaml:9",
    )
    Path("ticketbot.yaml").write_text(
        CONFIG.replace("to: local", "to: other").replace("{local:", "{other: {type: local}, local:")
    )
    text = re.sub(r"\s+", " ", configured("explain", "LOC-1").out)
    assert "'rest' → other, from ticketbot.yaml:6 (routes[0])" in text
    assert "it stays in local: a change of routes moves no ticket" in text


@pytest.mark.parametrize("ref", ["LOC-99", "abcd", "20260101T000000-00000000", "x"])
def test_what_is_unknown_is_refused(synced, ref):
    said = synced("explain", ref)
    assert said.code == 2
    assert f"{ref}: the ledger knows no ticket" in said.err


def test_a_group_tells_of_each_member_what_it_is_known_and_seen_by(cli, report):
    Path("ticketbot.yaml").write_text(
        "version: 1\ntrackers: {local: {type: local}}\n"
        "routes: [{name: all, to: local, group_by: rule}]\n"
    )
    cli("sync", report("r.sarif", result("R1", 3), result("R1", 9)), *TARGET)
    out = cli("explain", "LOC-1").out
    flaws = re.findall(r"([0-9a-f]{8}-[0-9a-f-]{27})  high", out)
    assert len(flaws) == 2
    for flaw in flaws:
        assert in_order(out, "known by", flaw, "its birth alias", "seen by", flaw, "there, since")


@pytest.mark.parametrize(
    ("markdown", "people"),
    [
        (r"\<non root\> \& `a\<b`\: c", r"<non root> & `a\<b`: c"),
        ("````\n```\n\\<x\n````\n\\*y", "````\n  ```\n  \\<x\n  ````\n  *y"),
        (r"b \`c\` \[d", r"b `c` [d"),
        ("a\\\x1b[31m", "a\\ [31m"),
    ],
)
def test_people_read_markdown_without_its_escapes(markdown, people, capsys):
    page = Page(Console(General()))
    page.body(markdown)
    assert capsys.readouterr().out == f"  {people}\n"


def test_lists_show_the_place_of_what_has_the_same_title(cli, report):
    path = "services/payment/database.py"
    results = (result("R1", 3, path=path), result("R1", 19, path=path), result("R2", 5))
    scan = report("r.sarif", *results)
    for command in ("plan", "sync"):
        lines = cli(command, scan, *TARGET).out.splitlines()
        assert (
            sum(bool(re.search(r"R1 was found.*…\S*database\.py:(3|19)$", x)) for x in lines) == 2
        )
        assert not any("app.py:5" in line for line in lines)
        assert max(map(len, lines)) <= 80
