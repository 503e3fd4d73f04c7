"""Secrets are planted wherever they may come from; no output of any run has one of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import result
from tests.telemetry import leaky
from tests.telemetry.conftest import TARGET
from tests.telemetry.test_hec import Splunk, serving
from ticketbot import trackers

PLANTED = {
    "a GitHub token in a message": "ghp_0123456789abcdefghijklmnopqrstuvwxyzAB",
    "an AWS key in a snippet": "wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEYx",
    "a password in an address": "urlPassw0rd77",
    "a bearer token in a request": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlc2lnbmF0dXJl",
    "a password in a justification": "Tr0ub4dor-and-3",
    "the tracker's token": "opaque.tracker.7f3a9b",
    "Splunk's token": "11111111-2222-3333-4444-555555555555",
    "a token of CI": "ci-job-0a1b2c3d4e",
}
VARIABLES = {
    "JIRA_TOKEN": PLANTED["the tracker's token"],
    "HEC": PLANTED["Splunk's token"],
    "CI_JOB_TOKEN": PLANTED["a token of CI"],
}
CONFIGURATION = """\
version: 1
trackers:
  sec: {type: jira, url: "https://jira.example", project: SEC, auth: {token: "${JIRA_TOKEN}"}}
audit:
  file: audit.jsonl
  splunk: {url: "%s", token: "${HEC}"}
log: {format: json, level: debug}
"""


def planted_results() -> list[dict]:
    gh, aws, password, bearer, reason = list(PLANTED.values())[:5]
    suppressed = {"suppressions": [{"kind": "inSource", "justification": f"password={reason}"}]}
    return [
        result("R1", 3, text=f'aws_secret_access_key = "{aws}"')
        | {"message": {"text": f"the token {gh} is in https://ada:{password}@db.example/x"}},
        result("R2", 4, path=f"https://ada:{password}@git.example/app.py")
        | {"message": {"text": f"curl -H 'Authorization: Bearer {bearer}' https://x"}},
        result("R3", 5) | suppressed,
        {"ruleId": {gh: gh}, "message": f"https://ada:{password}@db.example"},
    ]


@pytest.fixture
def planted(workdir, monkeypatch, report):
    """A folder with secrets all over it, and a tracker that cannot keep one."""
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(trackers.TRACKERS, "jira", leaky.__name__)
    monkeypatch.setattr(leaky.LeakyTracker, "mood", "")
    with serving(Splunk()) as splunk:
        Path("ticketbot.yaml").write_text(CONFIGURATION % splunk.url)
        report("r.sarif", *planted_results())
        yield splunk


def leaks(*texts: str) -> list[str]:
    """Where a planted secret stands: in a text, or in any file but the report itself."""
    files = [path for path in Path().rglob("*") if path.is_file() and path.name != "r.sarif"]
    named = {str(path): path.read_bytes() for path in files}
    named |= {f"text {number}": text.encode() for number, text in enumerate(texts)}
    return [
        f"{what} in {name}: …{content[max(0, content.find(secret.encode()) - 80) :][:200]!r}"
        for name, content in named.items()
        for what, secret in PLANTED.items()
        if secret.encode() in content
    ]


def bodies(splunk: Splunk) -> str:
    return "".join(body.decode() for _, _, body in splunk.requests)


@pytest.mark.parametrize(
    ("mood", "code"), [("", 0), ("refuse", 3), ("raise", 3), ("break", 70)], ids=str
)
def test_no_output_of_a_sync_has_a_secret(cli, planted, monkeypatch, mood, code):
    monkeypatch.setattr(leaky.LeakyTracker, "mood", mood)
    said = cli("sync", "r.sarif", *TARGET, "--verbose")
    assert said.code == code, said.err
    again = cli("sync", "r.sarif", *TARGET, "--format", "json")
    assert leaks(said.out, said.err, again.out, again.err, bodies(planted)) == []
    # and all the places that were looked at are there
    assert "credential.used" in Path("audit.jsonl").read_text()
    assert "credential.used" in bodies(planted)
    assert "${JIRA_TOKEN}" in Path("audit.jsonl").read_text()
    assert Path(".ticketbot/ledger.db").stat().st_size > 0
    assert bool(list(Path().glob("ticketbot-diagnostic-*"))) == (mood == "break")


def test_no_output_of_a_plan_and_its_application_has_a_secret(cli, planted):
    plan = cli("plan", "r.sarif", *TARGET, "--verbose", "--out", "plan.json")
    applied = cli("apply", "plan.json", "--verbose")
    story = cli("explain", "SEC-1")
    assert (plan.code, applied.code, story.code) == (0, 0, 0)
    assert leaks(plan.out, plan.err, applied.out, applied.err, story.out, bodies(planted)) == []
    assert Path("plan.json").stat().st_size > 0


def test_a_report_that_is_refused_is_not_quoted(cli, planted):
    token = PLANTED["a GitHub token in a message"]
    Path("r.sarif").write_text(json.dumps({"token": token, "runs": token}))
    said = cli("sync", "r.sarif", *TARGET)
    assert said.code == 2
    assert leaks(said.out, said.err, bodies(planted)) == []
    assert "refused.report" in bodies(planted)


def test_the_search_for_leaks_would_find_one(workdir):
    Path("x").write_bytes(b"\0" + PLANTED["a token of CI"].encode())
    assert len(leaks("", PLANTED["Splunk's token"])) == 2
