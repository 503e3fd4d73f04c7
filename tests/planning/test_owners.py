"""Owners: whom CODEOWNERS and the map name for a flaw, and what its ticket gets for that."""

from __future__ import annotations

from typing import Any

import pytest

from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.owners import Owned, matched_by, mistakes, names_in, owned
from ticketbot.planning.routes import route
from ticketbot.planning.settings import (
    Codeowners,
    Condition,
    OwnerEntry,
    Owners,
    Route,
    Settings,
    SeverityPolicy,
    TrackerSettings,
)

SCOPE = Scope(target="shop", family="semgrep", environment="prod")
CODE = Codeowners(
    ".github/CODEOWNERS",
    """\
# everybody
*            @acme/platform
*.sql        dba@acme.example
/services/payments/  @acme/payments @ann   # since May
/services/payments/vendor/
docs/[       @acme/broken
""",
)


def flaw(path: str | None = "services/payments/db.py", **more: Any) -> Features:
    values: dict[str, Any] = {
        "rule": "sqli", "title": "SQL injection", "severity": "high", "kind": "code", "tool": "x"
    }  # fmt: skip
    return Features(path=path, **(values | more))


@pytest.mark.parametrize(
    ("path", "names", "line"),
    [
        ("README.md", ("@acme/platform",), 2),
        ("db/schema.sql", ("dba@acme.example",), 3),
        ("services/payments/db.py", ("@acme/payments", "@ann"), 4),
        ("services/payments/schema.sql", ("@acme/payments", "@ann"), 4),
        ("services/payments/vendor/x.py", (), 5),
        ("other/services/payments/db.py", ("@acme/platform",), 2),
    ],
)
def test_the_last_line_that_matches_decides(path: str, names: tuple[str, ...], line: int) -> None:
    assert owned(path, CODE) == Owned(names, f".github/CODEOWNERS:{line}")


@pytest.mark.parametrize("path", [None, "/usr/lib/x.py"])
def test_what_is_not_in_the_checkout_has_no_owner(path: str | None) -> None:
    assert owned(path, CODE) == Owned()


def test_a_line_that_cannot_be_read_is_named_and_the_others_count() -> None:
    assert [str(problem) for problem in mistakes(CODE)] == [
        ".github/CODEOWNERS:6: this pattern cannot be read, the line is left out"
    ]
    assert names_in(CODE) == {"@acme/platform", "dba@acme.example", "@acme/payments", "@ann"}


def test_default_owners_of_a_gitlab_section_are_those_of_its_bare_lines() -> None:
    text = "[Docs][2] @acme/docs\n*.md\nlegal.md @acme/legal\n\n^[Data]\n*.sql\n"
    code = Codeowners(".gitlab/CODEOWNERS", text)
    assert owned("a/b.md", code).names == ("@acme/docs",)
    assert owned("legal.md", code).names == ("@acme/legal",)
    assert owned("a.sql", code) == Owned((), ".gitlab/CODEOWNERS:6")


def test_a_file_is_about_some_path_or_about_none() -> None:
    code = Codeowners("CODEOWNERS", "/gone/ @ann\n")
    assert matched_by(code, frozenset({"gone/x", "y"}))
    assert not matched_by(code, frozenset({"y"}))


def settings(*entries: OwnerEntry, kind: Any = "local", **more: Any) -> Settings:
    values: dict[str, Any] = {
        "routes": (Route(name="all", to="sec"),),
        "trackers": {"sec": TrackerSettings(type=kind, remote=False)},
        "owners": Owners(codeowners=CODE, entries=entries),
    }
    return Settings(**(values | more))


def test_a_person_is_assignee_and_a_team_the_group() -> None:
    found = route(flaw(), SCOPE, settings())
    assert (found.assignee, found.fields) == ("ann", {"group": "acme/payments"})
    assert found.sources["assignee"] == ".github/CODEOWNERS:4"


def test_the_first_entry_of_the_map_that_fits_goes_before_codeowners() -> None:
    found = route(
        flaw(),
        SCOPE,
        settings(
            OwnerEntry(
                where="owners.yaml:3",
                when=Condition(path=("web/**",)),
                fields={"assignee": "web@acme.example"},
            ),
            OwnerEntry(
                where="owners.yaml:5",
                when=Condition(owner=("@acme/payments",)),
                fields={"group": "Payments", "labels": ["team-pay"]},
                tracker_fields={"sec": {"squad": 7}, "other": {"squad": 8}},
            ),
            OwnerEntry(where="owners.yaml:9", fields={"assignee": "nobody@acme.example"}),
        ),
    )
    assert (found.assignee, found.labels) == ("ann", ("team-pay",))
    assert found.fields == {"group": "Payments", "squad": 7}
    assert found.sources == {
        "assignee": ".github/CODEOWNERS:4",
        "group": "owners.yaml:5",
        "squad": "owners.yaml:5",
        "labels": "owners.yaml:5",
    }


def test_owners_stand_between_severities_and_the_route() -> None:
    entry = OwnerEntry(where="o:1", fields={"assignee": "owner", "project": "PAY", "group": "g"})
    policy = SeverityPolicy(fields={"sec": {"assignee": "severity", "project": "SEV"}})
    chosen = Route(name="all", to="sec", fields={"group": "route"})
    found = route(flaw(), SCOPE, settings(entry, severities={"high": policy}, routes=(chosen,)))
    assert (found.assignee, found.fields) == ("owner", {"project": "PAY", "group": "route"})


def test_an_entry_can_say_that_nobody_is_assigned() -> None:
    entry = OwnerEntry(where="o:1", fields={"assignee": None})
    assert route(flaw(), SCOPE, settings(entry)).assignee is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("local", {"project": "PAY", "component": "Payments", "group": "g"}),
        ("jira", {"project": "PAY", "components": ["Payments"]}),
        ("github", {}),
        ("servicenow", {"cmdb_ci": "Payments", "assignment_group": "g"}),
    ],
)
def test_each_tracker_gets_them_in_its_own_terms(kind: str, expected: dict[str, Any]) -> None:
    shared = {"project": "PAY", "component": "Payments", "group": "g"}
    found = route(flaw(), SCOPE, settings(OwnerEntry(where="o:1", fields=shared), kind=kind))
    assert found.fields == expected


def test_a_route_can_ask_for_an_owner() -> None:
    routes = (
        Route(name="pay", when=Condition(owner=("@acme/payments",)), to="sec"),
        Route(name="rest", because="elsewhere"),
    )
    assert route(flaw(), SCOPE, settings(routes=routes)).name == "pay"
    assert route(flaw("x.py"), SCOPE, settings(routes=routes)).name == "rest"


def test_owners_void_earlier_planning_only_where_a_route_asks_for_them() -> None:
    other = Owners(codeowners=Codeowners("CODEOWNERS", "* @bob\n"))
    assert settings().key == settings(owners=other).key
    asking = (Route(name="a", when=Condition(owner=("@bob",)), to="sec"),)
    assert settings(routes=asking).key != settings(routes=asking, owners=other).key
