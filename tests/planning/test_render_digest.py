"""What counts as news, and what of a finding lasts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.planning.views import API, finding
from ticketbot.model.finding import Alias, Component, Evidence, Location
from ticketbot.planning.render import content_digest, draft_digest, features_of


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        (
            {"locations": (Location(path="app.py", line=99, logical="app.login", snippet="y"),)},
            True,
        ),
        ({"evidence": (Evidence("x", "y"),)}, True),
        ({"pointer": "/runs/0/results/9"}, True),
        ({"locations": (Location(path="other.py", line=41, logical="app.login"),)}, False),
        ({"severity": "low"}, False),
        ({"title": "Injection"}, False),
        ({"cwe": (90,)}, False),
        ({"message": "Something else."}, False),
        ({"vulnerabilities": ("CVE-2024-1",)}, False),
        ({"component": Component(name="x", version="1")}, False),
    ],
)
def test_what_counts_as_content(changes: dict[str, Any], same: bool) -> None:
    assert (content_digest(finding()) == content_digest(finding(**changes))) is same


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("took 12 ms", "took 345 ms"),
        ("id 3f2504e0-4f89-11d3-9a0c-0305e82c3301", "id 9c5b94b1-35ad-49bb-b118-8e8fc24abf80"),
        ("at 0xdeadbeef", "at 0x1234abcd"),
        ("commit 1a2b3c4d5e", "commit 9f8e7d6c5b"),
    ],
)
def test_numbers_in_a_message_are_no_news(one: str, two: str) -> None:
    assert content_digest(finding(message=one)) == content_digest(finding(message=two))


def test_features_keep_what_the_matcher_needs() -> None:
    found = finding(
        request=API, component=Component(purl="pkg:npm/lodash@4.17.15?arch=x", version="4")
    )
    features = features_of(found, (Alias("sline/1", "aa"), Alias("line/1", "bb")))
    assert (features.line_hash, features.path, features.line) == ("bb", "app.py", 41)
    assert (features.component, features.version) == ("pkg:npm/lodash", "4")
    assert features.operation == "GET /orders/{id}?id"


def test_the_draft_hash_knows_members_not_their_order() -> None:
    one, two = ("a", "x", "open"), ("b", "y", "open")
    assert draft_digest("s", [one, two]) == draft_digest("s", [two, one])
    assert draft_digest("s", [one, two]) != draft_digest("s", [one, ("b", "y", "gone")])
    assert draft_digest("s", [one]) != draft_digest("t", [one])
