"""`audit:` and `log:` of ticketbot.yaml: what is accepted, refused, warned of, and where it leads."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.cli.conftest import result
from tests.telemetry.conftest import TARGET
from tests.telemetry.test_hec import Splunk, serving
from ticketbot.config.load import load
from ticketbot.config.references import credentials
from ticketbot.errors import ConfigError
from ticketbot.telemetry.hec_post import trusting

SPLUNK = 'version: 1\naudit: {{splunk: {{url: "{url}", token: "${{HEC}}"{more}}}}}\n'


def written(text: str) -> None:
    Path("ticketbot.yaml").write_text(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("audit: {files: a}", "`audit.files`"),
        ('audit: {splunk: {url: "splunk:8088", token: "${T}"}}', "expected an address"),
        ('audit: {splunk: {url: "https://s"}}', "`audit.splunk.token`"),
        ('audit: {splunk: {url: "https://:8088", token: "${T}"}}', "with a host"),
        ('audit: {splunk: {url: "https://s:port", token: "${T}"}}', "`audit.splunk.url`"),
        ('audit: {splunk: {url: "https://[s", token: "${T}"}}', "`audit.splunk.url`"),
        ('audit: {splunk: {url: "https://s", token: "two words"}}', "no spaces"),
        ("log: {format: xml}", "`log.format`"),
        ("log: {level: loud}", "`log.level`"),
    ],
)
def test_a_mistake_is_named_with_its_key(workdir, text, said):
    written(f"version: 1\n{text}\n")
    with pytest.raises(ConfigError) as caught:
        load(None, workdir)
    assert said in str(caught.value.problems[0])


def test_a_token_in_plain_text_is_a_warning(workdir):
    written('version: 1\naudit: {splunk: {url: "https://s", token: abcdef}}\n')
    assert (
        "`audit.splunk.token` holds a secret in plain text" in load(None, workdir).warnings[0].what
    )


def test_credentials_are_known_by_where_they_stand():
    data = {
        "ledger": "postgresql://${DB_USER}:${DB_PASSWORD}@db/x",
        "trackers": {
            "sec": {"url": "${JIRA_URL}", "auth": {"email": "${MAIL}", "token": "plain"}},
            "api": {"auth": {"app_id": "7"}},
        },
        "audit": {"file": "${FOLDER}/a.jsonl", "splunk": {"token": "${HEC}", "index": "${INDEX}"}},
    }
    assert credentials(data) == [
        (("ledger",), "DB_USER"),
        (("ledger",), "DB_PASSWORD"),
        (("trackers", "sec", "auth", "email"), "MAIL"),
        (("trackers", "sec", "auth", "token"), ""),
        (("audit", "splunk", "token"), "HEC"),
    ]


def test_without_audit_nothing_is_recorded(cli, report):
    cli("sync", report("r.sarif", result("R1", 3)), *TARGET)
    assert {path.name for path in Path().iterdir()} == {"r.sarif", ".ticketbot"}


def test_the_file_is_beside_the_configuration(cli, report, monkeypatch):
    Path("conf").mkdir()
    Path("conf/t.yaml").write_text('version: 1\naudit: {file: "${PART}/audit.jsonl"}\n')
    monkeypatch.setenv("PART", "a")
    cli("sync", report("r.sarif", result("R1", 3)), *TARGET, "--config", "conf/t.yaml")
    assert Path("conf/a/audit.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_sync_with_splunk_sends_everything_before_it_ends(cli, report, monkeypatch):
    monkeypatch.setenv("HEC", "t0ken-t0ken\n")
    with serving(Splunk()) as splunk:
        written(SPLUNK.format(url=splunk.url, more=", index: sec"))
        said = cli("sync", report("r.sarif", result("R1", 3)), *TARGET)
    assert said.code == 0
    assert "audit:" not in said.err
    assert splunk.events[-1]["event"]["metadata"]["event_code"] == "run.ended"
    assert splunk.events[-1]["index"] == "sec"
    assert splunk.requests[0][1]["Authorization"] == "Splunk t0ken-t0ken"


def test_a_splunk_that_refuses_changes_no_exit_code(cli, report, monkeypatch):
    monkeypatch.setenv("HEC", "t0ken-t0ken")
    with serving(Splunk(403)) as splunk:
        written(SPLUNK.format(url=splunk.url, more=""))
        said = cli("sync", report("r.sarif", result("R1", 3)), *TARGET)
    assert said.code == 0
    assert "events were not sent to Splunk" in said.err
    assert "HTTP 403" in said.err


def test_a_missing_token_is_a_mistake_and_a_notice_on_a_change_branch(cli, report, monkeypatch):
    monkeypatch.delenv("HEC", raising=False)
    written(SPLUNK.format(url="http://127.0.0.1:9", more=""))
    report("r.sarif", result("R1", 3))
    said = cli("sync", "r.sarif", *TARGET)
    assert said.code == 2
    assert "HEC, which is not set" in said.err
    assert not Path(".ticketbot").exists()
    said = cli("sync", "r.sarif", "--target", "shop", "--branch", "feature/x")
    assert said.code == 0
    assert "nothing is sent to Splunk on this branch" in said.err


def test_a_variable_that_holds_no_address_is_a_mistake_and_not_shown(cli, report, monkeypatch):
    monkeypatch.setenv("HEC", "t0ken-t0ken")
    monkeypatch.setenv("SPLUNK", "s3cret-and-no-address")
    written(SPLUNK.format(url="${SPLUNK}", more=""))
    said = cli("sync", report("r.sarif", result("R1", 3)), *TARGET)
    assert said.code == 2
    assert "url: its variable holds something else" in said.err
    assert "s3cret" not in said.err


def test_certificates_that_cannot_be_read_are_a_mistake(cli, report, monkeypatch):
    monkeypatch.setenv("HEC", "t0ken-t0ken")
    written(SPLUNK.format(url="https://127.0.0.1:9", more=", verify: no-such.pem"))
    said = cli("sync", report("r.sarif", result("R1", 3)), *TARGET)
    assert said.code == 2
    assert "no-such.pem" in said.err


@pytest.mark.parametrize(("verify", "checked"), [(True, True), (False, False)])
def test_certificates_are_checked_unless_told_otherwise(verify, checked):
    context = trusting(verify)
    assert context.check_hostname is checked
    assert (context.verify_mode is ssl.CERT_REQUIRED) is checked
