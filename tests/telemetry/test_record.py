"""What a run leaves in its record: every line valid OCSF, every kind of happening under its name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import result
from tests.telemetry.conftest import TARGET, problems
from ticketbot.errors import TrackerError
from ticketbot.trackers import make
from ticketbot.trackers.base import Outcome
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.local.tracker import LocalTracker

MANY = [result("R1", line) for line in range(1, 13)]


@pytest.fixture(autouse=True)
def every_line_is_valid(audit):
    """After each test: nothing that was recorded breaks the schema, and no number comes twice."""
    yield
    if Path("audit.jsonl").exists():
        events = audit()
        assert [p for event in events for p in problems(event)] == []
        uids = [event["metadata"]["uid"] for event in events]
        assert len(set(uids)) == len(uids)


def codes(events) -> list[str]:
    return [event["metadata"]["event_code"] for event in events]


def test_a_sync_records_what_was_planned_asked_and_done_under_one_run(cli, report, audit):
    cli("sync", report("r.sarif", result("R1", 3), result("R2", 9)), *TARGET)
    events = audit()
    told = codes(events)
    assert told.count("change.planned") == told.count("change.applied") == 2
    assert told[-1] == "run.ended"
    assert len({event["metadata"]["correlation_uid"] for event in events}) == 1
    applied = audit("change.applied")[0]
    assert applied["activity_name"] == "Create"
    assert applied["tickets"][0]["uid"] == "LOC-1"
    assert applied["resources"][0]["name"] == "shop"
    assert applied["vulnerabilities"][0]["affected_code"][0]["file"]["path"] == "app.py"
    requests = [e["api"]["operation"] for e in audit("tracker.request")]
    assert "create" in requests
    assert audit("run.ended")[0]["unmapped"]["create"] == 2


def test_a_sync_with_nothing_to_do_records_no_change(cli, report, audit):
    report("r.sarif", result("R1", 3))
    cli("sync", "r.sarif", *TARGET)
    before = len(audit())
    cli("sync", "r.sarif", *TARGET)
    assert {code.partition(".")[0] for code in codes(audit()[before:])} == {"tracker", "run"}


@pytest.mark.parametrize("command", ["plan", "findings"])
def test_what_writes_nothing_records_nothing(cli, report, command):
    assert cli(command, report("r.sarif", result("R1", 3))).code == 0
    assert not Path("audit.jsonl").exists()


def test_held_changes_and_the_guards_refusal_are_recorded(cli, report, audit):
    cli("sync", report("r.sarif", *MANY), *TARGET)
    cli("sync", report("r.sarif", MANY[0]), *TARGET)
    held = audit("change.held")
    assert len(held) == 11
    assert {event["activity_name"] for event in held} == {"close held"}
    (refusal,) = audit("refused.guard")
    assert "--accept sha256:" in refusal["status_detail"]
    assert refusal["unmapped"]["changes"] == 11


def test_a_plan_under_which_the_world_moved_is_a_refusal(cli, report, audit):
    cli("plan", report("r.sarif", result("R1", 3)), *TARGET, "--out", "plan.json")
    cli("sync", "r.sarif", *TARGET)
    assert cli("apply", "plan.json").code == 4
    (refusal,) = audit("refused.moved")
    assert refusal["unmapped"]["count"] >= 1
    assert audit("run.ended")[-1]["status_code"] == "moved"


def test_a_plan_that_is_applied_is_recorded(cli, report, audit):
    cli("plan", report("r.sarif", result("R1", 3)), *TARGET, "--out", "plan.json")
    assert cli("apply", "plan.json").code == 0
    assert len(audit("change.applied")) == 1
    assert audit("run.ended")[0]["api"]["operation"] == "apply"


def test_a_report_that_is_refused_is_recorded(cli, audit):
    Path("r.json").write_text('{"nobody": "knows this"}')
    assert cli("sync", "r.json", *TARGET).code == 2
    (refusal,) = audit("refused.report")
    assert "r.json" in refusal["status_detail"]
    assert audit("run.ended")[0]["status_code"] == "refused"


def test_results_that_cannot_be_read_are_recorded_each_and_then_as_a_number(cli, report, audit):
    broken = [{"level": "error", "message": 7} for _ in range(103)]
    cli("sync", report("r.sarif", result("R1", 3), *broken), *TARGET)
    rejected = audit("result.rejected")
    assert len(rejected) == 101
    assert rejected[0]["resources"][0]["name"] == "/runs/0/results/1"
    assert rejected[-1]["count"] == 3


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ({"invocations": [{"executionSuccessful": False}]}, "fail"),
        ({"invocations": [{"executionSuccessful": True, "endTimeUtc": "2020-01-01T00:00:00Z"}]}, "old"),
    ],
    ids=["failed", "old"],
)  # fmt: skip
def test_a_scan_that_counts_for_less_is_recorded(cli, report, audit, second, why):
    now = [{"executionSuccessful": True, "endTimeUtc": "2026-01-01T00:00:00Z"}]
    cli("sync", report("r.sarif", result("R1", 3), result("R2", 4), invocations=now), *TARGET)
    assert audit("scan.weak") == []
    cli("sync", report("r.sarif", result("R1", 3), **second), *TARGET)
    (weak,) = audit("scan.weak")
    assert why in weak["status_detail"]
    assert weak["resources"][0]["name"] == "lint on shop"


def test_a_persons_decision_and_its_withdrawal_are_recorded(cli, report, audit, monkeypatch):
    cli("sync", report("r.sarif", result("R1", 3)), *TARGET)
    later = Clock(lambda: 4_070_908_800.0, lambda _seconds: None)  # 2099
    tracker = make("local", {"type": "local", "path": ".ticketbot/tickets.db"}, later)
    tracker.close("1", "wont_fix", comment="no", marker=None, nonce="by hand")
    cli("sync", "r.sarif", *TARGET)
    (noticed,) = audit("decision.noticed")
    assert (noticed["status"], noticed["tickets"][0]["uid"]) == ("Suppressed", "LOC-1")
    assert noticed["unmapped"]["decision"]["kind"] == "wont_fix"
    assert noticed["vulnerabilities"][0]["affected_code"][0]["rule"]["uid"] == "R1"
    tracker.reopen("1", comment="yes", marker=None, nonce="by hand too")
    tracker.close_connection()
    cli("sync", "r.sarif", *TARGET)
    assert len(audit("decision.lifted")) == 1


def test_a_suppression_in_the_source_is_a_decision(cli, report, audit):
    cli("sync", report("r.sarif", result("R1", 3), result("R2", 9)), *TARGET)
    why = {"suppressions": [{"kind": "inSource", "justification": "only in tests"}]}
    cli("sync", report("r.sarif", result("R1", 3) | why, result("R2", 9)), *TARGET)
    (made,) = audit("decision.noticed")
    assert made["comment"] == "only in tests"
    assert made["unmapped"]["decision"]["source"] == "code"
    assert made["finding_info"]["analytic"]["uid"] == "R1"


def outcome(state: str, reason: str):
    return lambda self, drafts: [Outcome(state, None, reason) for _ in drafts]  # type: ignore[arg-type]  # one of Outcome's words, given by a table


def test_refused_and_unknown_requests_are_recorded_and_what_became_of_them(
    cli, report, audit, monkeypatch
):
    report("r.sarif", result("R1", 3))
    with monkeypatch.context() as patch:
        patch.setattr(LocalTracker, "create", outcome("rejected", "the project is archived"))
        cli("sync", "r.sarif", *TARGET)
        patch.setattr(LocalTracker, "create", outcome("ambiguous", "timed out"))
        cli("sync", "r.sarif", *TARGET)
    cli("sync", "r.sarif", *TARGET)
    assert audit("change.rejected")[0]["status_detail"] == "the project is archived"
    assert audit("change.unknown")[0]["status_detail"] == "timed out"
    refused = next(e for e in audit("tracker.request") if e["status"] == "Failure")
    assert refused["api"]["response"]["error_message"] == "the project is archived"
    resolved = audit("intent.resolved")
    assert {each["status_detail"] for each in resolved} == {"not found by its marker"}
    assert len(resolved) == len(audit("change.unknown"))
    assert len(audit("change.applied")) == 1


def test_a_run_that_fails_says_so_in_its_last_event(cli, report, audit, monkeypatch):
    def unreachable(self, since, targets=()):
        raise TrackerError("the tracker cannot be reached")

    monkeypatch.setattr(LocalTracker, "changed", unreachable)
    assert cli("sync", report("r.sarif", result("R1", 3)), *TARGET).code == 3
    request, ended = audit()
    assert (request["status"], request["severity"]) == ("Failure", "Low")
    assert (ended["status_code"], ended["status_detail"]) == (
        "failed",
        "the tracker cannot be reached",
    )


def test_events_on_standard_output_want_the_result_elsewhere(cli, report):
    Path("ticketbot.yaml").write_text("version: 1\naudit: {stdout: true}\n")
    refused = cli("sync", report("r.sarif", result("R1", 3)), *TARGET)
    assert refused.code == 2
    assert "--output FILE" in refused.err
    assert not Path(".ticketbot").exists()
    said = cli("sync", "r.sarif", *TARGET, "--output", "result.txt")
    assert said.code == 0
    events = [json.loads(line) for line in said.out.splitlines()]
    assert "change.applied" in codes(events)
    assert [p for event in events for p in problems(event)] == []
    assert "LOC-1" in Path("result.txt").read_text()


def test_text_that_is_no_utf_8_is_recorded_all_the_same(cli, report, audit):
    cli("sync", report("r.sarif", result("R1", 3, path="half \ud83d.py")), *TARGET)
    assert audit("run.ended")
