"""What a ticket may call a flaw: exact after both are written the same way, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.sync.laboratory import finding
from ticketbot.errors import UsageError
from ticketbot.model.finding import Alias, Component, Finding, Location, Request
from ticketbot.model.flaw import Scope
from ticketbot.model.ticket import Ticket
from ticketbot.planning.gate import Item
from ticketbot.planning.render_digest import features_of
from ticketbot.trackers.base import Text
from ticketbot.triage.names import NAMINGS, Index
from ticketbot.triage.pattern import GROUPS, Clue, Pattern

CODE = finding("B608", path="app/db.py", line=41, cwe=(89,), title="SQL injection.", tool="bandit")
PACKAGE = finding(
    "GHSA-abcd",
    kind="dependency",
    locations=(),
    vulnerabilities=("CVE-2024-1", "GHSA-abcd"),
    component=Component(purl="pkg:npm/%40acme/left-pad@1.3.0", name="left-pad", version="1.3.0"),
)
WEB = finding(
    "10021",
    kind="web",
    locations=(Location(),),
    resource="Deployment/shop/api",
    fingerprints=(("alertId", "A-77"),),
    request=Request(
        method="GET", url="https://Shop.example/users/7?id=1", template="/users/{}", parameter="id"
    ),
)
MAVEN = finding(
    "CVE-2021-44228",
    kind="dependency",
    locations=(),
    component=Component(purl="pkg:maven/org.apache/log4j-core@2.14", version="2.14"),
)


def item(found: Finding, family: str = "semgrep") -> Item:
    aliases = (Alias("line/1", "0123abcd"),)
    features = features_of(found, aliases)
    scope = Scope("shop", family)
    return Item(flaw="f", features=features, scope=scope, finding=found, aliases=aliases)


@pytest.mark.parametrize(
    ("found", "kind", "yes", "no"),
    [
        (CODE, "rule", ["B608", " b608 "], ["B60", "B6081", ""]),
        (
            finding("ci.rules.python.flask.x"),
            "rule",
            ["python.flask.x", "ci.rules.python.flask.x"],
            ["x"],
        ),
        (PACKAGE, "rule", ["ghsa-ABCD", "CVE-2024-1"], ["CVE-2024-11"]),
        (PACKAGE, "vulnerability", ["cve-2024-1"], ["2024-1"]),
        (
            PACKAGE,
            "component",
            ["@acme/left-pad", "left-pad", "left-pad@1.3.0", "Left-Pad 1.3.0"],
            ["left-pad@1.3", "pad", "npm"],
        ),
        (MAVEN, "component", ["log4j-core", "org.apache:log4j-core:2.14"], ["log4j"]),
        (PACKAGE, "version", ["1.3.0"], ["1.3"]),
        (CODE, "path", ["./app/db.py", "app\\db.py", "/app//db.py"], ["db.py", "App/db.py"]),
        (CODE, "line", ["41", "041"], ["4", "41a", "42"]),
        (CODE, "cwe", ["CWE-89", "89", "cwe: 089"], ["8", "CWE-890"]),
        (CODE, "title", ["sql  Injection"], ["SQL injection in app/db.py"]),
        (WEB, "url", ["https://shop.example/users/7?id=1#top"], ["https://shop.example/users/7"]),
        (WEB, "operation", ["GET /users/{}", "GET /users/{}?id"], ["/users/{}"]),
        (WEB, "resource", ["Deployment/shop/api"], ["api"]),
        (WEB, "alias", ["A-77", "line/1:0123ABCD", "0123abcd"], ["0123"]),
        (CODE, "tool", ["Bandit", "semgrep"], ["ban"]),
        (CODE, "words", ["B608", "SQL injection"], ["app/db.py"]),
        (PACKAGE, "words", ["CVE-2024-1"], ["left-pad"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_name_fits_as_a_whole(found: Finding, kind: str, yes: list[str], no: list[str]) -> None:
    index = Index([item(found)], [kind])
    assert [name for name in yes if not index.flaws([(kind, name)])] == []
    assert [name for name in no if index.flaws([(kind, name)])] == []


def test_what_a_flaw_lacks_fits_nothing() -> None:
    bare = item(finding(locations=(), title="T"))
    for kind in NAMINGS:
        assert not Index([bare], [kind]).flaws([(kind, "")]), kind
        assert not Index([bare], [kind]).flaws([(kind, "none")]), kind


def text(title: str, body: str = "") -> Text:
    return Text(Ticket(tracker="t", id="1", key="T-1", title=title), body)


@pytest.mark.parametrize(
    ("expression", "ticket", "expected"),
    [
        (r"(?P<rule>B\d+) in (?P<path>\S+)", text("B1 in a.py"), ["rule B1 and path a.py"]),
        (r"(?P<rule>B\d+)(?: in (?P<path>\S+))?", text("B1"), ["rule B1"]),
        (r"B\d+", text("[x] B1, B2, B1"), ["B1", "B2"]),
        (r"(B)\d+", text("B1"), ["B1"]),
        (r"^Rule: (?P<rule>\S+)$", text("no", "Hello\nRule: B1\nbye"), ["rule B1"]),
        (r"(?P<rule>B\d+)", text("B1", "B2"), ["rule B1"]),
        (r"(?P<rule>B?)", text("x"), []),
        (r"x*", text("y", ""), []),
    ],
)
def test_what_a_ticket_says(expression: str, ticket: Text, expected: list[str]) -> None:
    assert [str(clue) for clue in Pattern(expression).clues(ticket).found] == expected


def test_three_names_read_as_a_sentence() -> None:
    clue = Clue((("rule", "B1"), ("path", "a.py"), ("line", "4")))
    assert str(clue) == "rule B1, path a.py and line 4"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("(?P<rule>B", "--match: missing ), unterminated subpattern at character 1, before"),
        ("B[", "--match: unterminated character set at character 2, before '['"),
        ("a(?P<rule", "--match: missing >, unterminated name at character 6, before 'rule'"),
        ("a\\", "--match: bad escape (end of pattern) at character 2"),
        (
            "(?P<rulez>B)",
            f"--match: a flaw has no 'rulez'; groups may be named {', '.join(GROUPS)}",
        ),
    ],
)
def test_an_unreadable_pattern_is_answered_with_the_place(expression: str, said: str) -> None:
    with pytest.raises(UsageError, match="^" + re.escape(said)) as caught:
        Pattern(expression)
    assert caught.value.hint


def test_every_kind_of_name_is_known_by_its_group() -> None:
    made: dict[str, Any] = {name: Pattern(f"(?P<{name}>x)").kinds for name in GROUPS}
    assert all(kinds == (name,) for name, kinds in made.items()) and len(made) == 13
