"""Every SARIF report of the corpus: read or refused with a sentence, each result built or
Rejected; and so are thousands of damaged copies of them. Skipped where the corpus is not
there."""

from __future__ import annotations

import copy
import gzip
import json
import random
from pathlib import Path

import msgspec
import pytest

from tests.readers.sarif_given import Bytes, report
from ticketbot.errors import ReportError
from ticketbot.model.finding import Finding, Rejected
from ticketbot.readers import sarif
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"
FILES = sorted(
    file
    for folder in ("real", "reports", "public")
    for file in (CORPUS / folder).rglob("*")
    if file.is_file() and "sarif" in file.name.lower() and "LICENSE" not in file.name
)
pytestmark = pytest.mark.skipif(not FILES, reason=f"no corpus at {CORPUS}")

ONE_FEWER = {
    # DefectDojo leaves out the result of kind `pass`; here it is printed, with status `passed`
    "reports/sarif/flawfinder.sarif",
}


def name(file: Path) -> str:
    return str(file.relative_to(CORPUS))


def read_or_refused(data: bytes) -> list[Finding | Rejected]:
    """Every result, built; nothing where the report is refused. Anything else is a bug."""
    try:
        read = sarif.read(Bytes(data), ReadOptions(), Redactor())
        found = [read.build(result) for result in read.results()]
        msgspec.json.encode([found, read.scans])  # no half characters, no number beyond 64 bits
        return found
    except ReportError as error:
        assert error.message.startswith("report.sarif: ")
        assert error.hint
        return []


@pytest.mark.parametrize("file", FILES, ids=name)
def test_a_report_of_the_corpus_is_read_or_refused(file):
    found = read_or_refused(file.read_bytes())
    for one in found:
        assert isinstance(one, Finding), one
        assert one.title
        assert "\n" not in one.title
        assert len(one.title) <= 120


def expected():
    lines = (CORPUS / "expected.jsonl").read_text().splitlines() if FILES else []
    told = [json.loads(line) for line in lines]
    return [one for one in told if one["tool"] == "sarif" and not one["error"]]


@pytest.mark.parametrize("told", expected(), ids=lambda told: told["file"])
def test_as_many_findings_as_defectdojo_makes_of_it(told):
    found = read_or_refused((CORPUS / told["file"]).read_bytes())
    assert len(found) - (told["file"] in ONE_FEWER) == told["count"]


def test_semgrep_without_an_account_has_no_fingerprints():
    given = (CORPUS / "real/semgrep/vampi-1.182.sarif").read_bytes()
    found = read_or_refused(given)
    assert found
    assert {one.fingerprints for one in found if isinstance(one, Finding)} == {()}


@pytest.mark.parametrize("repository", ["juice-shop", "redis", "scrapy"])
def test_every_result_of_a_history_is_built_under_its_number(repository):
    file = sorted((CORPUS / "history" / repository).glob("*.sarif.gz"))[0]
    data = file.read_bytes()
    runs = json.loads(gzip.decompress(data))["runs"]
    read = report(data)
    results = list(read.results())
    assert [one.index for one in results] == list(range(sum(len(r["results"]) for r in runs)))
    assert {type(read.build(one)) for one in results} == {Finding}


JUNK: list = [
    *(None, True, 0, -1, 1e308, "", "\x00", "\ud800", "x" * 70_000),
    *([], {}, [[]], {"a": {"b": []}}, [None], "%ZZ", "file://[", -(10**40)),
]


def spots(value, path=()):
    """The places in a document, of long lists only the first few."""
    named = value if isinstance(value, dict) else {}
    named = dict(enumerate(value[:5])) if isinstance(value, list) else named
    for key, inner in named.items():
        yield (*path, key)
        yield from spots(inner, (*path, key))


def with_junk(document, places, chance):
    for path in places:
        inner = document
        try:
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = copy.deepcopy(chance.choice(JUNK))
        except (KeyError, IndexError, TypeError):
            continue
    return json.dumps(document).encode()


@pytest.mark.parametrize("file", [f for f in FILES if f.stat().st_size < 60_000], ids=name)
def test_a_damaged_report_is_read_or_refused(file):
    chance = random.Random(name(file))  # the same damage every time
    raw = file.read_bytes()
    for _ in range(10):
        cut, rest = chance.randrange(len(raw)), chance.randrange(len(raw))
        read_or_refused(raw[:cut] + chance.randbytes(3) + raw[rest:])
        read_or_refused(raw[:cut])
    try:
        json.loads(raw)
    except ValueError:
        return
    for _ in range(10):
        document = json.loads(raw)
        places = list(spots(document))
        read_or_refused(with_junk(document, chance.sample(places, min(3, len(places))), chance))
