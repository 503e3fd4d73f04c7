"""Flaws and limits → may the pipeline go on? With the reason for each flaw that does not count.

Decides over values alone; knows no report, no ledger and no tracker, and changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from ticketbot.model.finding import RANK, SEVERITIES, Alias, Finding, Severity
from ticketbot.model.flaw import Decision, Features, Scope
from ticketbot.planning.conditions import matches
from ticketbot.planning.owners import owned
from ticketbot.planning.routes import route
from ticketbot.planning.settings import Condition, GateLimits, Limit, Settings

Mode = Literal["new", "open", "all"]
"""What counts: `new` what the default branch (or `--base`) does not have, without what is decided or
known debt; `open` everything that is neither decided nor known debt; `all` every open finding."""

DEFAULT: Mapping[Severity, int] = {"critical": 0, "high": 0}
"""Where neither the configuration nor an option says anything."""

KNOWN = "known before"
DEBT = "known debt (baseline)"
SUPPRESSED = "suppressed in the source"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One flaw as this run's reports show it."""

    flaw: str
    """UUID; what the ledger has, or would mint."""
    features: Features
    scope: Scope
    finding: Finding
    """The one that stands for the flaw."""
    aliases: tuple[Alias, ...] = ()
    new: bool = True
    """Neither the default branch nor `--base` has it."""
    decision: Decision | None = None
    """One that holds now. Never `fixed`: this scan sees that it is not."""
    baseline: bool = False
    ticket: str | None = None
    """The key of its open ticket."""


class Check(msgspec.Struct, frozen=True):
    """One limit, and how many flaws it found."""

    limit: Limit
    found: int

    @property
    def breached(self) -> bool:
        """More than allowed?"""
        return self.found > self.limit.max


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate says. Flaws come worst first."""

    mode: Mode
    checks: tuple[Check, ...]
    counted: tuple[Item, ...] = ()
    breaching: tuple[Item, ...] = ()
    """Those counted that a breached limit is for."""
    excused: tuple[tuple[Item, str], ...] = ()
    """The others, each with the reason why it does not count."""
    unproven: tuple[str, ...] = ()
    """Why the reports prove nothing: sentences about scans that were not complete."""

    @property
    def passed(self) -> bool:
        """May the pipeline go on?"""
        return not self.unproven and not any(check.breached for check in self.checks)

    @property
    def left_out(self) -> dict[str, int]:
        """Reason → how many flaws do not count for it, most first."""
        return dict(Counter(why for _, why in self.excused).most_common())


def limits_of(
    configured: GateLimits, fail_on: Severity | None, most: Mapping[Severity, int]
) -> tuple[Limit, ...]:
    """The limits of one run. `--fail-on` and `--max` go before the configured severities, together;
    configured rules hold in any case."""
    severities: dict[Severity, int] = dict(configured.severities)
    if fail_on is not None or most:
        severities = {s: 0 for s in SEVERITIES if fail_on and RANK[s] >= RANK[fail_on]} | dict(most)
    elif not severities and not configured.rules:
        severities = dict(DEFAULT)
    counts = tuple(
        Limit(name=severity, max=severities[severity], when=Condition(severity=(severity,)))
        for severity in SEVERITIES
        if severity in severities
    )
    return (*counts, *configured.rules)


def judge(
    items: Iterable[Item],
    limits: Sequence[Limit],
    mode: Mode,
    settings: Settings,
    unproven: Sequence[str] = (),
) -> Verdict:
    """The one place where it is decided whether the pipeline goes on."""
    told = [(item, why_not(item, mode)) for item in sorted(items, key=_worst_first)]
    counted = [item for item, why in told if not why]
    checks, breaching = [], set()
    for limit in limits:
        found = [item.flaw for item in counted if _is_for(limit, item, settings)]
        checks.append(Check(limit, len(found)))
        if checks[-1].breached:
            breaching.update(found)
    return Verdict(
        mode=mode,
        checks=tuple(checks),
        counted=tuple(counted),
        breaching=tuple(item for item in counted if item.flaw in breaching),
        excused=tuple((item, why) for item, why in told if why),
        unproven=tuple(unproven),
    )


def why_not(item: Item, mode: Mode) -> str:
    """Why a flaw does not count; "" where it does."""
    if item.finding.status != "open":
        return SUPPRESSED
    if mode == "all":
        return ""
    if item.decision is not None:
        until = f" until {item.decision.until[:10]}" if item.decision.until else ""
        return f"decided: {item.decision.kind.replace('_', ' ')}{until}"
    if item.baseline:
        return DEBT
    return KNOWN if mode == "new" and not item.new else ""


def _is_for(limit: Limit, item: Item, settings: Settings) -> bool:
    features, scope = item.features, item.scope
    names = owned(features.path, settings.owners.codeowners).names if limit.when.owner else ()
    if not matches(limit.when, features, scope, names):
        return False
    return not limit.routes or route(features, scope, settings).name in limit.routes


def _worst_first(item: Item) -> tuple[object, ...]:
    features = item.features
    place = (features.path or features.operation or "", features.line or 0)
    return (-RANK[features.severity], *place, features.rule, item.flaw)
