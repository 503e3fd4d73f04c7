"""`ticketbot doctor`: what would stop a run, what to change, and the exit code a pipeline can go by."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli import ailing
from tests.cli.conftest import result
from ticketbot.cli.output import cells
from ticketbot.errors import TrackerError
from ticketbot.ledger import place
from ticketbot.trackers import TRACKERS
from ticketbot.trackers.base import Check

SECRET = "gh0st-t0ken-17"
CONFIG = """
version: 1
targets: {shop: {}}
trackers:
  sec: {type: jira, url: "http://127.0.0.1:9", project: SEC, auth: {token: "${JIRA_TOKEN}"}}
  ops: {type: jira, url: "http://127.0.0.1:9", project: OPS, auth: {token: "${JIRA_TOKEN}"}}
routes:
  - when: {severity: ">=medium"}
    to: sec
"""
FINE = [Check("credentials", "ok", "accepted as ada")]
WARNED = [Check("labels", "warning", "labels cannot be written", "Give the account the right.")]
UNKNOWN = [Check("transition to done", "unknown", "there is no issue to ask", "Ask again.")]
WRONG = [
    *FINE,
    Check(
        "issue type",
        "wrong",
        "the project has Task, Story and Epic, and none that is called Bug; nothing can be made",
        "Set `issue_type:` to one that the project has, or ask its administrator for Bug.",
    ),
]


@pytest.fixture
def doctor(cli, monkeypatch):
    """Runs it in a folder with two trackers; `doctor(sec=WRONG)` says what one finds."""
    monkeypatch.setitem(TRACKERS, "jira", "tests.cli.ailing")
    monkeypatch.setenv("JIRA_TOKEN", SECRET)
    Path("ticketbot.yaml").write_text(CONFIG)
    ailing.CLOSED.clear()

    def run(*arguments, **finds):
        ailing.FINDS.clear()
        ailing.FINDS.update({"sec": FINE, "ops": FINE} | finds)
        return cli("doctor", *arguments)

    return run


def paragraph(out: str, about: str) -> str:
    """The lines below a heading."""
    lines = out.splitlines()
    begin = lines.index(about) + 1
    end = next(n for n in range(begin, len(lines)) if not lines[n].startswith(" "))
    return "\n".join(lines[begin:end])


CODES = [
    (0, FINE, "nothing wrong"),
    (0, WARNED, "nothing wrong, 2 warnings"),
    (0, UNKNOWN, "nothing wrong, 1 warning, 1 not known"),
    (3, WRONG, "1 wrong"),
    (3, [*WRONG, *WARNED], "1 wrong, 2 warnings"),
]


@pytest.mark.parametrize(("code", "found", "last"), CODES)
def test_the_exit_code_says_whether_a_tracker_is_wrong(doctor, code, found, last):
    said = doctor(sec=found)
    assert said.code == code
    assert said.out.splitlines()[-1].startswith(last)
    assert ailing.CLOSED == ["sec", "ops"]


def test_advice_stands_below_what_is_wrong_and_nothing_is_wider_than_a_terminal(doctor):
    said = doctor(sec=WRONG)
    told = paragraph(said.out, "sec (jira)")
    assert told.startswith(
        "  ok       credentials: accepted as ada\n  wrong    issue type: the proj"
    )
    assert "\n           → Set `issue_type:` to one" in told
    assert " ".join(told.split()).endswith("or ask its administrator for Bug.")
    assert max(cells(line) for line in said.out.splitlines()) <= 80


def test_one_tracker_may_be_looked_at_alone(doctor):
    said = doctor("--tracker", "ops", sec=WRONG)
    assert (said.code, ailing.CLOSED) == (0, ["ops"])
    assert "sec (jira)" not in said.out


def test_a_tracker_that_is_not_configured_is_refused(doctor):
    said = doctor("--tracker", "seq")
    assert said.code == 2
    assert "there is no tracker seq in ticketbot.yaml" in said.err
    assert "sec, ops" in said.err


def test_a_tracker_that_cannot_be_asked_is_wrong_and_the_next_one_is_still_looked_at(doctor):
    said = doctor(sec=TrackerError("sec: no connection", hint="Check the url."), ops=WARNED)
    assert said.code == 3
    assert "connection: sec: no connection\n           → Check the url." in said.out
    assert "labels cannot be written" in paragraph(said.out, "ops (jira)")
    assert ailing.CLOSED == ["sec", "ops"]


def test_a_missing_variable_is_the_configurations_mistake_whatever_trackers_find(
    doctor, monkeypatch
):
    monkeypatch.delenv("JIRA_TOKEN")
    said = doctor()
    assert said.code == 2
    assert "needs the environment variable JIRA_TOKEN" in " ".join(said.out.split())
    assert "→ Set it in the CI system's secrets" in paragraph(said.out, "ops (jira)")


def test_every_mistake_in_the_configuration_is_named_with_its_place(doctor):
    Path("ticketbot.yaml").write_text(
        CONFIG.replace("project: SEC", "projekt: SEC") + "\nnope: 1\n"
    )
    said = doctor()
    assert said.code == 2
    told = paragraph(said.out, "configuration")
    assert "ticketbot.yaml:5:" in told
    assert "ticketbot.yaml:11:" in told
    assert "sec (jira)" not in said.out


def test_what_only_validate_refuses_keeps_nothing_from_being_looked_at(doctor):
    Path("ticketbot.yaml").write_text(CONFIG.replace(">=medium", "critical"))
    said = doctor(sec=WRONG)
    assert said.code == 2
    assert "wrong    ticketbot.yaml:" in paragraph(said.out, "configuration")
    assert "warning" not in paragraph(said.out, "configuration")  # not said twice
    assert "wrong    issue type" in said.out


def test_a_mapping_of_ones_own_is_looked_at(doctor):
    Path("own").mkdir()
    Path("own/a.yaml").write_text("name: a\ntool: A\nbogus: 1\n")
    Path("ticketbot.yaml").write_text(CONFIG + "mappings: own\n")
    said = doctor()
    assert said.code == 2
    assert "own/a.yaml:3:" in said.out


def test_no_credential_is_shown_whatever_a_server_says(doctor):
    leaks = [Check("credentials", "wrong", f"401 {SECRET} is wrong", f"Replace {SECRET}.")]
    for form in ("table", "json"):
        said = doctor("--format", form, "--verbose", sec=leaks)
        assert "401" in said.out
        assert SECRET not in said.out + said.err
    said = doctor(sec=TrackerError(f"sec: {SECRET}"))
    assert SECRET not in said.out + said.err


def test_programs_get_every_check(doctor):
    said = doctor("--format", "json", sec=WRONG)
    assert said.code == 3
    told = json.loads(said.out)
    assert told["summary"]["wrong"] == 1
    assert sum(told["summary"].values()) == len(told["checks"])
    wrong = next(check for check in told["checks"] if check["state"] == "wrong")
    assert {**wrong, "found": "", "advice": ""} == {
        "about": "sec", "kind": "jira", "what": "issue type", "state": "wrong", "found": "", "advice": "",
    }  # fmt: skip
    assert wrong["advice"] == WRONG[1].advice


def test_without_a_configuration_the_embedded_one_is_looked_at_and_nothing_is_made(cli, workdir):
    said = cli("doctor")
    assert said.code == 0
    assert "the first run makes" in said.out
    assert "0 tickets" in paragraph(said.out, "local (local)")
    assert list(workdir.iterdir()) == []


def test_a_ledger_is_read_and_not_touched(cli, report, workdir):
    cli("sync", report("r.sarif", result("R1", 3)), "--target", "shop", "--branch", "main")
    before = {path: path.stat().st_mtime_ns for path in workdir.rglob("*.db")}
    said = cli("doctor")
    assert said.code == 0
    assert "schema" in paragraph(said.out, "ledger")
    assert "1 flaw, 1 ticket open" in " ".join(said.out.split())
    assert {path: path.stat().st_mtime_ns for path in workdir.rglob("*.db")} == before


LEDGERS = [
    ("mysql://x/y", "a ledger on mysql is not supported"),
    ("sqlite:///taken/ledger.db", "cannot be made"),
    ("sqlite:///ticketbot.yaml", "is no database|is not a database|not a ledger|damaged"),
]


@pytest.mark.parametrize(("url", "found"), LEDGERS)
def test_a_ledger_that_cannot_be_used_is_wrong(doctor, url, found):
    Path("taken").write_text("a file, and no folder")
    Path("ticketbot.yaml").write_text(CONFIG + f"ledger: {url}\n")
    said = doctor()
    assert said.code == 2
    told = " ".join(paragraph(said.out, "ledger").split())
    assert any(words in told for words in found.split("|")), told
    assert "→" in told


@pytest.mark.parametrize("there", [True, False], ids=["there", "to be made"])
def test_a_ledger_on_a_network_file_system_is_wrong(cli, report, monkeypatch, there):
    if there:
        cli("sync", report("r.sarif", result("R1", 3)), "--target", "shop", "--branch", "main")
    monkeypatch.setattr(place, "file_system", lambda _path, _mounts: "nfs4")
    said = cli("doctor")
    assert said.code == 2
    assert "on a network file system (nfs4)" in " ".join(said.out.split())


def test_a_ledger_that_may_not_be_written_to_is_wrong(cli, report, monkeypatch):
    cli("sync", report("r.sarif", result("R1", 3)), "--target", "shop", "--branch", "main")
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and real(path, mode))
    said = cli("doctor")
    assert said.code == 2
    assert "cannot be written to" in paragraph(said.out, "ledger")


def test_what_ci_says_is_shown(cli, monkeypatch):
    for name, value in {
        "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_REF_NAME": "main",
        "GITHUB_SHA": "0123456789abcdef",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    told = paragraph(cli("doctor").out, "surroundings")
    assert "run: github, commit 0123456789ab" in told
    assert "ok       target: acme/shop" in told
    assert "ok       branch: main" in told


def test_where_nothing_says_what_is_scanned_that_is_a_warning(cli):
    told = paragraph(cli("doctor").out, "surroundings")
    assert "warning  target: nothing says what is scanned" in told
    assert "--target" in told


@pytest.mark.parametrize(("value", "code"), [("k", 0), (None, 2)])
def test_keys_for_secrets_are_there_or_missed(doctor, monkeypatch, value, code):
    keys = "identity: {secret_keys: [{id: k1, env: TICKETBOT_SECRET_KEY}]}\n"
    Path("ticketbot.yaml").write_text(CONFIG + keys)
    if value:
        monkeypatch.setenv("TICKETBOT_SECRET_KEY", value * 40)
    said = doctor()
    assert said.code == code
    told = paragraph(said.out, "keys for secrets")
    assert ("k1: is set" if value else "TICKETBOT_SECRET_KEY is not set") in told
    assert "kkkk" not in said.out
