"""Findings → aliases: pinned values, what each is made of, and what must not change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from tests.identity.given import (
    CODE,
    CONTAINER,
    CORRELATED,
    DEPENDENCY,
    LINE,
    NOWHERE,
    OPERATION,
    RESOURCE,
    SCAN,
    SECRET,
    SYSTEMIC,
    UNREAD,
    finding,
)
from ticketbot.identity.digest import digest
from ticketbot.identity.ingredients import Grounds
from ticketbot.identity.recipes import RECIPES, SHARED, aliases
from ticketbot.model.finding import Finding, Location, Scan

# The ingredients of each value are written out by hand below and hashed by `digest`, whose own value is
# pinned. A change here means tickets are made anew: give the recipe a new version and keep the old one.
VECTORS: dict[str, tuple[Finding, Sequence[tuple[str, ...]]]] = {
    "code": (
        CODE,
        [
            ("sline/1", "bandit", "B608", "app/db.py", "app.db.find", "q=f'{x}'"),
            ("line/1", "bandit", "B608", "app/db.py", "q=f'{x}'"),
        ],
    ),
    "code without text": (
        UNREAD,
        [
            (
                "loc/1",
                "bandit",
                "B608",
                "app/db.py",
                "41",
                "9",
                "Possible SQL injection at line <n>.",
            ),
            ("place/1", "bandit", "B608", "app/db.py", "", "Possible SQL injection at line <n>."),
        ],
    ),
    "dependency": (
        DEPENDENCY,
        [
            ("dep/1", "bandit", "pkg:npm/lodash", "CVE-2020-8203", "web/package-lock.json"),
            ("dep/1", "bandit", "pkg:npm/lodash", "GHSA-p6mc-m468-83gw", "web/package-lock.json"),
            ("pkg/1", "lodash", "CVE-2020-8203", "web/package.json"),
            ("pkg/1", "lodash", "GHSA-p6mc-m468-83gw", "web/package.json"),
            ("vuln/1", "lodash", "CVE-2020-8203"),
            ("vuln/1", "lodash", "GHSA-p6mc-m468-83gw"),
        ],
    ),
    "container": (
        CONTAINER,
        [
            ("dep/1", "bandit", "pkg:deb/debian/zlib1g", "CVE-2020-8203", "r.io/shop"),
            ("pkg/1", "zlib1g", "CVE-2020-8203", "image:r.io/shop"),
            ("vuln/1", "zlib1g", "CVE-2020-8203"),
        ],
    ),
    "operation": (
        OPERATION,
        [("api/1", "bandit", "not_a_server_error", "GET", "/users/{}", "query:id", "500")],
    ),
    "systemic": (SYSTEMIC, [("api/1", "bandit", "10021", "x-frame-options")]),
    "resource": (RESOURCE, [("res/1", "bandit", "CKV_AWS_18", "main.tf", "aws_s3_bucket.logs")]),
    "secret": (
        SECRET,
        [
            ("secret/1", "bandit", "k2", "aa" * 16),
            ("secret/1", "bandit", "k1", "bb" * 16),
            ("secret/2", "k2", "cc" * 16),
            ("secret/2", "k1", "dd" * 16),
            ("line/1", "bandit", "aws-key", "app/db.py", "q=f'{x}'"),
        ],
    ),
    "nowhere": (
        NOWHERE,
        [("place/1", "bandit", "B608", "", "", "Possible SQL injection at line <n>.")],
    ),
    "correlated": (
        CORRELATED,
        [
            ("corr/1", "bandit", "a7f2c1d0-0000-4000-8000-000000000001"),
            ("place/1", "bandit", "B608", "", "", "Possible SQL injection at line <n>."),
        ],
    ),
}
PINNED = {
    "code": ["4a27589b7eaca0aea60be8b4344a67a7", "8c9b69a291af0b3600483c0dd5e33591"],
    "code without text": ["703cfb6d8c7d63423367a3d5e0116810", "760eae9311baf7176fd1e6abbcbcd064"],
    "dependency": [
        "2e697798b56fa0d302cfe87879805f30",
        "ae47f2c49a780d7eb396efffff30eb51",
        "b78e9031f64400decc8dde98cfe6d878",
        "161472ea4a2c0e9776534e61b30ca6e5",
        "e6d12b2ac4042b10149cb190b1570896",
        "fc3a259055cffd4490a0476961ebfd83",
    ],
    "container": [
        "7e10fe7865a88d3095993f01f3e61227",
        "736d0987cbc690c331556fe850ae6b57",
        "7b0d17615cd061cba85678b38969f0f3",
    ],
    "operation": ["cc005380bd0e939f6fe14e58345c2cff"],
    "systemic": ["f51fccc3b4da8effd0eb23be6c08feb1"],
    "resource": ["be3a6e1de5ef66955c597d32bb6d23e2"],
    "secret": [
        "67e47f38d8efbb3254177ffc9b6b6182",
        "e85a2ade400950c1ac75d8232cbd19bb",
        "0e5c7c3910a0f73f97faad96b736f325",
        "07b0f2bbe239b67fc42fe6e71c27d43c",
        "03abcdd94d284c59b8d93bb5641c2e54",
    ],
    "nowhere": ["8fda32957fde35d3f8fb1e5ba3bceb0f"],
    "correlated": ["1754b4b39463c99bf6fb3e0ce5d60383", "8fda32957fde35d3f8fb1e5ba3bceb0f"],
}


@pytest.mark.parametrize("case", VECTORS)
def test_what_an_alias_is_made_of(case: str) -> None:
    found, ingredients = VECTORS[case]
    expected = [(parts[0], digest(*parts)) for parts in ingredients]
    assert [(alias.recipe, alias.value) for alias in aliases(found, SCAN)] == expected


@pytest.mark.parametrize("case", PINNED)
def test_pinned_values(case: str) -> None:
    assert [alias.value for alias in aliases(VECTORS[case][0], SCAN)] == PINNED[case]


def test_every_recipe_is_pinned() -> None:
    seen = {alias.recipe for found, _ in VECTORS.values() for alias in aliases(found, SCAN)}
    assert seen == set(RECIPES) - {"prod/1", "api/2"}  # api/2: test_operations


@pytest.mark.parametrize("case", VECTORS)
@pytest.mark.parametrize(
    "change",
    [
        {"severity": "low", "confidence": "low", "title": "Reworded", "tags": ("a",), "cvss": 1.0},
        {"pointer": "/runs/3/results/9", "tool": "bandit 2", "help_url": "https://x"},
        {"message": "Possible SQL injection at line 77."},
    ],
)
def test_what_changes_no_alias(case: str, change: dict[str, Any]) -> None:
    found = VECTORS[case][0]
    newer = msgspec.structs.replace(SCAN, version="2.0", tool="bandit")
    assert aliases(msgspec.structs.replace(found, **change), newer) == aliases(found, SCAN)


@pytest.mark.parametrize("case", VECTORS)
def test_two_tools_share_no_alias_but_those_made_for_it(case: str) -> None:
    other = Scan(tool="Other", family="other")
    shared = set(aliases(VECTORS[case][0], SCAN)) & set(aliases(VECTORS[case][0], other))
    assert {alias.recipe for alias in shared} <= SHARED


def test_a_line_that_moves_or_is_reindented_or_suppressed_is_the_same() -> None:
    moved = Location(
        path="app\\db.py", line=77, column=1, line_text="\tq = f'{x}'", logical="app.db.find"
    )
    assert aliases(finding(locations=(moved,), message="other words"), SCAN) == aliases(CODE, SCAN)


def test_a_line_from_the_checkout_gives_the_same_aliases_as_one_from_the_report() -> None:
    class Checkout:
        def line(self, path: str, number: int) -> str | None:
            return LINE.line_text if (path, number) == ("app/db.py", 41) else None

        def lines(self, path: str) -> Sequence[str]:
            return ["", *[""] * 39, LINE.line_text or ""] if path == "app/db.py" else []

    with_text = aliases(finding(locations=(LINE,)), SCAN)
    from_checkout = aliases(UNREAD, SCAN, Grounds(sources=Checkout()))
    assert from_checkout == with_text + aliases(UNREAD, SCAN)


def test_the_line_of_a_leaked_value_is_never_taken_from_the_checkout() -> None:
    class Checkout:
        def line(self, path: str, number: int) -> str | None:
            return "password = hunter2"

        def lines(self, path: str) -> Sequence[str]:
            return ["password = hunter2"] * 50

    leaked = msgspec.structs.replace(UNREAD, kind="secret")
    assert aliases(leaked, SCAN, Grounds(sources=Checkout())) == aliases(leaked, SCAN)


@pytest.mark.parametrize(
    "kind", ["code", "dependency", "container", "secret", "iac", "cloud", "web", "api"]
)
def test_every_finding_has_an_alias(kind: str) -> None:
    assert aliases(finding(kind=kind), SCAN)
    assert aliases(finding(kind=kind, rule="", title="", message="", systemic=True), SCAN)
