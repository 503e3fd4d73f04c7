"""A plan that was carried out, as the JSON of contract.md: what became of each change beside it."""

from __future__ import annotations

from typing import Any

import msgspec

from ticketbot.planning.changes import AnyChange
from ticketbot.planning.plan import Plan
from ticketbot.planning.state import Effects
from ticketbot.sync.apply import Applied, Done


def as_json(plan: Plan, applied: Applied) -> bytes:
    """The plan without what only the ledger needs; each change with `outcome`, `ticket` and `url`."""
    bare = msgspec.structs.replace(plan, effects=Effects(), bases=())
    document: dict[str, Any] = msgspec.to_builtins(bare)
    for key in ("effects", "bases", "key"):
        document.pop(key, None)
    done = {id(each.change): each for each in applied.results}
    for change, written in zip(plan.changes, document["changes"], strict=True):
        written.update(_outcome(done.pop(id(change), None)))
    added = [_added(each.change, each) for each in done.values()]
    document["changes"] = [*document["changes"], *added]
    return msgspec.json.encode(document)


def _added(change: AnyChange, done: Done) -> dict[str, Any]:
    """A change that only carrying out has brought: the closing of a twin."""
    written: dict[str, Any] = msgspec.to_builtins(change)
    return written | _outcome(done)


def _outcome(done: Done | None) -> dict[str, Any]:
    """`skipped` is what was left, held, or not reached."""
    if done is None:
        return {"outcome": "skipped", "url": None, "note": ""}
    told = {"outcome": done.outcome, "url": done.url, "note": done.note}
    return told | ({"ticket": done.ticket} if done.ticket else {})
