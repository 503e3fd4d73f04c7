"""What a pipeline owner lives through, each situation from its reports to its tickets and exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from tests.cli.conftest import result
from ticketbot.cli import clock
from ticketbot.trackers.local import rows as local_rows
from ticketbot.trackers.local import tracker as local

LEVELS = ("error", "warning", "note")


def many(count: int, **more: str) -> list[dict]:
    """Findings of all levels, each in a file and at a line of its own."""
    return [
        result(f"R{n:04}", n, level=LEVELS[n % 3], path=f"src/m{n % 50}.py", **more)
        for n in range(1, count + 1)
    ]


def test_a_first_import_of_4000_findings(cli, report, ci, tickets, as_if_remote):
    report("r.sarif", *many(4000))
    held = cli("sync", "r.sarif")
    assert held.code == 4 and tickets() == {}
    told = " ".join(held.out.split())
    assert "2,667 held back" in told and "more than guard.max_create 50" in told
    for way_out in (
        "--accept sha256:",
        "--first-import",
        "--max-creates",
        "`ticketbot baseline set`",
    ):
        assert way_out in told

    some = cli("sync", "r.sarif", "--max-creates", "20")
    assert some.code == 4 and "20 created" in some.out
    assert all(re.match(r"R\d+", title) for title in tickets()) and len(tickets()) == 20

    debt = cli("baseline", "set", "r.sarif")
    assert debt.code == 0 and debt.out.startswith("3,980 flaws recorded as known debt")
    assert "20 have a ticket and keep it" in debt.out
    quiet = cli("sync", "r.sarif")
    assert (quiet.code, quiet.out) == (0, "nothing to do, 4,000 left as they are\n")
    assert "20 open findings" in cli("gate", "r.sarif").out

    worst = cli("baseline", "promote", "--severity", "high", "--max", "25", "r.sarif")
    assert worst.code == 0 and "25 created" in worst.out and len(tickets()) == 45
    assert cli("sync", "r.sarif").out.startswith("nothing to do")


def test_a_pull_request_with_two_new_findings_among_300_old(cli, report, ci, tickets, monkeypatch):
    cli("sync", report("main.sarif", *many(300)))
    before = tickets()
    ci(pull_request="7", sha="b" * 40)
    moved = [result(f"R{n:04}", n + 9, level=LEVELS[n % 3], path=f"src/m{n % 50}.py",
                    text=f"r{n:04}({n})") for n in range(1, 301)]  # fmt: skip
    report("pr.sarif", *moved, result("NEW1", 3, path="src/login.py"), result("NEW2", 8))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    synced = cli("sync", "pr.sarif")
    assert synced.code == 0 and "no ticket is written" in synced.err
    assert Path("summary.md").read_text().count("new on this branch") == 2
    assert "NEW1" in synced.out and "R0001" not in synced.out and tickets() == before
    gated = cli("gate", "pr.sarif")
    assert gated.code == 1
    assert gated.out.startswith("failed: 2 new findings; 2 high (0 allowed)\n")
    assert "src/login.py:3" in gated.out and "not counted: 300 known before" in gated.out
    assert gated.err.count("::error title=") == 2


def test_an_old_pipeline_run_again_changes_nothing(cli, report, ci, tickets):
    report("old.sarif", result("R1", 3), result("R2", 5))
    report("new.sarif", result("R2", 5), result("R3", 9))
    cli("sync", "old.sarif")
    ci(sha="b" * 40)
    cli("sync", "new.sarif")
    after = tickets()
    assert list(after.values()) == ["fixed", "open", "open"]
    ci(sha="a" * 40)
    again = cli("sync", "old.sarif")
    assert (again.code, tickets()) == (0, after) and "applied before" in again.err


def test_two_services_with_one_tool(cli, report, ci, tickets):
    report("a.sarif", result("R1", 3, path="a/app.py"))
    report("b.sarif", result("R1", 3, path="b/app.py"))
    cli("sync", "a.sarif", "--category", "service-a")
    cli("sync", "b.sarif", "--category", "service-b")
    assert list(tickets().values()) == ["open", "open"]
    report("a.sarif", result("R9", 3, path="a/app.py"))
    cli("sync", "a.sarif", "--category", "service-a")
    assert list(tickets().values()) == ["fixed", "open", "open"]


def image(name: str, *vulnerabilities: tuple[str, str]) -> str:
    """Trivy's JSON report on an image; gives its name."""
    found = [
        {"VulnerabilityID": id_, "PkgName": package, "InstalledVersion": "1.0",
         "PkgIdentifier": {"PURL": f"pkg:deb/debian/{package}@1.0"},
         "FixedVersion": "1.1", "Severity": "HIGH", "Title": f"{package} is broken"}
        for id_, package in vulnerabilities
    ]  # fmt: skip
    target = {"Target": f"{name} (debian 12)", "Class": "os-pkgs", "Type": "debian"}
    document = {
        "SchemaVersion": 2, "ArtifactName": name, "ArtifactType": "container_image",
        "Metadata": {"RepoTags": [name]}, "Results": [target | {"Vulnerabilities": found}],
    }  # fmt: skip
    file = Path(re.sub(r"\W", "-", name) + ".json")
    file.write_text(json.dumps(document))
    return file.name


def test_two_images_under_one_target(cli, ci, tickets):
    ssl, curl = ("CVE-2026-1", "openssl"), ("CVE-2026-2", "curl")
    cli("sync", image("r.example/acme/api:1", ssl, curl), image("r.example/acme/web:1", ssl))
    first = tickets()
    assert set(first.values()) == {"open"}
    cli("sync", image("r.example/acme/api:2", curl))
    assert tickets() == first, "the other image still has openssl"
    cli("sync", image("r.example/acme/web:2", ("CVE-2026-3", "zlib")))
    closed = {title for title, state in tickets().items() if state == "fixed"}
    assert closed and all("openssl" in title for title in closed)
    assert any("zlib" in title for title in tickets())


def test_a_failed_scan_closes_nothing_and_passes_no_gate(cli, report, ci, tickets):
    cli("sync", report("r.sarif", result("R1", 3), result("R2", 5)))
    report("r.sarif", result("R2", 5), invocations=[{"executionSuccessful": False}])
    synced, gated = cli("sync", "r.sarif"), cli("gate", "r.sarif", "--max", "high=9")
    assert synced.code == 0 and set(tickets().values()) == {"open"}
    assert "the tool says that it failed" in synced.err
    assert gated.code == 1 and "proves nothing" in gated.out


def test_an_empty_scan_closes_nothing_until_a_person_vouches_for_it(cli, report, ci, tickets):
    cli("sync", report("r.sarif", result("R1", 3)))
    said = cli("sync", report("r.sarif"))
    assert said.code == 0 and "--accept-empty" in said.err
    assert list(tickets().values()) == ["open"]
    assert cli("sync", "r.sarif", "--accept-empty").code == 0
    assert list(tickets().values()) == ["fixed"]


def test_a_renamed_repository_keeps_its_tickets(cli, report, ci, tickets):
    cli("sync", report("r.sarif", result("R1", 3)))
    ci(repository="acme/store")
    Path("ticketbot.yaml").write_text(
        "version: 1\ntargets:\n  acme/store: {formerly: [acme/shop]}\n"
        "trackers: {local: {type: local}}\n"
    )
    report("r.sarif", result("R1", 4, text="r1(3)"))
    assert cli("gate", "r.sarif", "--new-only").code == 0
    said = cli("sync", "r.sarif")
    assert said.out.startswith("nothing to do") and len(tickets()) == 1


def test_a_ledger_lost_between_runs_makes_no_second_ticket(cli, report, ci, tickets):
    cli("sync", report("r.sarif", *many(6)))
    before = tickets()
    for path in Path(".ticketbot").glob("ledger.db*"):
        path.unlink()
    said = cli("sync", report("r.sarif", *many(6)))
    assert said.out.startswith("nothing to do") and tickets() == before


def test_a_forks_pull_request_has_no_secrets(cli, report, ci):
    Path("ticketbot.yaml").write_text(
        "version: 1\ntrackers:\n  api:\n    type: github\n    repository: acme/shop\n"
        "    auth: {token: '${GITHUB_TOKEN_OF_THE_UPSTREAM}'}\n"
    )
    ci(pull_request="8")
    said = cli("sync", report("r.sarif", result("R1", 3)))
    assert said.code == 0 and said.err.count("notice:") == 1
    assert "GITHUB_TOKEN_OF_THE_UPSTREAM" in said.err and "R1" in said.out
    assert cli("gate", "r.sarif", "--base", "r.sarif").code == 0


def test_a_forks_pull_request_without_the_shared_ledgers_address(cli, report, ci):
    Path("ticketbot.yaml").write_text("version: 1\nledger: '${LEDGER_OF_THE_UPSTREAM}'\n")
    ci(pull_request="8")
    said = cli("sync", report("r.sarif", result("R1", 3)), "--format", "json")
    assert said.code == 0 and json.loads(said.out)["changes"] == []
    assert said.err.count("notice:") == 1 and "LEDGER_OF_THE_UPSTREAM" in said.err
    refused = cli("gate", "r.sarif")
    assert refused.code == 2 and "With --base REPORT no ledger is needed" in refused.err
    assert cli("gate", "r.sarif", "--base", "r.sarif").code == 0


def test_a_run_out_of_time_goes_on_the_next_time_most_severe_first(
    cli, report, ci, tickets, monkeypatch
):
    report("r.sarif", *many(9))
    one_by_one = msgspec.structs.replace(local_rows.ABILITIES, bulk_create=1)
    monkeypatch.setattr(local, "ABILITIES", one_by_one)
    looks = iter([False, False, True])

    class Soon(clock.Deadline):
        def __call__(self) -> bool:
            return next(looks, False)

    with monkeypatch.context() as patch:
        patch.setattr(clock, "deadline", lambda _text: Soon())
        first = cli("sync", "r.sarif", "--max-duration", "5m")
    assert first.code == 3 and "stopped by --max-duration" in first.err
    assert [title[:5] for title in tickets()] == ["R0003", "R0006"]
    second = cli("sync", "r.sarif", "--max-duration", "5m")
    assert second.code == 0 and "4 created" in second.out
    assert len(tickets()) == 6 and cli("sync", "r.sarif").out.startswith("nothing to do")


def test_a_change_branch_has_no_baseline(cli, report, ci):
    ci(pull_request="8")
    said = cli("baseline", "set", report("r.sarif", result("R1", 3)))
    assert said.code == 2 and "has no baseline" in said.err and not Path(".ticketbot").exists()


@pytest.mark.parametrize("options", [(), ("--advisory",)])
def test_advice_is_loud_and_stops_no_pipeline(cli, report, ci, tickets, as_if_remote, options):
    said = cli("sync", report("r.sarif", *many(90)), *options)
    assert said.code == (0 if options else 4)
    assert ("this would have been exit code 4" in said.err) is bool(options)
    assert tickets() == {}
