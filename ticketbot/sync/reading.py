"""Reports → for each scope its scan, its new or changed findings, and the flaws that are known
by their result's digest.

A result whose digest the ledger knows, of a flaw that nothing is pending for, is not built at all.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from ticketbot.identity.apis import KnownApis, requests_of
from ticketbot.identity.identify import Identity, identify
from ticketbot.identity.ingredients import NOTHING, Grounds
from ticketbot.identity.operations import with_operation
from ticketbot.model.finding import Alias, Finding, Rejected, Request, Scan
from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.render_digest import content_digest, features_of, seen_at
from ticketbot.planning.state import AppliedScan, FlawNo
from ticketbot.readers.report import Report, Result
from ticketbot.sync.context import Context, Given, scope_of

NOT_A_FLAW = FlawNo(0)
"""What the ledger keeps for a result that is no flaw: passed, absent, or suppressed and never known."""


class Known(msgspec.Struct, frozen=True):
    """What the ledger knows of one scope's results."""

    results: dict[bytes, FlawNo]
    unsettled: frozenset[FlawNo] = frozenset()


class Read(msgspec.Struct, frozen=True, gc=False):
    """A finding that was built, and who it is."""

    finding: Finding
    identity: Identity
    digest: bytes
    reported: str = ""
    """Digest of its content as the report has it, where its operation is called otherwise: to be told by
    another name than before is no news."""

    @property
    def aliases(self) -> tuple[Alias, ...]:
        """The strongest first, at least one."""
        return self.identity.aliases


def read_features(read: Read) -> Features:
    """What the ledger keeps of it."""
    told, endpoint = read.identity.operation, read.identity.endpoint
    return msgspec.structs.replace(
        features_of(read.finding, read.aliases, read.identity.traits),
        operation_by=told.told_by if told is not None else "",
        endpoints=(endpoint,) if endpoint else (),
    )


def flaw_features(reads: Sequence[Read], before: Features | None = None) -> Features:
    """What the ledger keeps of a flaw. `before`: what it has kept until now."""
    features = read_features(reads[0])
    if before is not None and before.content == reads[0].reported:
        features = msgspec.structs.replace(features, content=before.content)
    endpoints = [read.identity.endpoint for read in reads if read.identity.endpoint]
    return seen_at(features, endpoints, before) if endpoints else features


class Built(msgspec.Struct, frozen=True, gc=False):
    """A finding that was built, until all of its scan is read: only then it is known who it is."""

    finding: Finding
    scan: Scan
    digest: bytes


@dataclass
class ScopeReading:
    """All that one call's reports say about one scope."""

    scope: Scope
    known: Known
    scans: list[Scan] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)
    grounds: Grounds = NOTHING
    built: list[Built] = field(default_factory=list)
    """Open and suppressed findings, until they are identified."""
    found: list[Read] = field(default_factory=list)
    """The same afterwards."""
    strangers: Counter[str] = field(default_factory=Counter)
    """Host that is none of the target's → its requests."""
    claimed: set[FlawNo] = field(default_factory=set)
    no_flaw: list[bytes] = field(default_factory=list)
    """Digests of results, new to the ledger, that are no flaw."""
    unseen: set[bytes] = field(default_factory=set)
    """Known digests that this scan does not have."""
    statuses: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)
    results: int = 0

    @property
    def telling(self) -> bool:
        """Is there anything that identity has to look at?"""
        return bool(self.built or any(scan.covered for scan in self.scans))

    def identify(self, history: Iterable[str]) -> None:
        """Who all findings are, by all requests of the scan. `history`: the operations of known flaws."""
        requests = [b.finding.request for b in self.built if b.finding.request is not None]
        covered = [requests_of(scan.covered or ()) for scan in self.scans]
        asked = [request for each in covered for request in each]
        if requests or asked:
            apis = KnownApis(self.grounds.registered, (*requests, *asked), history)
            self.grounds = msgspec.structs.replace(self.grounds, apis=apis)
            self.scans = [
                _covering(s, apis, each) for s, each in zip(self.scans, covered, strict=True)
            ]
        for each in self.built:
            identity = identify(each.finding, each.scan, self.grounds)
            finding = with_operation(each.finding, identity.operation)
            renamed = finding is not each.finding and not finding.systemic
            reported = content_digest(each.finding) if renamed else ""
            self.found.append(Read(finding, identity, each.digest, reported))
            if stranger := self.grounds.registered.strange(each.finding.request):
                self.strangers[stranger] += 1
        self.built.clear()

    def estranged(self) -> Iterator[str]:
        """What to say about requests that went to hosts of no target, or of another one."""
        target, registered = self.scope.target, self.grounds.registered
        for host, number in sorted(self.strangers.items()):
            owner = registered.owner(host)
            whose = f"belongs to the target {owner}" if owner else "is in no target's `hosts:`"
            yield (
                f"{number} results of {self.scope} are about {host}, which {whose}; they are taken "
                f"as findings of {target} all the same. Name the right one with --target, or add the "
                f"host to `targets.{target}.hosts`"
            )


def _covering(scan: Scan, apis: KnownApis, requests: Sequence[Request]) -> Scan:
    """Its operations also by the names that flaws have for them."""
    if scan.covered is None:
        return scan
    told = (apis.operation(request) for request in requests)
    named = (f"{each.method} {each.path}" for each in told if each is not None)
    return msgspec.structs.replace(scan, covered=tuple(dict.fromkeys((*scan.covered, *named))))


def read(
    reports: Sequence[tuple[Given, Report]],
    context: Context,
    known: Callable[[Scope], Known],
    grounds: Grounds,
) -> list[ScopeReading]:
    """The second pass over all reports; sorted by scope."""
    readings: dict[Scope, ScopeReading] = {}
    for given, report in reports:
        by_scan = [_reading(scan, given, context, known, readings) for scan in report.scans]
        for reading in by_scan:
            reading.grounds = grounds
        _second_pass(report, by_scan)
        for reading, scan in zip(by_scan, report.scans, strict=True):
            reading.scans.append(scan)
    return [readings[scope] for scope in sorted(readings)]


def _reading(
    scan: Scan,
    given: Given,
    context: Context,
    known: Callable[[Scope], Known],
    readings: dict[Scope, ScopeReading],
) -> ScopeReading:
    scope = scope_of(scan, context)
    if scope not in readings:
        knowledge = known(scope)
        readings[scope] = ScopeReading(scope=scope, known=knowledge, unseen=set(knowledge.results))
    readings[scope].digests.add(given.digest)
    return readings[scope]


def _second_pass(report: Report, by_scan: Sequence[ScopeReading]) -> None:
    for result in report.results():
        reading = by_scan[result.scan]
        reading.results += 1
        digest = result.digest
        reading.unseen.discard(digest)
        number = reading.known.results.get(digest)
        if number is None or number in reading.known.unsettled:
            build(report, result, reading)
        elif number != NOT_A_FLAW:
            reading.claimed.add(number)
            reading.statuses["open"] += 1


def build(report: Report, result: Result, reading: ScopeReading) -> None:
    """Build one result into the reading, to be identified with the others."""
    item = report.build(result)
    if isinstance(item, Rejected):
        reading.rejected.append(item)
        return
    reading.statuses[item.status] += 1
    if item.status in ("open", "suppressed"):
        reading.built.append(Built(item, report.scans[result.scan], result.digest))
    else:
        reading.no_flaw.append(result.digest)


def applied_scan(reading: ScopeReading, context: Context) -> AppliedScan:
    """The runs of one scope as one scan."""
    scans = reading.scans
    reasons = [reason for scan in scans if not scan.complete for reason in scan.reasons]
    if reading.rejected:
        first = reading.rejected[0]
        reasons.append(
            f"{len(reading.rejected)} of {reading.results} results could not be read "
            f"(the first: {first.pointer}: {first.reason})"
        )
    commit = context.commit or _first(s.commit for s in scans) or context.ambient_commit
    branch = context.branch or _first(s.branch for s in scans)
    return AppliedScan(
        scope=reading.scope,
        digest=hashlib.sha256("".join(sorted(reading.digests)).encode()).hexdigest(),
        tool=scans[0].tool,
        version=_first(s.version for s in scans),
        started=min((s.started for s in scans if s.started), default=None),
        ended=max((s.ended for s in scans if s.ended), default=None),
        commit=commit or None,
        branch=branch or None,
        complete=not reasons,
        reasons=tuple(dict.fromkeys(reasons)),
        results=reading.results,
        url=context.run_url or None,
    )


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
