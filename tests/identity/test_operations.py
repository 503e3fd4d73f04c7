"""`api/1` and `api/2`: what goes in, what stays out, and how the one follows the other."""

from __future__ import annotations

from typing import Any

from ticketbot.identity.apis import KnownApis
from ticketbot.identity.digest import digest
from ticketbot.identity.identify import Identity, identify
from ticketbot.identity.ingredients import Grounds
from ticketbot.identity.match import Candidate, Known, match
from ticketbot.identity.operations import with_operation
from ticketbot.identity.registered import Description, Registered
from ticketbot.model.finding import Finding, Request, Scan

SCAN = Scan(tool="Wapiti", family="wapiti")
SPEC = Description("api.yaml", ("",), (("PUT", "/users/{}/email"),))


def finding(url: str = "/users/alice/email", **changes: Any) -> Finding:
    request = Request(method="PUT", url=f"http://h:1{url}", parameter="email", parameter_in="body")
    given: dict[str, Any] = {"discriminator": "500", "request": request, "kind": "web"}
    return Finding(pointer="/0", tool="Wapiti", rule="SQLi", title="t", **(given | changes))


def known(found: Finding, *history: str, registered: Registered | None = None) -> Identity:
    apis = KnownApis(registered or Registered((SPEC,)), history=history)
    return identify(found, SCAN, Grounds(apis=apis))


def values(identity: Identity) -> list[tuple[str, str]]:
    return [(alias.recipe, alias.value) for alias in identity.aliases]


def test_api_2_is_pinned_and_stands_beside_api_1() -> None:
    parts = ("wapiti", "SQLi", "PUT")
    assert values(known(finding())) == [
        ("api/2", digest("api/2", *parts, "/users/{}/email", "", "body:email", "500")),
        ("api/1", digest("api/1", *parts, "/users/alice/email", "body:email", "500")),
    ]
    assert values(known(finding()))[0][1] == "784994acc33c4ece23286c1ac2b9d225"


def test_nothing_known_gives_nothing_more() -> None:
    alone = identify(finding(), SCAN)
    assert [recipe for recipe, _ in values(alone)] == ["api/1"]
    assert values(known(finding(), registered=Registered())) == values(alone)


def test_learning_finds_the_flaw_under_its_old_name_and_two_that_fall_together() -> None:
    alice, bob = (identify(finding(f"/users/{n}/email"), SCAN) for n in ("alice", "bob"))
    before = [
        Known(id="a", aliases=alice.aliases, rule="SQLi"),
        Known(id="b", aliases=bob.aliases, rule="SQLi"),
    ]
    carol = known(
        finding("/users/carol/email"),
        "PUT /users/alice/email?email",
        "PUT /users/bob/email?email",
    )
    assert {*alice.aliases, *bob.aliases} <= {*carol.aliases}
    found = match([Candidate(index=0, aliases=carol.aliases, rule="SQLi")], before)
    assert found.new == ()
    assert [pair.index for pair in found.pairs] == [0]


def test_a_finding_shows_its_operation() -> None:
    told = known(finding()).operation
    request = with_operation(finding(), told).request
    assert request is not None
    assert (request.template, request.url) == ("/users/{}/email", "http://h:1/users/alice/email")
    plain = identify(finding(), SCAN)
    assert with_operation(finding(), plain.operation) == finding()


def test_a_flaw_of_the_whole_target_has_endpoints_and_no_operation() -> None:
    found = known(finding(systemic=True))
    assert (found.operation, found.endpoint) == (None, "PUT /users/{}/email")
    assert [recipe for recipe, _ in values(found)] == ["api/1"]
    assert with_operation(finding(systemic=True), None).request is None


def test_structural_values_split_an_operation_once_and_keep_the_first_ticket() -> None:
    structural = Registered(structural=("action",))
    found = [
        known(finding(f"/x.php?action={name}"), "PUT /x.php?email", registered=structural)
        for name in ("add", "delete")
    ]
    before = [Known(id="x", aliases=identify(finding("/x.php"), SCAN).aliases, rule="SQLi")]
    candidates = [
        Candidate(index=i, aliases=each.aliases, rule="SQLi") for i, each in enumerate(found)
    ]
    matched = match(candidates, before)
    assert (len(matched.pairs), len(matched.new), matched.merged) == (1, 1, ())
    after = [
        known(finding(f"/x.php?action={name}"), "PUT /x.php?action=add", registered=structural)
        for name in ("add", "delete")
    ]
    assert [[recipe for recipe, _ in values(each)] for each in after] == [["api/2"], ["api/2"]]
