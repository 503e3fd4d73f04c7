"""A scan as a whole: who its findings are, and what of it is news for a ticket."""

from __future__ import annotations

import msgspec
import pytest

from ticketbot.identity.ingredients import Grounds
from ticketbot.identity.registered import Description, Registered
from ticketbot.model.finding import Finding, Request, Scan
from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.render_digest import MOST_ENDPOINTS, features_of
from ticketbot.sync.reading import Built, Known, ScopeReading, flaw_features

SPEC = Description("api.yaml", ("/v1",), (("GET", "/users/{}"),))


def found(url: str, *, systemic: bool = False) -> Finding:
    request = Request(method="GET", url=f"http://h:1{url}")
    return Finding(
        pointer="/0",
        tool="ZAP",
        rule="R",
        title="t",
        kind="web",
        request=request,
        systemic=systemic,
    )


def reading(*findings: Finding, covered: tuple[str, ...] | None = None) -> ScopeReading:
    scan = Scan(tool="ZAP", family="zap", covered=covered)
    return ScopeReading(
        scope=Scope("shop", "zap"),
        known=Known({}),
        scans=[scan],
        grounds=Grounds(registered=Registered((SPEC,))),
        built=[Built(each, scan, b"") for each in findings],
    )


def features(*findings: Finding, before: Features | None = None) -> Features:
    made = reading(*findings)
    made.identify(())
    return flaw_features(made.found, before)


def test_findings_and_what_was_covered_go_by_the_same_names() -> None:
    made = reading(found("/v1/users/alice"), covered=("GET http://h:1/v1/users/bob",))
    assert made.telling
    made.identify(())
    operation = features(found("/v1/users/alice")).operation
    assert operation == "GET /users/{}"
    assert operation in (made.scans[0].covered or ())


@pytest.mark.parametrize(("url", "same"), [("/v1/users/alice", True), ("/v1/users/bob", False)])
def test_another_name_for_an_operation_is_no_news(url: str, same: bool) -> None:
    before = features_of(found("/v1/users/alice"), ())
    now = features(found(url), before=before)
    assert (now.operation, now.operation_by) == ("GET /users/{}", "api.yaml")
    assert (now.content == before.content) is same


def test_a_further_endpoint_is_news_and_one_that_was_not_met_is_none() -> None:
    first = features(found("/b", systemic=True), found("/a", systemic=True))
    assert first.endpoints == ("GET /a", "GET /b")
    again = features(found("/b", systemic=True), before=first)
    assert (again.endpoints, again.content) == (first.endpoints, first.content)
    more = features(found("/c", systemic=True), before=again)
    assert more.endpoints == ("GET /a", "GET /b", "GET /c")
    assert more.content != first.content


def test_endpoints_of_a_flaw_that_had_none_are_noted_without_news() -> None:
    released = msgspec.structs.replace(found("/a", systemic=True), request=None)
    before = features_of(released, ())
    now = features(found("/a", systemic=True), before=before)
    assert (now.endpoints, now.content) == (("GET /a",), before.content)
    later = features(found("/a", systemic=True), before=now)
    assert later == now


def test_only_so_many_endpoints_are_remembered() -> None:
    many = [found(f"/page-{chr(97 + n)}x", systemic=True) for n in range(26)]
    assert len(features(*many).endpoints) == MOST_ENDPOINTS
