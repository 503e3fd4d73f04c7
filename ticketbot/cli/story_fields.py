"""Why a ticket is where it is and says what it says: the route, and where each field's value is from.

The ledger keeps what was written, not why; so routes are asked again, as they are today, and it is
told where today's answer is another one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ticketbot.cli.page import Page
from ticketbot.config.load import Loaded
from ticketbot.errors import ConfigError
from ticketbot.model.flaw import Scope
from ticketbot.model.ticket import Ticket
from ticketbot.planning.routes import Routed, due_date, route
from ticketbot.planning.state import FlawRecord, TicketRow

_KEPT = ("priority", "assignee", "due", "labels")
"""Fields whose written value the ledger remembers."""


def tell_route(page: Page, record: FlawRecord, loaded: Loaded) -> None:
    """Where a flaw without a ticket would go, with what, and why."""
    page.head("route")
    routed = _routed(page, record, loaded)
    if routed is not None and _named(page, routed):
        page.head("fields it would get")
        for name, value in _today(routed, [record]).items():
            page.item(f"{name}: {_text(value)}, from {routed.sources.get(name, '?')}")


def tell_fields(
    page: Page,
    row: TicketRow,
    records: Sequence[FlawRecord],
    ticket: Ticket | None,
    loaded: Loaded,
) -> None:
    """The route of a ticket, and each of its fields. `ticket`: what its tracker says now."""
    page.head("route, as it is configured today")
    found = [(r, routed) for r in records if (routed := _routed(page, r, loaded)) is not None]
    if not found:
        return
    routed = next((each for _, each in found if each.tracker == row.tracker), found[0][1])
    if not _named(page, routed) or routed.tracker != row.tracker:
        page.item(f"  it stays in {row.tracker}: a change of routes moves no ticket")
        return
    page.head("fields, and where their values are from")
    today = _today(routed, [record for record, _ in found])
    for name in (*_KEPT, *(name for name in today if name not in _KEPT)):
        said = _field(name, today.get(name), row, ticket)
        if said:
            source = routed.sources.get(name)
            page.item(f"{name}: {said}" + (f", from {source}" if source else ""))


def _routed(page: Page, record: FlawRecord, loaded: Loaded) -> Routed | None:
    """What the routes say today; None, and told, where a template of theirs fails."""
    scope = min((s.scope for s in record.sightings), default=Scope("", ""))
    try:
        return route(record.flaw.features, scope, loaded.settings)
    except ConfigError as error:
        page.item(error.message)
        return None


def _named(page: Page, routed: Routed) -> bool:
    """The route, and what of the flaw fits it. Whether it leads to a tracker."""
    if routed.tracker is None:
        name = f"{routed.name!r}: " if routed.name else ""
        page.item(f"{name}no ticket, because {routed.because}")
    else:
        page.item(f"{routed.name!r} → {routed.tracker}, from {routed.place}")
    for each in routed.matched:
        page.item(f"  {each}")
    if routed.name and not routed.matched:
        page.item("  it has no conditions")
    return routed.tracker is not None


def _today(routed: Routed, records: Sequence[FlawRecord]) -> dict[str, Any]:
    """Field → value, as a ticket made today would have them."""
    first = min(records, key=lambda record: record.flaw.first_seen)
    due = None
    if routed.due_seconds is not None:
        due = due_date(
            first.flaw.first_seen,
            routed.due_seconds,
            business=routed.business,
            paused=first.paused,
        )
    values = {"priority": routed.priority, "assignee": routed.assignee, "due": due}
    made: dict[str, Any] = values | {"labels": list(routed.labels)} | routed.fields
    return {name: value for name, value in made.items() if value not in (None, "", [])}


def _field(name: str, today: Any, row: TicketRow, ticket: Ticket | None) -> str:
    """The value now; what ticketbot wrote and what it would write, where these are others."""
    if name not in _KEPT or name not in row.written:
        return _text(today) if today is not None else ""
    written: Any = row.written[name]
    now: Any = getattr(ticket, name) if ticket is not None else written
    if name == "labels":
        now = list(now or ())
        same = set(written or ()) <= set(now)
    else:
        same = now == written
    said = _text(now) if now else "none"
    if not same:
        said += f"; changed by a person, ticketbot wrote {_text(written) or 'none'}"
    if (today or None) != (written or None):
        said += f"; written before: today it would be {_text(today) or 'none'}"
    return said if now or not same or today else ""


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return "" if value is None else json.dumps(value, ensure_ascii=False)
