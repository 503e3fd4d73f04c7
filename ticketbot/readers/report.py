"""What every reader takes and gives: a source that can be opened again, options, a report and its results.

A report is read in two passes: the first collects what each run says of itself (`Report.scans`), the
second yields the results one by one (`Report.results`), so that a report is never held whole in memory.
A result is built into a Finding only when somebody needs it: one that is known by its `Result.digest`
is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO, Protocol

import msgspec

from ticketbot.model.finding import Finding, Rejected, Scan


class Source(Protocol):
    """Report bytes that can be opened again. `name` is what the user called it; for messages only."""

    @property
    def name(self) -> str: ...

    def open(self) -> BinaryIO:
        """The bytes as stored, gzip or not, from the beginning."""


class Limits(msgspec.Struct, frozen=True):
    """Above these a report (or one result) is refused with a sentence. Bytes after decompression."""

    file: int = 2 * 1024**3
    result: int = 16 * 1024**2
    nesting: int = 200


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller knows and a report does not say."""

    roots: tuple[str, ...] = ()
    """Absolute directories of the checkout, as `/home/runner/work/shop/shop`; stripped from paths."""
    secret_keys: tuple[tuple[str, bytes], ...] = ()
    """(id, key) pairs for the identity of secrets."""
    review_kinds: bool = False
    """SARIF results of kind `open` and `review` are open findings too."""
    limits: Limits = Limits()
    salt: bytes = b""
    """Goes into every result digest: configuration that changes what a result means."""


class Result(msgspec.Struct, frozen=True, gc=False):
    """One result, not built yet."""

    scan: int
    """Index into `Report.scans`."""
    index: int
    """Number in the flat list of results over all runs of the report, in file order, from 0."""
    digest: bytes
    """16 bytes over the raw result, what it refers to in its run's header, the readers' version and
    `ReadOptions.salt`: two results with equal digests build equal findings (but for the pointer)."""
    payload: object
    """The reader's own."""


class Report(Protocol):
    """A report whose first pass is done."""

    @property
    def format(self) -> str:
        """`sarif`, or the name of the mapping."""

    @property
    def scans(self) -> Sequence[Scan]:
        """One for each run, in file order. `Scan.results` is only final after `results()` is exhausted."""

    def results(self) -> Iterator[Result]:
        """The second pass. Raises ReportError where the report breaks off."""

    def build(self, result: Result) -> Finding | Rejected:
        """The finding of one result. Never raises for what a report can contain."""
