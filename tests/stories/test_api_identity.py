"""The same API attacked twice, with other seeds, payloads, people and numbers: nothing is new but what is.

`attacks/` has two real runs each of Schemathesis and Wapiti against examples/vulnerable-api, trimmed.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.stories.conftest import cli, report, tickets

__all__ = ["cli", "report", "tickets"]

HERE = Path(__file__).parent
ATTACKS = HERE / "attacks"
API = HERE.parents[1] / "examples" / "vulnerable-api" / "v1" / "openapi.yaml"
TOOLS = ["schemathesis-{}.ndjson", "wapiti-{}.json"]
ALL = ["--branch", "main"]


def configured(openapi: str = "", hosts: str = "[]") -> None:
    described = f", openapi: {openapi}" if openapi else ""
    Path("ticketbot.yaml").write_text(
        f"version: 1\ntargets: {{shop: {{hosts: {hosts}{described}}}}}\n"
        'routes: [{when: {severity: ">=info"}, to: local}]\n'
    )


def vampi(name: str, path: str, *crawled: str, attacked: tuple[str, ...] = ()) -> str:
    """A report of Wapiti: the operations that were called, and SQL injections at some."""
    made = {
        "infos": {
            "target": "http://127.0.0.1:5055/",
            "version": "Wapiti 3.2.3",
            "crawled_pages": [
                {"request": dict(zip(("method", "url"), each.split(" "), strict=True))}
                for each in crawled
            ],
        },
        "classifications": {},
        "vulnerabilities": {
            "SQL Injection": [
                {"method": each.split(" ")[0], "path": each.split(" ")[1], "level": 4,
                 "info": f"SQL Injection with {name}", "module": "sql", "parameter": "email"}
                for each in attacked or (path,)
            ]
        },
        "anomalies": {},
        "additionals": {},
    }  # fmt: skip
    Path(name).write_text(json.dumps(made))
    return name


def users(*names: str) -> list[str]:
    return ["GET http://127.0.0.1:5055/users", *(f"PUT http://h/users/{n}/email" for n in names)]


@pytest.mark.parametrize("openapi", ["", str(API)], ids=["alone", "with its OpenAPI"])
@pytest.mark.parametrize("tool", TOOLS)
def test_the_second_attack_makes_no_ticket(cli, tickets, tool, openapi):
    configured(openapi)
    first = cli("sync", str(ATTACKS / tool.format(1)), *ALL)
    made = tickets()
    assert first.code == 0 and len(made) >= 6
    second = cli("sync", str(ATTACKS / tool.format(2)), *ALL, "--format", "json")
    summary = json.loads(second.out)["summary"]
    assert (summary["create"], summary["close"], summary["reopen"], summary["update"]) == (0,) * 4
    assert tickets() == made


@pytest.mark.parametrize("tool", TOOLS)
def test_registering_an_api_file_makes_no_ticket(cli, tickets, tool):
    configured()
    cli("sync", str(ATTACKS / tool.format(1)), *ALL)
    made = list(tickets().values())
    configured(str(API))
    cli("sync", str(ATTACKS / tool.format(2)), *ALL)
    assert list(tickets().values()) == made


def test_an_api_file_that_comes_later_speaks_of_results_that_did_not_change(cli, tickets):
    Path("api.yaml").write_text("openapi: 3.0.0\npaths: {'/users/{name}/email': {put: {}}}")
    configured()
    alice = vampi("alice.json", "PUT /users/alice/email", *users("alice"))
    cli("sync", alice, *ALL)
    configured("api.yaml")
    assert "nothing to do" in cli("sync", alice, *ALL).out
    cli("sync", vampi("bob.json", "PUT /users/bob/email", *users("bob")), *ALL)
    assert list(tickets().values()) == ["open"]


def test_what_really_differs_is_one_ticket(cli, tickets):
    configured()
    cli("sync", str(ATTACKS / "wapiti-1.json"), *ALL)
    before = len(tickets())
    report = json.loads((ATTACKS / "wapiti-2.json").read_text())
    crash = report["anomalies"]["Internal Server Error"][0]
    report["anomalies"]["Internal Server Error"] += [
        crash | {"path": "/users/71", "method": "PATCH", "parameter": "email"},
        crash | {"path": "/users/72", "method": "PATCH", "parameter": "email"},
    ]
    Path("third.json").write_text(json.dumps(report))
    cli("sync", "third.json", *ALL)
    assert len(tickets()) == before + 1


def test_with_an_api_file_names_of_people_make_no_tickets(cli, tickets):
    Path("api.yaml").write_text("openapi: 3.0.0\npaths: {'/users/{name}/email': {put: {}}}")
    configured("api.yaml")
    for name in ("alice", "bob", "carol"):
        cli("sync", vampi(f"{name}.json", f"PUT /users/{name}/email", *users(name)), *ALL)
    assert len(tickets()) == 1


def test_without_one_siblings_tell_after_three_and_nothing_new_comes_of_learning(cli, tickets):
    configured()
    cli("sync", vampi("a.json", "PUT /users/alice/email", *users("alice")), *ALL)
    cli("sync", vampi("b.json", "PUT /users/bob/email", *users("bob")), *ALL)
    before = len(tickets())
    said = cli("sync", vampi("c.json", "PUT /users/carol/email", *users("carol")), *ALL)
    assert said.code == 0
    assert len(tickets()) == before == 2
    cli("sync", vampi("d.json", "PUT /users/dave/email", *users("dave")), *ALL)
    assert sorted(tickets().values()) == ["duplicate", "open"]
    told = cli("explain", "LOC-1").out
    assert "PUT /users/{any}/email?email, told by siblings" in told


def test_what_was_learned_closes_what_was_called_otherwise(cli, tickets):
    """The scan called `{any}` with other people and found nothing there any more."""
    configured()
    names = ("alice", "bob", "carol")
    attacked = tuple(f"PUT /users/{name}/email" for name in names)
    cli("sync", vampi("1.json", "", *users(*names), attacked=attacked), *ALL)
    assert list(tickets().values()) == ["open"]
    rest = ("GET /about?x", "GET /health")
    for number in (2, 3):
        called = (
            *users("dave", "erin", f"f{number}red"),
            "GET http://h/about",
            "GET http://h/health",
        )
        cli("sync", vampi(f"{number}.json", "", *called, attacked=rest), *ALL)
    assert sorted(tickets().values()) == ["fixed", "open", "open"]


def test_one_header_that_is_missing_everywhere_is_one_quiet_ticket(cli, tickets):
    configured()

    def scan(name: str, *paths: str) -> str:
        report = json.loads((ATTACKS / "wapiti-1.json").read_text())
        (header,) = report["vulnerabilities"]["Clickjacking Protection"]
        report["vulnerabilities"] = {
            "Clickjacking Protection": [header | {"path": path} for path in paths]
        }
        report["anomalies"], report["additionals"] = {}, {}
        Path(name).write_text(json.dumps(report))
        return name

    def actions(name: str) -> dict[str, int]:
        summary = json.loads(cli("sync", name, *ALL, "--format", "json").out)["summary"]
        return {key: number for key, number in summary.items() if number and key != "leave"}

    assert actions(scan("1.json", "/b", "/users/7", "/a")) == {"create": 1}
    shown = cli("explain", "LOC-1").out
    assert shown.index("Seen at `GET /a`") < shown.index("Seen at `GET /users/{}`")
    assert actions(scan("2.json", "/a", "/users/9")) == {}  # fewer, in another order
    assert actions(scan("3.json", "/a", "/c")) == {"update": 1}
    assert actions(scan("4.json", "/c", "/b", "/a", "/users/7")) == {}
    assert len(tickets()) == 1


def test_other_hosts_are_told_and_nothing_is_dropped(cli, tickets):
    configured(hosts='["*.shop.example"]')
    said = cli("sync", str(ATTACKS / "wapiti-1.json"), *ALL)
    assert "are about 127.0.0.1:18101, which is in no target's `hosts:`" in said.err
    assert tickets()
    configured(hosts='["127.0.0.1"]')
    assert "hosts" not in cli("sync", str(ATTACKS / "wapiti-2.json"), *ALL).err


def test_findings_tell_the_operation_and_who_says_so(cli):
    configured(str(API))
    said = cli("findings", str(ATTACKS / "wapiti-1.json"), "--format", "jsonl")
    found = [json.loads(line)["operation"] for line in said.out.splitlines()]
    assert {"method": "GET", "path": "/orders", "told_by": str(API)} in found
    assert None in found  # of the whole target


def test_an_api_file_that_is_missing_stops_validation_and_sync(cli):
    configured("gone.yaml")
    for command in (["config", "validate"], ["sync", str(ATTACKS / "wapiti-1.json"), *ALL]):
        said = cli(*command)
        assert said.code == 2
        assert "ticketbot.yaml:2" in said.err and "there is no file gone.yaml" in said.err
