"""Semantics section 2: what one scan's silence counts for, and in which order scans count."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
import pytest

from tests.sync.laboratory import Laboratory, finding, report
from ticketbot.model.finding import Finding, Rejected, Request


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def test_a_report_closes_only_tickets_of_its_own_tool(lab: Laboratory) -> None:
    lab.sync(report(finding()))
    lab.sync(report(finding("S1", tool="ruff"), tool="ruff", family="ruff"))
    ran = lab.sync(report(finding("S2", tool="ruff", text="x"), tool="ruff", family="ruff"))
    assert sorted(ran.actions) == ["close", "create"]
    assert lab.states() == ["open", "fixed", "open"]


@pytest.mark.parametrize(
    "mine, other",
    [
        ({"part": "service-a"}, {"part": "service-b"}),
        ({"environment": "prod"}, {"environment": "staging"}),
        ({"target": "shop"}, {"target": "billing"}),
        ({}, {"branch": "release/1", "branch_class": "release/1"}),
    ],
)
def test_another_scope_closes_nothing_here(
    lab: Laboratory, mine: dict[str, str], other: dict[str, str]
) -> None:
    lab.sync(report(finding()), **mine)
    lab.sync(report(finding("B105", text="y")), **other)
    ran = lab.sync(report(finding("B105", text="y", line=11)), **other)
    assert ran.actions == [] and lab.states() == ["open", "open"]


def test_a_flaw_seen_by_two_scopes_closes_when_both_have_lost_it(lab: Laboratory) -> None:
    rest = finding("B105", text="y")
    lab.sync(report(finding(), rest), environment="prod")
    lab.sync(report(finding(), rest), environment="staging")
    assert lab.states() == ["open", "open"]
    assert lab.sync(report(rest), environment="staging").actions == []
    assert lab.sync(report(rest), environment="prod").actions == ["close"]


def test_close_requires_names_the_environments_that_count(lab: Laboratory) -> None:
    policy = msgspec.structs.replace(lab.settings.lifecycle, close_requires=("prod",))
    lab.settings = msgspec.structs.replace(lab.settings, lifecycle=policy)
    rest = finding("B105", text="y")
    lab.sync(report(finding(), rest), environment="prod")
    lab.sync(report(finding(), rest), environment="staging")
    assert lab.sync(report(rest), environment="prod").actions == ["close"]


def test_an_old_pipeline_run_again_changes_nothing(lab: Laboratory) -> None:
    old, new = report(finding()), report(finding("B105", text="y"))
    lab.sync(old)
    lab.sync(new)
    again = lab.sync(old)
    assert again.actions == [] and "applied before" in again.plan.scans[0].reasons[0]
    assert lab.states() == ["fixed", "open"]


def test_a_revert_brings_the_same_report_for_a_later_commit(lab: Laboratory) -> None:
    first, rest = report(finding(), finding("B105", text="y")), report(finding("B105", text="y"))

    def ancestry(a: str, b: str) -> Literal["older", "newer", "same", "unknown"]:
        return "older" if a < b else "newer"

    lab.sync(first, commit="a" * 40, ancestry=ancestry)
    assert lab.sync(rest, commit="b" * 40, ancestry=ancestry).actions == ["close"]
    assert lab.sync(first, commit="c" * 40, ancestry=ancestry).actions == ["reopen"]
    for old in (rest, "b"), (first, "a"):  # the pipelines of before, run again
        assert lab.sync(old[0], commit=old[1] * 40, ancestry=ancestry).actions == []
    assert lab.states() == ["open", "open"]


def test_a_scan_of_an_older_commit_changes_nothing(lab: Laboratory) -> None:
    lab.sync(report(finding(), commit="b" * 40))
    ran = lab.sync(
        report(finding("B105", text="y"), commit="a" * 40), ancestry=lambda a, b: "older"
    )
    assert ran.actions == [] and "older" in ran.plan.scans[0].reasons[0]


def test_a_scan_that_ended_earlier_changes_nothing(lab: Laboratory) -> None:
    lab.sync(report(finding(), ended="2026-02-02T00:00:00Z"))
    assert lab.sync(report(finding("B1"), ended="2026-02-01T00:00:00Z")).actions == []


@pytest.mark.parametrize(
    "scan, more, why",
    [
        ({"complete": False, "reasons": ("the scanner crashed",)}, {}, "the scanner crashed"),
        ({}, {"partial": True}, "partial"),
    ],
)
def test_an_incomplete_scan_opens_but_closes_nothing(
    lab: Laboratory, scan: dict, more: dict, why: str
) -> None:
    lab.sync(report(finding()))
    ran = lab.sync(report(finding("B105", text="y"), **scan), **more)
    assert ran.actions == ["create"] and why in ran.plan.scans[0].reasons[0]
    assert lab.states() == ["open", "open"]


def test_an_operation_that_was_not_attacked_is_not_absent(lab: Laboratory) -> None:
    def attack(path: str) -> Finding:
        request = Request("GET", None, path)
        return finding("bola", kind="api", locations=(), request=request)

    policy = msgspec.structs.replace(lab.settings.lifecycle, close_after_dynamic=1)
    lab.settings = msgspec.structs.replace(lab.settings, lifecycle=policy)
    lab.sync(report(attack("/orders/{id}"), attack("/users/{id}")))
    covered = ("GET /users/{user_id}", "GET /health")
    assert lab.sync(report(attack("/users/{id}"), covered=covered)).actions == []
    covered = ("GET /users/{user_id}", "GET /orders/{order_id}")
    assert lab.sync(report(attack("/users/{id}"), covered=covered)).actions == ["close"]


def test_a_result_that_cannot_be_read_withholds_closes(lab: Laboratory) -> None:
    lab.sync(report(finding(), finding("B105", text="y")))
    ran = lab.sync(report(finding("B105", text="y"), Rejected("/runs/0/results/1", "no rule")))
    assert ran.actions == [] and "1 of 2 results could not be read" in ran.plan.scans[0].reasons[0]


def test_empty_after_non_empty_closes_nothing_until_somebody_says_so(lab: Laboratory) -> None:
    lab.sync(report(finding()))
    assert lab.sync(report()).actions == []
    assert lab.sync(report(ended="2026-03-02T00:00:00Z")).actions == []
    assert lab.sync(report(ended="2026-03-03T00:00:00Z"), accept_empty=True).actions == ["close"]


def test_the_same_empty_report_vouched_for_at_the_second_try_closes(lab: Laboratory) -> None:
    lab.sync(report(finding()))
    first = lab.sync(report())
    assert first.actions == [] and first.plan.summary["leave"] == 1
    assert lab.sync(report(), accept_empty=True).actions == ["close"]
    assert lab.sync(report(), accept_empty=True).actions == []


def test_a_change_branch_writes_no_ticket_and_counts_no_absence(lab: Laboratory) -> None:
    lab.sync(report(finding()))
    ran = lab.sync(report(finding("B105", text="y")), branch="fix", branch_class="change")
    assert ran.actions == []
    assert [c.reason for c in ran.plan.changes] == [
        "new on this branch; tickets are made from the default branch"
    ]
    assert lab.states() == ["open"]
    assert lab.sync(report(finding(line=12))).actions == []


def test_a_change_branch_that_may_write_opens_and_closes_nothing(lab: Laboratory) -> None:
    change = {"branch": "fix", "branch_class": "change", "change_writes": True}
    assert lab.sync(report(finding()), **change).actions == ["create"]
    assert lab.sync(report(finding("B105", text="y")), **change).actions == ["create"]
    assert lab.states() == ["open", "open"]


def test_fixed_on_default_and_back_on_a_branch_is_new_there(lab: Laboratory) -> None:
    rest = finding("B105", text="y")
    lab.sync(report(finding(), rest))
    lab.sync(report(rest))
    ran = lab.sync(report(finding(line=3), rest), branch="fix", branch_class="change")
    assert [change.title for change in ran.plan.changes] == ["B608 in app/db.py"]


def test_two_shards_that_report_one_flaw_make_one_ticket(lab: Laboratory) -> None:
    lab.sync(report(finding(), part="python-3.11"), report(finding(), part="python-3.12"))
    assert lab.states() == ["open"]


def test_a_renamed_target_keeps_its_tickets(lab: Laboratory) -> None:
    lab.sync(report(finding()), target="old")
    ran = lab.sync(report(finding(line=11)), target="new", formerly=("old",))
    assert ran.actions == [] and lab.states() == ["open"]
