"""Routing as a company has it: owners, labels, terms and groups, told from the first scan to the last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.sync.laboratory import DAY, SETTINGS, Laboratory, finding, report
from ticketbot.model.finding import Component, Finding, Request
from ticketbot.model.ticket import Ticket
from ticketbot.planning.settings import (
    Codeowners,
    Condition,
    OwnerEntry,
    Owners,
    Route,
    SeverityPolicy,
    TrackerSettings,
)
from ticketbot.trackers.base import Draft, Outcome
from ticketbot.trackers.local.tracker import LocalTracker


def lab(root: Path, **more: Any) -> Laboratory:
    return Laboratory(root, settings=msgspec.structs.replace(SETTINGS, **more))


def owners(text: str, *entries: OwnerEntry) -> Owners:
    return Owners(codeowners=Codeowners("CODEOWNERS", text), entries=entries)


def pair(group_by: str) -> tuple[Finding, Finding, Finding]:
    """Two findings that share what they are grouped by, and one that does not."""
    dependency: dict[str, Any] = {"kind": "dependency", "path": "package-lock.json"}
    attack: dict[str, Any] = {"kind": "api", "locations": ()}
    lodash, react = (
        Component(purl=f"pkg:npm/{name}@1.0", name=name, version="1.0")
        for name in ("lodash", "react")
    )
    users, orders = (Request(method="GET", template=path) for path in ("/users/{}", "/orders"))
    found: dict[str, tuple[Finding, Finding, Finding]] = {
        "component": (
            finding("CVE-2020-1", component=lodash, vulnerabilities=("CVE-2020-1",), **dependency),
            finding("CVE-2020-2", component=lodash, vulnerabilities=("CVE-2020-2",), **dependency),
            finding("CVE-2020-3", component=react, vulnerabilities=("CVE-2020-3",), **dependency),
        ),
        "rule": (
            finding("B608", path="a.py"),
            finding("B608", path="b.py"),
            finding("B105", path="a.py", text="key = 1"),
        ),
        "file": (
            finding("B608", path="a.py"),
            finding("B105", path="a.py", text="key = 1"),
            finding("B608", path="b.py"),
        ),
        "endpoint": (
            finding("ignored_auth", request=users, **attack),
            finding("server_error", request=users, **attack),
            finding("server_error", request=orders, **attack),
        ),
    }
    return found[group_by]


def body(world: Laboratory, ticket: Ticket) -> str:
    return world.local.body(ticket.id)


@pytest.mark.parametrize("group_by", ["component", "rule", "file", "endpoint"])
def test_a_group_is_one_ticket_that_strikes_out_what_is_gone(tmp_path: Path, group_by: Any) -> None:
    world = lab(tmp_path, routes=(Route(name="all", to="local", group_by=group_by),))
    first, second, apart = pair(group_by)

    assert world.sync(report(first, second, apart)).actions == ["create", "create"]
    (ticket,) = [t for t in world.tickets() if "2 open in **shop**" in body(world, t)]
    assert "~~" not in body(world, ticket)
    assert world.sync(report(first, second, apart)).actions == []

    world.clock.passes(days=1)
    for step in range(2):  # what an attack finds needs two absences
        world.sync(report(first, apart, commit=f"{step}" * 40))
    assert "1 open of 2 in **shop**" in body(world, ticket)
    assert body(world, ticket).count("| ~~high~~ | ~~") == 1
    assert world.states() == ["open", "open"]

    for step in range(2, 4):
        world.sync(report(apart, commit=f"{step}" * 40))
    assert sorted(world.states()) == ["fixed", "open"]

    assert world.sync(report(second, apart, commit="9" * 40)).actions == ["reopen", "update"]
    assert body(world, ticket).count("| ~~high~~ | ~~") == 1


def test_labels_of_tracker_severity_owner_and_route_add_up(tmp_path: Path) -> None:
    entry = OwnerEntry(where="o:1", fields={"labels": ["team-{{ group }}"], "group": "pay"})
    world = lab(
        tmp_path,
        trackers={"local": TrackerSettings(type="local", remote=False, labels=("ticketbot",))},
        severities={"high": SeverityPolicy(labels=("urgent",))},
        owners=Owners(entries=(entry,)),
        routes=(Route(name="all", to="local", labels=("{{ rule }}", "urgent")),),
    )
    world.sync(report(finding()))
    assert world.tickets()[0].labels == ("ticketbot", "urgent", "team-pay", "B608")


def test_business_days_skip_the_weekend(tmp_path: Path) -> None:
    five = SeverityPolicy(due=5 * DAY, business=True)
    world = lab(tmp_path, severities={"high": five, "medium": SeverityPolicy(due=5 * DAY)})
    world.clock.passes(days=4)  # Thursday, 5 March 2026
    world.sync(report(finding("B1"), finding("B2", text="x = 2", severity="medium")))
    assert {t.title[:2]: t.due for t in world.tickets()} == {"B1": "2026-03-12", "B2": "2026-03-10"}


def test_an_edit_of_owners_or_fields_is_for_new_tickets_only(tmp_path: Path) -> None:
    world = lab(tmp_path, owners=owners("* @ann\n"))
    world.sync(report(finding("B1")))
    world.settings = msgspec.structs.replace(
        SETTINGS,
        owners=owners("* @bob\n", OwnerEntry(where="o:1", fields={"labels": ["moved"]})),
        routes=(Route(name="other", to="local", fields={"squad": "{{ target }}"}),),
    )
    assert world.sync(report(finding("B1"), finding("B2", text="x = 2"))).actions == ["create"]
    assert [(t.assignee, t.labels) for t in world.tickets()] == [
        ("ann", ()),
        ("bob", ("moved",)),
    ]
    assert world.sync(report(finding("B1"), finding("B2", text="x = 2"))).actions == []


class Strict(LocalTracker):
    """A tracker that knows nobody called ghost, as JIRA would: makes the ticket without, and says so."""

    def create(self, drafts: Any) -> list[Outcome]:
        known = [Draft(msgspec.structs.replace(d.draft, assignee=None), d.nonce) for d in drafts]
        return [
            msgspec.structs.replace(made, reason="assignee ghost is unknown and left out")
            for made in super().create(known)
        ]


def test_an_unassignable_owner_never_blocks_a_ticket(tmp_path: Path) -> None:
    world = lab(tmp_path, owners=owners("* @ghost\n"))
    world.tracker = Strict("local", tmp_path / "tracker.db", now=world.clock)
    ran = world.sync(report(finding()))
    (done,) = ran.applied.results
    assert (done.outcome, done.note) == ("applied", "assignee ghost is unknown and left out")
    assert world.tickets()[0].assignee is None
    assert world.sync(report(finding())).actions == []


def test_the_local_tracker_takes_any_name(tmp_path: Path) -> None:
    world = lab(tmp_path, owners=owners("*.py ghost@nowhere.example\n"))
    assert world.sync(report(finding())).outcomes == ["applied"]
    assert world.tickets()[0].assignee == "ghost@nowhere.example"


def test_a_route_that_asks_for_an_owner_sees_the_edit_of_codeowners(tmp_path: Path) -> None:
    routes = (Route(name="pay", when=Condition(owner=("@acme/pay",)), to="local"),)
    world = lab(tmp_path, routes=routes, owners=owners("* @acme/shop\n"))
    assert world.sync(report(finding())).actions == []
    world.settings = lab(tmp_path, routes=routes, owners=owners("* @acme/pay\n")).settings
    assert world.sync(report(finding())).actions == ["create"]
