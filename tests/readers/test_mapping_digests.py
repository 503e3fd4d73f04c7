"""What a digest of a mapped result promises: equal digests build equal findings, whatever a report has."""

import copy
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers.mapping_given import Bytes, report
from ticketbot.config.mapping_files import load_mappings
from ticketbot.errors import ReportError
from ticketbot.readers.mapped import read
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions

SHIPPED = load_mappings([Path(__file__).parents[2] / "mappings"])
REPORTS = sorted((Path(__file__).parents[1] / "mappings").glob("*/*/report.*"))
SIMPLE = "results: [{each: 'r[]', rule: rule, title: title}]"


def result(rule, **more):
    return {"rule": rule, "title": f"about {rule}", **more}


def lines(*events):
    return b"\n".join(json.dumps(event).encode() for event in events)


def digests(document, text=SIMPLE, **options):
    return [each.digest for each in report(document, text, **options).results()]


def test_equal_results_have_equal_digests_wherever_they_stand():
    one, two = digests({"r": [result("a"), result("b")]})
    assert digests({"x": 1, "r": [result("c"), result("b"), result("a")]})[1:] == [two, one]


FIELDS = """results:
  - each: "a[].r[]"
    let: {file: {path: f, in: $.files, take: path}}
    rule: rule
    title: {template: "{title} {^.name}"}
    location: {path: file}
    flow: {each: "steps[]", path: {path: f, in: $.files, take: path}}
    message: $.note
"""
DOCUMENT = {
    "files": {"k": {"path": "a.py", "size": 1}, "s": {"path": "s.py"}},
    "note": "n",
    "other": 1,
    "a": [{"name": "N", "other": 2, "r": [result("a", f="k", steps=[{"f": "s"}, {"f": "k"}])]}],
}


def edited(change):
    document = copy.deepcopy(DOCUMENT)
    change(document)
    return digests(document, FIELDS)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["files"]["k"].update(path="b.py"),
        lambda d: d["files"]["s"].update(path="t.py"),
        lambda d: d.update(note="m"),
        lambda d: d["a"][0].update(name="M"),
        lambda d: d["a"][0]["r"][0].update(title="t"),
    ],
    ids=["looked up", "looked up in the flow", "header", "parent", "result"],
)
def test_a_digest_changes_with_everything_its_finding_is_made_of(change):
    assert edited(change) != digests(DOCUMENT, FIELDS)


@pytest.mark.parametrize(
    "change", [lambda d: d.update(other=9), lambda d: d["a"][0].update(other=9)]
)
def test_a_digest_does_not_change_with_what_no_field_reads(change):
    assert edited(change) == digests(DOCUMENT, FIELDS)


def test_a_digest_changes_with_the_mapping_and_with_the_callers_salt():
    base = digests({"r": [result("a")]})
    assert digests({"r": [result("a")]}, SIMPLE + "\nseverities: {}") == base
    assert digests({"r": [result("a")]}, SIMPLE.replace("title: title", "title: rule")) != base
    assert digests({"r": [result("a")]}, salt=b"x") != base


def mutated(value, draw, depth=0):
    """The value with some parts replaced by others of any type."""
    if draw(st.integers(0, 12)) == 0:
        return draw(
            st.sampled_from([None, 0, -1, 1e300, "", "x" * 50, [], {}, [[]], True, [None, 1]])
        )
    if isinstance(value, dict) and depth < 9:
        return {key: mutated(item, draw, depth + 1) for key, item in value.items()}
    if isinstance(value, list) and depth < 9:
        return [mutated(item, draw, depth + 1) for item in value[:4]]
    return value


@given(st.data())
def test_whatever_stands_in_a_report_is_read_or_rejected_and_equal_digests_build_equal_findings(
    data,
):
    path = data.draw(st.sampled_from(REPORTS))
    chosen = SHIPPED[path.parts[-3]]
    text = path.read_text("utf-8")
    if chosen.document.format == "lines":
        events = [json.loads(line) for line in text.split("\n") if line.endswith("}")]
        raw = lines(*[mutated(each, data.draw) for each in events])
    else:
        raw = json.dumps(mutated(json.loads(text), data.draw)).encode()
    try:
        found = read(Bytes(raw), ReadOptions(), Redactor(), chosen)
        results = list(found.results())
    except ReportError:
        return
    by_digest: dict[bytes, object] = {}
    for each in results:
        made = msgspec.structs.replace(found.build(each), pointer="")
        assert by_digest.setdefault(each.digest, made) == made
        msgspec.json.encode(made)
