"""Names of flaws: which producers' fingerprints are believed, and what equal names make one."""

from __future__ import annotations

import pytest

from ticketbot.identity.digest import digest
from ticketbot.identity.match import Candidate, Known, Matching, match, pairs
from ticketbot.model.finding import Alias
from ticketbot.model.flaw import Traits


def alias(recipe: str, value: str) -> Alias:
    return Alias(recipe, digest(recipe, value))


def found(index: int, *names: str, line: int = 0, text: str = "") -> Candidate:
    """`names` as `dep/1 CVE-1`."""
    own = tuple(alias(*name.split(" ", 1)) for name in names)
    code = (alias("line/1", text),) if text else ()
    return Candidate(
        index=index,
        aliases=(*own, *code),
        rule="R",
        path="a.py",
        line=line or index + 1,
        traits=Traits(column=1, text=text),
    )


def flaw(name: str, *names: str, rank: int = 0, line: int = 1, text: str = "") -> Known:
    like = found(0, *names, line=line, text=text)
    return Known(
        id=name,
        aliases=like.aliases,
        rule="R",
        path="a.py",
        line=line,
        traits=like.traits,
        rank=rank,
    )


def who(matching: Matching) -> dict[int, str]:
    return {pair.index: pair.flaw for pair in matching.pairs}


@pytest.mark.parametrize("recipe", ["corr/1", "prod/1"])
def test_one_value_for_all_collapses_nothing(recipe: str) -> None:
    new = [found(n, f"{recipe} same", text=f"text {n}") for n in range(3)]
    assert match(new, []).new == ((0,), (1,), (2,))
    known = [flaw(f"f{n}", f"{recipe} same", text=f"text {n}", line=n + 1) for n in range(3)]
    assert who(match(new, known)) == {0: "f0", 1: "f1", 2: "f2"}


@pytest.mark.parametrize("recipe", ["corr/1", "prod/1"])
def test_a_value_that_is_unique_in_both_scans_tells(recipe: str) -> None:
    new = [found(0, f"{recipe} a", line=50, text="wholly")]
    assert who(match(new, [flaw("f", f"{recipe} a", text="another")])) == {0: "f"}


def test_a_fingerprint_that_counts_results_is_not_believed() -> None:
    """One result less, and all others carry their neighbour's number."""
    known = [flaw(f"f{n}", f"prod/1 {n}", text=f"line {n}", line=n + 1) for n in range(1, 9)]
    new = [found(n, f"prod/1 {n - 1}", text=f"line {n}") for n in range(2, 9)]
    new.append(found(9, "prod/1 8", text="something else", line=90))
    matching = match(new, known)
    assert who(matching) == {n: f"f{n}" for n in range(2, 9)}
    assert matching.gone == ("f1",)


def test_a_fingerprint_that_agrees_elsewhere_is_believed() -> None:
    known = [flaw(f"f{n}", f"prod/1 {n}", text=f"line {n}", line=n + 1) for n in range(8)]
    new = [found(n, f"prod/1 {n}", text=f"line {n}") for n in range(7)]
    new.append(found(7, "prod/1 7", text="something else", line=90))
    assert who(match(new, known))[7] == "f7"


def test_two_known_flaws_that_turn_out_to_be_one_are_told() -> None:
    cve, ghsa = flaw("a", "dep/1 CVE-1"), flaw("b", "dep/1 GHSA-1", rank=1)
    matching = match([found(0, "dep/1 CVE-1", "dep/1 GHSA-1")], [cve, ghsa])
    assert who(matching) == {0: "a"}
    assert matching.merged == (("a", "b"),)


@pytest.mark.parametrize(
    "other",
    [
        flaw("b", "dep/1 CVE-2", "dep/1 GHSA-1"),
        flaw("b", "dep/1 GHSA-1", "dep/1 GHSA-2"),
    ],
    ids=["an advisory of two CVEs", "one name more"],
)
def test_flaws_of_which_one_has_a_name_more_stay_two(other: Known) -> None:
    matching = match([found(0, "dep/1 CVE-1", "dep/1 GHSA-1")], [flaw("a", "dep/1 CVE-1"), other])
    assert who(matching) == {0: "a"}
    assert matching.merged == ()


def test_what_a_person_split_is_not_merged_again() -> None:
    shared = alias("dep/1", "GHSA-1")
    split = Known(id="b", aliases=(shared,), barred=(shared,))
    new = [found(0, "dep/1 CVE-1", "dep/1 GHSA-1")]
    assert match(new, [flaw("a", "dep/1 CVE-1"), split]).merged == ()


def test_a_claimed_flaw_is_found_by_its_name() -> None:
    known = Known(id="f", aliases=(alias("secret/1", "k"),), path="b", line=1, claimed=True)
    assert who(match([found(0, "secret/1 k", line=7)], [known])) == {0: "f"}


def test_another_secret_in_the_same_place_is_another_flaw() -> None:
    old = flaw("f", "secret/1 old", text="password = [redacted]")
    new = found(0, "secret/1 new", text="password = [redacted]", line=1)
    assert who(match([new], [old])) == {}
    unkeyed = found(0, text="password = [redacted]", line=1)
    assert who(match([unkeyed], [old])) == {0: "f"}


def test_stages_and_recipes_can_be_measured_alone() -> None:
    old = [found(0, text="x"), found(1, "prod/1 a", text="y")]
    new = [found(0, text="x", line=9), found(1, "prod/1 a", text="wholly other", line=30)]
    assert pairs(old, new)["pairs"] == [[0, 0, "moved"], [1, 1, "moved"]]
    assert pairs(old, new, stages=["single"])["pairs"] == [[0, 0, "moved"]]
    assert pairs(old, new, recipes=["prod/1"], stages=["producers"])["pairs"] == [[1, 1, "moved"]]
    assert pairs(old, new, stages=[])["gone"] == [0, 1]
