"""Flaws, scans and effects for the ledger's tests, each made from a small number or a letter."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from ticketbot.ledger.journal import Intent
from ticketbot.ledger.ledger import Ledger
from ticketbot.ledger.upkeep import Run
from ticketbot.model.flaw import Decision, Features, Flaw, Scope, Sighting
from ticketbot.model.ticket import MarkedFlaw, Marker, Ticket
from ticketbot.planning.state import AppliedScan, Effects, TicketRow

KEY = "settled under this"
SCOPE = Scope("shop", "bandit")
OTHER = Scope("shop", "bandit", environment="prod", part="api", branch="release/1")
DAY_1, DAY_2, DAY_3 = (f"2026-01-0{day}T00:00:00+00:00" for day in (1, 2, 3))
FEATURES = Features(rule="B608", title="SQL", severity="high", kind="code", tool="Bandit")


def flaw_id(n: int) -> str:
    return str(uuid.UUID(int=n))


def alias(n: int, recipe: str = "sline/1") -> str:
    return f"{recipe}:{n:032x}"


def result(n: int) -> str:
    return hashlib.blake2b(bytes([n]), digest_size=16).hexdigest()


def flaw(n: int, **more: Any) -> Flaw:
    given: dict[str, Any] = {"id": flaw_id(n), "target": "shop", "family": "bandit"}
    given |= {"birth": alias(n), "n": 0, "first_seen": DAY_1, "features": FEATURES}
    return Flaw(**(given | more))


def scan(digest: str = "A", scope: Scope = SCOPE, **more: Any) -> AppliedScan:
    return AppliedScan(scope=scope, digest=digest, tool="Bandit", **more)


def first_sight(*numbers: int, digest: str = "A", scope: Scope = SCOPE) -> Effects:
    """What the first scan with these flaws writes: everything settled."""
    return Effects(
        scans=(scan(digest, scope, results=len(numbers)),),
        flaws=tuple(flaw(n) for n in numbers),
        aliases=tuple(
            (flaw_id(n), a, "new") for n in numbers for a in (alias(n), alias(n, "loc/1"))
        ),
        results=tuple((0, result(n), flaw_id(n)) for n in numbers),
        seen=tuple((0, flaw_id(n)) for n in numbers),
        settled=tuple(flaw_id(n) for n in numbers),
    )


def missed(digest: str, *numbers: int, scope: Scope = SCOPE, **more: Any) -> Effects:
    """A scan without these flaws."""
    gone = tuple((0, flaw_id(n)) for n in numbers)
    return Effects(scans=(scan(digest, scope, **more),), missed=gone)


def write(ledger: Ledger, effects: Effects, at: str = DAY_1) -> dict[str, int]:
    run = f"run {at}"
    ledger.start_run(Run(id=run, command="sync", started_at=at))
    return {id_: int(no) for id_, no in ledger.apply_effects(effects, run, KEY).items()}


def ticket_row(n: int, *members: int, **more: Any) -> TicketRow:
    given: dict[str, Any] = {"tracker": "sec", "id": str(n), "key": f"SEC-{n}"}
    given |= {"subject": flaw_id(n), "flaws": tuple(flaw_id(m) for m in members or (n,))}
    return TicketRow(**(given | more))


def marked(n: int, **more: Any) -> MarkedFlaw:
    given: dict[str, Any] = {"id": flaw_id(n), "target": "shop", "family": "bandit"}
    given |= {"birth": alias(n), "first_seen": DAY_1, "features": FEATURES}
    given |= {"aliases": (alias(n), alias(n, "loc/1")), "sightings": (Sighting(SCOPE, "A", "A"),)}
    return MarkedFlaw(**(given | more))


def ticket(n: int, *members: MarkedFlaw, **more: Any) -> Ticket:
    marker = Marker(subject=flaw_id(n), draft="d", flaws=members or (marked(n),))
    given: dict[str, Any] = {"tracker": "sec", "id": str(n), "key": f"SEC-{n}", "marker": marker}
    return Ticket(**(given | more))


def accepted(at: str = DAY_1, **more: Any) -> Decision:
    return Decision(**({"kind": "accepted", "made_at": at, "by": "ada"} | more))


def intent(id_: str, **more: Any) -> Intent:
    given: dict[str, Any] = {"id": id_, "run": "r", "tracker": "sec", "subject": flaw_id(1)}
    given |= {"action": "create", "nonce": f"nonce {id_}", "sent_at": DAY_1, "reason": "new"}
    return Intent(**(given | more))
