"""The two reports that `ticketbot diff` compares, as the matcher wants them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from ticketbot.cli.console import Console
from ticketbot.cli.grounds import grounds_of
from ticketbot.cli.identified import knowing
from ticketbot.cli.opening import Opened, Readers, configuration, readers
from ticketbot.cli.options import Reading
from ticketbot.cli.surroundings import look_around, target_of
from ticketbot.config.git import renames
from ticketbot.errors import UsageError
from ticketbot.identity.identify import identify
from ticketbot.identity.ingredients import Grounds
from ticketbot.identity.match import Candidate
from ticketbot.model.finding import Finding, Rejected, Request, Scan
from ticketbot.readers.redact import Redactor


def two_sides(
    old: str, new: str, old_root: Path | None, options: Reading, console: Console
) -> tuple[Side, Side, Mapping[str, str]]:
    """OLD, NEW, and the files that git knows to be renamed between them. Raises InputError."""
    loaded, facts = configuration(options, console), look_around()

    def opened(argument: str, root: Path | None) -> Opened:
        rooted = replace(options, source_root=root or options.source_root)
        return _only(argument, readers(rooted, loaded, facts, console.warn), console)

    before, after = opened(old, old_root), opened(new, options.source_root)
    _same_tool(before, after)
    target = target_of(options, loaded.config, facts, lambda _warning: None)
    left, right = Side(before, console), Side(after, console)
    known = knowing(
        grounds_of(options, Redactor(), loaded, target),
        [*left.requests(), *right.requests()],
        [*before.report.scans, *after.report.scans],
    )
    for side, root in ((left, old_root), (right, options.source_root)):
        sources = grounds_of(replace(options, source_root=root), Redactor()).sources
        side.identify(msgspec.structs.replace(known, sources=sources))
    moved = renames(_commit(before), _commit(after), options.source_root or Path.cwd())
    return left, right, moved


class Side:
    """One report's results as the matcher wants them. Rejected ones keep their number, and match nothing."""

    def __init__(self, opened: Opened, console: Console) -> None:
        self.candidates: list[Candidate] = []
        self.findings: dict[int, Finding] = {}
        self._scans: dict[int, Scan] = {}
        report, name = opened.report, opened.found.source.name
        for result in report.results():
            found = report.build(result)
            if isinstance(found, Rejected):
                console.warn(f"rejected {name} {found.pointer}: {found.reason}")
            elif found.status in ("open", "suppressed"):
                self.findings[result.index] = found
                self._scans[result.index] = report.scans[result.scan]

    def requests(self) -> Iterator[Request]:
        """That its findings are about."""
        return (each.request for each in self.findings.values() if each.request is not None)

    def identify(self, grounds: Grounds) -> None:
        """Who all of them are."""
        for index, found in self.findings.items():
            place = found.locations[0] if found.locations else None
            identity = identify(found, self._scans[index], grounds)
            self.candidates.append(
                Candidate(
                    index=index,
                    aliases=identity.aliases,
                    rule=identity.rule,
                    path=place.path if place else None,
                    line=place.line if place else None,
                    traits=identity.traits,
                )
            )


def _only(argument: str, reading: Readers, console: Console) -> Opened:
    opened = reading.open([argument], console)
    if len(opened) > 1:
        names = ", ".join(each.found.source.name for each in opened[:3])
        raise UsageError(
            f"{argument} means {len(opened)} reports ({names} …), and diff compares two",
            hint="Name one report on each side.",
        )
    return opened[0]


def _commit(opened: Opened) -> str | None:
    return next((scan.commit for scan in opened.report.scans if scan.commit), None)


def _same_tool(before: Opened, after: Opened) -> None:
    old, new = ({scan.family for scan in each.report.scans} for each in (before, after))
    if old and new and old.isdisjoint(new):
        raise UsageError(
            f"the reports are of two tools, {', '.join(sorted(old))} and {', '.join(sorted(new))}",
            hint="Compare two reports of the same tool.",
        )
