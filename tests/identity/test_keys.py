"""UUIDs of flaws and groups: pinned, because tickets carry them."""

from __future__ import annotations

from ticketbot.identity.keys import mint, subject_of_group
from ticketbot.model.finding import Alias

BIRTH = Alias("line/1", "0" * 32)


def test_a_flaws_uuid_is_pinned() -> None:
    assert mint("shop", BIRTH, 0) == "26b0cf8b-e249-57f6-a9ec-bc2bc614dbb8"
    assert (
        subject_of_group("sec", "shop", "component", "pkg:npm/lodash", 0)
        == "767cd500-c770-5426-b5f4-0613fb74afa8"
    )


def test_every_ingredient_counts_and_none_runs_into_the_next() -> None:
    made = [
        mint("shop", BIRTH, 0),
        mint("shop", BIRTH, 1),
        mint("shop2", BIRTH, 0),
        mint("shop", Alias("line/2", "0" * 32), 0),
        subject_of_group("a", "bc", "rule", "x", 0),
        subject_of_group("ab", "c", "rule", "x", 0),
        subject_of_group("ab", "c", "rule", "x", 1),
        subject_of_group("ab", "ü", "rule", "x", 1),
    ]
    assert len(set(made)) == len(made)
    assert all(key == key.lower() and len(key) == 36 for key in made)
