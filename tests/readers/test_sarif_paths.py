"""Artifact locations → the same path on every machine."""

import pytest

from tests.readers.sarif_given import at, finding


def path_of(uri, options=None, artifact=None, **run):
    found = finding(at(uri, artifact=artifact or {}), options, **run)
    return found.locations[0].path if found.locations else None


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("src/a.py", "src/a.py"),
        ("./src/../lib//a.py", "lib/a.py"),
        ("../other/a.py", "../other/a.py"),
        ("src/with%20space%C3%A9.py", "src/with spaceé.py"),
        ("src\\win\\a.cs", "src/win/a.cs"),
        ("file:///C:/code/a.c", "C:/code/a.c"),
        ("c:\\code\\a.c", "C:/code/a.c"),
        ("/C:/code/a.c", "C:/code/a.c"),
        ("file:///etc/hosts", "/etc/hosts"),
        ("file:/etc/hosts", "/etc/hosts"),
        ("file://build.example.com/work/a.c", "/work/a.c"),
        ("/home/runner/work/shop/shop/src/a.py", "src/a.py"),
        ("/Users/runner/work/1/s/src/a.py", "src/a.py"),
        ("file:///github/workspace/src/a.py", "src/a.py"),
        ("/__w/shop/shop/src/a.py", "src/a.py"),
        ("D:\\a\\shop\\shop\\src\\a.py", "src/a.py"),
        ("/home/vsts/work/1/s/src/a.py", "src/a.py"),
        ("/builds/group/project/src/a.py", "src/a.py"),
        ("/opt/atlassian/pipelines/agent/build/src/a.py", "src/a.py"),
        ("/home/circleci/project/src/a.py", "src/a.py"),
        ("/root/repo/src/a.py", "src/a.py"),
        ("/var/lib/jenkins/workspace/nightly/src/a.py", "src/a.py"),
        ("/home/jenkins/agent/workspace/nightly/src/a.py", "src/a.py"),
        ("/var/jenkins_home/workspace/nightly/src/a.py", "src/a.py"),
        ("/codebuild/output/src123/src/github.com/acme/shop/src/a.py", "src/a.py"),
        ("/src/a.py", "a.py"),
        ("/app/lib/a.py", "lib/a.py"),
        ("/zap/wrk/openapi.yaml", "openapi.yaml"),
        ("/workspace/source/a.py", "a.py"),
        ("/app", "/app"),
        ("/application/a.py", "/application/a.py"),
        ("unknown-file", None),
        ("", None),
    ],
)
def test_a_uri_becomes_a_path(uri, path):
    assert path_of(uri) == path


@pytest.mark.parametrize(
    ("roots", "uri", "path"),
    [
        (("/srv/checkout",), "/srv/checkout/src/a.py", "src/a.py"),
        (("/srv/checkout/",), "file:///srv/checkout/src/a.py", "src/a.py"),
        (("/srv", "/srv/checkout"), "/srv/checkout/src/a.py", "src/a.py"),
        (("/srv/check",), "/srv/checkout/src/a.py", "/srv/checkout/src/a.py"),
        (("C:\\work\\shop",), "file:///c:/work/shop/src/a.py", "src/a.py"),
        (("/app/shop",), "/app/shop/src/a.py", "src/a.py"),
        (("/",), "/etc/a", "/etc/a"),
    ],
)
def test_the_callers_roots_go_first(roots, uri, path):
    assert path_of(uri, {"roots": roots}) == path


BASES = {
    "PROJECT": {"uri": "file:///home/ada/shop/"},
    "SRC": {"uri": "src/", "uriBaseId": "PROJECT"},
    "LOOP": {"uri": "x/", "uriBaseId": "POOL"},
    "POOL": {"uri": "y/", "uriBaseId": "LOOP"},
    "EMPTY": {},
    "CI": {"uri": "file:///home/runner/work/shop/shop/services/api/"},
}


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("PROJECT", "a.py"),
        ("SRC", "src/a.py"),
        ("LOOP", "y/x/a.py"),
        ("EMPTY", "a.py"),
        ("%SRCROOT%", "a.py"),  # GitHub's, never declared
        ("CI", "services/api/a.py"),
    ],
)
def test_bases_are_followed_and_where_the_checkout_was_does_not_count(base, path):
    assert path_of("a.py", artifact={"uriBaseId": base}, originalUriBaseIds=BASES) == path


def test_absolute_uris_below_a_declared_base_lose_it():
    bases = {"PROJECT": {"uri": "file:///home/ada/shop/"}}
    assert path_of("file:///home/ada/shop/src/a.py", originalUriBaseIds=bases) == "src/a.py"


def test_the_directory_the_tool_was_started_in_is_a_root():
    invocations = [{"workingDirectory": {"uri": "file:///home/ada/shop"}}]
    assert path_of("file:///home/ada/shop/src/a.py", invocations=invocations) == "src/a.py"


def test_where_the_repository_is_mapped_to_is_a_root():
    told = [{"revisionId": "abc", "mappedTo": {"uriBaseId": "PROJECT"}}]
    run = {"originalUriBaseIds": BASES, "versionControlProvenance": told}
    assert path_of("/home/ada/shop/src/a.py", **run) == "src/a.py"


@pytest.mark.parametrize(
    ("index", "path"), [(0, "src/zero.c"), (1, "one.c"), (2, None), (9, None), (-1, None)]
)
def test_an_artifact_by_its_index(index, path):
    artifacts = [
        {"location": {"uri": "zero.c", "uriBaseId": "SRC"}},
        {"location": {"uri": "one.c"}},
        {},
    ]
    told = {"artifacts": artifacts, "originalUriBaseIds": BASES}
    assert path_of(None, artifact={"index": index}, **told) == path


def test_one_result_with_several_locations_is_one_finding():
    places = [{"physicalLocation": {"artifactLocation": {"uri": uri}}} for uri in ("a.c", "b.c")]
    found = finding({"ruleId": "R1", "locations": places})
    assert [place.path for place in found.locations] == ["a.c", "b.c"]
