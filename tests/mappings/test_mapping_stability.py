"""What no mapping may let into a flaw's identity, on every case of tests/mappings: the order of results,
where the checkout lies, and what the tool makes up anew in every run or with every version.

The table `VOLATILE` is the knowledge here; the tests need nothing else of a tool.
"""

import json
from collections import Counter
from random import Random

import pytest

from tests.mappings.test_mappings import CASES, MAPPINGS
from tests.readers.mapping_given import Bytes
from ticketbot.identity.recipes import aliases
from ticketbot.model.finding import Finding
from ticketbot.readers.mapped import read
from ticketbot.readers.mapping_steps import steps
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions

KEYS = (("k1", b"of the tests of stability only, 32"),)
ROOT = "/ci/9f3/work/shop"

VOLATILE = {
    "bandit": "generated_at more_info col_offset end_col_offset issue_text issue_severity"
    " issue_confidence line_range",
    "checkov": "file_abs_path definition_context_file_path file_line_range evaluated_keys severity"
    " check_name guideline checkov_version entity package_version cvss",
    "defectdojo": "date severity mitigation impact unique_id_from_tool component_version fix_version"
    " cvssv3 tags",
    "gitleaks": "Commit Author Email Date Message Entropy Fingerprint StartLine EndLine Description"
    " commit author email date commitMessage lineNumber",
    "grype": "matchDetails layerID imageID manifestDigest timestamp severity cvss fix risk epss"
    " version built description",
    "npm_audit": "source severity range nodes effects fixAvailable cvss title created updated"
    " overview recommendation vulnerable_versions patched_versions runId version paths",
    "nuclei": "timestamp ip host template-path template-url extracted-results description"
    " severity request response author reference matched-line url",
    "semgrep": "version severity metavars offset engine_kind validation_state time dataflow_trace",
    "snyk": "from upgradePath isUpgradable severity severityWithCritical cvssScore CVSSv3"
    " description title references version fixedIn org uniqueCount summary"
    " dependencyCount",
    "snyk_iac": "severity lineNumber title impact resolve issue documentation references org",
    "sonarqube": "effort severity creationDate updateDate author tags",
    "trivy": "CreatedAt InstalledVersion FixedVersion Severity Title Description CVSS"
    " PublishedDate LastModifiedDate",
    "schemathesis": "timestamp elapsed response_time seed",
    "wapiti": "version date level info http_request curl_command referer wstg desc sol ref",
    "zap": "@version @generated created id attack evidence otherinfo riskcode riskdesc desc"
    " solution reference count sourceid request-header request-body response-header"
    " response-body",
}
"""Mapping → members of its reports that another run or version may write differently, anywhere."""


def load(case):
    (path,) = case.glob("report.*")
    text = path.read_text("utf-8")
    if path.suffix == ".json":
        return json.loads(text)
    return [json.loads(line) for line in text.splitlines() if line.endswith("}")]


def identities(case, document, roots=()):
    """The aliases of every finding, counted."""
    mapping = MAPPINGS[case.parent.name]
    data = json.dumps(document).encode()  # JSON Lines in one list are read as well
    report = read(Bytes(data), ReadOptions(roots=roots), Redactor(KEYS), mapping)
    found = [report.build(each) for each in report.results()]
    return Counter(aliases(each, report.scans[0]) for each in found if isinstance(each, Finding))


def shuffle(value, way, random):
    """Every list and object along a way, in another order."""
    *names, kind = way[0]
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    if kind == "[]" and isinstance(value, list):
        random.shuffle(value)
        below = value
    elif kind == "*" and isinstance(value, dict):
        members = random.sample([*value.items()], len(value))
        value.clear()
        value.update(members)
        below = members and [item for _, item in members]
    else:
        return
    for item in below if len(way) > 1 else ():
        shuffle(item, way[1:], random)


def changed(value, names):
    """The document with other values of these members, of the same types."""
    if isinstance(value, dict):
        return {k: other(v) if k in names else changed(v, names) for k, v in value.items()}
    return [changed(each, names) for each in value] if isinstance(value, list) else value


def other(value):
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return f"{value}7"
    if isinstance(value, list):
        return [other(each) for each in value][::-1]
    return {name: other(each) for name, each in value.items()}


def rerooted(value, paths):
    """The document with these paths absolute."""
    if isinstance(value, dict):
        return {name: rerooted(each, paths) for name, each in value.items()}
    if isinstance(value, list):
        return [rerooted(each, paths) for each in value]
    return f"{ROOT}/{value}" if isinstance(value, str) and value in paths else value


def named(case):
    return f"{case.parent.name}-{case.name}"


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("case", CASES, ids=named)
def test_another_order_of_results_makes_the_same_flaws(case, seed):
    mapping, document, random = MAPPINGS[case.parent.name].document, load(case), Random(seed)
    if mapping.format == "lines":
        random.shuffle(document)
    for form in {form for source in mapping.results for form in source.each if form != "@"}:
        for part in document if mapping.format == "lines" else [document]:
            shuffle(part, steps(form), random)
    assert identities(case, document) == identities(case, load(case))


@pytest.mark.parametrize("case", CASES, ids=named)
def test_another_checkout_root_makes_the_same_flaws(case):
    document = load(case)
    report = json.loads((case / "findings.json").read_text("utf-8"))
    places = [place for each in report["findings"] for place in each.get("locations", ())]
    paths = {place["path"] for place in places if not place.get("path", "/").startswith("/")}
    moved = rerooted(document, paths)
    assert identities(case, moved, (ROOT,)) == identities(case, document)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_what_a_tool_writes_anew_in_every_run_makes_the_same_flaws(case):
    document, names = load(case), VOLATILE[case.parent.name].split()
    assert identities(case, changed(document, frozenset(names))) == identities(case, document)


def test_every_mapping_says_what_is_volatile_in_its_reports():
    assert set(VOLATILE) == set(MAPPINGS)
