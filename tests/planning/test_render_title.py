"""Titles, as a person would have written them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.planning.views import API, TEMPLATES, finding, shown, view, vulnerability
from ticketbot.model.finding import Location, Request
from ticketbot.planning.render import render
from ticketbot.planning.render_title import version_key


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "SQL injection in app.py: login()"),
        ({"title": "[bandit] SQL injection."}, "SQL injection in app.py: login()"),
        ({"title": "SQL injection in app.py"}, "SQL injection in app.py"),
        ({"title": "B608"}, "The query is put together from text in app.py: login()"),
        (
            {"title": "a.b.sql-injection", "rule": "a.b.sql-injection", "message": ""},
            "sql injection in app.py: login()",
        ),
        ({"locations": ()}, "SQL injection"),
        ({"locations": (Location(path="deep/" * 12 + "a/b.py"),)}, "SQL injection in …/a/b.py"),
        ({"kind": "iac", "resource": "aws_s3_bucket.logs"}, "SQL injection in aws_s3_bucket.logs"),
        (
            {"kind": "api", "title": "missing authorization (BOLA)", "request": API},
            "GET /orders/{id}: missing authorization (BOLA)",
        ),
        (
            {
                "kind": "api",
                "title": "Server error at GET /orders/{order_id}",
                "request": Request(method="GET", template="/orders/{}"),
            },
            "GET /orders/{order_id}: Server error",
        ),
        (
            {
                "kind": "api",
                "title": "Server error at GET /other",
                "request": Request(method="GET", template="/orders/{}"),
            },
            "GET /orders/{}: Server error",
        ),
        ({"title": "x\n y\u202e <b>"}, "x y <b> in app.py: login()"),
    ],
)  # fmt: skip
def test_titles_read_as_a_person_would_write_them(changes: dict[str, Any], title: str) -> None:
    assert render(view(shown(finding(**changes))), TEMPLATES)[0] == title


@pytest.mark.parametrize(
    ("members", "title"),
    [
        (
            [("CVE-1", "4.17.9"), ("CVE-2", "4.17.21"), ("CVE-3", "4.17.20")],
            "lodash 4.17.15: 3 known vulnerabilities, fixed in 4.17.21",
        ),
        ([("CVE-1", "4.17.21")], "lodash 4.17.15: CVE-1, fixed in 4.17.21"),
        ([("CVE-1", "4.17.21"), ("CVE-2", None)], "lodash 4.17.15: 2 known vulnerabilities"),
    ],
)
def test_an_upgrade_ticket_names_what_it_fixes(members: Any, title: str) -> None:
    made = view(*(vulnerability(*m) for m in members), group_by="component", group="pkg:npm/lodash")
    assert render(made, TEMPLATES)[0] == title


def test_a_title_is_cut_between_words() -> None:
    title, _ = render(view(shown(finding(title="word " * 99)), title_limit=40), TEMPLATES)
    assert title == "word word word word word word word…"


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("1.9", "1.10"),
        ("1.0.0-rc1", "1.0.0"),
        ("1.0", "1.0.1"),
        ("v1.2", "1.3"),
        ("1:1.2-3", "1:1.2-4"),
        ("2.9.10", "2.9.10.8"),
        ("", "0.1"),
    ],
)
def test_versions_sort_by_value(lower: str, higher: str) -> None:
    assert version_key(lower) < version_key(higher)
