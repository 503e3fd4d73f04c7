"""What has a name of its own: operations, packages and secrets, and what makes two of them one."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.identity.given import (
    DEPENDENCY,
    LINE,
    OPERATION,
    PACKAGE,
    REQUEST,
    SCAN,
    SECRET,
    SYSTEMIC,
    finding,
    names,
)
from ticketbot.identity.recipes import aliases
from ticketbot.model.finding import Location, Request, Secret


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"url": "https://staging.example/users/18"}, True),
        ({"template": "/users/{userId}"}, True),
        ({"template": "GET /users/{id}"}, True),
        ({"url": "/users/19?id=1'--"}, True),
        ({"method": "POST"}, False),
        ({"parameter": "name"}, False),
        ({"parameter_in": "path"}, False),
        ({"url": "https://h/orders/17"}, False),
        ({"status": 503}, True),
    ],
)
def test_an_operation_is_method_path_and_parameter(change: dict[str, Any], same: bool) -> None:
    other = msgspec.structs.replace(OPERATION, request=msgspec.structs.replace(REQUEST, **change))
    assert (aliases(other, SCAN) == aliases(OPERATION, SCAN)) is same


def test_a_systemic_flaw_is_one_for_the_whole_target() -> None:
    elsewhere = msgspec.structs.replace(SYSTEMIC, request=Request(method="POST", url="https://h/x"))
    assert aliases(elsewhere, SCAN) == aliases(SYSTEMIC, SCAN)


def test_a_bump_that_does_not_fix_is_the_same_flaw() -> None:
    bumped = msgspec.structs.replace(PACKAGE, purl="pkg:npm/lodash@4.17.19", version="4.17.19")
    assert aliases(msgspec.structs.replace(DEPENDENCY, component=bumped), SCAN) == aliases(
        DEPENDENCY, SCAN
    )


def test_a_cve_that_comes_late_keeps_the_advisory_as_alias() -> None:
    early = msgspec.structs.replace(
        DEPENDENCY, rule="GHSA-p6mc-m468-83gw", vulnerabilities=("GHSA-p6mc-m468-83gw",)
    )
    assert set(aliases(early, SCAN)) < set(aliases(DEPENDENCY, SCAN))


def test_two_cves_are_never_made_one() -> None:
    both = msgspec.structs.replace(
        DEPENDENCY, rule="DSA-1-1", vulnerabilities=("CVE-2020-8203", "CVE-2021-1234")
    )
    other = msgspec.structs.replace(both, vulnerabilities=("CVE-2021-1234",), rule="CVE-2021-1234")
    assert len(aliases(both, SCAN)) == 1
    assert not set(aliases(both, SCAN)) & set(aliases(other, SCAN))


def test_a_secret_without_a_key_falls_back_to_its_place() -> None:
    bare = msgspec.structs.replace(SECRET, secret=Secret(type="aws", redacted="AKIA…(20)"))
    assert names(bare) == ["line/1"]


def test_a_secret_is_one_wherever_it_is_found() -> None:
    elsewhere = msgspec.structs.replace(SECRET, locations=(Location(path="other.py", line=1),))
    shared = set(aliases(elsewhere, SCAN)) & set(aliases(SECRET, SCAN))
    recipes = ["secret/1", "secret/1", "secret/2", "secret/2"]
    assert sorted(alias.recipe for alias in shared) == recipes


def test_the_day_a_key_comes_the_place_still_names_the_secret() -> None:
    bare = msgspec.structs.replace(SECRET, secret=Secret(type="aws", redacted="AKIA…(20)"))
    assert set(aliases(bare, SCAN)) < set(aliases(SECRET, SCAN))


def test_an_attack_reported_without_a_kind_is_still_an_operation() -> None:
    assert names(finding(request=REQUEST)) == ["api/1"]
    assert names(finding(request=REQUEST, locations=(LINE,))) == ["line/1"]
