"""Findings and ticket views for the tests of rendering; no test of its own."""

from __future__ import annotations

from typing import Any

import msgspec

from ticketbot.config.ticket_templates import templates_of
from ticketbot.model.finding import Component, Finding, Location, Request
from ticketbot.planning.render import ScanFacts, Shown, TicketView, closing_policy, features_of
from ticketbot.planning.settings import Lifecycle

TEMPLATES = templates_of(None)
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def finding(**changes: Any) -> Finding:
    base = Finding(
        pointer="/runs/0/results/0",
        tool="bandit",
        rule="B608",
        title="SQL injection",
        message="The query is put together from text.",
        severity="high",
        cwe=(89,),
        locations=(Location(path="app.py", line=41, logical="app.login", snippet="x = 1"),),
    )
    return msgspec.structs.replace(base, **changes)


def shown(found: Finding, state: Any = "open", flaw: str = "u1") -> Shown:
    return Shown(flaw=flaw, features=features_of(found, ()), finding=found, state=state)


def view(*members: Shown, **changes: Any) -> TicketView:
    base = TicketView(
        members=members,
        scan=ScanFacts(
            tool="bandit", version="1.7", commit=COMMIT, branch="main", url="https://ci.example/1"
        ),
        target="shop",
        environments=("prod",),
        first_seen="2026-01-02T03:04:05Z",
        repository="https://github.com/acme/shop",
        closing=closing_policy(Lifecycle(), members[0].features),
    )
    return msgspec.structs.replace(base, **changes)


def vulnerability(name: str, fixed: str | None, state: Any = "open") -> Shown:
    component = Component(
        purl="pkg:npm/lodash@4.17.15", name="lodash", version="4.17.15",
        fixed=(fixed,) if fixed else (), manifest="package-lock.json",
    )  # fmt: skip
    found = finding(
        rule=name, title=f"{name}: pollution", kind="dependency", vulnerabilities=(name,),
        component=component, locations=(), cwe=(),
    )  # fmt: skip
    return shown(found, state, flaw=name)


API = Request(
    method="GET", template="/orders/{id}", parameter="id", parameter_in="path", status=200
)
