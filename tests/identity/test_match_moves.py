"""Findings that went somewhere else: renamed files, far moves, edits; and what must not be followed.

A finding is written `path:line rule text`, or without text `path:line rule @column`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ticketbot.identity.digest import digest
from ticketbot.identity.match import Candidate, Known, Matching, match
from ticketbot.model.finding import Alias
from ticketbot.model.flaw import Traits


def finding(index: int, words: str) -> Candidate:
    place, rule, rest = words.split(" ", 2)
    path, _, line = place.rpartition(":")
    column = int(rest[1:]) if rest.startswith("@") else 5
    text = "" if rest.startswith("@") else rest.replace(" ", "")
    recipe = "line/1" if text else "place/1"
    return Candidate(
        index=index,
        aliases=(Alias(recipe, digest(recipe, path, rule, text)),),
        rule=rule,
        path=path,
        line=int(line),
        traits=Traits(column=column, end_column=column + 7, message="m", text=text),
    )


def scan(findings: Sequence[str]) -> list[Candidate]:
    return [finding(index, words) for index, words in enumerate(findings)]


def known(findings: Sequence[str], **values: Any) -> list[Known]:
    return [
        Known(
            id=f"f{c.index}",
            aliases=c.aliases,
            rule=c.rule,
            path=c.path,
            line=c.line,
            traits=c.traits,
            **values,
        )
        for c in scan(findings)
    ]


def who(matching: Matching) -> dict[int, str]:
    return {pair.index: pair.flaw for pair in matching.pairs}


def stages(matching: Matching) -> set[str]:
    return {pair.stage for pair in matching.pairs}


EVAL, QUERY = "result = evaluate(expression, scope)", "cursor.execute(query % name)"

RENAMES = [
    ("a file was renamed", ["a/x.py:3 E " + EVAL, "a/x.py:9 Q " + QUERY],
     ["a/y.py:3 E " + EVAL, "a/y.py:9 Q " + QUERY], 2),
    ("a file went to another folder", ["a/x.py:3 E x()"], ["b/x.py:4 E x()"], 1),
    ("a file changed its language", ["a/x.js:3 E @5"], ["a/x.ts:34 E @5"], 1),
    ("without text, in another folder", ["a/x.ts:3 E @5", "a/x.ts:9 E @9"],
     ["b/x.ts:4 E @5", "b/x.ts:10 E @9"], 2),
    ("a folder was renamed, and one file shows nothing else",
     ["a/x.py:3 E x()", "a/x.py:4 Q y()", "a/z.py:1 E @5"],
     ["b/x.py:3 E x()", "b/x.py:4 Q y()", "b/z.py:1 E @5"], 3),
    ("names of a kind changed, and one shares little",
     ["t/aSpec.ts:1 E @5", "t/aSpec.ts:4 E @7", "t/aSpec.ts:8 E @9", "t/bSpec.ts:2 E @3"],
     ["t/a.test.ts:1 E @5", "t/a.test.ts:4 E @7", "t/a.test.ts:8 E @9", "t/b.test.ts:3 E @3"], 4),
    ("a file was split, and most of the new one is from it",
     [f"a.c:{n} E work_number_{n}()" for n in range(1, 9)],
     [f"a.c:{n} E work_number_{n}()" for n in range(1, 4)]
     + [f"b.c:{n} E work_number_{n}()" for n in range(4, 9)], 8),
    ("a stranger has one of two", ["a/x.py:3 E x()", "a/x.py:4 Q y()"], ["b/y.py:3 E x()"], 0),
    ("a stranger without text has the one", ["a/x.py:3 E @5"], ["b/y.py:3 E @5"], 0),
    ("the old file is still there", ["a/x.py:3 E x()", "a/x.py:5 E y()"],
     ["a/x.py:3 E x()", "b/x.py:5 E y()"], 1),
]  # fmt: skip


@pytest.mark.parametrize(("situation", "old", "new", "kept"), RENAMES)
def test_renamed_files(situation: str, old: list[str], new: list[str], kept: int) -> None:
    matching = match(scan(new), known(old))
    assert who(matching) == {n: f"f{n}" for n in range(kept)}, situation


def test_version_control_knows_better() -> None:
    old, new = ["a/x.py:3 E x()"], ["b/other.py:30 E x()"]
    assert who(match(scan(new), known(old))) == {}
    told = match(scan(new), known(old), {"a/x.py": "b/other.py"})
    assert (who(told), stages(told)) == ({0: "f0"}, {"renamed"})


def test_a_line_that_is_nowhere_else_is_followed_to_another_file() -> None:
    old = ["a.py:3 E " + EVAL, "b.py:1 Q x()", "a.py:9 I import os"]
    new = ["b.py:9 E " + EVAL, "b.py:1 Q x()", "b.py:2 I import os"]
    matching = match(scan(new), known(old))
    assert who(matching) == {0: "f0", 1: "f1", 2: "f2"}
    assert stages(matching) == {"far", "exact"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["a.py:3 I import os"], ["b.py:1 I import os"]),
        (["a.py:3 E " + EVAL], ["b.py:1 E " + EVAL, "c.py:1 E " + EVAL]),
        (["a.py:3 E " + EVAL], ["b.py:1 Q " + EVAL]),
    ],
    ids=["short", "in two places", "of another rule"],
)
def test_other_lines_are_not_followed(old: list[str], new: list[str]) -> None:
    assert who(match(scan(["b.py:5 X x()", *new]), known(["b.py:5 X x()", *old]))) == {0: "f0"}


EDITS = [
    ("an argument more", "run(a, b)", "run(a, b, c)", 5, True),
    ("wrapped", "subprocess.run(command, shell=True)", "subprocess.run(", 5, True),
    ("another variable, moved", "cursor.execute(q + name)", "cursor.execute(q + title)", 8, True),
    ("another line altogether", "cursor.execute(query)", "yaml.load(stream)", 5, False),
    ("beyond the next finding", "run(a, b)", "run(a, b, c)", 90, False),
]


@pytest.mark.parametrize(("situation", "old", "new", "line", "same"), EDITS)
def test_edits(situation: str, old: str, new: str, line: int, same: bool) -> None:
    around = ["a.py:1 X first()", "a.py:20 X second()"]
    matching = match(scan([*around, f"a.py:{line} E {new}"]), known([*around, f"a.py:5 E {old}"]))
    assert (who(matching).get(2) == "f2") is same, situation
    if same:
        assert "fuzzy" in stages(matching)


def test_an_edited_line_is_followed_into_a_function_that_is_called_otherwise_now() -> None:
    (old,), (new,) = known(["a.py:5 E run(a, b)"]), scan(["a.py:5 E run(a, b, c)"])
    traits = replace(new.traits, scope="Test.now")
    before = replace(old, traits=replace(old.traits, scope="Test.then"))
    assert who(match([replace(new, traits=traits)], [before])) == {0: "f0"}


def test_without_text_what_looks_the_same_goes_before_what_does_not() -> None:
    old = ["a.py:10 E @5", "a.py:20 E @9", "a.py:90 E @5"]
    new = ["a.py:10 E @9", "a.py:11 E @5", "a.py:90 E @5"]
    assert who(match(scan(new), known(old))) == {0: "f1", 1: "f0", 2: "f2"}


def test_without_text_a_dense_file_keeps_its_order_when_a_block_of_it_moves_far() -> None:
    columns = [5 + 4 * (n * n % 7) for n in range(80)]
    old = [f"a.py:{n + 1} E @{column}" for n, column in enumerate(columns)]
    more = [f"a.py:{n + 1} E @5" for n in range(20, 60)]
    new = old[:20] + more + [f"a.py:{n + 61} E @{c}" for n, c in enumerate(columns[20:], start=20)]
    wanted = dict.fromkeys(range(20), 0) | dict.fromkeys(range(60, 120), 40)
    made = who(match(scan(new), known(old)))
    assert {u: f"f{u - moved}" for u, moved in wanted.items()} == {u: made.get(u) for u in wanted}


def test_of_two_edits_that_come_into_question_equally_neither_is_taken() -> None:
    matching = match(
        scan(["a.py:4 E run(a, b, c)", "a.py:6 E run(a, b, d)"]), known(["a.py:5 E run(a, b)"])
    )
    assert who(matching) == {}
    assert matching.possible == {"f0"}


def test_what_may_have_moved_is_told_apart_from_what_is_gone() -> None:
    old = ["a.py:3 E " + EVAL, "a.py:5 Q " + QUERY, "d.py:1 E x()"]
    matching = match(scan(["b.py:1 E " + EVAL, "c.py:1 E " + EVAL]), known(old))
    assert matching.gone == ("f0", "f1", "f2")
    assert matching.possible == {"f0"}


def test_what_went_before_is_not_followed() -> None:
    old = known(["a.py:3 E " + EVAL], rank=1)
    assert who(match(scan(["b.py:3 E " + EVAL]), old)) == {}
    assert who(match(scan(["a.py:3 E " + EVAL + ";"]), old)) == {}
    assert who(match(scan(["a.py:9 E " + EVAL]), old)) == {0: "f0"}


@pytest.mark.parametrize(
    "new", ["a.py:3 E " + EVAL, "b/a.py:3 E " + EVAL, "a.py:3 E " + EVAL + ";"]
)
def test_what_a_person_said_it_is_not_it_never_becomes(new: str) -> None:
    found = scan([new])
    flaw = known(["a.py:3 E " + EVAL])
    assert who(match(found, flaw)) == {0: "f0"}
    assert who(match(found, known(["a.py:3 E " + EVAL], barred=found[0].aliases))) == {}


def test_a_flaw_that_is_spoken_for_takes_nothing_more_but_tells_where_its_neighbours_went() -> None:
    flaws = known(["a.py:3 E x()"], claimed=True)
    matching = match(scan(["a.py:9 E x()"]), flaws)
    assert who(matching) == {}
    assert matching.gone == ()


FOUND = st.lists(
    st.builds(
        "{}:{} {} {}".format,
        st.sampled_from(("a/x.py", "a/y.py", "b/x.py")),
        st.integers(1, 30),
        st.sampled_from("EQ"),
        st.sampled_from((EVAL, QUERY, EVAL + ";", "x()", "@5", "@9")),
    ),
    max_size=12,
)


@given(FOUND, FOUND, st.randoms(use_true_random=False))
def test_the_order_of_the_inputs_changes_nothing(
    old: list[str], new: list[str], dice: random.Random
) -> None:
    candidates, flaws = scan(new), known(old)
    expected = match(candidates, flaws)
    dice.shuffle(candidates)
    dice.shuffle(flaws)
    assert match(candidates, flaws) == expected


@given(FOUND, FOUND)
def test_nothing_is_linked_across_rules(old: list[str], new: list[str]) -> None:
    rule = {flaw.id: flaw.rule for flaw in known(old)}
    found = scan(new)
    matching = match(found, known(old))
    assert all(found[pair.index].rule == rule[pair.flaw] for pair in matching.pairs)
    assert len(set(who(matching).values()) | set(matching.gone)) == len(old)


@given(FOUND)
def test_the_same_scan_again_is_all_known(found: list[str]) -> None:
    groups = match(scan(found), []).new
    flaws = [known(found)[group[0]] for group in groups]
    matching = match(scan(found), flaws)
    assert (matching.new, matching.gone) == ((), ())
