"""Every example pipeline does its job in every situation: run as copied, with the system's variables."""

from __future__ import annotations

import json
import os
import re
from xml.etree import ElementTree

import pytest

from tests.examples.checkout import Ran, Runner
from tests.examples.pipelines import STEPS, Step
from tests.examples.situations import SITUATIONS, Situation
from ticketbot import __version__
from ticketbot.cli.main import call

LENT = {("github", "pull request"), ("github", "fork"), ("jenkins", "pull request"),
        ("jenkins", "fork"), ("azure", "pull request"), ("azure", "fork"),
        ("circleci", "pull request")}  # fmt: skip
"""Where a change's pipeline gets the default branch's ledger. The others compare with a base report;
but for CircleCI's builds of forks, which have neither."""

pushes = pytest.mark.parametrize(
    "situation",
    [each for each in SITUATIONS if each.kind != "change"],
    ids=lambda each: f"{each.system}-{each.name}",
)
changes = pytest.mark.parametrize(
    "situation",
    [each for each in SITUATIONS if each.kind == "change"],
    ids=lambda each: f"{each.system}-{each.name}".replace(" ", "-"),
)


@pytest.fixture(scope="session")
def synced(tmp_path_factory) -> Runner:
    """A checkout whose default branch was synced, made once."""
    runner = Runner.made_in(tmp_path_factory.mktemp("synced"))
    push = next(each for each in SITUATIONS if each.kind == "default")
    runner.run(push, [Step("sync", "ticketbot sync --quiet found.sarif")])
    return runner


@pytest.fixture
def runner(synced, tmp_path) -> Runner:
    return synced.copied_to(tmp_path)


def run(runner: Runner, situation: Situation) -> Ran:
    runner.git("switch", "--quiet", situation.branch)
    return runner.run(situation, STEPS[situation.system](situation.kind))


@pytest.fixture
def planned(runner, monkeypatch, capsys):
    """What `ticketbot plan` says after a pipeline, with the same variables; in this process, for speed."""

    def plan(situation: Situation) -> dict:
        env = runner.environment(situation)
        for name in set(os.environ) | set(env):
            monkeypatch.delenv(name, raising=False)
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(runner.root)
        assert call(["plan", "--format", "json", "found.sarif"]) == 0
        return json.loads(capsys.readouterr().out)

    return plan


def verdict(runner: Runner) -> str:
    """What the gate's JUnit file says: its failures are what the CI system shows."""
    cases = ElementTree.parse(runner.root / "gate.xml").getroot()
    return "red" if cases.findall(".//failure") else "green"


@pushes
def test_a_push_makes_tickets_and_the_gate_is_red_for_a_high_finding(runner, planned, situation):
    runner.lose_ledger()
    ran = run(runner, situation)
    assert (ran.last, ran.code) == (last_of(situation), 1), ran.output
    assert verdict(runner) == "red"
    assert "4 created" in ran.output
    (scan,) = planned(situation)["bases"]
    assert scan["scope"]["target"] == situation.target
    assert scan["scope"]["branch"].partition("/")[0] == situation.kind
    assert scan["branch"] == situation.branch
    assert scan["commit"] == runner.git("rev-parse", "HEAD")
    assert scan["url"] == situation.url


def last_of(situation: Situation) -> str:
    """The gate's step is the last that runs; GitLab has one script for all."""
    return "ticketbot" if situation.system == "gitlab" else "Gate"


@changes
def test_a_change_is_judged_by_what_it_brings_and_writes_no_ticket(runner, planned, situation):
    lent = (situation.system, situation.name) in LENT
    if not lent:
        runner.lose_ledger()
    before = runner.tickets()
    (runner.root / "ticketbot.yaml").write_text(NEEDS_A_SECRET)  # and nobody has set it
    ran = run(runner, situation)
    cold = (situation.system, situation.name) == ("circleci", "fork")
    assert ran.code == (1 if cold else 0), ran.output
    assert verdict(runner) == ("red" if cold else "green")
    assert runner.tickets() == before

    made = planned(situation)
    (scan,) = made["scans"]
    assert scan["scope"].endswith("(change)")
    assert scan["target"] == situation.target or not situation.target
    assert {change["action"] for change in made["changes"]} == {"leave"}
    new = [change for change in made["changes"] if change["reason"].startswith("new on this")]
    assert len(new) == (3 if lent else 8)


NEEDS_A_SECRET = """\
version: 1
trackers:
  sec: {type: jira, url: "https://acme.atlassian.net", project: SEC, auth: {token: "${JIRA_TOKEN}"}}
routes:
  - when: {severity: ">=medium"}
    to: sec
"""


@pytest.mark.parametrize("system", STEPS)
@pytest.mark.parametrize("kind", ["default", "change"])
def test_the_steps_are_install_scan_sync_gate_with_pinned_versions(system, kind):
    script = "\n".join(step.script for step in STEPS[system](kind))
    env = [value for step in STEPS[system](kind) for value in step.env.values()]
    words = ["pip install", "bandit --quiet", "ticketbot sync", "ticketbot gate"]
    if kind == "change" and system in ("gitlab", "bitbucket"):
        words.remove("ticketbot sync")  # without a ledger it would call everything new
    places = [script.index(word) for word in words]
    assert places == sorted(places)
    pinned = set(re.findall(r"[\w\[\]]+==[\d.]+", script + " ".join(env)))
    assert pinned == {f"ticketbot=={__version__}", "bandit[sarif]==1.9.4"}
