"""Two made-up tickets, one for a flaw and one for a group: what templates are tried on before use.

Has every value that a template can ask for, and says nothing about real findings.
"""

from __future__ import annotations

from ticketbot.model.finding import Component, Evidence, Finding, Location, Request
from ticketbot.planning.render_digest import features_of
from ticketbot.planning.render_view import ScanFacts, Shown, TicketView

_SCAN = ScanFacts(
    tool="example scanner",
    version="1.0",
    commit="0" * 40,
    branch="main",
    url="https://ci.example/runs/1",
)
_FINDING = Finding(
    pointer="/runs/0/results/0",
    tool="example scanner",
    rule="sql-injection",
    title="SQL injection",
    message="The query is put together from text that comes with the request.",
    severity="high",
    kind="api",
    cwe=(89,),
    cvss=8.1,
    locations=(Location(path="app.py", line=41, logical="app.login", snippet="execute(query)"),),
    flow=(Location(path="app.py", line=38), Location(path="app.py", line=41)),
    request=Request(method="POST", template="/login", parameter="user", parameter_in="body"),
    evidence=(Evidence("Request", "POST /login HTTP/1.1", "http"),),
    remediation="Use placeholders.",
    help_url="https://docs.example/sql-injection",
    reproduce='curl -d "user=\'" http://localhost/login',
)
_UPGRADE = Finding(
    pointer="/runs/0/results/1",
    tool="example scanner",
    rule="CVE-2020-8203",
    title="CVE-2020-8203: prototype pollution",
    severity="high",
    kind="dependency",
    vulnerabilities=("CVE-2020-8203",),
    component=Component(
        purl="pkg:npm/lodash@4.17.15", name="lodash", version="4.17.15", fixed=("4.17.19",)
    ),
)


def sample_views() -> tuple[TicketView, TicketView]:
    """(a ticket for one flaw, a ticket for a group)."""
    one = _view(Shown(flaw="1", features=features_of(_FINDING, ()), finding=_FINDING))
    member = Shown(flaw="2", features=features_of(_UPGRADE, ()), finding=_UPGRADE)
    gone = Shown(flaw="3", features=features_of(_UPGRADE, ()), state="gone")
    return one, _view(member, gone, group_by="component", group="pkg:npm/lodash")


def _view(*members: Shown, group_by: str | None = None, group: str | None = None) -> TicketView:
    return TicketView(
        members=members,
        scan=_SCAN,
        target="shop-api",
        environments=("prod",),
        first_seen="2026-01-02T03:04:05Z",
        group_by=group_by,
        group=group,
        repository="https://github.com/acme/shop",
        closing="It closes by itself when a complete scan no longer finds it.",
    )
