"""The closed vocabularies: words, ids and addresses as real tools write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.model.finding import SEVERITIES
from ticketbot.readers import vocabulary as words


@pytest.mark.parametrize(
    ("tool", "family"),
    [
        ("Semgrep OSS", "semgrep"),
        ("semgrep", "semgrep"),
        ("Semgrep PRO", "semgrep"),
        ("semgrep 1.85.0", "semgrep"),
        ("CodeQL", "codeql"),
        ("CodeQL command-line toolchain", "codeql"),
        ("Trivy", "trivy"),
        ("Grype", "grype"),
        ("Snyk Open Source", "snyk"),
        ("SnykCode", "snyk-code"),
        ("OWASP ZAP v2.14.0", "zap"),
        ("Checkmarx KICS", "kics"),
        ("ESLint", "eslint"),
        ("42Crunch", "42crunch"),
        ("Shell Script Analysis", "shell-script-analysis"),
        ("testssl.sh 3.2", "testssl-sh"),
        ("Мой сканер", "мой-сканер"),
        ("", "unknown"),
    ],
)
def test_family(tool: str, family: str) -> None:
    assert words.family(tool) == family
    assert words.family(family) == family


@pytest.mark.parametrize(
    ("family", "kind"),
    [
        ("gitleaks", "secret"),
        ("checkov", "iac"),
        ("trivy", "dependency"),
        ("npm-audit", "dependency"),
        ("zap", "web"),
        ("schemathesis", "api"),
        ("garak", "model"),
        ("prowler", "cloud"),
        ("bandit", "code"),
        ("never-heard-of", "code"),
    ],
)
def test_default_kind(family: str, kind: str) -> None:
    assert words.default_kind(family) == kind


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("CRITICAL", "critical"),
        ("Blocker", "critical"),
        ("HIGH", "high"),
        ("error", "high"),
        ("High (Medium)", "high"),
        ("Moderate", "medium"),
        ("warning", "medium"),
        ("note", "low"),
        ("negligible", "low"),
        (" Informational ", "info"),
        ("very_high", "critical"),
        ("Severity: Low", "low"),
        ("none", "info"),
        ("UNSPECIFIED", None),
        ("Unknown", None),
        ("3", None),
        (3, None),
        (None, None),
        ("", None),
    ],
)
def test_severity(word: object, severity: str | None) -> None:
    assert words.severity(word) == severity


@pytest.mark.parametrize(
    ("score", "severity"),
    [
        (10, "critical"), (9.0, "critical"), (8.9, "high"), (7.0, "high"), (6.9, "medium"), (4.0, "medium"),
        (3.9, "low"), (0.1, "low"), (0.0, "info"), (-1.0, "info"), (11.0, "info"), (float("nan"), "info"),
    ],
)  # fmt: skip
def test_severity_from_score(score: float, severity: str) -> None:
    assert words.severity_from_score(score) == severity


@given(st.floats(0, 10), st.floats(0, 10))
def test_a_higher_score_is_never_less_severe(a: float, b: float) -> None:
    low, high = (SEVERITIES.index(words.severity_from_score(x)) for x in sorted((a, b)))
    assert high <= low


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        (79, (79,)),
        ("79", (79,)),
        ("CWE-79: Improper Neutralization (CWE-80)", (79, 80)),
        ("external/cwe/cwe-079", (79,)),
        ("CWE-0089", (89,)),
        ("https://cwe.mitre.org/data/definitions/611.html", (611,)),
        (["CWE-22", "cwe_23", 22, {"id": "CWE-20"}], (22, 23, 20)),
        ({"cwe": ["CWE-89"]}, (89,)),
        ("B602: subprocess with shell", ()),
        ("CWE-12345", ()),
        ("CWE-0", ()),
        ([None, True, 0, 10_000, "x"], ()),
        (None, ()),
    ],
)
def test_cwes(value: object, numbers: tuple[int, ...]) -> None:
    assert words.cwes(value) == numbers


@pytest.mark.parametrize(
    ("value", "classes"),
    [
        ("API1:2023 - Broken Object Level Authorization", ("API1:2023",)),
        (["A01:2021", "A1:2017", "A01:2021 - again"], ("A01:2021", "A01:2017")),
        ("OWASP-A03:2021", ("A03:2021",)),
        ("owasp-a03-2021", ("A03:2021",)),
        ("API10:2023", ("API10:2023",)),
        ("A1", ()),
        (None, ()),
    ],
)
def test_owasp(value: object, classes: tuple[str, ...]) -> None:
    assert words.owasp(value) == classes


def test_a_cwe_has_its_class_of_the_api_list() -> None:
    assert words.owasp_api_of((639,)) == "API1:2023"
    assert words.owasp_api_of((1, 918)) == "API7:2023"
    assert words.owasp_api_of(()) is None
    assert words.owasp_name("API1:2023") == "Broken Object Level Authorization"
    assert words.owasp_name("A10:2021") == "Server-Side Request Forgery"
    assert words.owasp_name("A99:2021") is None


def test_the_common_weaknesses_have_names() -> None:
    assert words.CWE_NAMES[89] == "SQL Injection"
    assert len(words.CWE_NAMES) >= 150


@pytest.mark.parametrize(
    ("texts", "ids"),
    [
        (["see cve-2021-44228"], ("CVE-2021-44228",)),
        (["GHSA-JFH8-C2JP-5V3Q", "CVE-2021-44228"], ("CVE-2021-44228", "GHSA-jfh8-c2jp-5v3q")),
        (["RUSTSEC-2020-0001 GHSA-jfh8-c2jp-5v3q"], ("GHSA-jfh8-c2jp-5v3q", "RUSTSEC-2020-0001")),
        (["CVE-2020-22222, CVE-2020-11111"], ("CVE-2020-22222", "CVE-2020-11111")),
        (["CVE-2020-1234-lodash"], ("CVE-2020-1234",)),
        (["GO-2024-2687", "PYSEC-2021-19"], ("GO-2024-2687", "PYSEC-2021-19")),
        (["SNYK-JS-LODASH-590103"], ("SNYK-JS-LODASH-590103",)),
        (["XCVE-2020-1234", "CVE-20-1"], ()),
    ],
)
def test_vulnerability_ids(texts: list[str], ids: tuple[str, ...]) -> None:
    assert words.vulnerability_ids(texts) == ids


@pytest.mark.parametrize(
    ("reference", "repository"),
    [
        ("ubuntu:22.04", "ubuntu"),
        ("ghcr.io/acme/api@sha256:" + "0" * 64, "ghcr.io/acme/api"),
        ("joe:pw@r.example:5000/a/b:1@sha256:" + "0" * 64, "r.example:5000/a/b"),
        ("localhost:5000/x", "localhost:5000/x"),
        ("docker://alpine", "alpine"),
        ("alpine", "alpine"),
        ("", ""),
    ],
)
def test_image_repository(reference: str, repository: str) -> None:
    assert words.image_repository(reference) == repository


def test_package_urls() -> None:
    assert words.make_purl("npm", "core", "7.1", "@babel") == "pkg:npm/%40babel/core@7.1"
    assert words.make_purl("", "x") is None
    assert words.make_purl("npm", "") is None
    assert words.versionless("pkg:npm/%40babel/core@7.1?arch=x#sub") == "pkg:npm/%40babel/core"
    assert words.versionless("pkg:PyPI/Django_X@1") == "pkg:pypi/django-x"
    assert words.versionless("lodash@4") is None
    assert words.package_of("pkg:maven/org.apache/log4j@2") == ("maven", "org.apache/log4j")
    assert words.package_of("log4j") is None


@pytest.mark.parametrize(
    "url", ["https://example.com/a?b=c#d", "http://127.0.0.1:8080/", "https://example.com/%20x"]
)
def test_a_web_address_is_kept(url: str) -> None:
    assert words.safe_url(f" {url} ") == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://joe@example.com/",
        "https://joe:pw@example.com/",
        "https://example.com/a b",
        "https://example.com/\u2028x",
        "https://example.com/<script>",
        "https://example.com:99999/",
        "https:///path",
        "//example.com",
        "ftp://example.com",
        "https://[::1",
        "https://example.com/" + "a" * 2000,
        None,
        7,
    ],
)
def test_what_is_no_plain_web_address_is_dropped(url: object) -> None:
    assert words.safe_url(url) is None


def test_where_to_read_more() -> None:
    assert words.advisory_url("CVE-2021-44228") == "https://nvd.nist.gov/vuln/detail/CVE-2021-44228"
    assert words.advisory_url("GHSA-a") == "https://github.com/advisories/GHSA-a"
    assert words.advisory_url("DSA-1-1") is None
    assert words.cwe_url(79) == "https://cwe.mitre.org/data/definitions/79.html"
