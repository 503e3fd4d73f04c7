"""`plan`, `sync` and `apply`: what they print, what they write, and their exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import result
from ticketbot.model.ticket import Ticket
from ticketbot.trackers.local.tracker import LocalTracker

TARGET = ("--target", "shop", "--branch", "main")
MANY = [result("R1", line) for line in range(1, 13)]


def digest_in(text: str) -> str:
    """The one that a held change names."""
    return re.findall(r"--accept\s+(sha256:[0-9a-f]{64})", text)[0]


def tickets() -> list[Ticket]:
    """All that the local tracker has."""
    tracker = LocalTracker("local", ".ticketbot/tickets.db", now=lambda: "")
    try:
        return tracker.all()
    finally:
        tracker.close_connection()


def test_a_second_sync_of_the_same_report_has_nothing_to_do(cli, report):
    report("r.sarif", result("R1", 3), result("R2", 9, level="note"))
    first, second = cli("sync", "r.sarif", *TARGET), cli("sync", "r.sarif", *TARGET)
    assert (first.code, second.code) == (0, 0)
    assert "created: new in this scan\n  high      LOC-1  " in first.out
    assert first.out.endswith("1 created, 1 left as they are\n")
    assert second.out == "nothing to do, 2 left as they are\n"


def test_without_a_configuration_the_ledger_and_the_tracker_are_in_a_folder_of_their_own(
    cli, report
):
    cli("sync", report("r.sarif", result("R1", 3)), *TARGET)
    assert {"ledger.db", "tickets.db", ".gitignore"} <= {
        p.name for p in Path(".ticketbot").iterdir()
    }


def test_a_plan_writes_nothing_anywhere(cli, report):
    said = cli("plan", report("r.sarif", result("R1", 3)), *TARGET)
    assert said.code == 0
    assert "to create: new in this scan\n  high      R1" in said.out
    assert said.out.endswith("1 to create, 0 left as they are\n")
    assert [path.name for path in Path().iterdir()] == ["r.sarif"]


def test_a_plan_says_by_its_exit_code_whether_there_are_changes(cli, report):
    report("r.sarif", result("R1", 3))
    assert cli("plan", "r.sarif", *TARGET, "--detailed-exitcode").code == 1
    cli("sync", "r.sarif", *TARGET)
    assert cli("plan", "r.sarif", *TARGET, "--detailed-exitcode").code == 0


def test_the_json_of_a_plan_has_the_keys_of_the_contract(cli, report):
    plan = json.loads(
        cli("plan", report("r.sarif", result("R1", 3)), *TARGET, "--format", "json").out
    )
    assert {"version", "digest", "made_at", "scans", "changes", "summary"} <= set(plan)
    assert set(plan["scans"][0]) >= {"tool", "target", "scope", "complete", "reasons"}
    change = plan["changes"][0]
    wanted = (
        "action tracker ticket flaws title severity route reason held draft precondition".split()
    )
    assert set(change) >= set(wanted)
    assert (change["action"], change["tracker"], change["ticket"]) == ("create", "local", None)
    assert plan["summary"] == {
        "create": 1, "update": 0, "comment": 0, "close": 0, "reopen": 0, "link": 0, "leave": 0, "held": 0,
    }  # fmt: skip


def test_the_json_of_a_sync_has_outcome_and_ticket_in_each_change(cli, report):
    report("r.sarif", result("R1", 3))
    synced = json.loads(cli("sync", "r.sarif", *TARGET, "--format", "json").out)
    (change,) = synced["changes"]
    assert (change["outcome"], change["ticket"]) == ("applied", "LOC-1")
    assert "url" in change
    assert "effects" not in synced


def test_a_reviewed_plan_is_applied_exactly(cli, report):
    report("r.sarif", result("R1", 3))
    cli("plan", "r.sarif", *TARGET, "--out", "plan.json")
    said = cli("apply", "plan.json")
    assert said.code == 0
    assert "LOC-1" in said.out
    assert cli("sync", "r.sarif", *TARGET).out == "nothing to do, 1 left as they are\n"


def test_a_plan_is_refused_when_the_world_has_moved_under_it(cli, report):
    report("r.sarif", result("R1", 3))
    cli("plan", "r.sarif", *TARGET, "--out", "plan.json")
    cli("sync", "r.sarif", *TARGET)
    before = tickets()
    said = cli("apply", "plan.json")
    assert said.code == 4
    assert "moved: " in said.err
    assert "nothing was applied" in said.err
    assert tickets() == before


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda text: text.replace("R1 was", "R2 was", 1), "was edited or damaged"),
        (lambda text: text[:-20], "is not a plan"),
        (
            lambda text: text.replace('"version":1', '"version":9'),
            "is a plan of version 9, expected 1",
        ),
        (lambda text: "[]", "is not a plan"),
    ],
    ids=["edited", "cut off", "of a later version", "something else"],
)
def test_a_plan_that_is_not_as_it_was_made_is_refused(cli, report, edit, said):
    cli("plan", report("r.sarif", result("R1", 3)), *TARGET, "--out", "plan.json")
    text = Path("plan.json").read_text()
    Path("plan.json").write_text(edit(text))
    answer = cli("apply", "plan.json")
    assert answer.code == 2
    assert said in answer.err
    assert not Path(".ticketbot").exists()


def test_a_mass_close_is_held_with_numbers_and_the_way_out(cli, report):
    cli("sync", report("r.sarif", *MANY), *TARGET)
    report("r.sarif", MANY[0])
    held = cli("sync", "r.sarif", *TARGET)
    assert held.code == 4
    assert held.out.count("--accept") == 1
    assert "11 held back" in held.out
    assert "… and 1 more" in held.out
    said = cli("sync", "r.sarif", *TARGET, "--accept", digest_in(held.out))
    assert said.code == 0
    assert "11 closed" in said.out


def test_advisory_is_loud_and_exits_with_0(cli, report):
    cli("sync", report("r.sarif", *MANY), *TARGET)
    said = cli("sync", report("r.sarif", MANY[0]), *TARGET, "--advisory")
    assert said.code == 0
    assert "advisory: this would have been exit code 4" in said.err


def test_only_the_worst_are_created_where_a_number_is_given(cli, report):
    report("r.sarif", result("R1", 3, level="warning"), result("R2", 4))
    said = cli("sync", "r.sarif", *TARGET, "--max-creates", "1")
    assert said.code == 4
    assert "created: new in this scan\n  high " in said.out
    assert "1 created, 1 held back" in said.out


def test_an_empty_report_after_a_full_one_closes_nothing_and_says_why(cli, report):
    cli("sync", report("r.sarif", result("R1", 3)), *TARGET)
    report("r.sarif")
    said = cli("sync", "r.sarif", *TARGET, "--quiet")
    assert said.code == 0
    assert "lint on shop: the report is empty" in said.err
    assert "closed" not in said.out


def test_an_empty_report_that_is_true_closes(cli, report):
    cli("sync", report("r.sarif", result("R1", 3)), *TARGET)
    assert "1 closed" in cli("sync", report("r.sarif"), *TARGET, "--accept-empty").out


def test_on_a_change_branch_no_ticket_is_written_and_what_is_new_is_listed(cli, report):
    cli("sync", report("r.sarif", result("R1", 3)), *TARGET)
    report("r.sarif", result("R1", 3), result("R2", 9))
    said = cli("sync", "r.sarif", "--target", "shop", "--branch", "feature/x")
    assert said.code == 0
    assert "no ticket is written" in said.err
    assert "R2" in said.out
    assert "LOC-2" not in said.out
    assert "LOC-2" in cli("sync", "r.sarif", *TARGET).out


def test_time_that_is_up_stops_cleanly_and_the_next_run_goes_on(cli, report):
    report("r.sarif", result("R1", 3))
    said = cli("sync", "r.sarif", *TARGET, "--max-duration", "0s")
    assert said.code == 3
    assert "stopped by --max-duration" in said.err
    assert "1 not done yet" in said.out
    assert "1 created" in cli("sync", "r.sarif", *TARGET).out


@pytest.mark.parametrize("command", ["sync", "plan", "findings"])
@pytest.mark.parametrize("given", ["soon", "5"])
def test_a_duration_that_is_none_is_refused(cli, report, command, given):
    said = cli(command, report("r.sarif", result("R1", 3)), "--max-duration", given)
    assert said.code == 2
    assert f"--max-duration '{given}' is no duration" in said.err


def test_every_line_fits_80_columns(cli, report):
    cli("sync", report("r.sarif", *(result(f"R{'x' * 120}{n}", n) for n in range(1, 13))), *TARGET)
    report("r.sarif", result("R2", 3, path=f"{'deep/' * 40}a.py"))
    said = cli("sync", "r.sarif", *TARGET)
    longest = max((line for line in said.out.splitlines() if "sha256:" not in line), key=len)
    assert len(longest) <= 80


def test_without_credentials_a_change_branch_gets_one_notice_and_any_other_a_refusal(cli, report):
    Path("ticketbot.yaml").write_text(
        "version: 1\ntrackers:\n"
        '  api: {type: github, repository: acme/shop, auth: {token: "${NO_SUCH_TOKEN}"}}\n'
    )
    report("r.sarif", result("R1", 3))
    change = cli("sync", "r.sarif", "--target", "shop", "--branch", "feature/x")
    assert change.code == 0
    assert change.err.count("NO_SUCH_TOKEN") == 1
    main = cli("sync", "r.sarif", *TARGET)
    assert main.code == 2
    assert "ticketbot.yaml:3:" in main.err
    assert "NO_SUCH_TOKEN" in main.err
