"""Every reading command has the options of contract.md, each written once."""

from __future__ import annotations

import dataclasses
import re

import pytest

from tests.cli.conftest import result
from ticketbot.cli.options import Allowing, General, Reading, spread

READING = (
    "--category --environment --partial --config --target --branch --commit --source-root --mappings --tool "
    "--advisory --max-duration --quiet --verbose --no-color --output --format"
).split()
ALLOWING = "--accept --max-creates --first-import --accept-empty".split()


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("sync", READING + ALLOWING),
        ("plan", [*READING, *ALLOWING, "--out", "--detailed-exitcode"]),
        ("findings", READING),
        ("diff", READING),
        ("apply", ["--config", "--advisory", "--max-duration", "--format"]),
    ],
)
def test_the_options_of_the_contract_are_there(cli, command, options):
    shown = set(re.findall(r"--[a-z-]+", cli(command, "--help").out))
    assert set(options) <= shown


def test_a_group_of_options_becomes_single_ones_and_comes_back_as_one():
    seen = []

    def command(report: str, options: General, allowing: Allowing) -> int:
        seen.append((report, options, allowing))
        return 0

    values = {f.name: f.default for g in (General, Allowing) for f in dataclasses.fields(g)}
    assert spread(command)(report="r", **(values | {"quiet": True, "max_creates": 3})) == 0
    assert seen == [("r", General(quiet=True), Allowing(max_creates=3))]


def test_no_two_groups_have_an_option_of_the_same_name():
    names = [f.name for group in (Reading, Allowing) for f in dataclasses.fields(group)]
    assert len(names) == len(set(names))


def keyed(workdir) -> None:
    keys = "identity: {secret_keys: [{id: k1, env: TICKETBOT_SECRET_KEY}]}\n"
    routes = "routes: [{when: {severity: '>=info'}, to: l}]\n"
    text = f"version: 1\ntrackers: {{l: {{type: local}}}}\n{routes}{keys}"
    (workdir / "ticketbot.yaml").write_text(text)


def test_a_missing_key_stops_what_writes_tickets(cli, workdir, report):
    keyed(workdir)
    report("r.sarif", result("R1", 3))
    said = cli("sync", "r.sarif", "--target", "shop", "--branch", "main")
    assert said.code == 2 and "TICKETBOT_SECRET_KEY" in said.err


@pytest.mark.parametrize(
    "command", [("sync", "--branch", "fix"), ("gate", "--fail-on", "critical")]
)
def test_a_missing_key_is_one_notice_where_nothing_is_written(cli, workdir, report, command):
    keyed(workdir)
    report("r.sarif", result("R1", 3))
    said = cli(command[0], "r.sarif", "--target", "shop", *command[1:])
    assert said.code == 0 and said.err.count("notice: secrets are told apart") == 1


def test_a_digest_that_is_none_is_refused(cli, report):
    report("r.sarif", result("R1", 3))
    said = cli("sync", "r.sarif", "--target", "shop", "--accept", "zzz")
    assert said.code == 2 and "64 hexadecimal digits" in said.err
