"""Log lines: one a record, each with its run, nothing in them that must not be."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest

from tests.cli.conftest import result
from tests.telemetry.conftest import TARGET
from ticketbot.readers.redact import Redactor
from ticketbot.telemetry import logs
from ticketbot.telemetry.clean import Clean, secret_values

CLEAN = Clean(Redactor(), {"hunter2-hunter2": "SEC_TOKEN"})
RUN = re.compile(r"\d{8}T\d{9}-[0-9a-f]{8}")


@pytest.fixture(autouse=True)
def as_it_was():
    """Logging is the process's; every test gives it back."""
    root, ours = logging.getLogger(), logging.getLogger(logs.LOGGER)
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], root.level, ours.level = before[0], before[1], before[2]
    logging.getLogger(logs.LOGGER).setLevel(before[2])


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_record_is_one_line_without_credentials(capsys, form):
    logs.setup("info", form, CLEAN)
    logs.name_run("run-1")
    try:
        raise ValueError("https://ada:s3cret-pw@tracker.example refused hunter2-hunter2")
    except ValueError:
        logging.getLogger("ticketbot.x").exception("failed\nforged: %s", "hunter2-hunter2")
    (line,) = capsys.readouterr().err.splitlines()
    assert "hunter2" not in line
    assert "s3cret-pw" not in line
    assert "[value of SEC_TOKEN]" in line
    assert "run-1" in line
    assert "ValueError" in line
    if form == "json":
        assert json.loads(line)["level"] == "error"


def test_libraries_are_heard_from_warning_upwards_only(capsys):
    logs.setup("debug", "text", CLEAN)
    logging.getLogger("urllib3").debug("GET /token")
    logging.getLogger("urllib3").warning("retrying")
    logging.getLogger("ticketbot.x").debug("ours")
    lines = capsys.readouterr().err.splitlines()
    assert [line.rpartition(": ")[2] for line in lines] == ["retrying", "ours"]


def test_setting_up_twice_says_nothing_twice(capsys):
    for _ in range(2):
        logs.setup("info", "text", CLEAN)
    logs.tell("once")
    assert capsys.readouterr().err.count("once") == 1


def test_without_a_word_there_are_no_log_lines(cli, report):
    assert "run=" not in cli("sync", report("r.sarif", result("R1", 3)), *TARGET).err


def test_verbose_logs_every_request_and_change_with_the_run(cli, report):
    err = cli("sync", report("r.sarif", result("R1", 3)), *TARGET, "--verbose").err
    logged = [line for line in err.splitlines() if " run=" in line]
    assert any("create in local: success" in line for line in logged)
    assert any("create applied: LOC-1" in line for line in logged)
    assert len(set(RUN.findall(err))) == 1


def test_structured_logs_are_all_there_is_on_standard_error(cli, report):
    Path("ticketbot.yaml").write_text("version: 1\nlog: {format: json}\n")
    said = cli("sync", report("r.sarif", result("R1", 3)), *TARGET)
    records = [json.loads(line) for line in said.err.splitlines()]
    assert {"time", "level", "run", "logger", "message"} <= set(records[0])
    assert "read 1 results of lint on shop" in [record["message"] for record in records]
    assert {record.get("event") for record in records} >= {"change.applied", "run.ended"}
    assert RUN.fullmatch(records[-1]["run"])


def test_the_level_is_the_least_that_is_shown(cli, report):
    Path("ticketbot.yaml").write_text("version: 1\nlog: {format: json, level: warning}\n")
    assert cli("sync", report("r.sarif", result("R1", 3)), *TARGET).err == ""


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("JIRA_TOKEN", "abcdef123", True),
        ("AWS_SECRET_ACCESS_KEY", "abcdef123", True),
        ("DB_PASSWORD", "abcdef123", True),
        ("NAMED_BY_THE_CONFIGURATION", "abcdef123", True),
        ("DB_PASSWORD", "admin", False),  # a word that stands everywhere
        ("SONAR_PROJECT_KEY", "shop-api", False),
        ("GITHUB_SERVER_URL", "https://github.com", False),
    ],
)
def test_which_variables_hold_secrets(name, value, hidden):
    found = secret_values({name: value, "OTHER": "x" * 9}, ["NAMED_BY_THE_CONFIGURATION"])
    assert found == ({value: name} if hidden else {})
