"""The matcher: situations as a table, and laws that hold for any scan.

A finding is written `rule@line` in one file; what follows `=` is its line of text, else the rule's name.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.identity.digest import digest
from ticketbot.identity.match import Candidate, Known, Matching, birth, match, pairs
from ticketbot.model.finding import Alias
from ticketbot.model.flaw import Traits


def alias(recipe: str, value: str) -> Alias:
    return Alias(recipe, digest(recipe, value))


def line(rule: str, number: int, text: str = "", path: str = "a.py") -> Candidate:
    return Candidate(
        index=0,
        aliases=(alias("line/1", f"{path} {rule} {text}"),),
        path=path,
        line=number,
        traits=Traits(column=1),
    )


def scan(text: str) -> list[Candidate]:
    """`B1@3 B2@4=x` → candidates, numbered from 0."""
    found = []
    for index, word in enumerate(text.split()):
        rule, _, rest = word.partition("@")
        number, _, content = rest.partition("=")
        candidate = line(rule, int(number), content)
        found.append(
            Candidate(
                index=index,
                aliases=candidate.aliases,
                path="a.py",
                line=int(number),
                traits=Traits(column=1),
            )
        )
    return found


def known(candidates: Sequence[Candidate]) -> list[Known]:
    return [
        Known(id=f"f{c.index}", aliases=c.aliases, path=c.path, line=c.line) for c in candidates
    ]


def who(matching: Matching) -> dict[int, str]:
    return {pair.index: pair.flaw for pair in matching.pairs}


@pytest.mark.parametrize(
    ("situation", "old", "new", "same"),
    [
        ("nothing changed", "A@1 B@2", "A@1 B@2", {0: 0, 1: 1}),
        ("all lines moved", "A@1 B@2", "A@11 B@12", {0: 0, 1: 1}),
        ("one fixed, one new", "A@1 B@2", "B@2 C@3", {0: 1}),
        ("same rule, another text", "A@1=x", "A@1=y", {}),
        ("the first of three look-alikes went", "A@10 A@20 A@30", "A@20 A@30", {0: 1, 1: 2}),
        ("a middle one went", "A@10 A@20 A@30", "A@10 A@30", {0: 0, 1: 2}),
        ("look-alikes moved together", "A@10 A@20 A@30", "A@20 A@30 A@40", {0: 0, 1: 1, 2: 2}),
        ("one more among look-alikes", "A@10 A@30", "A@10 A@20 A@30", {0: 0, 2: 1}),
        (
            "neighbours tell how far look-alikes moved",
            "X@1 A@10 A@20 Y@30",
            "X@101 A@105 A@110 A@120 Y@130",
            {0: 0, 2: 1, 3: 2, 4: 3},
        ),
        (
            "the order stays, though neighbours went far apart",
            "X@1 A@20 A@25 A@30 A@35 Y@60",
            "X@1 A@10 A@15 A@20 A@25 Y@36",
            {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5},
        ),
        ("all gone", "A@1 A@2", "", {}),
    ],
)
def test_situations(situation: str, old: str, new: str, same: dict[int, int]) -> None:
    matching = match(scan(new), known(scan(old)))
    assert who(matching) == {i: f"f{j}" for i, j in same.items()}, situation
    assert set(matching.gone) == {f"f{c.index}" for c in scan(old)} - set(who(matching).values())
    assert {i for group in matching.new for i in group} == set(range(len(scan(new)))) - set(same)


def test_the_same_finding_emitted_three_times_is_one_flaw() -> None:
    thrice = scan("A@1 A@1 A@1 B@2")
    fresh = match(thrice, [])
    assert fresh.new == ((0, 1, 2), (3,))
    assert who(match(thrice, known(scan("A@1"))[:1])) == {0: "f0", 1: "f0", 2: "f0"}


def test_one_operation_is_one_flaw_however_often_it_fails() -> None:
    same = alias("api/1", "GET /users/{}")
    found = [Candidate(index=i, aliases=(same,)) for i in range(3)]
    assert match(found, []).new == ((0, 1, 2),)
    known_flaw = Known(id="f", aliases=(same,))
    assert who(match(found, [known_flaw])) == {0: "f", 1: "f", 2: "f"}


def test_a_late_cve_finds_the_advisorys_flaw() -> None:
    cve, ghsa = alias("dep/1", "CVE-1"), alias("dep/1", "GHSA-1")
    late = match([Candidate(index=0, aliases=(cve, ghsa))], [Known(id="f", aliases=(ghsa,))])
    assert who(late) == {0: "f"}


def test_an_advisory_beside_its_cve_is_one_flaw_and_two_cves_are_two() -> None:
    one, two, ghsa = alias("dep/1", "CVE-1"), alias("dep/1", "CVE-2"), alias("dep/1", "GHSA-1")
    both = [Candidate(index=0, aliases=(one, ghsa)), Candidate(index=1, aliases=(ghsa,))]
    assert match(both, []).new == ((0, 1),)
    three = [*both, Candidate(index=2, aliases=(two, ghsa))]
    groups = match(three, []).new
    assert not any({0, 2} <= set(group) for group in groups)


def test_of_two_flaws_with_one_identity_the_preferred_is_taken() -> None:
    same = alias("api/1", "GET /users/{}")
    closed, still_open = (
        Known(id="a", aliases=(same,), rank=1),
        Known(id="b", aliases=(same,), rank=0),
    )
    matching = match([Candidate(index=0, aliases=(same,))], [closed, still_open])
    assert who(matching) == {0: "b"}
    assert matching.gone == ("a",)


def test_of_two_look_alikes_the_preferred_is_taken_though_the_other_is_nearer() -> None:
    same = alias("line/1", "eval(x)")
    known = [
        Known(id="gone", aliases=(same,), path="a.py", line=11, rank=1),
        Known(id="there", aliases=(same,), path="a.py", line=50, rank=0),
    ]
    found = [Candidate(index=n, aliases=(same,), path="a.py", line=12 + n) for n in range(2)]
    assert who(match(found[:1], known)) == {0: "there"}
    assert set(who(match(found, known)).values()) == {"there", "gone"}


def test_a_producers_fingerprint_that_is_not_unique_tells_nothing() -> None:
    constant = alias("prod/1", "constant")

    def found(index: int, text: str) -> Candidate:
        return Candidate(
            index=index, aliases=(constant, alias("line/1", text)), path="a", line=index
        )

    old = [found(0, "w"), found(1, "x")]
    assert who(match([found(0, "y"), found(1, "z")], known(old))) == {}
    assert who(match([found(0, "y")], known(old[:1]))) == {0: "f0"}


def test_a_position_tells_nothing_against_two_known_texts() -> None:
    place = alias("loc/1", "here")

    def at(text: str | None) -> Candidate:
        own = (alias("line/1", text),) if text else ()
        return Candidate(index=0, aliases=(*own, place), path="a", line=1)

    assert who(match([at("x")], known([at("y")]))) == {}
    assert who(match([at(None)], known([at("y")]))) == {0: "f0"}
    assert who(match([at("x")], known([at(None)]))) == {0: "f0"}


def test_an_unknown_recipe_of_another_version_is_passed_over() -> None:
    newer = Known(id="f", aliases=(Alias("line/9", "0" * 32),), path="a.py", line=1)
    assert match(scan("A@1"), [newer]).gone == ("f",)


def test_the_birth_alias_is_the_strongest_then_the_least() -> None:
    weak, strong = Alias("line/1", "00"), Alias("sline/1", "ff")
    assert birth([weak, strong]) == strong
    assert birth([Alias("dep/1", "b"), Alias("dep/1", "a")]) == Alias("dep/1", "a")
    assert birth([Alias("zzz/9", "0"), weak]) == weak


def test_a_diff_pairs_results_one_to_one() -> None:
    assert pairs(scan("A@1 A@1 B@2 C@3"), scan("B@7 A@1 A@1 A@1 D@9")) == {
        "pairs": [[0, 1, "ordered"], [1, 2, "ordered"], [2, 0, "moved"]],
        "new": [3, 4],
        "gone": [3],
        "stages": {"moved": 1, "ordered": 2},
    }


FOUND = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(1, 40), st.sampled_from("xyz")), max_size=14
)


def built(spec: Sequence[tuple[str, int, str]], shift: int = 0) -> list[Candidate]:
    return scan(" ".join(f"{rule}@{number + shift}={text}" for rule, number, text in spec))


@given(FOUND, FOUND, st.randoms(use_true_random=False))
def test_the_order_of_the_inputs_changes_nothing(
    old: list[tuple[str, int, str]], new: list[tuple[str, int, str]], dice: random.Random
) -> None:
    candidates, flaws = built(new), known(built(old))
    expected = match(candidates, flaws)
    dice.shuffle(candidates)
    dice.shuffle(flaws)
    assert match(candidates, flaws) == expected


@given(FOUND, st.integers(0, 500))
def test_moving_all_lines_keeps_every_pair(old: list[tuple[str, int, str]], shift: int) -> None:
    once = match(built(old), [])
    flaws = [
        Known(id=f"g{n}", aliases=c.aliases, path=c.path, line=c.line)
        for n, group in enumerate(once.new)
        for c in [built(old)[group[0]]]
    ]
    moved = match(built(old, shift), flaws)
    assert moved.new == ()
    assert moved.gone == ()
    assert who(moved) == {i: f"g{n}" for n, group in enumerate(once.new) for i in group}


@given(FOUND, FOUND, st.integers(1, 40))
def test_an_unrelated_finding_changes_no_pair(
    old: list[tuple[str, int, str]], new: list[tuple[str, int, str]], number: int
) -> None:
    flaws = known(built(old))
    before = who(match(built(new), flaws))
    after = who(match(built([*new, ("Z", number, "unrelated")]), flaws))
    assert after == before


@given(st.lists(st.integers(1, 200), min_size=1, max_size=12, unique=True), st.data())
def test_one_of_k_look_alikes_less_keeps_the_others(lines: list[int], data: st.DataObject) -> None:
    spec = [("A", number, "x") for number in sorted(lines)]
    gone = data.draw(st.integers(0, len(spec) - 1))
    left = spec[:gone] + spec[gone + 1 :]
    matching = match(built(left), known(built(spec)))
    assert matching.gone == (f"f{gone}",)
    assert matching.new == ()


@given(FOUND, FOUND)
def test_every_candidate_and_every_flaw_has_exactly_one_fate(
    old: list[tuple[str, int, str]], new: list[tuple[str, int, str]]
) -> None:
    matching = match(built(new), known(built(old)))
    indexes = [p.index for p in matching.pairs] + [i for group in matching.new for i in group]
    assert sorted(indexes) == list(range(len(new)))
    assert sorted({p.flaw for p in matching.pairs} | set(matching.gone)) == sorted(
        f"f{n}" for n in range(len(old))
    )


def test_without_text_and_traits_a_flaw_of_an_earlier_version_is_known_by_its_message() -> None:
    """Markers may tell old lines: one flaw was written anew, the others stood a line lower then."""
    said = alias("place/1", "a.js rule message")

    def at(line: int, column: int) -> tuple[Alias, ...]:
        return alias("loc/1", f"{line}:{column}"), said

    before = [(84, 9), (84, 76), (84, 117), (85, 9), (85, 92), (86, 92)]
    now = [(83, 9), (83, 76), (83, 117), (84, 9), (84, 71), (85, 92)]
    fresh = Traits(column=92, message="m")
    held = [
        Known(
            id=f"f{n}",
            aliases=at(*place),
            rule="r",
            path="a.js",
            line=place[0],
            traits=fresh if place == (85, 92) else Traits(),
        )
        for n, place in enumerate(before)
    ]
    found = [
        Candidate(
            index=n,
            aliases=at(*place),
            rule="r",
            path="a.js",
            line=place[0],
            traits=Traits(column=place[1], message="m"),
        )
        for n, place in enumerate(now)
    ]
    matching = match(found, held)
    assert (matching.new, matching.gone) == ((), ())
    assert who(matching)[5] == "f4"
