"""The shipped mappings on the corpus: counts, nothing rejected, no other tool's report taken."""

import json
from pathlib import Path

import pytest

from ticketbot.config.mapping_files import load_mappings
from ticketbot.model.finding import Finding
from ticketbot.readers.mapped import read
from ticketbot.readers.prefix import read_prefix
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared/corpus"
MAPPINGS = load_mappings([ROOT / "mappings"])
NOT_RECOGNISED = {"reports/trivy/legacy_no_vuln.json", "reports/nuclei/empty.jsonl"}
"""`null`, and nothing: they do not say which tool wrote them, so they are refused."""
OURS = {
    "reports/gitleaks/gitleaks8_many.json": 4,  # one value at two places is one result for DefectDojo
    "reports/nuclei/many_findings.json": 18,  # results that differ in the matcher are one for DefectDojo
    "reports/snyk/snykcontainer_issue_9270.json": 37,  # and 12 of `applications`, which DefectDojo leaves out
    "reports/snyk/snykcontainer_issue_epss.json": 13,  # the same
}
"""Where we count otherwise, and why: one result of the report is one finding."""
CALLED = {
    "anchore_grype": "grype",
    "generic": "defectdojo",
    "npm_audit_7_plus": "npm_audit",
    "yarn_audit": "npm_audit",
}
"""The corpus' name of a tool → the mapping that reads it."""
SAME_FORMAT = {"reports/yarn_audit/issue_6495.json": ["npm_audit"]}
"""Yarn asks the same service as npm 6, and writes down the same answer."""
SUFFIXES = (".json", ".jsonl", ".ndjson", ".sarif", ".golden", ".gz")

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not here")


class File:
    """A source in the file system."""

    def __init__(self, path):
        self.name, self._path = str(path), path

    def open(self):
        return self._path.open("rb")


def recognised(path):
    prefix = read_prefix(File(path), ReadOptions().limits)
    return [name for name, mapping in MAPPINGS.items() if mapping.matches(prefix)]


def findings(path):
    (name,) = recognised(path)
    report = read(File(path), ReadOptions(), Redactor(), MAPPINGS[name])
    return report, [report.build(each) for each in report.results()]


def expected():
    if not CORPUS.is_dir():
        return []
    every = map(json.loads, (CORPUS / "expected.jsonl").read_text("utf-8").splitlines())
    read = [each for each in every if CALLED.get(each["tool"], each["tool"]) in MAPPINGS]
    return [each for each in read if each["tool"] != "yarn_audit" or each["file"] in SAME_FORMAT]


@pytest.mark.parametrize("want", expected(), ids=lambda want: want["file"])
def test_the_number_of_findings_is_the_expected_one(want):
    if want["file"] in NOT_RECOGNISED:
        assert want["count"] == 0 and recognised(CORPUS / want["file"]) == []
        return
    if want[
        "error"
    ]:  # DefectDojo's own reasons: another importer is for it, an image without extension
        return
    _, found = findings(CORPUS / want["file"])
    assert [each for each in found if not isinstance(each, Finding)] == []
    assert len(found) == OURS.get(want["file"], want["count"])


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted((CORPUS / "public/aquasecurity+trivy").glob("*.json.golden"))
        if '"ArtifactName"' in path.read_text("utf-8")
    ],
    ids=lambda path: path.name,
)
def test_trivys_own_goldens_are_read_and_packages_have_a_package_url(path):
    report, found = findings(path)
    assert report.format == "trivy"
    for each in found:
        assert isinstance(each, Finding)
        if each.kind in ("dependency", "container"):
            assert each.component and (each.component.purl or "").startswith("pkg:")
            assert each.vulnerabilities
        if each.kind == "secret":
            assert each.secret and each.secret.digests == () and each.locations[0].line


@pytest.mark.parametrize(
    ("name", "results", "flaws", "operations"),
    [
        ("vampi/ndjson-20261121T202540Z.ndjson.gz", 414, 13, 14),
        ("vampi-auth-seed1/ndjson-20261121T202818Z.ndjson", 161, 18, 13),
    ],
)
def test_schemathesis_repeats_a_failure_but_not_a_flaw(name, results, flaws, operations):
    report, found = findings(CORPUS / "real/schemathesis" / name)
    assert len(found) == results
    shown = {(f.rule, f.request.method, f.request.template, f.discriminator) for f in found}
    assert len(shown) == flaws
    (scan,) = report.scans
    assert scan.complete and len(scan.covered) == operations
    assert {f"{f.request.method} {f.request.template}" for f in found} <= set(scan.covered)


@pytest.mark.parametrize("folder", ["reports", "real", "public"])
def test_no_report_has_two_owners_and_no_mapping_takes_another_tools(folder):
    taken = {}
    for path in (CORPUS / folder).rglob("*"):
        if not path.is_file() or path.suffix not in SUFFIXES:
            continue
        names, relative = recognised(path), str(path.relative_to(CORPUS))
        theirs = [CALLED.get(part, part) for part in relative.split("/")]
        own = [name for name in names if name in theirs or name in relative]
        if names and (len(names) > 1 or not own) and SAME_FORMAT.get(relative) != names:
            taken[relative] = names
    assert taken == {}
