"""Status, suppressions, fingerprints, remedies, secrets, packages, requests."""

import hashlib
import hmac

import pytest

from tests.readers.sarif_given import KEYS, at, finding
from ticketbot.model.finding import Component, Evidence, Request, Suppression

SUPPRESSED = {"kind": "external", "status": "accepted", "justification": "Tested by hand."}


@pytest.mark.parametrize(
    ("result", "status"),
    [
        ({}, "open"),
        ({"kind": "fail"}, "open"),
        ({"kind": "pass", "level": "none"}, "passed"),
        ({"kind": "informational"}, "passed"),
        ({"kind": "notApplicable"}, "passed"),
        ({"kind": "review"}, "passed"),
        ({"kind": "open"}, "passed"),
        ({"baselineState": "new"}, "open"),
        ({"baselineState": "unchanged"}, "open"),
        ({"baselineState": "updated"}, "open"),
        ({"baselineState": "absent"}, "absent"),
        ({"baselineState": "absent", "kind": "pass", "suppressions": [SUPPRESSED]}, "absent"),
        ({"suppressions": []}, "open"),
        ({"suppressions": None}, "open"),
        ({"suppressions": [SUPPRESSED]}, "suppressed"),
        ({"suppressions": [{"kind": "inSource"}]}, "suppressed"),
        ({"suppressions": [{"kind": "inSource", "status": "underReview"}]}, "open"),
        ({"suppressions": [{"kind": "inSource", "status": "rejected"}]}, "open"),
        ({"suppressions": [SUPPRESSED, {"kind": "inSource", "status": "underReview"}]}, "open"),
        ({"suppressions": [SUPPRESSED], "kind": "pass"}, "passed"),
    ],
)
def test_only_failures_that_nobody_suppressed_are_open(result, status):
    found = finding({"ruleId": "R1", "message": {"text": "x"}} | result)
    assert found.status == status


@pytest.mark.parametrize("kind", ["open", "review"])
def test_kinds_that_need_review_are_open_where_asked_for(kind):
    found = finding({"ruleId": "R1", "kind": kind}, {"review_kinds": True})
    assert found.status == "open"


def test_a_suppression_says_why():
    found = finding({"ruleId": "R1", "suppressions": [{"kind": "inSource"}, SUPPRESSED]})
    assert found.suppression == Suppression("inSource", "Tested by hand.")
    open_again = finding({"ruleId": "R1", "suppressions": [SUPPRESSED | {"status": "rejected"}]})
    assert open_again.suppression is None


def test_fingerprints_are_kept_with_their_kind_and_without_people_and_poison():
    found = finding(
        {
            "ruleId": "R1",
            "guid": "g-1",
            "correlationGuid": "c-1",
            "fingerprints": {"matchBasedId/v1": "requires login", "hash/v2": "abc", "n": 7},
            "partialFingerprints": {
                "primaryLocationLineHash": "9cbc:1",
                "email": "ada@example.com",
                "author": "Ada",
                "commitMessage": "oops",
                "date": "2003-10-19",
                "commitSha": "0000",
            },
        }
    )
    assert dict(found.fingerprints) == {
        "fingerprints/hash/v2": "abc",
        "fingerprints/n": "7",
        "partialFingerprints/primaryLocationLineHash": "9cbc:1",
        "partialFingerprints/commitSha": "0000",
        "guid": "g-1",
        "correlationGuid": "c-1",
    }


def test_fixes_add_to_the_remedy():
    fixes = [{"description": {"text": "Initialize [it](1)"}}, {"description": {"text": "Init."}}]
    rule = {"id": "R1", "help": {"text": "Read the manual."}}
    found = finding({"ruleId": "R1", "fixes": fixes}, rules=[rule])
    assert found.remediation == "Read the manual.\n\nInitialize it\n\nInit."


def test_a_results_own_properties():
    properties = {"confidence": "LOW", "tags": ["t", "CVE-2020-11111"], "owasp": "API1:2023 BOLA"}
    rule = {"id": "R1", "properties": {"precision": "high", "tags": ["r"]}}
    found = finding({"ruleId": "R1", "properties": properties}, rules=[rule])
    assert (found.confidence, found.owasp) == ("low", ("API1:2023",))
    assert (found.tags, found.vulnerabilities) == (
        ("r", "t", "CVE-2020-11111"),
        ("CVE-2020-11111",),
    )


LEAKED = "hunter2-hunter2-hunter2"


def test_a_leaked_secret_is_masked_everywhere_and_known_by_its_digest():
    result = at("auth.py", {"startLine": 3, "snippet": {"text": LEAKED}}) | {
        "message": {"text": f"found {LEAKED} in auth.py"},
        "fingerprints": {"f": f"auth.py:{LEAKED}"},
    }
    found = finding(result, name="gitleaks")
    assert (found.kind, found.locations[0].line, found.locations[0].line_text) == (
        "secret",
        3,
        None,
    )
    assert found.secret
    assert found.secret.type == "R1"
    (key,) = KEYS
    expected = hmac.new(key[1], b"R1\0" + LEAKED.encode(), hashlib.sha256).hexdigest()[:32]
    assert found.secret.digests == ((key[0], expected),)
    assert LEAKED not in repr(found)
    assert found.message == f"found {found.secret.redacted} in auth.py"


def test_a_secret_that_the_report_does_not_quote():
    found = finding(at("auth.py", {"startLine": 3}), name="gitleaks")
    assert found.secret
    assert (found.secret.type, found.secret.digests) == ("R1", ())


TOKEN = "ghp_" + "a1B2" * 9


def test_credentials_in_any_text_are_taken_out():
    line = f'token = "{TOKEN}"'
    result = at("a.py", {"startLine": 1, "snippet": {"text": line}}) | {
        "message": {"text": f"Token {TOKEN} found"},
        "suppressions": [{"justification": f"is {TOKEN} fine"}],
        "fixes": [{"description": {"text": f"Remove {TOKEN}"}}],
        "partialFingerprints": {"f": TOKEN},
        "properties": {"tags": [TOKEN]},
        "codeFlows": [
            {"threadFlows": [{"locations": [{"location": {"message": {"text": TOKEN}}}]}]}
        ],
    }
    rules = [
        {"id": "R1", "help": {"text": f"not {TOKEN}"}, "shortDescription": {"text": f"a {TOKEN}"}}
    ]
    found = finding(result, rules=rules)
    assert TOKEN not in repr(found)
    assert found.locations[0].line_text
    assert "[redacted]" in found.locations[0].line_text


def test_what_is_not_suspicious_is_the_same_with_and_without_redaction():
    plain = at("a.py", {"startLine": 1, "snippet": {"text": "x = [redacted jwt]"}})
    assert finding(plain).locations[0].line_text == "x = [redacted]"


TRIVY = (
    "Package: libssl1.1\nInstalled Version: 1.1.1c-r0\nVulnerability CVE-2019-1549\n"
    "Severity: MEDIUM\nFixed Version: 1.1.1d-r0, 1.2\nLink: [CVE-2019-1549](https://avd.example/1)"
)


def test_trivys_package_and_image():
    result = at("library/shop", {"startLine": 1}) | {"message": {"text": TRIVY}}
    run = {"properties": {"imageName": "registry.example:5000/library/shop:1.0@sha256:" + "0" * 64}}
    rule = {"id": "R1", "name": "OsPackageVulnerability"}
    found = finding(result, name="Trivy", rules=[rule], **run)
    assert found.kind == "container"
    assert found.locations == ()  # an image is no file
    assert found.component == Component(
        name="libssl1.1",
        version="1.1.1c-r0",
        fixed=("1.1.1d-r0", "1.2"),
        image="registry.example:5000/library/shop",
    )


@pytest.mark.parametrize(
    ("name", "tags", "kind"),
    [
        ("LanguageSpecificPackageVulnerability", [], "dependency"),
        ("Misconfiguration", [], "iac"),
        ("Secret", [], "secret"),
        ("", ["misconfiguration", "security"], "iac"),
        ("", [], "dependency"),
    ],
)
def test_trivy_finds_several_kinds(name, tags, kind):
    rule = {"id": "R1", "name": name, "properties": {"tags": tags}}
    found = finding(at("package-lock.json"), name="Trivy", rules=[rule])
    assert found.kind == kind


def test_grypes_package_and_the_tag_in_its_paths():
    said = (
        "A low vulnerability in rpm package: curl, version 7.1 was found in image shop:1.2 at: /a"
    )
    rule = {
        "id": "CVE-2024-1234-curl",
        "help": {"text": "Package: curl\nVersion: 7.1\nFix Version: 7.2,8.0\nType: rpm"},
        "properties": {"purls": ["pkg:rpm/redhat/nss@3", "pkg:rpm/redhat/curl@7.1"]},
    }
    result = at("shop:1.2/var/lib/rpm/Packages", {"startLine": 1}) | {
        "ruleId": rule["id"],
        "message": {"text": said},
    }
    found = finding(result, name="grype", rules=[rule])
    assert found.locations[0].path == "var/lib/rpm/Packages"
    assert found.vulnerabilities == ("CVE-2024-1234",)
    assert found.component == Component(
        purl="pkg:rpm/redhat/curl@7.1",
        name="curl",
        version="7.1",
        fixed=("7.2", "8.0"),
        manifest="var/lib/rpm/Packages",
        image="shop",
    )


@pytest.mark.parametrize(
    ("tool", "result", "name", "version"),
    [
        (
            "osv-scanner",
            {"message": {"text": "Package 'mercurial@4.5.2' is vulnerable to 'CVE-2018-1'."}},
            "mercurial",
            "4.5.2",
        ),
        (
            "Snyk Open Source",
            {"locations": [{"logicalLocations": [{"fullyQualifiedName": "@a/b@1.2.3"}]}]},
            "@a/b",
            "1.2.3",
        ),
    ],
)
def test_packages_in_messages_and_logical_names(tool, result, name, version):
    component = finding({"ruleId": "R1"} | result, name=tool).component
    assert component
    assert (component.name, component.version) == (name, version)


def test_a_request_and_its_response_are_evidence_without_anything_private():
    result = {
        "ruleId": "R1",
        "webRequest": {
            "method": "get",
            "target": "https://shop.example/users/1?token=abcdef0123456789",
            "headers": {"Authorization": "Basic TFI6TFI=", "Cookie": "sid=1", "Accept": "*/*"},
        },
        "webResponse": {
            "statusCode": 200,
            "reasonPhrase": "OK",
            "headers": {"Set-Cookie": "sid=2"},
            "body": {"text": '{"email": "ada@example.com"}'},
        },
    }
    found = finding(result, name="ZAP")
    assert found.kind == "web"
    assert found.request
    assert (found.request.method, found.request.status) == ("GET", 200)
    assert [piece.label for piece in found.evidence] == ["Request", "Response"]
    assert "Accept: */*" in found.evidence[0].text
    for private in ("TFI6TFI", "sid=", "ada@example.com", "abcdef0123456789"):
        assert private not in repr(found)


def test_a_request_by_its_index():
    found = finding(
        {"ruleId": "R1", "webRequest": {"index": 1}, "webResponse": {"index": 5}},
        webRequests=[{}, {"method": "PUT", "target": "/x"}],
        name="ZAP",
    )
    assert found.request == Request(method="PUT", template="/x")


def test_an_address_in_place_of_a_path_is_the_request():
    found = finding(at("https://shop.example/login", {"startLine": 1}), name="ZAP")
    assert found.request == Request(url="https://shop.example/login")
    assert found.locations == ()


def test_an_api_scanner_names_the_operation_in_its_message():
    markdown = "In 'GET /info'.\n```http\nGET /info HTTP/1.1\nauthorization: Basic TFI6TFI=\n\n```"
    result = at("unknown-file") | {
        "message": {"text": "Default Credentials Used in 'GET /info'.", "markdown": markdown}
    }
    found = finding(result, name="mAPI")
    assert (found.kind, found.locations) == ("api", ())
    assert found.request == Request(method="GET", template="/info")
    assert found.evidence == (Evidence("Request", "GET /info HTTP/1.1\n", "http"),)
