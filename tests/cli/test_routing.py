"""A company's configuration on the command line: a central file with locks, owners, warnings."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.cli.conftest import result

TARGET = ("--target", "shop", "--branch", "main")
CENTRAL = """\
version: 1
locked: [severities, guard]
severities:
  critical: {due: 2 business days}
  high: {due: 5 business days, labels: [central]}
guard: {max_close: 5}
"""
TEAM = """\
version: 1
include: security/central.yaml
routes:
  - name: all
    when: {severity: ">=medium"}
    to: local
"""


def written(**files: str) -> None:
    for name, text in files.items():
        path = Path(name.replace("__", "/") + ("" if "CODEOWNERS" in name else ".yaml"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_what_the_central_file_says_holds_in_the_teams_repository(cli, report):
    written(ticketbot=TEAM, security__central=CENTRAL)
    assert cli("config", "validate").code == 0
    planned = cli("plan", report("r.sarif", result("R1", 3)), *TARGET, "--format", "json")
    (change,) = json.loads(planned.out)["changes"]
    assert change["draft"]["labels"] == ["central"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", change["draft"]["due"])
    cli("sync", "r.sarif", *TARGET)
    story = re.sub(r"\s+", " ", cli("explain", "LOC-1").out)
    assert "labels: central, from security/central.yaml:5 (severities.high.labels)" in story


def test_a_locked_key_is_refused_with_both_places_and_nothing_is_written(cli, report):
    written(ticketbot=TEAM + "guard: {max_close: 500}\n", security__central=CENTRAL)
    for command in (
        ("config", "validate"),
        ("sync", report("r.sarif", result("R1", 3)), *TARGET),
    ):
        said = cli(*command)
        assert said.code == 2
        text = re.sub(r"\s+", " ", said.err)
        assert "ticketbot.yaml:7:1: `guard` is locked by security/central.yaml:6:1" in text
    assert not Path(".ticketbot").exists()


def test_codeowners_of_the_checkout_that_was_scanned_counts(cli, report):
    written(ticketbot="version: 1\nowners: {codeowners: true}\n", src__CODEOWNERS="app.py @ann\n")
    cli("sync", report("r.sarif", result("R1", 3)), *TARGET, "--source-root", "src")
    assert "open, for ann" in cli("explain", "LOC-1").out


def test_validate_warns_of_what_can_never_match_and_goes_on(cli):
    written(
        ticketbot=TEAM
        + "  - {name: late, when: {severity: high}, to: local}\nowners: {map: owners.yaml}\n",
        security__central=CENTRAL,
        owners="version: 1\nowners:\n  - {when: {path: 'gone/**'}, group: x}\n",
    )
    said = cli("config", "validate")
    text = re.sub(r"\s+", " ", said.err)
    assert said.code == 0
    assert (
        "warning: ticketbot.yaml:7:5: `routes[1]` can never match: routes[0] (all) before" in text
    )
    assert "warning: owners.yaml:3: this entry matches nothing" in text


def test_validate_refuses_templates_and_trackers_that_cannot_be(cli):
    written(
        ticketbot=TEAM
        + "    fields: {area: '{{ pth }}'}\nowners: {map: owners.yaml}\n"
        + "trackers: {local: {type: local, labels: ['{{ rule']}}\n",
        security__central=CENTRAL,
        owners="version: 1\nowners:\n  - fields: {sec: {x: 1}}\n",
    )
    said = cli("config", "validate")
    text = re.sub(r"\s+", " ", said.err)
    assert said.code == 2
    assert "ticketbot.yaml:7:14: `routes[0].fields.area`: `pth` is unknown in a template" in text
    assert "ticketbot.yaml:9:42: `trackers.local.labels[0]`: this template cannot be read" in text
    assert "owners.yaml:3:14: `owners[0].fields.sec`: there is no tracker 'sec'" in text


def test_two_local_trackers_never_give_one_key_twice(cli, report):
    Path("ticketbot.yaml").write_text(
        "version: 1\ntrackers:\n  tickets: {type: local}\n  urgent: {type: local, path: u.db}\n"
        "routes:\n  - {when: {path: 'a/**'}, to: urgent}\n  - {when: {}, to: tickets}\n"
    )
    report("r.sarif", result("R1", 3, path="a/x.py"), result("R2", 3, path="b/x.py"))
    said = cli("sync", "r.sarif", "--target", "shop", "--branch", "main")
    assert "URGENT-1" in said.out and "TICKETS-1" in said.out, said
