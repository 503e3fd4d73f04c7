"""Closing safely: what a scan did not look for, may have moved, or left in the code as it was is not fixed.
Each case says why nothing is closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from tests.sync.laboratory import FakeReport, Folder, Laboratory, Ran, finding, report
from ticketbot.identity.ingredients import Grounds
from ticketbot.identity.match import match
from ticketbot.model.finding import Component, Finding, Rejected, Request
from ticketbot.sync import recognise

REST = finding("B105", text="password = x", path="app/login.py")


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def reasons(ran: Ran) -> str:
    """All that the run says of why it closes nothing."""
    told = [reason for scan in ran.plan.scans for reason in scan.reasons]
    return "\n".join([*told, *(change.reason for change in ran.plan.changes)])


def later(day: int, *findings: Finding | Rejected, **scan: Any) -> FakeReport:
    """Another day's report."""
    return report(*findings, **({"ended": f"2026-03-{day:02}T00:00:00Z"} | scan))


def older(_a: str, _b: str) -> Literal["older", "newer", "same", "unknown"]:
    return "older"


@pytest.mark.parametrize(
    ("situation", "scan", "run", "why"),
    [
        (
            "a truncated report",
            later(2, REST, complete=False, reasons=("the report breaks off",)),
            {},
            "the report breaks off",
        ),
        ("an empty one", later(2), {}, "the report is empty, after one with 2 flaws"),
        (
            "a failed invocation",
            later(2, REST, complete=False, reasons=("the tool says that it failed",)),
            {},
            "the tool says that it failed",
        ),
        (
            "a result that cannot be read",
            later(2, REST, Rejected("/runs/0/results/1", "no rule")),
            {},
            "1 of 2 results could not be read",
        ),
        ("a partial scan", later(2, REST), {"partial": True}, "the scan is partial (--partial)"),
        (
            "a change branch that may write",
            later(2, REST),
            {"branch": "fix", "branch_class": "change", "change_writes": True},
            "a change branch can show what is new, but not what is fixed",
        ),
        (
            "an older commit",
            later(2, REST, commit="a" * 40),
            {"ancestry": older},
            "commit aaaaaaaaaaaa is older than bbbbbbbbbbbb",
        ),
        ("an older scan", report(REST, ended="2026-02-01T00:00:00Z"), {}, "before the last one"),
        (
            "its rule was switched off",
            later(2, REST, disabled=("B608",)),
            {},
            "not looked for: rule B608 was not part of this scan",
        ),
        (
            "other rules ran",
            later(2, REST, rules=("B105", "B101")),
            {},
            "not looked for: rule B608 was not part of this scan",
        ),
    ],
)
def test_closes_nothing_and_says_why(
    lab: Laboratory, situation: str, scan: FakeReport, run: dict[str, Any], why: str
) -> None:
    lab.sync(later(1, finding(), REST, commit="b" * 40))
    ran = lab.sync(scan, **run)
    assert ran.actions == [] and why in reasons(ran), situation
    assert lab.sync(scan, **run).actions == [], situation
    assert lab.states() == ["open", "open"]
    closing = lab.sync(later(9, REST, commit="c" * 40))  # nothing of the sort: it is really gone
    assert closing.actions == ["close"]


@pytest.mark.parametrize(
    ("situation", "scan", "run"),
    [
        ("a release branch", {}, {"branch": "release/1", "branch_class": "release/1"}),
        ("a change branch", {}, {"branch": "fix", "branch_class": "change"}),
        ("another tool", {"tool": "Semgrep", "family": "semgrep"}, {}),
        ("a shard of another part", {"part": "python-3.12"}, {}),
        ("another environment", {}, {"environment": "staging"}),
        ("another target", {}, {"target": "billing"}),
    ],
)
def test_silence_of_another_scope_says_nothing(
    lab: Laboratory, situation: str, scan: dict[str, str], run: dict[str, str]
) -> None:
    lab.sync(report(finding()))
    other = finding("X1", text="z", path="z.py")
    lab.sync(later(2, other, finding("X2", text="z", path="z.py"), **scan), **run)
    lab.sync(later(3, other, **scan), **run)
    mine = next(t for t in lab.tickets() if t.title.startswith("B608"))
    assert mine.state == "open", situation


@pytest.mark.parametrize(
    ("flaw", "listed"),
    [
        ("CA1000/1", ("CA1000",)),
        ("CA1000", ("CA1000", "CA2000")),
    ],
)
def test_a_rule_ran_also_by_its_other_names(
    lab: Laboratory, flaw: str, listed: tuple[str, ...]
) -> None:
    lab.sync(report(finding(flaw), REST))
    assert lab.sync(later(2, REST, rules=(*listed, "B105"))).actions == ["close"]


def test_a_rule_of_semgrep_ran_also_from_another_folder(lab: Laboratory) -> None:
    def scan(day: int, *found: Finding, rules: tuple[str, ...]) -> FakeReport:
        return later(day, *found, tool="Semgrep", family="semgrep", rules=rules)

    mine, rest = finding("ci.rules.python.flask.x"), finding("tmp.python.flask.y", text="y")
    lab.sync(scan(1, mine, rest, rules=("ci.rules.python.flask.x", "ci.rules.python.flask.y")))
    shifted = scan(2, rest, rules=("tmp.python.flask.x", "tmp.python.flask.y"))
    assert lab.sync(shifted).actions == ["close"]


def test_of_two_shards_one_has_to_run_the_rule(lab: Laboratory) -> None:
    lab.sync(report(finding(), REST))
    off, on = later(2, REST, rules=("B105",)), later(2, REST, rules=("B105", "B608"))
    assert lab.sync(off).actions == []
    assert lab.sync(off, on).actions == ["close"]


def test_a_vulnerability_is_no_rule_that_could_be_switched_off(lab: Laboratory) -> None:
    def package(name: str) -> Finding:
        component = Component(purl=f"pkg:npm/{name}@1.0.0", name=name, version="1.0.0")
        cve = f"CVE-2024-{len(name)}"
        return finding(
            cve, vulnerabilities=(cve,), kind="dependency", component=component, locations=()
        )

    lab.sync(report(package("lodash"), package("qs")))
    assert lab.sync(later(2, package("qs"), rules=("CVE-2024-2", "CVE-2024-9"))).actions == [
        "close"
    ]


def test_an_operation_has_to_be_called_and_be_clean_twice(lab: Laboratory) -> None:
    def attack(path: str) -> Finding:
        return finding("bola", kind="api", locations=(), request=Request("GET", None, path))

    users, both = ("GET /users/{id}",), ("GET /users/{id}", "GET /orders/{id}")
    lab.sync(later(1, attack("/orders/{id}"), attack("/users/{id}"), covered=both))
    left_out = lab.sync(later(2, attack("/users/{id}"), covered=users))
    assert left_out.actions == []
    assert "not looked for: GET /orders/{id} was not called in this scan" in reasons(left_out)
    for day, covered, actions in (3, both, []), (4, users, []), (5, both, ["close"]):
        ran = lab.sync(later(day, attack("/users/{id}"), covered=covered))
        assert ran.actions == actions, day


FILES = ("app/login.py", "app/other.py")


def test_a_file_that_was_not_scanned_and_is_in_the_checkout_was_not_looked_at(
    lab: Laboratory,
) -> None:
    here = Grounds(sources=Folder({"app/db.py": "import os", "app/login.py": "password = x"}))
    lab.sync(report(finding(), REST))
    for day in 2, 3, 4:
        ran = lab.sync(later(day, REST, files=FILES), grounds=here)
        assert ran.actions == []
        assert "not looked for: app/db.py was not part of this scan" in reasons(ran)
    scanned = later(5, REST, files=(*FILES, "./app/db.py"))
    assert lab.sync(scanned, grounds=here).actions == ["close"]


def test_flaws_of_a_deleted_file_are_gone_with_it(lab: Laboratory) -> None:
    here = Grounds(sources=Folder({"app/login.py": "password = x"}))
    lab.sync(report(finding(), REST))
    assert lab.sync(later(2, REST, files=FILES), grounds=here).actions == ["close"]


def test_without_a_checkout_a_file_has_to_be_left_out_twice(lab: Laboratory) -> None:
    lab.sync(report(finding(), REST))
    first = later(2, REST, files=FILES)
    for scan in first, first:  # the same scan twice is one scan
        ran = lab.sync(scan)
        assert ran.actions == []
    other = lab.sync(later(2, finding("S1", text="s"), tool="Semgrep", family="semgrep"))
    assert other.actions == ["create"]  # and another tool's scan is not the one that decides
    assert "one more scan decides" in reasons(other)
    assert lab.sync(later(3, REST, files=FILES)).actions == ["close"]
    mine = next(t.id for t in lab.tickets() if t.state == "closed")
    assert "its file is no longer scanned" in str(lab.local.comments(mine)[-1])


def test_a_file_that_is_scanned_again_and_clean_closes_at_once(lab: Laboratory) -> None:
    lab.sync(report(finding(), REST))
    assert lab.sync(later(2, REST, files=FILES)).actions == []
    assert lab.sync(later(3, REST, files=(*FILES, "app/db.py"))).actions == ["close"]


def unsure(*given: Any) -> Any:
    """The matcher, which thinks that whatever is gone may have moved."""
    found = match(*given)
    return msgspec.structs.replace(found, possible=frozenset(found.gone))


def test_a_possible_move_is_held_open_for_one_more_scan(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.sync(report(finding(), REST))
    monkeypatch.setattr(recognise, "match", unsure)
    elsewhere = finding(text="session.run(sql)", path="app/new.py", line=3)
    moved = later(2, elsewhere, REST)
    ran = lab.sync(moved)
    assert ran.actions == ["create"]
    assert "it may have moved to app/new.py:3; one more scan decides" in reasons(ran)
    assert lab.sync(moved).actions == []  # the same scan again
    assert lab.sync(later(3, elsewhere, REST)).actions == ["close"]
    assert sorted(lab.states()) == ["fixed", "open", "open"]


def test_a_line_that_went_to_one_of_two_files_may_have_moved(lab: Laboratory) -> None:
    text = "connection.execute(statement, user_input)"
    lab.sync(report(finding(text=text, path="app/old.py"), REST))
    copies = [finding(text=text, path=f"app/{name}.py") for name in ("one", "two")]
    ran = lab.sync(later(2, *copies, REST))
    assert ran.actions == ["create", "create"]
    assert "it may have moved to app/one.py:10, app/two.py:10; one more scan" in reasons(ran)
    assert lab.sync(later(3, *copies, REST)).actions == ["close"]


def test_what_only_seemed_to_move_and_is_back_is_quiet(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.sync(report(finding(), REST))
    with monkeypatch.context() as patch:
        patch.setattr(recognise, "match", unsure)
        assert lab.sync(later(2, finding("B1", text="q"), REST)).actions == ["create"]
    assert lab.sync(later(3, finding("B1", text="q"), finding(), REST)).actions == []
    assert lab.sync(later(4, finding("B1", text="q"), REST)).actions == ["close"]


def test_a_flaw_seen_in_two_places_closes_when_both_have_lost_it_and_says_who_has_not(
    lab: Laboratory,
) -> None:
    lab.sync(report(finding(), REST), environment="prod")
    lab.sync(report(finding(), REST), environment="staging")
    ran = lab.sync(later(2, REST), environment="staging")
    assert ran.actions == []
    assert (
        "no longer reported by bandit on shop (staging), still there in bandit on shop (prod)"
        in reasons(ran)
    )
    closed = lab.sync(later(2, REST), environment="prod")
    assert closed.actions == ["close"]
    ticket = next(t for t in lab.tickets() if t.state == "closed")
    said = lab.local.comments(ticket.id)[-1]
    assert "bandit on shop (prod)" in str(said) and "bandit on shop (staging)" in str(said)
