"""Markers as text: there and back, within limits, and nonsense is no marker."""

from __future__ import annotations

import base64
import hashlib
import zlib

import msgspec
import pytest

from tests.trackers.contract import marker
from ticketbot.model.flaw import Traits
from ticketbot.model.ticket import Marker
from ticketbot.trackers.marking import of_plain, packed, plain, unpacked


def _random(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def large(flaws: int, aliases: int) -> Marker:
    one = marker("s1").flaws[0]
    many = tuple(
        msgspec.structs.replace(
            one,
            id=_random(f"flaw {n}"),
            aliases=tuple(f"line/1:{_random(f'{n} {i}')}" for i in range(aliases)),
        )
        for n in range(flaws)
    )
    return marker("s1", flaws=many)


def test_a_marker_comes_back() -> None:
    assert unpacked(packed(marker("s1"), 4096)) == marker("s1")
    assert of_plain(plain(marker("s1"), 32_000)) == marker("s1")


def test_the_text_breaks_no_comment_and_no_attribute() -> None:
    assert set(packed(marker("--> ]]>\"'"), 4096)) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.="
    )


@pytest.mark.parametrize(
    ("flaws", "aliases", "limit"), [(1, 400, 4096), (40, 3, 4096), (3, 90, 900)]
)
def test_too_large_it_sheds_and_keeps_every_uuid(flaws: int, aliases: int, limit: int) -> None:
    given = large(flaws, aliases)
    text = packed(given, limit)
    found = unpacked(text)
    assert len(text) <= limit < len(packed(given, 10**9))
    assert found is not None
    assert [(f.id, f.birth) for f in found.flaws] == [(f.id, f.birth) for f in given.flaws]


def test_traits_go_before_any_alias() -> None:
    traits = Traits(text=_random("t") * 5, scope="Shop.pay", before=("0a1b2c3d",) * 3)
    one = large(1, 20).flaws[0]
    rich = msgspec.structs.replace(one.features, traits=traits)
    given = marker("s1", flaws=(msgspec.structs.replace(one, features=rich),))
    size = len(packed(given, 10**9))
    whole, cut = unpacked(packed(given, size)), unpacked(packed(given, size - 1))
    assert whole == given
    assert cut == marker("s1", flaws=(one,))


def test_the_oldest_aliases_go_first() -> None:
    found = unpacked(packed(large(1, 400), 2000))
    assert found is not None
    kept = found.flaws[0].aliases
    assert kept == large(1, 400).flaws[0].aliases[-len(kept) :] and kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tb1.",
        "tb1.%%%",
        "tb1.é",
        "tb2." + packed(marker("s1"), 4096)[4:],
        "tb1." + base64.urlsafe_b64encode(zlib.compress(b"[1]")).decode(),
        "tb1." + base64.urlsafe_b64encode(zlib.compress(b" " * 50_000_000)).decode(),
        packed(marker("s1", format=99), 4096),
        packed(marker(""), 4096),
        packed(marker("s1"), 4096)[:-20],
    ],
)
def test_nonsense_is_no_marker(text: str) -> None:
    assert unpacked(text) is None


@pytest.mark.parametrize("value", [None, [], {}, {"subject": 1}, {"subject": ""}, "x"])
def test_a_value_of_somebody_else_is_no_marker(value: object) -> None:
    assert of_plain(value) is None
