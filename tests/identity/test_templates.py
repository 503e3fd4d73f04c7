"""The path of a URL → the path of its operation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.identity.templates import operation_path, path_template


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("", "/"),
        ("/", "/"),
        ("/users", "/users"),
        ("/users/", "/users"),
        ("//users//list", "/users/list"),
        ("/v1/users/17", "/v1/users/{}"),
        ("/api/2.0/users", "/api/2.0/users"),
        ("/users/-1", "/users/{}"),
        ("/users/17/orders/18?x=1#y", "/users/{}/orders/{}"),
        ("/o/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/o/{}"),
        ("/o/507f1f77bcf86cd799439011", "/o/{}"),
        ("/o/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/o/{}"),
        ("/c/39fa2ee980eb94b0", "/c/{}"),
        ("/c/1a2b3c4", "/c/{}"),
        ("/c/deadbeef", "/c/deadbeef"),
        ("/feedback", "/feedback"),
        ("/d/2024-01-31", "/d/{}"),
        ("/d/2024-01-31T10:11:12Z", "/d/{}"),
        ("/u/joe@example.com", "/u/{}"),
        ("/u/joe%40example.com", "/u/{}"),
        ("/t/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "/t/{}"),
        ("/pay/cus_NffrFeUfNV2Hib", "/pay/{}"),
        ("/pay/user_profile", "/pay/user_profile"),
        ("/f/dGhpc0lzQmFzZTY0MQ==", "/f/{}"),
        ("/search/<script>alert(1)</script>", "/search/{}/{}"),
        ("/search/%3Cscript%3E", "/search/{}"),
        ("/items/1'%20OR%20'1'='1", "/items/{}"),
        ("/..%2f..%2fetc", "/{}"),
        ("/files/12345.json", "/files/{}.json"),
        ("/users/17/avatar.png", "/users/{}/avatar.png"),
        ("/users;jsessionid=abc/17", "/users/{}"),
        ("/users/{id}", "/users/{}"),
        ("/users/:id", "/users/{}"),
        ("/users/<int:id>", "/users/{}"),
        ("/users/[slug]", "/users/{}"),
        ("/users/alice", "/users/alice"),
        ("/" + "a" * 600, "/{}"),
    ],
)
def test_path_template(path: str, template: str) -> None:
    assert path_template(path) == template


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("/users/{userId}", "/users/{}"),
        ("/users/{id}.json", "/users/{}.json"),
        ("/users/:id/orders/:order", "/users/{}/orders/{}"),
        ("/users/<int:id>/", "/users/{}"),
        ("/users/17", "/users/17"),
    ],
)
def test_a_tools_own_template_loses_only_its_names(template: str, expected: str) -> None:
    assert operation_path(template) == expected


@given(st.text(max_size=80))
def test_a_template_is_its_own_template(path: str) -> None:
    once = path_template(path)
    assert path_template(once) == once
