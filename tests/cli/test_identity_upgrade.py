"""Another release of ticketbot on the same ledger: nothing is planned, whichever way, and traits are learnt.

The last release is played by today's code without the recipes and traits that came after it.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest

from tests.cli.conftest import result
from tests.cli.test_sync import TARGET, tickets
from ticketbot.identity import identify, recipes
from ticketbot.model.flaw import Features, Traits

CASES = Path(__file__).parents[1] / "mappings"
RELEASED = frozenset(
    "corr/1 secret/1 dep/1 api/1 res/1 prod/1 sline/1 line/1 loc/1 place/1".split()
)
REPORTS = [
    "trivy/image__system_and_language_packages",
    "trivy/filesystem__lock_file_misconfiguration_and_masked_secret",
    "gitleaks/history__one_value_in_two_commits_and_a_password",
    "semgrep/logged_in__trace_ignored_secret_and_package",
    "schemathesis/run__crash_ignored_authentication_and_foreign_object",
    "zap/plus__injection_header_cookie_and_data_in_the_path",
    "sarif",
]


@contextmanager
def last_release() -> Iterator[None]:
    today = recipes._chain
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recipes, "_chain", lambda it: tuple(n for n in today(it) if n in RELEASED))
        for name in set(recipes.RECIPES) - RELEASED:
            patch.delitem(recipes.RECIPES, name)
        patch.setattr(identify, "traits_of", lambda given: Traits())
        patch.setattr(identify, "GENERATION", identify.GENERATION - 1)
        yield


def given(name: str, report) -> str:
    """One of the reports of the mappings' tests, or a SARIF file with all that matters in it."""
    if name != "sarif":
        shutil.copy(next((CASES / name).glob("report.*")), "report.json")
        return "report.json"
    bare = result("R3", 5)
    del bare["locations"][0]["physicalLocation"]["region"]["snippet"]
    twins = [result("R4", line, text="same()") for line in (3, 9, 30)]
    indented = result("R5", 8, text="\n  begins_below()")
    return report("r.sarif", result("R1", 3), bare, *twins, indented, result("R6", 5, path="b.py"))


def synced(cli, name: str) -> str:
    """What the last line of a sync says."""
    said = cli("sync", name, *TARGET, "--first-import")
    assert said.code == 0, said.err
    return str(said.out.strip().splitlines()[-1])


def flaws() -> dict[str, Traits]:
    """Of each flaw in the ledger, its traits."""
    with closing(sqlite3.connect(".ticketbot/ledger.db")) as ledger:
        rows = ledger.execute("select id, features from flaws").fetchall()
    return {str(row[0]): msgspec.json.decode(row[1], type=Features).traits for row in rows}


@pytest.mark.parametrize("name", REPORTS)
def test_the_next_release_plans_nothing_and_learns_traits(name: str, cli, report) -> None:
    found = given(name, report)
    with last_release():
        assert "created" in synced(cli, found)
        before, made = flaws(), tickets()
    assert set(before.values()) == {Traits()}
    assert synced(cli, found).startswith("nothing to do")
    assert flaws().keys() == before.keys()
    assert Traits() not in flaws().values()
    assert tickets() == made


@pytest.mark.parametrize("name", REPORTS)
def test_going_back_to_the_last_release_plans_nothing(name: str, cli, report) -> None:
    found = given(name, report)
    assert "created" in synced(cli, found)
    before, made = flaws(), tickets()
    with last_release():
        assert synced(cli, found).startswith("nothing to do")
    assert synced(cli, found).startswith("nothing to do")
    assert (flaws().keys(), tickets()) == (before.keys(), made)


def test_a_checkout_given_later_is_learnt_from(cli, report) -> None:
    found = given("sarif", report)
    Path("src").mkdir()
    Path("src/app.py").write_text("def shop():\n" + "".join(f"    line({n})\n" for n in range(9)))
    assert "created" in synced(cli, found)
    before = flaws()
    said = cli("sync", found, *TARGET, "--source-root", "src")
    assert said.out.startswith("nothing to do"), said.out
    assert flaws().keys() == before.keys()
    assert [each.scope for each in before.values()] == [None] * len(before)
    assert "shop" in {each.scope for each in flaws().values()}


def test_machines_with_and_without_a_checkout_meet(cli, report) -> None:
    def results(shift: int) -> list[dict]:
        found = [result("R1", line + shift) for line in (2, 5, 9)]
        for each in found:
            del each["locations"][0]["physicalLocation"]["region"]["snippet"]
        return found

    def run(shift: int, *more: str) -> str:
        text = "\n" * shift + "".join(f"run{n % 4}(\n" for n in range(1, 12))
        Path("src/app.py").write_text(text)
        said = cli("sync", report("r.sarif", *results(shift)), *TARGET, *more)
        return str(said.out.strip().splitlines()[-1])

    Path("src").mkdir()
    assert run(0, "--source-root", "src").startswith("3 created")
    assert run(1).startswith("nothing to do")
    assert run(2, "--source-root", "src").startswith("nothing to do")
    assert run(7).startswith("nothing to do")
    assert run(0, "--source-root", "src").startswith("nothing to do")
    assert len(flaws()) == 3


@pytest.mark.parametrize("quoted", ["call()", "\n  call()", "call(\n  a)"])
@pytest.mark.parametrize("gains", [True, False])
def test_a_scanner_that_begins_or_ends_to_quote_lines_reports_the_same_flaws(
    quoted: str, gains: bool, cli, report
) -> None:
    full = [result("R1", line, text=quoted) for line in (3, 9, 30)]
    bare = [result("R1", line) for line in (3, 9, 30)]
    for each in bare:
        del each["locations"][0]["physicalLocation"]["region"]["snippet"]
    report("bare.sarif", *bare)
    report("full.sarif", *full)
    first, second = ("bare.sarif", "full.sarif") if gains else ("full.sarif", "bare.sarif")
    assert synced(cli, first).startswith("3 created")
    assert synced(cli, second).startswith("nothing to do")
