"""SARIF 2.1.0 reports, read in two passes: run headers first, then result by result.

Refuses SARIF 1.0.0, 2.0.0 drafts and 2.2 with the version and the way out. Reads what producers
get wrong as long as its meaning is plain; a result of which nothing can be read is Rejected, and
the rest go on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import msgspec

from ticketbot.errors import ReportError
from ticketbot.model.finding import Finding, Rejected, Scan
from ticketbot.readers import stream, tolerant
from ticketbot.readers.redact import Redactor, suspicious
from ticketbot.readers.report import ReadOptions, Source
from ticketbot.readers.report import Result as ReportResult
from ticketbot.readers.sarif_lenient import lenient
from ticketbot.readers.sarif_run import RunReader
from ticketbot.readers.sarif_schema import Result

RESULTS = [("runs", "*", "results")]
READABLE = re.compile(r"2\.1(?:\.|\Z)")
DECODER = msgspec.json.Decoder(Result)


class Glance:
    """Whether a window can have anything to redact: looked at once, and only where a result is built."""

    def __init__(self, window: bytes) -> None:
        self._window: bytes | None = window
        self._clean = False

    def suspicious(self, raw: bytes) -> bool:
        """Of one result in the window."""
        if self._window is not None:
            self._clean, self._window = not suspicious(self._window), None
        if not self._clean and suspicious(raw):
            return True
        return b'"arguments"' in raw  # put together, they may be what neither is alone


class Raw(msgspec.Struct, frozen=True, gc=False):
    """A result as it stands in the report, or why it cannot be read at all."""

    position: int
    """In its run."""
    json: bytes
    glance: Glance
    refused: str = ""


class SarifReport:
    """A SARIF report whose headers are read. Implements `readers.report.Report`."""

    format = "sarif"

    def __init__(self, source: Source, options: ReadOptions, runs: list[RunReader]) -> None:
        self._source = source
        self._options = options
        self._runs = runs
        self.scans: list[Scan] = [run.scan for run in runs]

    def results(self) -> Iterator[ReportResult]:
        """Every result of every run, in file order. Raises ReportError where the report breaks
        off. After the last one `scans` also tell what the runs' lists say beyond the results."""
        number = 0
        for window in stream.items(self._source, self._options.limits, RESULTS):
            run = int(window.path[1])
            key = self._runs[run].digest_key
            glance, position = Glance(window.raw), window.first
            self._runs[run].listed.look(window.raw)
            if window.refused:
                yield ReportResult(
                    run, number, b"\0" * 16, Raw(position, b"", glance, window.refused)
                )
                number += 1
            for item in window.items:
                raw = bytes(item)
                digest = hashlib.blake2b(raw, digest_size=16, key=key).digest()
                yield ReportResult(run, number, digest, Raw(position, raw, glance))
                number += 1
                position += 1
        for place, read in enumerate(self._runs):
            self.scans[place] = read.listed.onto(self.scans[place])

    def build(self, result: ReportResult) -> Finding | Rejected:
        """The finding of one result of this report. Never raises for what a report can contain."""
        raw = result.payload
        if not isinstance(raw, Raw):
            raise TypeError("a result of another report")
        run = self._runs[result.scan]
        if raw.refused:
            return Rejected(f"/runs/{run.number}/results/{raw.position}", f"it is {raw.refused}")
        read = self._decode(raw.json)
        if isinstance(read, str):
            return Rejected(f"/runs/{run.number}/results/{raw.position}", read)
        return run.build(read, raw.position, raw.glance.suspicious(raw.json))

    def _decode(self, raw: bytes) -> Result | str:
        if not tolerant.too_deep(raw, self._options.limits):
            try:
                return DECODER.decode(raw)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                pass
        try:
            value = tolerant.decode(raw, self._options.limits)
        except tolerant.Broken as broken:
            return f"it cannot be read: {broken.reason}"
        return (
            lenient(value, Result)
            or f"expected an object, found {raw[:40].decode(errors='replace')}"
        )


def read(source: Source, options: ReadOptions, redactor: Redactor) -> SarifReport:
    """The first pass. Raises ReportError for what is no SARIF 2.1.0."""
    skeleton = stream.skeleton(source, options.limits, RESULTS)
    document = skeleton.value
    if not isinstance(document, dict):
        raise _refused(source, "its top level is not an object")
    _check_version(source, document)
    if "runs" not in document:
        raise _refused(source, "it has no `runs`")
    headers = document["runs"] if document["runs"] is not None else []
    if not isinstance(headers, list):
        raise _refused(source, "its `runs` is not a list")
    if any(int(found.path[1]) >= len(headers) for found in skeleton.found):
        raise _refused(source, "it has `runs` twice")
    if len({found.path for found in skeleton.found}) < len(skeleton.found):
        raise _refused(source, "one of its runs has `results` twice")
    runs = [
        RunReader(number, header, skeleton.at(("runs", number, "results")), options, redactor)
        for number, header in enumerate(headers)
    ]
    if _has_results_elsewhere(document):
        why = "further results are in `inlineExternalProperties`, which is not read"
        for run in runs:
            run.scan = msgspec.structs.replace(
                run.scan, complete=False, reasons=(*run.scan.reasons, why)
            )
    return SarifReport(source, options, runs)


def _has_results_elsewhere(document: dict[str, object]) -> bool:
    told = document.get("inlineExternalProperties")
    items = told if isinstance(told, list) else ()
    return any(isinstance(item, dict) and item.get("results") for item in items)


def _check_version(source: Source, document: dict[str, object]) -> None:
    version = document.get("version")
    if version is None or READABLE.match(str(version)):
        return
    if re.match(r"[12]\.0", str(version)):
        hint = (
            "Set the scanner's output to SARIF 2.1.0, or convert the file:"
            " `npx @microsoft/sarif-multitool transform FILE --output NEW.sarif`."
        )
    else:
        hint = "Set the scanner's output to SARIF 2.1.0; later versions are not read yet."
    raise ReportError(
        f"{source.name}: this is SARIF {str(version)[:20]}; SARIF 2.1.0 is read", hint=hint
    )


def _refused(source: Source, why: str) -> ReportError:
    return ReportError(
        f"{source.name}: not a SARIF report: {why}",
        hint="Check the scanner's output option, or name the tool that wrote it with --tool.",
    )
