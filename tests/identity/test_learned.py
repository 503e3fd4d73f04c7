"""Words that are ids, told by their siblings, and words that stay words."""

from __future__ import annotations

import pytest

from ticketbot.identity.learned import Siblings

FEW = ("alice", "bob", "carol")
MANY = [f"GET /books/{name}" for name in "ab cd ef gh ij kl mn op qr st".split()]


def seen(*texts: str) -> list[tuple[str, tuple[str, ...]]]:
    pairs = (text.split(" ") for text in texts)
    return [(method, tuple(path.strip("/").split("/"))) for method, path in pairs]


def learned(*texts: str, history: tuple[str, ...] = ()) -> list[str]:
    siblings = Siblings(seen(*texts), seen(*history))
    return ["/" + "/".join(siblings.path(parts)) for _, parts in seen(*texts)]


def test_words_with_the_same_behind_them_are_ids() -> None:
    found = learned(
        "GET /users",
        *(f"PUT /users/{name}/email" for name in FEW),
        "GET /users/alice",
        "GET /users/login",
    )
    assert found == ["/users", *["/users/{any}/email"] * 3, "/users/{any}", "/users/login"]


@pytest.mark.parametrize(
    "requests",
    [
        ["GET /users", "PUT /users/alice/email", "PUT /users/bob/email"],  # two only
        [f"PUT /users/{name}/email" for name in FEW],  # nobody asked for the collection
        [f"GET /{name}/list" for name in FEW],  # directly below the root
        ["GET /api", *(f"GET /api/{n}/search" for n in FEW), *(f"GET /api/{n}/{{}}" for n in FEW)],
        ["GET /reports", "GET /reports/sales", "GET /reports/stock", "GET /reports/users"],
        ["GET /api", "GET /api/v1", "GET /api/v2", "GET /api/v3"],
        MANY,  # nobody asked for the collection
    ],
)
def test_where_in_doubt_words_stay(requests: list[str]) -> None:
    assert not any("{any}" in path for path in learned(*requests))


def test_many_words_alone_and_numbered_names_are_ids() -> None:
    assert learned("GET /books", *MANY)[1:] == ["/books/{any}"] * 10
    numbered = [f"GET /books/title{n}" for n in (7, 48, 96)]
    assert learned("GET /books", *numbered, "GET /books/new")[1:] == [
        *["/books/{any}"] * 3,
        "/books/new",
    ]


def test_ids_below_ids() -> None:
    shops = [
        f"GET /shops/{shop}/items{more}"
        for shop in FEW
        for more in ("", *(f"/{item}/price" for item in ("mug", "pot", "cup")))
    ]
    found = learned("GET /shops", *shops)
    assert set(found[1:]) == {"/shops/{any}/items", "/shops/{any}/items/{any}/price"}


def test_what_was_learned_stays_learned() -> None:
    history = ("PUT /users/{any}/email", "GET /users/{any}", "GET /users/login")
    found = learned("PUT /users/dave/email", "GET /users/erin", "GET /users/login", history=history)
    assert found == ["/users/{any}/email", "/users/{any}", "/users/login"]


def test_what_is_requested_otherwise_is_no_id() -> None:
    history = ("PUT /users/{any}/email", "GET /users/{any}")
    found = learned("POST /users/reset", "PUT /users/settings/theme", history=history)
    assert found == ["/users/reset", "/users/settings/theme"]


def test_siblings_are_counted_over_history_too() -> None:
    history = ("GET /users", "PUT /users/alice/email", "PUT /users/bob/email")
    assert learned("PUT /users/carol/email", history=history) == ["/users/{any}/email"]
