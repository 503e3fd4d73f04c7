"""`ticketbot triage adopt` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import result
from ticketbot.trackers.local.tracker import LocalTracker

TARGET = ("--target", "shop", "--branch", "main")
MATCH = r"(?P<rule>R\d+) in (?P<path>\S+)"


@pytest.fixture
def adopt(cli, report):
    """The command with two flaws and three tickets; further arguments as given."""
    report("r.sarif", result("R1", 3), result("R2", 9))
    desk = LocalTracker("local", ".ticketbot/tickets.db", now=lambda: "2026-01-01T00:00:00Z")
    for title in ("[x] R1 in app.py", "R1 in app.py", "Coffee"):
        desk.person_opens(title, "by hand", "script")
    desk.close_connection()

    def run(*arguments: str, match: str = MATCH):
        start = ("triage", "adopt", "r.sarif", "--tracker", "local", "--match", match)
        return cli(*start, *TARGET, *arguments)

    return run


def test_it_shows_who_becomes_whose_and_writes_nothing(adopt):
    said = adopt()
    assert said.code == 0
    assert "to adopt\n  high      LOC-1  [x] R1 in app.py\n" in said.out
    assert "is R1 was found (app.py:3): rule R1 and path app.py (its title)" in said.out
    assert "LOC-2  R1 in app.py\n    LOC-1 is for the same flaw" in said.out
    assert "left: name no flaw\n  LOC-3  Coffee" in said.out
    assert said.out.endswith("1 ticket to adopt, 2 left\n")
    assert "nothing was written; --yes does it" in said.err
    assert [path.name for path in Path(".ticketbot").iterdir()] == ["tickets.db"]


def test_it_is_done_with_yes_and_the_next_sync_makes_only_the_rest(adopt, cli):
    said = adopt("--yes")
    assert (said.code, said.out.splitlines()[-1]) == (0, "1 ticket adopted, 2 left")
    assert "1 created, 1 left as they are" in cli("sync", "r.sarif", *TARGET).out
    assert "nothing to do" in cli("sync", "r.sarif", *TARGET).out
    assert "adopted: rule R1 and path app.py (its title)" in cli("explain", "LOC-1").out
    assert "1 ours already" not in said.out and "2 ours already" in adopt().out


def test_as_json_each_pair_has_its_evidence_and_each_other_ticket_its_reason(adopt):
    shown = json.loads(adopt("--format", "json").out)
    (pair,) = shown["adopt"]
    assert (pair["ticket"], pair["stage"], pair["outcome"]) == ("LOC-1", "adopted", None)
    assert pair["reason"] == "adopted: rule R1 and path app.py (its title)"
    assert [(each["ticket"], each["why"]) for each in shown["left"]] == [
        ("LOC-2", "second"),
        ("LOC-3", "silent"),
    ]
    done = json.loads(adopt("--yes", "--format", "json").out)
    assert done["adopt"][0] == {**pair, "outcome": "applied"}
    assert done["summary"] == {"adopt": 1, "applied": 1, "left": 2, "ours": 0, "closed": 0}


@pytest.mark.parametrize(
    ("arguments", "match", "said"),
    [
        ((), "(?P<rule>R", "error: --match: missing ), unterminated subpattern at character 1"),
        ((), "(?P<place>R)", "error: --match: a flaw has no 'place'"),
        (("--tracker", "sec"), MATCH, "error: there is no tracker 'sec' in"),
        (("--branch", "feature/x", "--yes"), MATCH, "no ticket is adopted on branch feature/x"),
    ],
    ids=["unreadable", "unknown group", "unknown tracker", "change branch"],
)
def test_a_users_mistake_is_one_sentence_and_nothing_is_written(adopt, arguments, match, said):
    answer = adopt(*arguments, match=match)
    assert answer.code == 2 and said in answer.err
    assert not Path(".ticketbot/ledger.db").exists()


def test_more_tickets_than_looked_at_are_told_of(adopt):
    said = adopt("--limit", "2")
    assert "there may be more tickets" in said.err and "1 left" in said.out
