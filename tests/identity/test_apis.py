"""Requests → operations: descriptions, siblings, history."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.identity.apis import KnownApis, requests_of
from ticketbot.identity.registered import Description, Registered
from ticketbot.model.finding import Request

USERS = Description(
    "users.yaml",
    ("/api/v1",),
    (
        ("GET", "/users"),
        ("GET", "/users/{}"),
        ("GET", "/users/me"),
        ("PUT", "/users/{}/email"),
        ("GET", "/files/{}.json"),
        ("POST", "/days/2024-01-31"),
    ),
)
ORDERS = Description("orders.yaml", ("/orders-api",), (("GET", "/health"), ("GET", "/{}")))
MORE = Description("more.yaml", ("/more-api",), (("GET", "/health"),))


def get(url: str, method: str = "GET") -> Request:
    return Request(method=method, url=f"https://shop.example{url}")


def told(apis: KnownApis, request: Request) -> tuple[str, str]:
    operation = apis.operation(request)
    assert operation is not None
    return operation.path, operation.told_by


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (get("/api/v1/users/alice"), ("/users/{}", "users.yaml")),
        (get("/users/alice"), ("/users/{}", "users.yaml")),  # a preview without the base path
        (get("/api/v1/users/me"), ("/users/me", "users.yaml")),  # the most literal wins
        (get("/api/v1/users/alice?x=1#y"), ("/users/{}", "users.yaml")),
        (get("/api/v1/users/alice", "TRACE"), ("/users/{}", "users.yaml")),  # the path only
        (get("/api/v1/users/alice/email", "PUT"), ("/users/{}/email", "users.yaml")),
        (get("/api/v1/files/a.json"), ("/files/{}.json", "users.yaml")),
        (get("/api/v1/files/a.xml"), ("/api/v1/files/a.xml", "the path alone")),
        (get("/api/v1/days/2024-01-31"), ("/days/2024-01-31", "users.yaml")),
        (get("/api/v1/admin/17"), ("/api/v1/admin/{}", "typed segments")),
        (Request(method="GET", template="/api/v1/users/{id}"), ("/users/{}", "the tool")),
        (Request(method="GET", template="/other/{id}"), ("/other/{}", "the tool")),
        (Request(method="GET", template="/api/v1/users/alice"), ("/users/{}", "users.yaml")),
    ],
)
def test_a_description_names_operations(request_: Request, expected: tuple[str, str]) -> None:
    assert told(KnownApis(Registered((USERS,))), request_) == expected


def test_what_two_files_have_keeps_its_base() -> None:
    apis = KnownApis(Registered((ORDERS, MORE)))
    assert told(apis, get("/orders-api/health"))[0] == "/orders-api/health"
    assert told(apis, get("/more-api/health"))[0] == "/more-api/health"
    assert told(apis, get("/orders-api/17"))[0] == "/{}"


def test_without_a_path_there_is_no_operation() -> None:
    assert KnownApis().operation(Request(method="GET")) is None


def test_structural_parameters_belong_to_the_operation_and_others_do_not() -> None:
    apis = KnownApis(Registered(structural=("action",)))
    said = apis.operation(get("/index.php?id=7&action=delete&q=%3Cscript%3E"))
    assert said is not None
    assert (said.path, said.structural) == ("/index.php", "action=delete")


def test_known_flaws_of_an_operation_are_called_by_their_former_paths() -> None:
    apis = KnownApis(
        Registered((USERS,)),
        history=["GET /api/v1/users/alice", "GET /users/{}", "PUT /users/bob/email?email"],
    )
    found = apis.operation(get("/api/v1/users/carol"))
    assert found is not None
    assert found.formerly == ("/api/v1/users/alice", "/users/{}")


def test_what_was_scanned_without_findings_is_read_as_requests() -> None:
    found = requests_of(["GET /users/{id}", "post http://h/users/17?x=1", "app/db.py", "a b.py"])
    assert found == [
        Request(method="GET", template="/users/{id}"),
        Request(method="POST", url="http://h/users/17?x=1"),
    ]


@given(
    st.lists(st.sampled_from(["/users", "/users/alice/email", "/users/17", "/a//b/", ""])),
    st.randoms(),
)
def test_the_order_of_requests_decides_nothing(paths: list[str], random: object) -> None:
    requests = [get(path, method) for path in paths for method in ("GET", "PUT")]
    other = requests[::-1]
    one, two = KnownApis(requests=requests), KnownApis(requests=other)
    assert [one.operation(r) for r in requests] == [two.operation(r) for r in requests]


@pytest.mark.parametrize(
    ("host", "strange"),
    [
        ("https://shop.example/x", ""),
        ("https://SHOP.example:8443/x", ""),
        ("https://pr-7.preview.shop.example/x", ""),
        ("http://localhost:8080/x", ""),
        ("http://localhost:9090/x", "localhost:9090"),
        ("http://u:p@evil.example/shop.example", "evil.example"),
        ("https://shop.example.evil.example/", "shop.example.evil.example"),
        ("https://billing.example/", "billing.example"),
        ("/users", ""),
    ],
)
def test_hosts_of_a_target(host: str, strange: str) -> None:
    registered = Registered(
        hosts=("shop.example", "*.preview.shop.example", "localhost:8080"),
        elsewhere=(("billing", ("billing.example",)),),
    )
    assert registered.strange(Request(url=host)) == strange
    assert registered.owner("billing.example") == "billing"
    assert Registered().strange(Request(url=host)) == ""
