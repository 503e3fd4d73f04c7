"""Results that look unchanged and may be others: a report that quotes no code says "rule, line, column", and
where lines moved by as much as the distance of two look-alikes, one of them now says what the other said.

So in files where anything else changed, such results are built after all, and the matcher decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ticketbot.model.flaw import Scope
from ticketbot.planning.state import FlawNo, KnownFlaw
from ticketbot.readers.report import Report
from ticketbot.sync.context import Context, Given, scope_of
from ticketbot.sync.reading import ScopeReading, build

_BY_NUMBER_ALONE = "loc/"
"""The alias of a result without text."""


def doubtful(reading: ScopeReading, known: Iterable[KnownFlaw]) -> frozenset[FlawNo]:
    """The claimed flaws that only a line number names, in files of which the report says anything
    new, or no longer what it said."""
    changed = {place.path for each in reading.built for place in each.finding.locations[:1]}
    lost = {reading.known.results[digest] for digest in reading.unseen}
    unnamed: dict[FlawNo, str] = {}
    for flaw in known:
        path = flaw.features.path
        if path is None:
            continue
        if flaw.no in lost:
            changed.add(path)
        if flaw.no in reading.claimed and any(a.startswith(_BY_NUMBER_ALONE) for a in flaw.aliases):
            unnamed[flaw.no] = path
    return frozenset(number for number, path in unnamed.items() if path in changed)


def look_again(
    reports: Sequence[tuple[Given, Report]],
    context: Context,
    readings: Mapping[Scope, ScopeReading],
    wanted: Mapping[Scope, frozenset[FlawNo]],
) -> None:
    """Build the results of the wanted flaws, which nothing claims any more."""
    for _, report in reports:
        scopes = [scope_of(scan, context) for scan in report.scans]
        if not any(wanted.get(scope) for scope in scopes):
            continue
        for result in report.results():
            scope = scopes[result.scan]
            reading = readings[scope]
            number = reading.known.results.get(result.digest)
            if number in wanted.get(scope, ()):
                reading.statuses["open"] -= 1
                build(report, result, reading)
    for scope, numbers in wanted.items():
        readings[scope].claimed -= numbers
