"""What the tests of mappings share: mappings from YAML, reports from bytes."""

import io
import json

from ticketbot.config.mapping_files import parse_mapping
from ticketbot.model.finding import Rejected
from ticketbot.readers.mapped import read
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions

HEAD = """
name: toy
tool: Toy
url: https://toy.example/
what: A tool for tests
command: toy --json
detect: [{has: [toy]}]
"""


class Bytes:
    """A source in memory."""

    def __init__(self, data, name="report.json"):
        self.name, self._data = name, data

    def open(self):
        return io.BytesIO(self._data)


def mapping(text, head=HEAD):
    return parse_mapping(head + text, "toy.yaml")


def report(given, text, **options):
    """The report of a value (JSON), of bytes (as they are), by a mapping's text."""
    data = given if isinstance(given, bytes) else json.dumps(given).encode()
    chosen = ReadOptions(**options)
    return read(Bytes(data), chosen, Redactor(chosen.secret_keys), mapping(text))


def built(given, text, **options):
    found = report(given, text, **options)
    return [found.build(result) for result in found.results()]


def finding(fields, result, header=None):
    """The finding of one result by a mapping with these lines of fields."""
    text = "results:\n  - each: r[]\n" + "".join(f"    {line}\n" for line in fields.splitlines())
    (found,) = built({**(header or {}), "r": [result]}, text)
    assert not isinstance(found, Rejected), found.reason
    return found
