"""Whole reports by a mapping: where results are, their order, what a scan says, what digests promise."""

import gzip
import json
from pathlib import Path

import pytest

from tests.readers.mapping_given import built, mapping, report
from ticketbot.config.mapping_files import load_mappings
from ticketbot.errors import ReportError
from ticketbot.model.finding import Finding, Rejected
from ticketbot.readers.mapped_trace import trace
from ticketbot.readers.prefix import Prefix
from ticketbot.readers.report import Limits

SHIPPED = load_mappings([Path(__file__).parents[2] / "mappings"])
CASES = Path(__file__).parents[1] / "mappings"
SIMPLE = "results: [{each: 'r[]', rule: rule, title: title}]"


def rules(found):
    return [(each.pointer, getattr(each, "rule", None)) for each in found]


def result(rule, **more):
    return {"rule": rule, "title": f"about {rule}", **more}


@pytest.mark.parametrize(
    ("each", "document", "pointers"),
    [
        ("r[]", {"r": [result("a"), result("b")]}, ["/r/0", "/r/1"]),
        ("[]", [result("a")], ["/0"]),
        ("a.b[]", {"a": {"b": [result("a")]}}, ["/a/b/0"]),
        ("a[].b[]", {"a": [{"b": [result("a")]}, {}, {"b": None}, 3]}, ["/a/0/b/0"]),
        ("[].b[]", [{"b": [result("a")]}, {"b": [result("b")]}], ["/0/b/0", "/1/b/0"]),
        ("m.*", {"m": {"x/y": result("a")}}, ["/m/x~1y"]),
        ("m.*[]", {"m": {"x": [result("a")], "y": 3}}, ["/m/x/0"]),
        ("a[].m.*", {"a": [{"m": {"k": result("a")}}]}, ["/a/0/m/k"]),
        ("r[]", {}, []),
        ("r[]", {"r": None}, []),
        ("r[]", {"r": []}, []),
    ],
)
def test_results_are_found_where_each_says(each, document, pointers):
    found = built(document, f"results: [{{each: '{each}', rule: rule, title: title}}]")
    assert [each.pointer for each in found] == pointers


def test_several_sources_and_forms_come_in_the_order_of_the_file():
    text = """results:
      - {each: ["a[].x[]", "z[]"], rule: rule, title: title}
      - {each: "a[].y[]", rule: rule, title: title}"""
    document = {
        "z": [result("z")],
        "a": [{"y": [result("y0")], "x": [result("x0")]}, {"x": [result("x1")]}],
    }
    assert rules(built(document, text)) == [
        ("/z/0", "z"),
        ("/a/0/y/0", "y0"),
        ("/a/0/x/0", "x0"),
        ("/a/1/x/0", "x1"),
    ]


def test_a_list_and_a_list_inside_it_are_both_read():
    text = """results:
      - {each: "a[]", where: rule, rule: rule, title: title}
      - {each: "a[].b[]", rule: rule, title: {template: "{title} in {^.name}"}}"""
    document = {"a": [{**result("outer"), "name": "N", "b": [result("inner")]}, {"name": "M"}]}
    found = built(document, text)
    assert rules(found) == [("/a/0", "outer"), ("/a/0/b/0", "inner")]
    assert found[1].title == "about inner in N"


def test_parents_and_header_are_read_from_a_result():
    text = """results:
      - each: "a[].b[]"
        rule: rule
        title: {template: "{$.tool} {^^.tool} {^.name} {^#} {#}"}"""
    document = {"a": [{}, {"b": [result("r")], "name": "N"}], "tool": "T"}
    assert built(document, text)[0].title == "T T N 1 0"


def test_where_leaves_out_what_is_no_result():
    text = "results: [{each: 'r[]', where: \"status == 'bad'\", rule: rule, title: title}]"
    document = {"r": [result("a", status="ok"), result("b", status="bad")]}
    found = report(document, text)
    assert rules(map(found.build, found.results())) == [("/r/1", "b")]
    assert found.scans[0].results == 1


LINES = """format: lines
gather: {version: start.version, end: end.time, seen: {all: "items[].name"}}
scan: {version: version, ended: end, covered: seen}
incomplete: [{when: "!end", because: "no end after {elements} lines"}]
results: [{each: "items[]", rule: rule, title: {template: "{title} {$.version}"}}]
"""


def lines(*events):
    return b"\n".join(json.dumps(event).encode() for event in events)


def test_lines_are_gathered_first_and_read_then():
    data = lines(
        {"items": [{**result("a"), "name": "GET /x/{id}"}]},
        {"start": {"version": "1"}},
        {"start": {"version": "2"}, "items": [{**result("b"), "name": "GET /x/{id}"}]},
        {"end": {"time": 1700000000.5}},
    )
    found = report(data, LINES)
    (scan,) = found.scans
    assert (scan.version, scan.ended, scan.covered) == ("1", "2023-11-14T22:13:20Z", ("GET /x/{}",))
    assert scan.complete
    assert [each.title for each in map(found.build, found.results())] == ["about a 1", "about b 1"]
    assert [found.build(each).pointer for each in found.results()] == ["/0/items/0", "/2/items/0"]


def test_a_broken_line_is_rejected_and_the_scan_is_incomplete():
    data = lines({"start": {"version": "1"}}, {"items": [result("a")]}) + b'\n{"items": [{"ru'
    found = report(data, LINES)
    assert found.scans[0].reasons == ("line 3 is not JSON", "no end after 3 lines")
    first, broken = map(found.build, found.results())
    assert (first.rule, broken.pointer) == ("a", "/2")
    assert "not valid JSON" in broken.reason


def test_lines_that_come_as_one_list_are_read_as_well():
    data = json.dumps([{"items": [result("a")]}, {"start": {"version": 0}}], indent=1).encode()
    assert rules(built(data, LINES)) == [("/0/items/0", "a")]


def test_a_line_itself_can_be_the_result():
    data = lines(result("a"), result("b"))
    text = "format: lines\nresults: [{each: '@', rule: rule, title: title}]"
    assert rules(built(data, text)) == [("/0", "a"), ("/1", "b")]


def test_reports_may_be_compressed_and_have_a_byte_order_mark():
    data = json.dumps({"r": [result("a")]}).encode()
    for raw in (gzip.compress(data), b"\xef\xbb\xbf" + data, data.decode().encode("utf-16")):
        assert rules(built(raw, SIMPLE)) == [("/r/0", "a")]


def test_one_page_of_several_is_an_incomplete_scan():
    text = (
        f'{SIMPLE}\nincomplete: [{{when: total > elements, because: "{{elements}} of {{total}}"}}]'
    )
    assert report({"total": 3, "r": [result("a")]}, text).scans[0].reasons == ("1 of 3",)
    assert report({"total": 1, "r": [result("a")]}, text).scans[0].complete


def test_a_report_that_is_a_list_can_say_what_is_missing_in_it():
    text = SIMPLE.replace("r[]", "[].r[]")
    text += '\nincomplete: [{when: "[?error]", because: "{[?error].error}"}]'
    found = report([{"r": [result("a")]}, {"error": "no such file"}], text)
    assert found.scans[0].reasons == ("no such file",)
    assert [each.pointer for each in map(found.build, found.results())] == ["/0/r/0"]
    assert report([{"r": []}], text).scans[0].complete


def test_results_that_are_no_list_make_the_scan_incomplete():
    found = report({"r": {"oops": 1}}, SIMPLE)
    assert not found.scans[0].complete
    assert found.scans[0].reasons == ("/r is not a list",)


@pytest.mark.parametrize("data", [b"", b"{", b'{"r": [', b'{"r": [{"rule"', b"[1, 2", b"nonsense"])
def test_a_document_that_breaks_off_is_refused(data):
    with pytest.raises(ReportError):
        list(report(data, SIMPLE).results())


def test_one_result_over_the_limit_is_rejected_alone():
    big = result("big", text="x" * 200_000)
    found = built({"r": [result("a"), big, result("b")]}, SIMPLE, limits=Limits(result=1000))
    assert [type(each) for each in found] == [Finding, Rejected, Finding]
    assert found[1].pointer == "/r/1"


def test_the_second_pass_can_be_made_again():
    found = report({"r": [result("a"), result("b")]}, SIMPLE)
    assert [list(found.results()), found.scans[0].results] == [list(found.results()), 2]


@pytest.mark.parametrize(
    ("detect", "data", "expected"),
    [
        ("[{has: [toy]}]", b'{"toy": 1}', True),
        ("[{has: [toy]}]", b'{"toy": []}', True),
        ("[{has: [toy]}]", b'{"toy": null}', False),
        ("[{has: [a, b]}]", b'{"a": 1}', False),
        ("[{has: [a]}, {has: [b]}]", b'{"b": 1}', True),
        ("[{has: [a], where: \"a == 'x'\"}]", b'{"a": "y"}', False),
        ("[{has: [a]}]", b'[{"a": 1}]', True),
        ("[{has: [a]}]", b'{"a": 1}\n{"a": 2}\n', False),
        ("[{has: [a]}]", b"<xml/>", False),
    ],
)
def test_detection_looks_at_the_beginning_of_a_report(detect, data, expected):
    head = "name: x\ntool: X\nurl: u\nwhat: w\ncommand: c\n"
    assert mapping(f"detect: {detect}\n{SIMPLE}", head).matches(Prefix.of(data)) is expected


def test_no_shipped_mapping_takes_a_report_of_another():
    for path in CASES.glob("*/*/report.*"):
        prefix = Prefix.of(path.read_bytes()[: 64 * 1024])
        assert [n for n, m in SHIPPED.items() if m.matches(prefix)] == [path.parts[-3]], path


def test_a_trace_tells_where_each_field_came_from_and_shows_no_secret():
    text = """results:
      - each: "a[].r[]"
        rule: rule
        title: {first: [gone, title]}
        severity: {path: s, table: {x: high}, default: low}
        resource: ^.name
        secret: {value: key}"""
    item = result("a", s="x", key="AKIAIOSFODNN7EXAMPLE")
    found = {each.field: each for each in trace(mapping(text), item, [{"a": []}, {"name": "N"}])}
    assert found["title"][1:] == ("gone or title", "about a")
    assert found["severity"][1:] == ("s via a table, else 'low'", "high")
    assert found["resource"][1:] == ("^.name", "N")
    assert "AKIAIOSFODNN7EXAMPLE" not in repr(found)


def test_what_was_exercised_is_an_operation_or_a_file():
    names = ["GET /x/{id}", "/y", "app/db.py", "my notes.md", "https://shop.example/z"]
    data = lines({"items": [{**result("a"), "name": name} for name in names]})
    (scan,) = report(data, LINES).scans
    assert scan.files == ("app/db.py", "my notes.md")
    (nothing,) = report(lines({"items": [{**result("a"), "name": "GET /x"}]}), LINES).scans
    assert nothing.files is None
