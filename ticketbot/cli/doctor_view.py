"""What `ticketbot doctor` found, for people and for programs. Cuts nothing: advice must be readable."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from ticketbot.cli.console import Console
from ticketbot.cli.output import counted, wrapped
from ticketbot.errors import InputError
from ticketbot.trackers.base import Check

_INDENT = " " * 11
_STYLES = {"ok": "faint", "warning": "medium", "wrong": "critical", "unknown": "medium"}


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Checks of one thing: of a tracker, or (`ours`) of what the user wrote and this machine has."""

    about: str
    kind: str = ""
    """A tracker's type."""
    checks: Sequence[Check]
    ours: bool = False

    @property
    def wrong(self) -> bool:
        return any(check.state == "wrong" for check in self.checks)


def problems(error: InputError) -> list[Check]:
    """An error as checks, one for each of its problems; the hint follows the last."""
    if not error.problems:
        return [Check("", "wrong", error.message, error.hint)]
    *others, last = [Check(each.where, "wrong", each.what) for each in error.problems]
    return [*others, msgspec.structs.replace(last, advice=error.hint)]


def cleaned(part: Part, clean: Callable[[str], str]) -> Part:
    """Without credentials."""
    checks = [
        msgspec.structs.replace(check, found=clean(check.found), advice=clean(check.advice))
        for check in part.checks
    ]
    return msgspec.structs.replace(part, checks=checks)


def as_table(parts: Sequence[Part], console: Console) -> None:
    """A paragraph for each part, a line for each check, advice below it, and the sum."""
    for part in parts:
        name = f"{part.about} ({part.kind})" if part.kind else part.about
        console.out(console.style(name, "strong"))
        for check in part.checks:
            state = console.style(check.state, _STYLES[check.state])
            text = f"{check.what}: {check.found}" if check.what else check.found
            lines = wrapped(text, console.width, _INDENT)[len(_INDENT) :]
            console.out(f"  {state}{' ' * (9 - len(check.state))}{lines}")
            if check.advice:
                first = f"{_INDENT}→ "
                console.out(wrapped(check.advice, console.width, f"{_INDENT}  ", first=first))
    sums = _sums(parts)
    told = [counted(sums["warning"], "warning")] if sums["warning"] else []
    told += [f"{sums['unknown']} not known"] if sums["unknown"] else []
    console.out(", ".join([f"{sums['wrong'] or 'nothing'} wrong", *told]))


def as_json(parts: Sequence[Part], console: Console) -> None:
    """`{"checks": [{about, kind, what, state, found, advice}], "summary": {state: how many}}`."""
    checks = [
        {"about": part.about, "kind": part.kind, **msgspec.structs.asdict(check)}
        for part in parts
        for check in part.checks
    ]
    written = {"checks": checks, "summary": _sums(parts)}
    console.out(json.dumps(written, indent=2, ensure_ascii=False))


def _sums(parts: Sequence[Part]) -> dict[str, int]:
    seen = Counter(check.state for part in parts for check in part.checks)
    return {state: seen[state] for state in ("ok", "warning", "wrong", "unknown")}
