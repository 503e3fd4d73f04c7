"""Tickets as readers see them: bodies, their parts and their limits."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.planning.views import API, COMMIT, TEMPLATES, finding, shown, view, vulnerability
from ticketbot.model.finding import Evidence, Location, Request, Secret
from ticketbot.planning.render import closing_policy, features_of, render
from ticketbot.planning.render_view import Shown
from ticketbot.planning.settings import Lifecycle

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def test_a_body_has_what_a_reader_needs() -> None:
    full = finding(
        message="Bad <b>query</b>.\n\nPing @octocat.",
        flow=(Location(path="in.py", line=1, message="input"), Location(path="app.py", line=41)),
        evidence=(Evidence("Request", "GET /?q=' HTTP/1.1", "http"),),
        remediation="Use placeholders:\n- `?`",
        help_url="https://bandit.example/B608",
        reproduce="curl -s 'http://localhost/?q=%27'",
        cvss=8.1,
    )
    _, body = render(view(shown(full)), TEMPLATES)
    link = f"https://github.com/acme/shop/blob/{COMMIT}/app.py#L41"
    for expected in (
        "Bad \\<b>query\\</b>.\n\nPing @\u200boctocat.",
        "**Severity:** high, CVSS 8.1",
        "**Reported by:** bandit 1.7, rule `B608`",
        "**Target:** shop (prod)",
        f"[app.py:41]({link}) in `app.login`",
        "```python\nx = 1\n```",
        "- From [in.py:1]",
        "```http\nGET /?q=' HTTP/1.1\n```",
        "[CWE-89: SQL Injection](https://cwe.mitre.org/data/definitions/89.html)",
        "Use placeholders:\n\n- `?`",
        "(https://bandit.example/B608)",
        "```sh\ncurl -s 'http://localhost/?q=%27'\n```",
        "It closes by itself when a complete scan no longer finds it",
        "[its run](https://ci.example/1)); first seen 2026-01-02.",
    ):
        assert expected in body
    assert [line for line in body.splitlines() if line.startswith("#")] == [
        "## Where", "## Evidence", "## Why it matters", "## How to fix", "## How to reproduce",
        "## How this ticket closes",
    ]  # fmt: skip


def test_an_api_flaw_says_which_owasp_class_it_is_and_what_helps() -> None:
    found = finding(kind="api", cwe=(), owasp=("API1:2023",), request=API, locations=())
    _, body = render(view(shown(found)), TEMPLATES)
    assert (
        "[OWASP API1:2023 Broken Object Level Authorization](https://owasp.org/API-Security/"
        in body
    )
    assert "- Operation `GET /orders/{id}`, parameter `id` (path), answered with 200" in body
    assert "Check on every access" in body


def test_people_read_the_tools_own_template_and_where_to_put_a_token() -> None:
    found = finding(
        kind="api", title="Server error at GET /orders/{order_id}", message="", locations=(),
        request=Request(method="GET", template="/orders/{}"),
        reproduce="curl -H 'Authorization: [Filtered]' http://localhost/orders/1",
    )  # fmt: skip
    _, body = render(view(shown(found)), TEMPLATES)
    assert "- Operation `GET /orders/{order_id}`" in body
    assert "{}" not in body
    assert "Put a valid token where it says `[Filtered]`:\n\n```sh\ncurl" in body


@pytest.mark.parametrize(
    ("message", "first"),
    [
        ("SQL  injection.", "- **Severity:** high"),
        ("SQL injection\n\nThe query is put together.", "The query is put together."),
        ("SQL injection is bad.", "SQL injection is bad."),
        ("", "- **Severity:** high"),
    ],
)
def test_a_body_does_not_begin_with_its_title(message: str, first: str) -> None:
    _, body = render(view(shown(finding(message=message))), TEMPLATES)
    assert body.startswith(first + "\n")


def test_a_line_is_said_to_be_of_the_time_of_writing() -> None:
    _, body = render(view(shown(finding()), repository=None), TEMPLATES)
    assert "- `app.py:41` in `app.login` (when this ticket was last written)\n" in body
    nowhere = finding(locations=(Location(path="app.py"),))
    assert "last written" not in render(view(shown(nowhere)), TEMPLATES)[1]


def test_a_secret_names_the_commit_that_the_report_names() -> None:
    for sha, named in ((COMMIT, True), ("@octocat", False)):
        found = finding(
            kind="secret", secret=Secret(type="aws-key"),
            fingerprints=(("partialFingerprints/commitSha", sha),),
        )  # fmt: skip
        _, body = render(view(shown(found)), TEMPLATES)
        page = f"[{COMMIT[:12]}](https://github.com/acme/shop/commit/{COMMIT})"
        assert (f"**In commit:** {page}" in body) is named


def test_a_group_strikes_out_what_is_gone() -> None:
    members = (vulnerability("CVE-2", "4.17.21"), vulnerability("CVE-1", None, "gone"))
    _, body = render(view(*members, group_by="component", group="pkg:npm/lodash"), TEMPLATES)
    assert "1 open of 2 in **shop**" in body
    rows = [line for line in body.splitlines() if line.startswith("| ")][1:]
    assert rows == [
        "| high | [CVE-2](https://nvd.nist.gov/vuln/detail/CVE-2) pollution | 4.17.21 | open |",
        "| ~~high~~ | ~~[CVE-1](https://nvd.nist.gov/vuln/detail/CVE-1) pollution~~"
        " | ~~no fix yet~~ | gone |",
    ]
    assert "Upgrade `lodash 4.17.15` to `4.17.21` or later." in body


def advised(member: Shown, remediation: str) -> Shown:
    assert member.finding is not None
    said = msgspec.structs.replace(member.finding, remediation=remediation)
    return msgspec.structs.replace(member, finding=said)


def test_a_group_says_what_is_true_of_all_its_members() -> None:
    one, other = vulnerability("CVE-1", None), vulnerability("CVE-2", "4.17.21")
    members = (advised(one, "There is no fixed version yet."), other)
    _, body = render(view(*members, group_by="component", group="pkg:npm/lodash"), TEMPLATES)
    assert "There is no fixed version yet" not in body
    assert "`4.17.21` or later: it fixes 1 of 2; 1 without a fixed version yet." in body
    assert "- **Reported by:** bandit\n" in body
    assert "## What it is" not in body
    assert body.count("- Component `lodash 4.17.15` from `package-lock.json`") == 1
    assert body.count("nvd.nist.gov/vuln/detail/CVE-1") == 1


def test_an_upgrade_is_said_once() -> None:
    member = vulnerability("CVE-1", "4.17.21")
    for advice, kept in (
        ("Upgrade lodash from 4.17.15 to 4.17.21.", False),
        ("Upgrade lodash to 4.17.21. Then rotate the keys.", True),
    ):
        _, body = render(view(advised(member, advice)), TEMPLATES)
        assert "Upgrade `lodash 4.17.15` to `4.17.21` or later." in body
        assert (advice in body) is kept


def test_a_secret_shows_only_its_redacted_form() -> None:
    found = finding(kind="secret", secret=Secret(type="aws-key", redacted="AKIA…(20)"))
    _, body = render(view(shown(found)), TEMPLATES)
    assert "**Secret:** `aws-key AKIA…(20)`" in body
    assert "Revoke the secret" in body


@pytest.mark.parametrize(
    ("repository", "url"),
    [
        ("https://gitlab.acme.example/a/b.git", f"https://gitlab.acme.example/a/b/-/blob/{COMMIT}/a%20b.py#L3"),
        ("https://bitbucket.org/a/b", f"https://bitbucket.org/a/b/src/{COMMIT}/a%20b.py#lines-3"),
        (
            "https://dev.azure.com/o/p/_git/r",
            f"https://dev.azure.com/o/p/_git/r?path=/a%20b.py&version=GC{COMMIT}"
            "&line=3&lineEnd=3&lineStartColumn=1&lineEndColumn=999",
        ),
        ("https://unknown.example/a/b", None),
        ("javascript:alert(1)", None),
        (None, None),
    ],
)  # fmt: skip
def test_lines_link_to_the_commit_where_the_host_is_known(
    repository: str | None, url: str | None
) -> None:
    found = finding(locations=(Location(path="a b.py", line=3),))
    _, body = render(view(shown(found), repository=repository), TEMPLATES)
    assert (f"[a b.py:3]({url})" if url else "- `a b.py:3`") in body


def test_what_is_too_long_loses_evidence_first() -> None:
    found = finding(evidence=(Evidence("Response", "z" * 2000),))
    _, body = render(view(shown(found), body_limit=1800), TEMPLATES)
    assert len(body) <= 1800
    assert "zzz" not in body
    assert "Left out here" in body
    assert "## How this ticket closes" in body


def test_a_large_group_says_how_many_rows_are_left_out() -> None:
    members = [vulnerability(f"CVE-{n:04}", "4.17.21") for n in range(137)]
    made = view(*members, group_by="component", group="pkg:npm/lodash")
    assert "… and 37 more." in render(made, TEMPLATES)[1]
    short = render(msgspec.structs.replace(made, body_limit=6000), TEMPLATES)[1]
    assert len(short) <= 6000
    assert "… and 97 more." in short


HOSTILE = st.text(
    alphabet=st.sampled_from("`~#@<>![]()|*_-=+:/\\&;\n 1aGH\u202e\u200b\x00"), max_size=60
)


@settings(max_examples=60)
@given(HOSTILE, HOSTILE, st.integers(400, 4000), st.integers(20, 80))
def test_no_hostile_text_breaks_out_and_limits_hold(
    one: str, two: str, body_limit: int, title_limit: int
) -> None:
    found = finding(
        title=one or "x", message=two, rule=two or "x", remediation=one, reproduce=two,
        tool=one or "x",
        locations=(Location(path=one, line=1, logical=two, snippet=two, message=one),),
        evidence=(Evidence(one, two, one),), help_url=one, resource=two,
        request=Request(method=one, template=two, parameter=one, parameter_in=two),
    )  # fmt: skip
    made = view(shown(found), body_limit=body_limit, title_limit=title_limit, repository=None)
    title, body = render(made, TEMPLATES)
    assert len(title) <= title_limit
    assert "\n" not in title
    assert len(body) <= body_limit
    tokens = [t for top in PARSER.parse(body) for t in (top, *(top.children or ()))]
    assert {t.type for t in tokens} & {"image", "html_inline", "html_block"} == set()
    ours = ("https://cwe.mitre.org/", "https://ci.example/", "https://owasp.org/")
    assert all(str(t.attrs["href"]).startswith(ours) for t in tokens if t.type == "link_open")
    headings = re.findall(r"^## (.*)$", body, re.MULTILINE)
    assert sum(t.type == "heading_open" for t in tokens) <= len(headings)


@pytest.mark.parametrize(
    ("policy", "kind", "expected"),
    [
        (Lifecycle(), "code", "when a complete scan no longer finds it"),
        (Lifecycle(), "api", "when 2 scans no longer find it"),
        (Lifecycle(close_requires=("prod", "stage")), "code", "finds it in prod and stage"),
        (Lifecycle(on_fixed="comment"), "code", "closing is left to you"),
        (Lifecycle(), "secret", "no scan sees a revocation"),
    ],
)
def test_a_ticket_says_how_it_closes(policy: Lifecycle, kind: Any, expected: str) -> None:
    assert expected in closing_policy(policy, features_of(finding(kind=kind), ()))
