"""Which reader a report wants; what is said where none does."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.readers.sarif_given import Bytes, document
from ticketbot.config.mapping_files import load_mappings
from ticketbot.errors import ReportError
from ticketbot.readers.detect import detect, open_any
from ticketbot.readers.prefix import SIZE, Prefix
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions

RESULTS = [{"ruleId": "R", "message": {"text": "},{" * 20}}] * 2000
TOOL = {"driver": {"name": "x"}}


class Claims:
    """A mapping that fits what its test says."""

    def __init__(self, name, *keys):
        self.name = name
        self.keys = set(keys)

    def matches(self, prefix):
        return self.keys <= prefix.keys

    def wrote(self, prefix):
        return False


CLAIMS: Any = [Claims("alpha", "alpha", "items"), Claims("beta", "beta", "items")]


@pytest.mark.parametrize(
    "head",
    [
        json.dumps(document()).encode(),
        json.dumps({"$schema": "https://e.com/sarif-2.1.0.json", "runs": []}).encode(),
        json.dumps({"runs": [{"results": RESULTS, "tool": TOOL}], "version": "2.1.0"}).encode(),
        json.dumps({"runs": [{"tool": TOOL}]}).encode(),
        b'{"version": "2.1.0", "runs": [',
        b'{"version": "1.0.0", "runs": [{"tool": {"name": "x"}}]}',
        b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"a": tru',
        b'{"version": "2.1.0", "runs": null}',
    ],
)
def test_sarif_is_known_wherever_its_version_stands(head):
    assert detect(head[:SIZE], "r", CLAIMS) == "sarif"


def test_whose_xml_it_is_tells_the_command_that_writes_json():
    shipped = [*load_mappings([Path(__file__).parents[2] / "mappings"]).values()]
    with pytest.raises(ReportError, match="XML") as refused:
        detect(b'<?xml version="1.0"?><OWASPZAPReport version="2.17.0"><site/>', "r", shipped)
    assert "-J zap.json" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b'{"alpha": 1, "items": []}', "alpha"),
        (b'{"beta": 1, "items": [{"x": 1}, {"x"', "beta"),
        (b'{"version": "2.1.0", "runs": [], "alpha": 1, "items": []}', "alpha"),
        (b'{"beta": 1, "items": 1}\n{"other": 1}\n', "beta"),
    ],
)
def test_a_mapping_that_alone_fits_is_taken(head, name):
    assert detect(head, "r", CLAIMS) == name


def test_two_that_fit_ask_for_the_tool():
    with pytest.raises(ReportError, match="r: `alpha` and `beta` both read") as caught:
        detect(b'{"alpha": 1, "beta": 1, "items": []}', "r", CLAIMS)
    assert "--tool alpha or --tool beta" in caught.value.hint


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"", "it is empty"),
        (b" \n\t", "it is empty"),
        (b'{"zeta": 1, "eta": 2}', "a JSON object with `eta`, `zeta`"),
        (b'[{"zeta": 1}]', "a JSON list with `zeta`"),
        (b"[]", "a JSON list without members"),
        (b'{"zeta": 1}\n{"zeta": 2}\n', "JSON Lines with `zeta`"),
        (b"{oops", "a JSON object without members"),
        (b"<!DOCTYPE html><html>", "it is an HTML page"),
        (b'<?xml version="1.0"?><!-- x --><checkstyle version="4">', "it is XML (`checkstyle`)"),
        (b"<OWASPZAPReport>", "it is XML (`OWASPZAPReport`)"),
        (b"PK\x03\x04....", "it is a ZIP archive"),
        (b"a,b,c\n1,2,3\n", "it looks like CSV"),
        (b"\x00\x01\x02", "it is not text"),
        (b"No vulnerabilities found\n", "it is text that begins `No vulnerabilities found`"),
        (b"null", "it is text that begins `null`"),
    ],
)
def test_what_nobody_reads_is_named(head, found):
    with pytest.raises(ReportError) as caught:
        detect(head, "r", CLAIMS)
    assert caught.value.message.startswith(f"r: no reader knows this report: {found}")
    assert caught.value.hint


def opened(data, tool=None):
    return open_any(Bytes(data), ReadOptions(), Redactor(), CLAIMS, tool)


@pytest.mark.parametrize("pack", [gzip.compress, bytes, lambda d: b"\xef\xbb\xbf" + d])
def test_a_report_is_opened_with_its_reader(pack):
    assert opened(pack(json.dumps(document()).encode())).format == "sarif"


def test_a_named_tool_settles_the_matter():
    assert opened(b'{"runs": []}', "sarif").format == "sarif"
    with pytest.raises(ReportError, match="no reader is called `alpa`; did you mean `alpha`"):
        opened(b"{}", "alpa")


@pytest.mark.parametrize(
    ("head", "shape", "value"),
    [
        (b'{"a": [1, 2, {"b": "x', "object", {"a": [1, 2, {}]}),
        (b'{"a": [1, 2], "b": "x}],[{', "object", {"a": [1, 2]}),
        (b'{"a": {"b": 1}, ', "object", {"a": {"b": 1}}),
        (b'[{"a": 1}, {"a": 2', "array", [{"a": 1}, {}]),
        (b'{"a": 1}', "object", {"a": 1}),
        (b'{"a": 1}\n\n{"b": 2}', "lines", [{"a": 1}, {"b": 2}]),
        (b'{"a": 1}\nlog line\n', "object", {"a": 1}),
        (b'{"a": 1, "b": nul', "object", {"a": 1}),
        (b'{\n"a": 1,\n"b": NaN}', "object", {"a": 1, "b": None}),
        (b"7", "other", None),
    ],
)
def test_a_prefix_is_decoded_as_far_as_it_goes(head, shape, value):
    prefix = Prefix.of(head)
    assert (prefix.shape, prefix.value) == (shape, value)


def test_a_line_cut_by_the_prefix_is_left_out():
    line = json.dumps({"a": "x" * 3000}).encode() + b"\n"
    prefix = Prefix.of((line * 40)[:SIZE])
    assert prefix.shape == "lines"
    assert isinstance(prefix.value, list)
    assert len(prefix.value) == SIZE // len(line)
