"""A tracker that the schema knows and this version cannot use: said early, and before any variable."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import result
from ticketbot.config.checks import USABLE
from ticketbot.trackers import TRACKERS

JIRA = """\
version: 1
trackers:
  sec:
    type: jira
    url: https://acme.atlassian.net
    project: SEC
    auth: {token: "${NO_SUCH_TOKEN}"}
"""
SAID = "trackers of type jira cannot be used in this version"


def test_the_configuration_knows_which_trackers_there_are():
    assert set(USABLE) == set(TRACKERS)


def test_validate_warns_with_the_line(cli):
    Path("ticketbot.yaml").write_text(JIRA)
    said = cli("config", "validate")
    assert said.code == 0
    assert said.err.startswith("warning: ticketbot.yaml:4:") and SAID in said.err


def test_sync_refuses_it_before_it_asks_for_a_variable(cli, report):
    Path("ticketbot.yaml").write_text(JIRA)
    said = cli("sync", report("r.sarif", result("R1", 3)), "--target", "shop", "--branch", "main")
    assert said.code == 2
    assert "ticketbot.yaml:4:" in said.err and SAID in said.err
    assert "NO_SUCH_TOKEN" not in said.err
