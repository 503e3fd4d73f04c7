"""Role pairs of broken authorization, and what is no role."""

from __future__ import annotations

import pytest

from ticketbot.readers.roles import told_roles, with_roles


@pytest.mark.parametrize(
    ("attacker", "victim", "expected"),
    [
        ("Customer", "admin", "200 customer->admin"),
        ("guest", None, "200 guest->"),
        (" store  clerk ", "store manager", "200 store clerk->store manager"),
        ("joe@example.com", "user-17", "200"),
        ("eyJhbGciOiJIUzI1NiJ9.e30.c2ln", {"id": 7}, "200"),
        (None, None, "200"),
        ("x" * 60, "", "200"),
    ],
)
def test_a_role_has_letters_only(attacker: object, victim: object, expected: str) -> None:
    assert with_roles("200", attacker, victim) == expected


def test_without_roles_and_without_anything() -> None:
    assert with_roles(None, None, None) is None
    assert with_roles(None, "customer", "admin") == "customer->admin"


@pytest.mark.parametrize(
    "properties",
    [
        {"attackerRole": "customer", "victimRole": "admin"},
        {"attacker_role": "customer", "victim_role": "admin"},
        {"roles": {"attacker": "customer", "victim": "admin"}},
    ],
)
def test_where_sarif_has_them(properties: dict[str, object]) -> None:
    assert told_roles(properties) == ("customer", "admin")


def test_other_properties_tell_no_roles() -> None:
    assert told_roles({"roles": ["admin"], "role": "x"}) == (None, None)
