"""Findings of reports with who they are, for commands that keep nothing: all requests of a report are looked
at before the first of them is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from ticketbot.identity.apis import KnownApis, requests_of
from ticketbot.identity.identify import Identity, identify
from ticketbot.identity.ingredients import Grounds
from ticketbot.model.finding import Finding, Rejected, Request, Scan
from ticketbot.readers.report import Report, Result

Told = tuple[Result, Finding | Rejected, Identity | None]
"""A result, what was made of it, and who it is; None for what was rejected."""


def built(report: Report) -> Iterator[Told]:
    """The same for who does not ask who they are."""
    return ((result, report.build(result), None) for result in report.results())


def identified(report: Report, grounds: Grounds) -> Iterator[Told]:
    """In the report's order. From the first request on, findings wait for the last one."""
    waiting: list[tuple[Result, Finding | Rejected]] = []
    for result in report.results():
        found = report.build(result)
        if waiting or (isinstance(found, Finding) and found.request is not None):
            waiting.append((result, found))
        else:
            yield _one(result, found, report, grounds)
    requests = [f.request for _, f in waiting if isinstance(f, Finding) and f.request is not None]
    if requests:
        grounds = knowing(grounds, requests, report.scans)
    for result, found in waiting:
        yield _one(result, found, report, grounds)


def knowing(grounds: Grounds, requests: Iterable[Request], scans: Iterable[Scan]) -> Grounds:
    """With the operations that these requests and the scans' own lists tell."""
    covered = [request for scan in scans for request in requests_of(scan.covered or ())]
    apis = KnownApis(grounds.registered, (*requests, *covered))
    return msgspec.structs.replace(grounds, apis=apis)


def _one(result: Result, found: Finding | Rejected, report: Report, grounds: Grounds) -> Told:
    if isinstance(found, Rejected):
        return result, found, None
    return result, found, identify(found, report.scans[result.scan], grounds)
