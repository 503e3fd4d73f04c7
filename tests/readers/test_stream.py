"""Two passes over a report in windows: the same values as reading it whole, whatever is in its
strings."""

import gzip
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.errors import ReportError
from ticketbot.readers import stream, tolerant
from ticketbot.readers.report import Limits

RESULTS = [("runs", "*", "results")]


class Bytes:
    """A source in memory."""

    def __init__(self, data: bytes, name: str = "report.json") -> None:
        self.data = data
        self.name = name

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.data)


def read(data: bytes, arrays=RESULTS, window: int = 64, limits: Limits | None = None):
    """(skeleton, {path: items}) as the two passes give them; a refused item is its reason."""
    limits = limits or Limits()
    items: dict = {}
    for found in stream.items(Bytes(data), limits, arrays, window):
        into = items.setdefault(found.path, [])
        assert found.first == len(into)
        into += [found.refused] if found.refused else []
        into += [tolerant.decode(bytes(item), limits) for item in found.items]
    return stream.skeleton(Bytes(data), limits, arrays, window), items


TRAPS = st.sampled_from(
    ["},{", "},\n  {", '"', "\\", '"}', "]", "[{", "}]", '\\"},{\\"', ",", "é", "😀", ""]
)
TEXT = st.lists(TRAPS | st.text(max_size=3), max_size=4).map("".join)
SCALAR = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXT | st.floats(-1e9, 1e9)
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
RUN = st.fixed_dictionaries(
    {}, optional={"results": st.lists(VALUE, max_size=12) | SCALAR, "tool": VALUE, "a": VALUE}
)
DOCUMENT = st.fixed_dictionaries({"runs": st.lists(RUN | VALUE, max_size=3) | VALUE, "z": VALUE})


def emptied(document: object) -> tuple[object, dict]:
    """What the two passes should give, computed from the whole document."""
    items: dict = {}
    runs = document.get("runs") if isinstance(document, dict) else None
    for index, run in enumerate(runs if isinstance(runs, list) else ()):
        if isinstance(run, dict) and isinstance(run.get("results"), list):
            if run["results"]:
                items["runs", index, "results"] = run["results"]
            run["results"] = []
    return document, items


@given(
    document=DOCUMENT | VALUE,
    indent=st.sampled_from([None, 0, 1]),
    separators=st.sampled_from([None, (",", ":"), (" , ", " : ")]),
    ascii_only=st.booleans(),
    window=st.integers(1, 300),
)
def test_the_two_passes_give_what_reading_it_whole_gives(
    document, indent, separators, ascii_only, window
):
    data = json.dumps(
        document, indent=indent, separators=separators, ensure_ascii=ascii_only
    ).encode()
    skeleton, items = read(data, window=window)
    expected, expected_items = emptied(json.loads(data))
    assert (skeleton.value, items) == (expected, expected_items)


@given(items=st.lists(VALUE, max_size=30), window=st.integers(1, 200))
def test_the_document_itself_may_be_the_array(items, window):
    skeleton, found = read(json.dumps(items, indent=1).encode(), [()], window)
    assert skeleton.value == []
    assert found.get((), []) == items
    assert skeleton.at(()) == stream.Found((), "array", len(items))


@given(data=st.binary(max_size=200), cut=st.integers(0, 400), junk=st.binary(max_size=4))
def test_broken_documents_are_read_or_refused_and_never_crash(data, cut, junk):
    good = json.dumps({"runs": [{"results": [{"a": ["},{", 1]}] * 9, "x": None}]}).encode()
    for broken in (data, good[:cut] + junk + good[cut + 2 :], good[:cut], good + data):
        try:
            stream.skeleton(Bytes(broken), Limits(), RESULTS, 50)
            for window in stream.items(Bytes(broken), Limits(), RESULTS, 50):
                assert window.items or window.refused
        except ReportError as error:
            assert error.message.startswith("report.json: ")
            assert error.hint


def test_a_list_that_is_absent_null_empty_or_something_else_is_told_apart():
    runs = [{"results": None}, {"results": []}, {"results": [1, 2]}, {}, {"results": 7}]
    skeleton, _ = read(json.dumps({"runs": runs}).encode())
    found = [skeleton.at(("runs", index, "results")) for index in range(5)]
    assert [f and (f.kind, f.items) for f in found] == [
        ("null", 0), ("array", 0), ("array", 2), None, ("other", 0),
    ]  # fmt: skip


def test_an_item_over_the_limit_is_refused_and_the_rest_go_on():
    data = json.dumps([{"a": 1}, {"a": "x},{" * 900}, {"a": 3}]).encode()
    _, items = read(data, [()], limits=Limits(result=1000))
    assert items[()][0::2] == [{"a": 1}, {"a": 3}]
    assert items[()][1] == "longer than 1,000 bytes, the limit for one result"


@pytest.mark.parametrize("depth", [201, 5_000, 100_000])
def test_an_item_nested_too_deeply_is_refused_and_the_rest_go_on(depth):
    data = b'[{"a": 1}, ' + b"[" * depth + b"]" * depth + b', {"a": 3}]'
    kept: list = []
    for window in stream.items(Bytes(data), Limits(), [()]):
        kept += [window.refused] if window.refused else [bytes(item) for item in window.items]
    assert kept[0] == b'{"a": 1}'
    assert kept[-1] == b'{"a": 3}'
    assert kept[1].startswith(f"nested {depth:,}") or tolerant.too_deep(kept[1], Limits())


@pytest.mark.parametrize("depth", [250, 100_000])
def test_a_header_nested_too_deeply_is_refused(depth):
    data = b'{"runs": [], "x": ' + b"[" * depth + b"]" * depth + b"}"
    with pytest.raises(ReportError, match="limit is 200"):
        read(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "cut off"),
        (b'{"runs": [{"results": [{"a": 1}, {"a"', "does not end within its 37 bytes"),
        (b'{"runs": [{"results": [{"a": 1} {"a": 2}]}]}', "byte 32: expected `,`"),
        (b'{"runs": [{"results": [{"a": 1]}]}', "byte 30: a bracket that does not match"),
        (b'{"runs": []} {"runs": []}', "byte 13: expected the end"),
        (b'{"runs": [{"results": [1, 2, 3], "a": tru}]}', "byte 38"),
        (b'{"runs": [,]}', "byte 10: expected a value"),
        (b'{"a": "x', "cut off"),
        (b"hello", "not valid JSON at byte 0"),
        (b"\0\0\0\0", "not valid JSON at byte 0"),
    ],
)  # fmt: skip
def test_a_broken_document_is_refused_with_the_byte(data, message):
    with pytest.raises(ReportError) as caught:
        read(data, window=7)
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("item", "value"),
    [
        (b'{"a": NaN, "b": [Infinity, -Infinity, 1e999]}', {"a": None, "b": [None] * 3}),
        (b'{"a": "\\ud800x"}', {"a": "\ufffdx"}),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
        (b'{"a": "\x00\n"}', {"a": "\x00\n"}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'{"a": ' + b"9" * 5000 + b"}", {"a": None}),
    ],
)
def test_what_strict_decoders_refuse_is_read_where_its_meaning_is_plain(item, value):
    skeleton, items = read(b'{"runs": [{"results": [{}, %s, {}]}], "z": %s}' % (item, item))
    assert items["runs", 0, "results"] == [{}, value, {}]
    assert skeleton.value["z"] == value


@pytest.mark.parametrize(
    "encode",
    [
        gzip.compress,
        lambda data: gzip.compress(data[:40]) + gzip.compress(data[40:]),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: gzip.compress(b"\xef\xbb\xbf" + data),
        lambda data: data.decode().encode("utf-16"),
        lambda data: b"\xfe\xff" + data.decode().encode("utf-16-be"),
        lambda data: data.decode().encode("utf-16-le"),
    ],
    ids=["gzip", "two gzip members", "BOM", "gzip and BOM", "UTF-16", "UTF-16 BE", "bare UTF-16"],
)
def test_encodings_are_undone(encode):
    runs = [{"results": [{"a": "é😀},{", "n": number} for number in range(50)]}]
    data = json.dumps({"runs": runs}, ensure_ascii=False).encode()
    _, items = read(encode(data), window=63)
    assert items["runs", 0, "results"] == runs[0]["results"]


def test_damaged_gzip_is_refused():
    data = gzip.compress(json.dumps(list(range(50_000))).encode())
    for broken in (data[:-20], data[:100], data[:2000] + b"xxxx" + data[2004:], data[:2]):
        with pytest.raises(ReportError, match="gzip data is damaged or cut off"):
            read(broken, [()])


def test_a_gzip_bomb_stops_at_the_limit():
    bomb = gzip.compress(b"[" + b" " * 3_000_000 + b"]")
    with pytest.raises(ReportError, match="more than 1,000,000 bytes"):
        read(bomb, [()], limits=Limits(file=1_000_000))


@pytest.mark.parametrize("window", [1, 3, 64, 4096])
def test_lines_are_numbered_and_long_ones_refused(window):
    data = b'{"a": 1}\r\n\n' + b"x" * 500 + b'\n{"a": 2}\n  \n{"a": 3}'
    found = list(stream.lines(Bytes(data), Limits(result=100), window))
    assert found == [
        (0, b'{"a": 1}'), (2, "longer than 100 bytes, the limit for one result"),
        (3, b'{"a": 2}'), (5, b'{"a": 3}'),
    ]  # fmt: skip
