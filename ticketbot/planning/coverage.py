"""What a scan looked for: a flaw whose operation was not called, whose rule did not run or whose file was
not scanned is not absent, it was not looked for.

Only what a report says counts, and only lists that say more than the report's results do (the readers see
to that). A vulnerability's id is no rule that could be switched off, so rules say nothing about packages.

A file that such a list leaves out may be deleted, or left out of the scan. With a checkout at hand it is
known which: still there, it was not scanned; gone, its flaws are gone with it. Without one the absence
counts, and is in doubt: it takes one more scan that leaves the file out, so that the tickets of deleted files
close one scan later, and a file that one scan skipped closes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from ticketbot.identity.digest import same_path
from ticketbot.identity.rules import stable_rule
from ticketbot.identity.templates import operation_path
from ticketbot.model.finding import Scan
from ticketbot.model.flaw import Doubt, Features
from ticketbot.planning.markdown import plain
from ticketbot.readers.vocabulary import vulnerability_ids

_DYNAMIC = frozenset({"web", "api"})
_IN_FILES = frozenset({"code", "secret", "iac"})
_PACKAGES = frozenset({"dependency", "container"})
_SHOWN = 80
"""Characters of a rule, a file or an operation in a reason."""

FileExists = Callable[[str], bool | None]
"""Is the file in the checkout? None where no checkout is at hand."""


class Overlooked(msgspec.Struct, frozen=True):
    """Why the silence about a flaw is no absence, for people."""

    reason: str


class Coverage(msgspec.Struct, frozen=True):
    """What the scans of one scope looked for, together. None: they do not say."""

    operations: frozenset[str] | None = None
    files: frozenset[str] | None = None
    rules: tuple[tuple[frozenset[str] | None, frozenset[str]], ...] = ()
    """For each scan the rules that ran, and those that were switched off."""

    def judge(
        self, features: Features, family: str, exists: FileExists
    ) -> Overlooked | Doubt | None:
        """What a scan's silence about a flaw is worth: nothing, an absence in doubt, or (None) an absence."""
        if features.kind in _DYNAMIC and features.operation and self.operations is not None:
            if _operation(features.operation) not in self.operations:
                return Overlooked(f"{_shown(features.operation)} was not called in this scan")
            return None
        if not self._ran(features, family):
            return Overlooked(f"rule {_shown(features.rule)} was not part of this scan")
        path = same_path(features.path)
        if features.kind not in _IN_FILES or not path or self.files is None or path in self.files:
            return None
        still = exists(path)
        if still:
            return Overlooked(f"{_shown(path)} was not part of this scan")
        return Doubt("unlisted") if still is None else None

    def _ran(self, features: Features, family: str) -> bool:
        if features.kind in _PACKAGES or vulnerability_ids([features.rule]) or not self.rules:
            return True
        names = _with_parents(features.rule)
        names |= {stable_rule(family, name) for name in names}
        return any(
            not names & off and (ran is None or bool(names & ran)) for ran, off in self.rules
        )


def coverage_of(scans: Sequence[Scan]) -> Coverage:
    """What all scans of one scope together looked for."""
    operations = [scan.covered for scan in scans]
    files = [scan.files for scan in scans]
    return Coverage(
        operations=_together(
            [None if o is None else tuple(map(_operation, o)) for o in operations]
        ),
        files=_together([None if f is None else tuple(map(same_path, f)) for f in files]),
        rules=tuple(
            (
                None if scan.rules is None else _lasting(scan.family, scan.rules),
                _lasting(scan.family, scan.disabled),
            )
            for scan in scans
        ),
    )


def _together(told: Sequence[tuple[str, ...] | None]) -> frozenset[str] | None:
    """All of them; None where one scan does not say."""
    found: set[str] = set()
    for each in told:
        if each is None:
            return None
        found.update(each)
    return frozenset(found)


def _lasting(family: str, rules: Sequence[str]) -> frozenset[str]:
    return frozenset(rules) | {stable_rule(family, rule) for rule in rules}


def _with_parents(rule: str) -> set[str]:
    """`CA1000/1` is a case of `CA1000` (SARIF 3.5.4)."""
    parts = rule.split("/")
    return {"/".join(parts[: n + 1]) for n in range(len(parts))}


def _operation(text: str) -> str:
    """`get /users/{id}?name` → `GET /users/{}`."""
    method, _, path = text.partition(" ")
    return f"{method.upper()} {operation_path(path)}"


def _shown(text: str) -> str:
    return plain(text)[:_SHOWN]
