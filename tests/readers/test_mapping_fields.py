"""The fields of a finding as a mapping fills them: words, types, places, packages, secrets, evidence."""

import pytest

from tests.readers.mapping_given import built, finding
from ticketbot.model.finding import Component, Evidence, Location, Rejected, Request

REQUIRED = "rule: rule\ntitle: title\n"
RESULT = {"rule": "R-1", "title": "A title"}


def made(fields, **result):
    return finding(REQUIRED + fields, {**RESULT, **result})


@pytest.mark.parametrize(
    ("fields", "result", "expected"),
    [
        ("severity: s", {"s": "CRITICAL"}, "critical"),
        ("severity: s", {"s": "Moderate"}, "medium"),
        ("severity: s", {"s": 9.8}, "critical"),
        ("severity: s", {"s": "5.0"}, "medium"),
        ("severity: s", {"s": "??"}, "medium"),
        ("severity: s", {"s": ["high"]}, "medium"),
        ("severity: s", {"s": {"high": 1}}, "medium"),
        ("severity: low", {}, "low"),
        ("severity: {path: s, default: info}", {}, "info"),
        ("severity: {path: s, table: {P1: critical}}", {"s": "p1"}, "critical"),
        ("cvss: c", {"c": 7.5}, "high"),
    ],
)
def test_severity_is_the_tables_word_or_ours_or_a_cvss_score(fields, result, expected):
    assert made(fields, **result).severity == expected


def test_the_mappings_own_severity_words_win_over_the_common_ones():
    text = (
        "severities: {high: low}\nresults: [{each: 'r[]', rule: rule, title: title, severity: s}]"
    )
    (found,) = built({"r": [{**RESULT, "s": "HIGH"}]}, text)
    assert found.severity == "low"


@pytest.mark.parametrize(
    ("fields", "result", "status", "suppressed"),
    [
        ("", {}, "open", None),
        ("status: {path: s, table: {PASS: passed}, default: open}", {"s": "PASS"}, "passed", None),
        ("status: {path: s, table: {PASS: passed}}", {"s": "odd"}, "open", None),
        ("suppression: {justification: why}", {"why": "tested"}, "suppressed", "tested"),
        ("status: s\nsuppression: {justification: why}", {"s": "open", "why": "x"}, "open", "x"),
    ],
)
def test_the_status_of_a_result(fields, result, status, suppressed):
    found = made(fields, **result)
    assert found.status == status
    assert (found.suppression.justification if found.suppression else None) == suppressed


def test_kind_is_a_word_or_comes_from_a_table_or_from_the_tools_family():
    assert made("kind: iac").kind == "iac"
    assert made("kind: {path: k, table: {t: cloud}}", k="T").kind == "cloud"
    assert made("kind: {path: k, table: {t: cloud}}", k="other").kind == made("").kind


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"path": "./src\\a.py", "line": "7"}, Location(path="src/a.py", line=7)),
        ({"path": "/build/repo/a.py", "line": 0}, Location(path="a.py")),
        ({"path": "/elsewhere/a.py", "line": -1}, Location(path="/elsewhere/a.py")),
        ({"path": "file:///build/repo/a.py", "line": 2.0}, Location(path="a.py", line=2)),
        ({"path": "a.py", "line": 9, "end": 3}, Location(path="a.py", line=9)),
        ({"path": "a.py", "line": 9, "end": 12}, Location(path="a.py", line=9, end_line=12)),
        ({"path": "a.py", "line": True}, Location(path="a.py")),
        ({"path": "a.py", "line": 10**30}, Location(path="a.py")),
        ({"path": {"not": "text"}, "line": 1}, None),
        ({"path": "  "}, None),
    ],
)
def test_a_location_is_read_as_far_as_it_makes_sense(given, expected):
    text = (
        "results: [{each: 'r[]', rule: rule, title: title,"
        " location: {path: p.path, line: p.line, end_line: p.end}}]"
    )
    (found,) = built({"r": [{**RESULT, "p": given}]}, text, roots=("/build/repo",))
    assert found.locations == ((expected,) if expected else ())


def test_each_gives_several_locations_and_the_ends_of_a_flow():
    places = [{"f": "a.py", "l": 1}, {"f": "b.py", "l": 2}, {"f": "a.py", "l": 1}, {"f": "c.py"}]
    found = made(
        "location: {each: 'p[]', path: f, line: l}\nflow: {each: 'p[]', path: f, line: l}", p=places
    )
    assert [(at.path, at.line) for at in found.locations] == [
        ("a.py", 1),
        ("b.py", 2),
        ("c.py", None),
    ]
    assert [at.path for at in found.flow] == ["a.py", "c.py"]


@pytest.mark.parametrize(
    ("fields", "result", "expected"),
    [
        (
            "{purl: u, name: n}",
            {"u": "pkg:npm/x@1", "n": "x"},
            Component(purl="pkg:npm/x@1", name="x"),
        ),
        (
            "{type: {value: maven}, name: n, version: v}",
            {"n": "org.a:b", "v": "1"},
            Component(purl="pkg:maven/org.a/b@1", name="org.a:b", version="1"),
        ),
        (
            "{type: {value: npm}, name: n}",
            {"n": "@babel/core"},
            Component(purl="pkg:npm/%40babel/core", name="@babel/core"),
        ),
        (
            "{purl: u, name: n, version: v, source: s}",
            {
                "u": "pkg:deb/debian/libssl1.1@1.1?arch=x",
                "n": "libssl1.1",
                "v": "1.1",
                "s": "openssl",
            },
            Component(purl="pkg:deb/debian/openssl@1.1", name="libssl1.1", version="1.1"),
        ),
        (
            "{name: n, fixed: f}",
            {"n": "x", "f": "1.2, 2.0"},
            Component(name="x", fixed=("1.2", "2.0")),
        ),
        (
            "{name: n, fixed: f}",
            {"n": "x", "f": ["1.2", 3]},
            Component(name="x", fixed=("1.2", "3")),
        ),
        (
            "{name: n, image: i}",
            {"n": "x", "i": "u:p@reg.io:5000/a/b:1@sha256:" + "a" * 64},
            Component(name="x", image="reg.io:5000/a/b"),
        ),
        ("{purl: u}", {"u": "not a purl"}, None),
        ("{version: v}", {"v": "1"}, None),
    ],
)
def test_a_component_and_its_package_url(fields, result, expected):
    assert made(f"component: {fields}", **result).component == expected


def test_a_request_has_a_template_without_names_and_a_safe_url():
    fields = "request: {method: m, url: u, template: t, status: s}"
    found = made(
        fields, m="get", u="https://x.example/users/7", t="/users/{user_id}/:part", s="500"
    )
    assert found.request == Request(
        method="GET", url="https://x.example/users/7", template="/users/{}/{}", status=500
    )
    assert made(fields, u="javascript:alert(1)").request is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://h/a?q=%22x%22&r=[1]", "https://h/a?q=%22x%22&r=[1]"),
        ("https://h/<svg onload=1>/a|b", "https://h/%3Csvg%20onload=1%3E/a%7Cb"),
        ("h:22", None),
        ("javascript:alert(1)", None),
        ("https://u:p@h/<x>", "https://h/%3Cx%3E"),
    ],
)
def test_an_attack_in_a_url_is_encoded_so_that_its_path_is_still_known(url, expected):
    request = made("request: {url: u, status: s}", u=url, s=200).request
    assert request.url == expected


def test_the_text_of_a_place_is_the_first_line_of_what_is_quoted():
    (place,) = made("location: {path: p, snippet: s}", p="a.py", s="\n  f(\n    1,\n").locations
    assert (place.snippet, place.line_text) == ("\n  f(\n    1,\n", "  f(")


def test_classes_are_found_in_lists_of_lists():
    found = made(
        "owasp: [a, b]\ncwe: [c]", a=["A03:2021 - Injection", "A1:2017"], b="x", c=["CWE-79"]
    )
    assert (found.owasp, found.cwe) == (("A03:2021", "A01:2017"), (79,))


def test_a_secret_is_kept_as_digest_and_appears_nowhere_else():
    value = "plain-pass word"
    text = (
        "results: [{each: 'r[]', rule: rule, title: title, message: m, kind: secret,"
        " secret: {type: rule, value: v}, location: {path: p, snippet: m}, tags: m, resource: m,"
        " evidence: [{label: Line, text: m}], remediation: m, fingerprints: {f: m}}]"
    )
    result = {**RESULT, "v": value, "m": f"login('{value}')", "p": "a.py"}
    (found,) = built({"r": [result]}, text, secret_keys=(("k1", b"x" * 32),))
    assert [key for key, _ in found.secret.digests] == ["k1"]
    assert value not in repr(found)
    (same,) = built({"r": [{**result, "m": "elsewhere"}]}, text, secret_keys=(("k1", b"x" * 32),))
    assert same.secret.digests == found.secret.digests


def test_evidence_is_an_http_message_or_text_and_is_redacted():
    fields = (
        "evidence:\n"
        "  - {label: Request, language: http, http: {start: s, headers: h, body: b}}\n"
        "  - {label: Note, text: n}\n"
        "  - {label: Nothing, text: gone}"
    )
    found = made(
        fields,
        s="GET /x",
        h={"Authorization": ["Bearer abcdefghijklmnop"], "X-A": "1", "Odd": {"a": 1}},
        b={"$base64": "aGVsbG8="},
        n="card 4111 1111 1111 1111",
    )
    request, note = found.evidence
    assert isinstance(request, Evidence)
    assert request.text.startswith("GET /x\nAuthorization: ") and request.text.endswith(
        "X-A: 1\n\nhello"
    )
    assert "abcdefghijklmnop" not in request.text
    assert "4111" not in note.text


def test_long_evidence_is_cut_and_says_so():
    (evidence,) = made("evidence: [{label: A, text: t}]", t="x" * 50_000).evidence
    assert len(evidence.text) < 11_000 and evidence.text.endswith("(40,000 more characters)")


def test_a_curl_line_is_quoted_for_a_shell():
    fields = "curl: {method: m, url: u, headers: h, body: b}"
    found = made(
        fields,
        m="POST",
        u="http://x/$(id)",
        h={"A": "it's", "Content-Length": "3"},
        b="a'; rm -rf /",
    )
    assert found.reproduce == (
        "curl -X POST -H 'A: it'\"'\"'s' --data-raw 'a'\"'\"'; rm -rf /' 'http://x/$(id)'"
    )


def test_ids_of_databases_nobody_knows_are_kept_where_they_look_like_ids():
    assert made("vulnerabilities: v", v=["CVE-2024-12345", "GHSA-xxxx"]).vulnerabilities == (
        "CVE-2024-12345",
    )
    assert made("vulnerabilities: v", v="NSWG-ECO-428").vulnerabilities == ("NSWG-ECO-428",)
    assert made("vulnerabilities: v", v="a sentence, and no id").vulnerabilities == ()


def test_lists_links_and_tags_are_flat_without_doubles_and_safe():
    found = made(
        "tags: [a, b]\nlinks: [u, us]",
        a="x",
        b=["y", "x", None, 3],
        u="http://a/",
        us=["http://a/", "ftp://b/"],
    )
    assert found.tags == ("x", "y", "3")
    assert found.links == ("http://a/",)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"title": "t"}, "no `rule`: nothing at rule"),
        ({"rule": "r"}, "no `title`: nothing at title"),
        ({"rule": "r", "title": "  "}, "no `title`: nothing at title"),
        ({"rule": {"id": "r"}, "title": "t"}, "no `rule`: nothing at rule"),
        ("not an object", "no `rule`: nothing at rule"),
        (None, "no `rule`: nothing at rule"),
    ],
)
def test_a_result_without_rule_or_title_is_rejected_while_the_rest_go_on(result, reason):
    text = "results: [{each: 'r[]', rule: rule, title: title}]"
    found = built({"r": [result, RESULT]}, text)
    assert found[0] == Rejected("/r/0", reason)
    assert found[1].rule == "R-1"


def test_let_names_are_used_like_the_results_own_and_may_wrap_them():
    lets = "{kind: {first: [kind, {value: none}]}, both: {join: [kind, rule], with: '/'}}"
    fields = f"let: {lets}\nresource: both"
    assert made(fields, kind="k").resource == "k/R-1"
    assert made(fields).resource == "none/R-1"
